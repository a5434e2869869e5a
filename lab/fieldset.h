/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fieldset - sets of paths into an object, as managedFields tell them.
 *
 * A set is a tree of path elements: "f:" and a member's name, "k:" and the key
 * of a list element as JSON, "v:" and an element of a list of scalars. The
 * same tree holds several sets at once, told apart by marks.
 *
 * Threads: any; pure. Memory: a set is embedded and released by fieldset_fini;
 * an all-zero one is empty. After each operation no branch is empty.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"

/* Mark of plain sets. */
enum { FIELDSET_IN = 1 };

struct fieldset {
	char *name;	       /* path element; NULL at the root */
	unsigned int marks;    /* the path itself is in these sets */
	struct fieldset *kids; /* sorted by name */
	size_t n;
};

void fieldset_fini(struct fieldset *set);
#define scope_fieldset st_cleanup(fieldset_fini)
bool fieldset_is_empty(const struct fieldset *set);
bool fieldset_equal(const struct fieldset *a, const struct fieldset *b);
const struct fieldset *fieldset_find(const struct fieldset *set,
				     const char *name);
/* A new child, behind all others: names must come in their order. The pointer
 * is good until the next child. */
struct fieldset *fieldset_append(struct fieldset *set, const char *name);
/* Takes the last child away if it is empty. */
void fieldset_drop_last_empty(struct fieldset *set);

/* `to` becomes a plain set of what has one of these marks. */
void fieldset_select(struct fieldset *to, const struct fieldset *from,
		     unsigned int marks);
void fieldset_add(struct fieldset *to, const struct fieldset *more);
void fieldset_subtract(struct fieldset *from, const struct fieldset *what);
/* With all that is below what is taken away. */
void fieldset_subtract_trees(struct fieldset *from,
			     const struct fieldset *what);
void fieldset_intersect(struct fieldset *set, const struct fieldset *with);

/* The FieldsV1 form. ST_EPARSE for what is none or is too deep. */
st_must_check int fieldset_parse(const struct json *fields,
				 struct fieldset *ret_set);
struct json *fieldset_json(const struct fieldset *set);
/* Adds a path element as messages show it: .spec, [name="a"], [="b"]. */
void fieldset_show(struct buf *path, const char *name);
/* Calls fn for each path: ".spec.containers[name=\"a\"].image". */
typedef void (*fieldset_fn)(const char *path, void *arg);
void fieldset_each(const struct fieldset *set, fieldset_fn fn, void *arg);
