/* SPDX-License-Identifier: Apache-2.0 */
/* Unknown members, and those that say nothing. */
#include <stdint.h>

#include "lab/schema.h"
#include "statefuld/json.h"

static void prune_object(const struct schema_type *type, struct json *object);

/* The tree belongs to the caller, who gave it to be changed: what is found
 * in it may be changed as well. */
static struct json *mut(const struct json *value)
{
	return (struct json *)(uintptr_t)value;
}

/* A real server decodes into a structure and prints that: a zero value that
 * cannot be told from nothing is not printed. */
static bool says_nothing(const struct schema_field *field,
			 const struct json *value)
{
	bool keep = field->keep || field->required;

	switch (json_type(value)) {
	case JSON_NULL:
		return field->form != SCHEMA_RAW &&
		       !(keep && field->form >= SCHEMA_TIME &&
			 field->form <= SCHEMA_MICROTIME);
	case JSON_STRING:
		return !keep && !field->pointer &&
		       field->form == SCHEMA_STRING &&
		       *json_value_str(value) == '\0';
	case JSON_BOOL:
		return !keep && !field->pointer &&
		       !json_value_bool(value, true);
	case JSON_NUMBER:
		return !keep && !field->pointer &&
		       (field->form == SCHEMA_INT32 ||
			field->form == SCHEMA_INT64) &&
		       json_value_int(value, 1) == 0;
	case JSON_ARRAY:
		return !keep && field->form == SCHEMA_LIST &&
		       json_len(value) == 0;
	case JSON_OBJECT:
		return !keep && field->form == SCHEMA_MAP &&
		       json_len(value) == 0;
	default:
		return false;
	}
}

static void prune_value(const struct schema_field *field,
			const struct json *value)
{
	if (field->form == SCHEMA_OBJECT) {
		if (json_type(value) == JSON_OBJECT)
			prune_object(field->type, mut(value));
		return;
	}
	if (field->form != SCHEMA_LIST && field->form != SCHEMA_MAP)
		return;
	if (field->item->form < SCHEMA_OBJECT)
		return;
	json_each (child, value)
		prune_value(field->item, child);
}

static bool keep(const struct json *member, void *arg)
{
	const struct schema_type *type = arg;
	const struct schema_field *field =
		schema_field(type, json_name(member));

	if (field == NULL || says_nothing(field, member))
		return false;
	prune_value(field, member);
	return true;
}

static void prune_object(const struct schema_type *type, struct json *object)
{
	json_filter(object, keep, (void *)(uintptr_t)type);
}

void schema_prune_type(const struct schema_type *type, struct json *object)
{
	if (json_type(object) == JSON_OBJECT)
		prune_object(type, object);
}

void schema_prune(const struct kind *kind, struct json *object)
{
	schema_prune_type(schema_of(kind), object);
}
