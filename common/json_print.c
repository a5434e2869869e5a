/* SPDX-License-Identifier: Apache-2.0 */
/* The printing part of json.h: on getters alone, it does not know cJSON. */
#include "statefuld/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/mem.h"

static void print_str(struct buf *out_buf, const char *text)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	const char *plain = text;

	buf_putc(out_buf, '"');
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		buf_put(out_buf, plain, (size_t)(text - plain));
		plain = text + 1;
		const char *letter = strchr(letters, c);
		if (letter != NULL)
			buf_put(out_buf, (char[]){'\\', letter[1]}, 2);
		else
			buf_printf(out_buf, "\\u%04x", c);
	}
	buf_put(out_buf, plain, (size_t)(text - plain));
	buf_putc(out_buf, '"');
}

/* Integers as such, for the API refuses "1e+18" for one; what was saturated
 * on the way in comes out as the same end of the range. Other numbers in the
 * fewest digits that read back as the same. */
static void print_num(struct buf *out_buf, const struct json *value)
{
	double number = json_value_num(value);
	int64_t whole = json_value_int(value, 0);
	char text[32];

	if (number == (double)whole) {
		buf_printf(out_buf, "%" PRId64, whole);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_puts(out_buf, text);
}

static void print(struct buf *out_buf, const struct json *value);

static void print_children(struct buf *out_buf, const struct json *parent)
{
	json_each (child, parent) {
		if (child != json_first(parent))
			buf_putc(out_buf, ',');
		if (json_name(child) != NULL) {
			print_str(out_buf, json_name(child));
			buf_putc(out_buf, ':');
		}
		print(out_buf, child);
	}
}

static void print(struct buf *out_buf, const struct json *value)
{
	switch (json_type(value)) {
	case JSON_NONE:
	case JSON_NULL:
		buf_puts(out_buf, "null");
		break;
	case JSON_BOOL:
		buf_puts(out_buf,
			 json_value_bool(value, false) ? "true" : "false");
		break;
	case JSON_NUMBER:
		print_num(out_buf, value);
		break;
	case JSON_STRING:
		print_str(out_buf, json_value_str(value));
		break;
	case JSON_ARRAY:
		buf_putc(out_buf, '[');
		print_children(out_buf, value);
		buf_putc(out_buf, ']');
		break;
	case JSON_OBJECT:
		buf_putc(out_buf, '{');
		print_children(out_buf, value);
		buf_putc(out_buf, '}');
		break;
	}
}

char *json_print(const struct json *value)
{
	struct buf text;

	buf_init(&text, 0);
	print(&text, value);
	/* Texts are kept for long: give back what the buffer had in reserve. */
	return mem_realloc(text.data, text.len + 1, 1);
}
