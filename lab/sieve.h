/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sieve - label selectors ("app=web,tier in (a, b),!old") and field
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
struct sieve;

/* NULL and "" give NULL: everything matches. ST_EPARSE with upstream's
 * words. */
st_must_check int sieve_parse_labels(const char *text,
				     struct sieve **ret_selector,
				     struct err *err);
st_must_check int sieve_parse_fields(const char *text,
				     struct sieve **ret_selector,
				     struct err *err);
/* From the matchLabels and matchExpressions of an object; NULL and {} match
 * everything. */
struct sieve *sieve_from_json(const struct json *selector);
void sieve_free(struct sieve *selector);
static inline void sieve_free_slot(struct sieve **slot)
{
	sieve_free(*slot);
}
#define scope_sieve st_cleanup(sieve_free_slot)

/* Value of a label or field; NULL: absent. */
typedef const char *(*sieve_value_fn)(const char *key, void *arg);
bool sieve_match(const struct sieve *selector, sieve_value_fn value, void *arg);
/* `labels` as in struct object: "key\0value\0...", ends with an empty key. */
bool sieve_match_labels(const struct sieve *selector, const char *labels);

/* Keys that are asked for, by index; NULL behind the last. */
const char *sieve_key(const struct sieve *selector, size_t index);
/* The one value that `key` must be equal to, or NULL. */
const char *sieve_exact(const struct sieve *selector, const char *key);
