/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * selector - label selectors ("app=web,tier in (a, b),!old") and field
 * selectors ("spec.nodeName=n,status.phase!=Failed") of list and watch.
 *
 * Threads: any; pure. Memory: a selector is the caller's. At most 1,000
 * requirements and values.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"

struct err;
struct json;
struct selector;

/* NULL and "" give NULL: everything matches. ST_EPARSE with upstream's
 * words. */
st_must_check int selector_parse_labels(const char *text,
					struct selector **ret_selector,
					struct err *err);
st_must_check int selector_parse_fields(const char *text,
					struct selector **ret_selector,
					struct err *err);
/* From the matchLabels and matchExpressions of an object; NULL and {} match
 * everything. */
struct selector *selector_from_json(const struct json *selector);
void selector_free(struct selector *selector);
static inline void selector_free_slot(struct selector **slot)
{
	selector_free(*slot);
}
#define scope_selector st_cleanup(selector_free_slot)

/* Value of a label or field; NULL: absent. */
typedef const char *(*selector_value_fn)(const char *key, void *arg);
bool selector_match(const struct selector *selector, selector_value_fn value,
		    void *arg);
/* `labels` as in struct object: "key\0value\0...", ends with an empty key. */
bool selector_match_labels(const struct selector *selector, const char *labels);

/* Keys that are asked for, by index; NULL behind the last. */
const char *selector_key(const struct selector *selector, size_t index);
/* The one value that `key` must be equal to, or NULL. */
const char *selector_exact(const struct selector *selector, const char *key);
