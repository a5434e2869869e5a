/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/schema.h"

#include <string.h>

#include "lab/schema_tables.h"
#include "statefuld/json.h"

const struct schema_type *schema_named(const char *group, const char *name)
{
	for (const struct schema_type *const *t = schema_tables_roots;
	     *t != NULL; t++) {
		if (strcmp((*t)->name, name) == 0 &&
		    strcmp((*t)->group, group) == 0)
			return *t;
	}
	return NULL;
}

const struct schema_type *schema_of(const struct kind *kind)
{
	char buf[64];

	return schema_named(kinds_api_version(kind, buf), kind->kind);
}

const struct schema_field *schema_field(const struct schema_type *type,
					const char *name)
{
	size_t low = 0;
	size_t high = type->n_fields;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(name, type->fields[mid].name);

		if (order == 0)
			return &type->fields[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}
