/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rules_amounts.h"

#include "lab/fill.h"
#include "lab/quantity.h"
#include "lab/schema.h"

static void unify_object(const struct schema_type *type, struct json *object);

/* NULL: it is well as it is. */
static struct json *unified(const struct json *value, bool in_list)
{
	char text[QUANTITY_TEXT];
	struct quantity amount;

	if (in_list && json_type(value) == JSON_NULL)
		return json_new_str("0");
	if (!quantity_read(value, &amount))
		return NULL;
	if (in_list)
		quantity_round(&amount);
	return json_new_str(quantity_print(&amount, text));
}

/* Returns the member as it is now: a repeated name loses its repeats, so
 * that what came next may be gone. */
static const struct json *unify_member(struct json *object,
				       const struct json *member, bool in_list)
{
	struct json *text = unified(member, in_list);

	if (text == NULL)
		return member;
	json_set(object, json_name(member), text);
	return text;
}

/* Lists of resources: name to amount. */
static void unify_map(struct json *map)
{
	const struct json *value = json_first(map);

	for (; value != NULL; value = json_next(value))
		value = unify_member(map, value, true);
}

/* A null in a list or map reads as an object without members. */
static void unify_element(const struct schema_type *type, struct json *child)
{
	if (json_type(child) == JSON_NULL) {
		scope_json struct json *empty = json_new_object();

		json_swap(child, empty);
		return;
	}
	unify_object(type, child);
}

static void unify_inside(const struct schema_field *field, struct json *value)
{
	const struct schema_field *item = field->item;

	if (field->form == SCHEMA_OBJECT)
		return unify_object(field->type, value);
	if (item == NULL)
		return;
	if (field->form == SCHEMA_MAP && item->form == SCHEMA_QUANTITY) {
		if (json_type(value) == JSON_OBJECT)
			unify_map(value);
	} else if (item->form == SCHEMA_OBJECT) {
		fill_each (child, value)
			unify_element(item->type, child);
	}
}

static void unify_object(const struct schema_type *type, struct json *object)
{
	const struct json *member = json_first(object);

	if (type == NULL || json_type(object) != JSON_OBJECT)
		return;
	for (; member != NULL; member = json_next(member)) {
		const struct schema_field *field =
			schema_field(type, json_name(member));

		if (field == NULL)
			continue;
		if (field->form == SCHEMA_QUANTITY)
			member = unify_member(object, member, false);
		else
			unify_inside(field, fill_mut(member));
	}
}

void rules_amounts_unify(const struct kind *kind, struct json *object)
{
	unify_object(schema_of(kind), object);
}
