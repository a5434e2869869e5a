/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fill - walking through and completing a document that is ours to change.
 *
 * All take NULL and values of a wrong type, and then do nothing: documents
 * come from the network.
 *
 * Threads: any; pure. Memory: results are borrowed from the document.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/json.h"

/* A part of a document that is ours, handed out as const. */
static inline struct json *fill_mut(const struct json *part)
{
	return (struct json *)(uintptr_t)part;
}

#define fill_each(child, parent)                                               \
	for (struct json *child = fill_mut(json_first(parent)),                \
			 *child##_next = NULL;                                 \
	     child != NULL &&                                                  \
	     (child##_next = fill_mut(json_next(child)), true);                \
	     child = child##_next)

/* The object at a path; NULL if there is none. */
struct json *fill_object(struct json *root, const char *path);
struct json *fill_array(struct json *root, const char *path);

/* Sets a member that is missing, null or "". */
void fill_str(struct json *object, const char *name, const char *text);
/* Sets a member that is missing or null... */
void fill_int(struct json *object, const char *name, int64_t number);
void fill_bool(struct json *object, const char *name, bool value);
/* ...or 0. */
void fill_count(struct json *object, const char *name, int64_t number);
/* The object of that name, made if missing or null; NULL if it is something
 * else. */
struct json *fill_make(struct json *object, const char *name);
/* A copy of `value`, if there is one, for a member that is missing. */
void fill_copy(struct json *object, const char *name, const struct json *value);
/* Makes the member as it is in `from`: a copy of it, or gone. */
void fill_take(struct json *object, const char *name, const struct json *from);
/* Whether the text is exactly `text`. NULL is no text. */
bool fill_is(const struct json *object, const char *path, const char *text);
