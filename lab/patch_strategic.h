/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * patch_strategic - what the two halves of strategic merge, objects and
 * lists, want from each other.
 *
 * Threads: any; pure. Memory: values are changed in place, the patch is used
 * up.
 */
#include <stddef.h>

#include "statefuld/attr.h"
#include "statefuld/json.h"

struct schema_field;
struct status;

struct merge {
	struct status *status;
	size_t looked; /* list elements compared so far */
};

/* `at` says what both are; NULL: nobody knows. */
st_must_check int patch_strategic_merge(struct merge *merge, struct json *doc,
					struct json *patch,
					const struct schema_field *at);
/* A value that meets nothing to be merged into: without nulls and directives,
 * without the elements that are nothing but directives. */
void patch_strategic_clean(struct json *value);
/* The value as the caller's own; a null stays at its place. */
struct json *patch_strategic_steal(struct json *value);
int patch_strategic_bad_directive(struct status *status,
				  const struct json *directive,
				  const struct json *patch);
