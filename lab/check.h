/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * check - finding faults in a document while walking down its fields.
 *
 * A check knows the path of where it is. Each finding names a member of that
 * place, or the place itself where `name` is NULL. After so many findings
 * that nobody reads them all, more are passed over.
 *
 * Threads: belongs to one. Memory: findings go to the status, which the caller
 * owns; check_fini releases the rest.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/status.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"

struct check {
	struct status *status;
	struct buf path;
	size_t n;
};

/* Of one list: looking for duplicates takes time by the square. */
#define CHECK_MAX_ITEMS 10000

#define CHECK_NOT_NEGATIVE "must be greater than or equal to 0"
#define CHECK_POSITIVE	   "must be greater than zero"
#define CHECK_IMMUTABLE	   "field is immutable"
#define CHECK_PORT	   "must be between 1 and 65535, inclusive"

void check_init(struct check *check, struct status *status);
void check_fini(struct check *check);

/* Down into a member, an element, an entry of a map; the result is for
 * check_leave. */
size_t check_enter(struct check *check, const char *name);
size_t check_enter_at(struct check *check, size_t index);
size_t check_enter_key(struct check *check, const char *key);
void check_leave(struct check *check, size_t mark);

/* Calls fn for each element of the array `name` of an object, with the path
 * at that element. */
typedef void (*check_fn)(struct check *check, const struct json *item,
			 void *arg);
void check_each(struct check *check, const struct json *object,
		const char *name, check_fn fn, void *arg);

void check_required(struct check *check, const char *name, const char *why);
/* `value` NULL: the empty string. */
void check_invalid(struct check *check, const char *name,
		   const struct json *value, const char *fmt, ...)
	st_printf(4, 5);
void check_invalid_str(struct check *check, const char *name, const char *value,
		       const char *why);
void check_duplicate(struct check *check, const char *name,
		     const struct json *value);
void check_forbidden(struct check *check, const char *name, const char *fmt,
		     ...) st_printf(3, 4);
void check_not_found(struct check *check, const char *name,
		     const struct json *value);
void check_too_long(struct check *check, const char *name, size_t max);
void check_unsupported(struct check *check, const char *name,
		       const struct json *value, const char *const *choices);

/* Ready-made rules about a member of `object`. */
const char *check_text(const struct json *object, const char *name); /* "" */
bool check_is_one_of(const char *text, const char *const *choices);
/* A member that must be there and be one of the choices. */
void check_choice(struct check *check, const struct json *object,
		  const char *name, const char *const *choices);
/* The same, but it may be missing. */
void check_option(struct check *check, const struct json *object,
		  const char *name, const char *const *choices);
void check_not_negative(struct check *check, const struct json *object,
			const char *name);
/* A number in lo..hi, if it is there. */
void check_range(struct check *check, const struct json *object,
		 const char *name, int64_t lo, int64_t hi);
/* Each message of a rule for names is a finding. */
struct names_faults;
void check_faults(struct check *check, const char *name, const char *value,
		  const struct names_faults *faults);
/* Runs a rule of names.h over a text that may be missing. */
typedef void (*check_rule)(const char *text, struct names_faults *faults);
void check_name(struct check *check, const struct json *object,
		const char *name, check_rule rule);
/* Unchanged since `was`. */
void check_unchanged(struct check *check, const struct json *was,
		     const struct json *is, const char *name);
