/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/patch_text.h"

#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* A message is for reading: the rest of a long value says no more. */
enum { PATCH_TEXT_MAX = 2000, PATCH_TEXT_DEPTH = 20 };

const char *patch_text_word(const struct json *value)
{
	switch (json_type(value)) {
	case JSON_OBJECT:
		return "object";
	case JSON_ARRAY:
		return "array";
	case JSON_STRING:
		return "string";
	case JSON_NUMBER:
		return "number";
	case JSON_BOOL:
		return "bool";
	case JSON_NONE:
	case JSON_NULL:
		break;
	}
	return "null";
}

const char *patch_text_type(const struct json *value)
{
	switch (json_type(value)) {
	case JSON_OBJECT:
		return "map[string]interface {}";
	case JSON_ARRAY:
		return "[]interface {}";
	case JSON_STRING:
		return "string";
	case JSON_NUMBER:
		return "int64";
	case JSON_BOOL:
		return "bool";
	case JSON_NONE:
	case JSON_NULL:
		break;
	}
	return "<nil>";
}

static void add(struct buf *out, const struct json *value, int depth);

static int by_name(const void *a, const void *b)
{
	const struct json *const *x = a, *const *y = b;

	return strcmp(json_name(*x), json_name(*y));
}

static void add_object(struct buf *out, const struct json *object, int depth)
{
	size_t n = json_len(object), i = 0;
	scope_free const struct json **members =
		mem_calloc(n, sizeof(*members));

	json_each (member, object)
		members[i++] = member;
	sort_items(members, n, sizeof(*members), by_name);
	buf_puts(out, "map[");
	for (i = 0; i < n && out->len < PATCH_TEXT_MAX; i++) {
		buf_puts(out, i > 0 ? " " : "");
		buf_puts(out, json_name(members[i]));
		buf_puts(out, ":");
		add(out, members[i], depth + 1);
	}
	buf_puts(out, "]");
}

static void add_array(struct buf *out, const struct json *array, int depth)
{
	buf_puts(out, "[");
	json_each (item, array) {
		if (out->len >= PATCH_TEXT_MAX)
			break;
		buf_puts(out, item != json_first(array) ? " " : "");
		add(out, item, depth + 1);
	}
	buf_puts(out, "]");
}

static void add_scalar(struct buf *out, const struct json *value)
{
	scope_free char *text = json_print(value);

	buf_puts(out, text);
}

static void add(struct buf *out, const struct json *value, int depth)
{
	enum json_type type = json_type(value);

	if (depth > PATCH_TEXT_DEPTH || out->len >= PATCH_TEXT_MAX)
		buf_puts(out, "...");
	else if (type == JSON_OBJECT)
		add_object(out, value, depth);
	else if (type == JSON_ARRAY)
		add_array(out, value, depth);
	else if (type == JSON_STRING)
		buf_puts(out, json_value_str(value));
	else if (type == JSON_NULL)
		buf_puts(out, "<nil>");
	else
		add_scalar(out, value);
}

char *patch_text(const struct json *value)
{
	struct buf out;

	buf_init(&out, 0);
	add(&out, value, 0);
	if (out.len > PATCH_TEXT_MAX) {
		size_t cut = PATCH_TEXT_MAX;

		while (cut > 0 && ((unsigned char)out.data[cut] & 0xc0) == 0x80)
			cut--;
		out.len = cut;
		buf_puts(&out, "...");
	}
	return buf_steal(&out);
}
