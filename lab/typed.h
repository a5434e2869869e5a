/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * typed - what server-side apply does with objects: compare, list fields,
 * merge, remove.
 *
 * `at` says what a value is; NULL, or what is atomic there, is taken whole.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include "lab/fieldset.h"
#include "lab/schema.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"

/* Marks of typed_compare. */
enum {
	TYPED_ADDED = 1 << 1,
	TYPED_CHANGED = 1 << 2,
	TYPED_REMOVED = 1 << 3,
};
/* `set` is empty before. Either value may be NULL. */
void typed_compare(struct fieldset *set, const struct schema_field *at,
		   const struct json *was, const struct json *is);
/* The fields that an applied object speaks of. `set` is empty before. */
void typed_fields(struct fieldset *set, const struct schema_field *at,
		  const struct json *value);
/* `live` with what is applied put over it. Either may be NULL. */
struct json *typed_merge(const struct schema_field *at, const struct json *live,
			 const struct json *applied);
/* What is in the set goes, with all below it. */
void typed_remove(struct json *value, const struct schema_field *at,
		  const struct fieldset *set);
/* Puts objects on the way to what is in the set into it, too. */
void typed_close(struct fieldset *set, const struct schema_field *at);
/* An object as it is before anything was set: with what is always printed. */
struct json *typed_zero(const struct schema_type *type);
/* The first list with two equal keys, or without one: `text` says where and
 * what is wrong; it stays empty if all is well. */
void typed_check_lists(struct buf *text, const struct schema_field *at,
		       const struct json *value);
