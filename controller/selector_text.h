/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * selector_text - label selectors as kubectl's -l takes them: "a=b,c!=d",
 * "e in (x,y)", "f notin (z)", "g", "!h".
 *
 * Threads: the loop thread. Memory: the selector is the caller's.
 */
#include "statefuld/attr.h"

struct err;
struct selector;

/* ST_EINVAL: says which requirement is wrong. Empty text is refused: it would
 * select all. */
st_must_check int selector_text_parse(const char *text,
				      struct selector **ret_selector,
				      struct err *err);
