/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/fill.h"

#include <string.h>

static bool is_object(const struct json *value)
{
	return json_type(value) == JSON_OBJECT;
}

static bool is_missing(const struct json *object, const char *name)
{
	enum json_type type = json_type(json_get(object, name));

	return type == JSON_NONE || type == JSON_NULL;
}

struct json *fill_object(struct json *root, const char *path)
{
	const struct json *found = json_at(root, path);

	return is_object(found) ? fill_mut(found) : NULL;
}

struct json *fill_array(struct json *root, const char *path)
{
	const struct json *found = json_at(root, path);

	return json_type(found) == JSON_ARRAY ? fill_mut(found) : NULL;
}

void fill_str(struct json *object, const char *name, const char *text)
{
	if (!is_object(object))
		return;
	if (is_missing(object, name) || fill_is(object, name, ""))
		json_set_str(object, name, text);
}

void fill_int(struct json *object, const char *name, int64_t number)
{
	if (is_object(object) && is_missing(object, name))
		json_set_int(object, name, number);
}

void fill_bool(struct json *object, const char *name, bool value)
{
	if (is_object(object) && is_missing(object, name))
		json_set_bool(object, name, value);
}

void fill_count(struct json *object, const char *name, int64_t number)
{
	const struct json *old = json_get(object, name);

	if (!is_object(object))
		return;
	if (is_missing(object, name) || json_value_int(old, 1) == 0)
		json_set_int(object, name, number);
}

struct json *fill_make(struct json *object, const char *name)
{
	if (!is_object(object))
		return NULL;
	if (is_missing(object, name))
		json_set(object, name, json_new_object());
	const struct json *found = json_get(object, name);
	return is_object(found) ? fill_mut(found) : NULL;
}

void fill_copy(struct json *object, const char *name, const struct json *value)
{
	if (is_object(object) && value != NULL && is_missing(object, name))
		json_set(object, name, json_dup(value));
}

void fill_take(struct json *object, const char *name, const struct json *from)
{
	const struct json *value = json_get(from, name);

	if (!is_object(object))
		return;
	if (value != NULL)
		json_set(object, name, json_dup(value));
	else
		json_remove(object, name);
}

bool fill_is(const struct json *object, const char *path, const char *text)
{
	const char *value = json_str(object, path);

	return value != NULL && strcmp(value, text) == 0;
}
