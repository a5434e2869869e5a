/* SPDX-License-Identifier: Apache-2.0 */
/* Members that a real server always prints, whatever was sent. */
#include <stdint.h>

#include "lab/schema.h"
#include "statefuld/json.h"

static void complete_object(const struct schema_type *type,
			    struct json *object);

static struct json *new_zero(const struct schema_field *field)
{
	switch (field->form) {
	case SCHEMA_STRING:
		return json_new_str("");
	case SCHEMA_BOOL:
		return json_new_bool(false);
	case SCHEMA_INT32:
	case SCHEMA_INT64:
		return json_new_int(0);
	case SCHEMA_OBJECT:
		return json_new_object();
	default:
		return json_new_null();
	}
}

static void complete_value(const struct schema_field *field,
			   const struct json *value)
{
	/* The tree is the caller's, who gave it to be changed. */
	if (field->form == SCHEMA_OBJECT && json_type(value) == JSON_OBJECT) {
		complete_object(field->type, (struct json *)(uintptr_t)value);
		return;
	}
	if ((field->form == SCHEMA_LIST || field->form == SCHEMA_MAP) &&
	    field->item->form >= SCHEMA_OBJECT) {
		json_each (child, value)
			complete_value(field->item, child);
	}
}

static void complete_object(const struct schema_type *type, struct json *object)
{
	for (size_t i = 0; i < type->n_fields; i++) {
		const struct schema_field *field = &type->fields[i];

		if (field->keep && json_get(object, field->name) == NULL)
			json_set(object, field->name, new_zero(field));
	}
	json_each (member, object) {
		const struct schema_field *field =
			schema_field(type, json_name(member));

		if (field != NULL)
			complete_value(field, member);
	}
}

void schema_complete(const struct kind *kind, struct json *object)
{
	if (json_type(object) == JSON_OBJECT)
		complete_object(schema_of(kind), object);
}
