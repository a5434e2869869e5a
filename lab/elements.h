/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * elements - the children of a value as server-side apply sees them: members,
 * and elements of lists that are told apart by key or value, by the names that
 * they have in field sets.
 *
 * Threads: any; pure. Memory: embedded, released by elements_fini; values are
 * borrowed.
 */
#include <stdbool.h>
#include <stddef.h>

#include "lab/schema.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"

struct element {
	char *name;
	const struct json *value;
	size_t place; /* in the value */
};

struct elements {
	struct element *v; /* sorted by name; of equal ones only the first */
	size_t n;
	const struct json *twin; /* an element whose name was there before */
	const struct json *nameless; /* an element without a key */
};

/* Whether values described by `at` (NULL: nobody knows) are taken whole. */
bool elements_are_hidden(const struct schema_field *at);
/* Both may be NULL. What has no children gives none. */
void elements_of(struct elements *elements, const struct schema_field *at,
		 const struct json *value);
void elements_fini(struct elements *elements);
#define scope_elements st_cleanup(elements_fini)
const struct element *elements_find(const struct elements *elements,
				    const char *name);
/* What the child of that name is; NULL: nobody knows. */
const struct schema_field *elements_field(const struct schema_field *at,
					  const char *name);
