/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * template - JSON text with holes, taken apart once and filled in many times.
 *
 * A hole is written @name@; @@ is a single @. White space outside of strings
 * is dropped when the file is read.
 *
 * Threads: one. Memory: a template owns its text.
 */
#include <stddef.h>

#include "statefuld/attr.h"

struct buf;
struct err;
struct template;

struct text {
	const char *data;
	size_t len;
};

/* `names` are the holes that may occur, ended by NULL; a hole's value is
 * found at its name's index. ST_EPARSE for an unknown or unclosed one. */
st_must_check int template_load(const char *path, const char *const *names,
				struct template **ret, struct err *err);
st_must_check int template_parse(const char *json, const char *const *names,
				 struct template **ret, struct err *err);
void template_free(struct template *template);
/* Appends; `out` has no limit. */
void template_fill(const struct template *template, const struct text *values,
		   struct buf *out);
