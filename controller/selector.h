/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * selector - a whole LabelSelector: matchLabels and matchExpressions.
 *
 * Threads: the loop thread. Memory: selector_new gives one to the caller;
 * selector_free(NULL) is fine.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"

struct err;
struct json;
struct obj_label;
struct selector;

/* Reads a LabelSelector as apimachinery does: a missing one matches nothing,
 * an empty one matches all. ST_EINVAL with the field for an unknown operator,
 * values where there must be none or none where there must be some, and keys
 * or values that cannot be a label's. */
st_must_check int selector_new(const struct json *selector,
			       struct selector **ret_selector, struct err *err);
/* Labels of a view: interned. */
bool selector_matches(const struct selector *selector,
		      const struct obj_label *labels, size_t n);
void selector_free(struct selector *selector);
