/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * json - typed, case-sensitive access to JSON values; the only user of cJSON.
 *
 * A path is member names joined with '.', for instance "metadata.name"; it
 * goes through objects only. Names that themselves contain dots (labels,
 * annotations) are reached with json_get().
 * Getters take NULL and wrong types and then give NULL, 0, false or the
 * fallback: what comes from the network is never asserted.
 *
 * Numbers are doubles: integers are exact up to 2^53 and saturate at the ends
 * of int64_t. Where an object repeats a name, the first one counts; json_set
 * and json_remove leave none behind. "\u0000" reads as U+FFFD, since a C
 * string cannot hold it.
 *
 * Threads: a value belongs to one thread. Memory: json_free() releases a root
 * with all below it; every `const struct json *` is borrowed from its root.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct err;
struct json;

/* ST_EPARSE with the byte offset; nesting over 1000 is refused; bytes behind
 * the value other than white space are refused. */
st_must_check int json_parse(const char *text, size_t len,
			     struct json **ret_root, struct err *err);
void json_free(struct json *root);
static inline void json_free_slot(struct json **slot)
{
	json_free(*slot);
}
#define scope_json st_cleanup(json_free_slot)

enum json_type {
	JSON_NONE, /* NULL pointer */
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};
enum json_type json_type(const struct json *value);

/* Member of an object, exact name; first one where a name is repeated. */
const struct json *json_get(const struct json *object, const char *name);
/* By path from an object. */
const struct json *json_at(const struct json *object, const char *path);
const char *json_str(const struct json *object, const char *path);
/* Truncates toward zero; saturates at the ends of int64_t. */
int64_t json_int(const struct json *object, const char *path, int64_t fallback);
bool json_bool(const struct json *object, const char *path, bool fallback);

/* The value itself. */
const char *json_value_str(const struct json *value); /* NULL if no string */
double json_value_num(const struct json *value);
int64_t json_value_int(const struct json *value, int64_t fallback);
bool json_value_bool(const struct json *value, bool fallback);

/* Children of an array or object, in order: first, then next. */
const struct json *json_first(const struct json *parent);
const struct json *json_next(const struct json *child);
/* Name of a child of an object; NULL in arrays. */
const char *json_name(const struct json *child);
size_t json_len(const struct json *parent);
#define json_each(child, parent)                                               \
	for (const struct json *child = json_first(parent); child;             \
	     child = json_next(child))

bool json_equal(const struct json *a, const struct json *b);

/* Building. New values are the caller's until given to a parent. */
struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_str(const char *text);
struct json *json_new_int(int64_t number);
struct json *json_new_bool(bool value);
struct json *json_new_null(void);
/* NULL gives a JSON null. */
struct json *json_dup(const struct json *value);
/* Sets or replaces a member; take_value is consumed. */
void json_set(struct json *object, const char *name, struct json *take_value);
void json_set_str(struct json *object, const char *name, const char *text);
void json_set_int(struct json *object, const char *name, int64_t number);
void json_set_bool(struct json *object, const char *name, bool value);
/* The member as a value that may be changed; made if missing or not of that
 * type. Borrowed. */
struct json *json_child_object(struct json *object, const char *name);
struct json *json_child_array(struct json *object, const char *name);
void json_push(struct json *array, struct json *take_value);
/* Removes a member if there. */
void json_remove(struct json *object, const char *name);
/* Removes the members that keep() does not want; in one walk. */
void json_filter(struct json *object,
		 bool (*keep)(const struct json *member, void *arg), void *arg);

/* Whoever may change a parent may change its children. */
struct json *json_mut(struct json *parent, const struct json *child);
/* Exchanges two values; each place keeps its name. Neither may hold the
 * other. */
void json_swap(struct json *a, struct json *b);
/* Takes a child out of its parent: it is the caller's, without a name. */
struct json *json_take(struct json *parent, const struct json *child);
/* In front of the element that has this index, or at the end. */
void json_insert(struct json *array, size_t index, struct json *take_value);

/* Compact text, NUL-terminated; free() it. */
char *json_print(const struct json *value);
