/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/canon.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* Length of the UTF-8 sequence at s, or 0 if it is none (RFC 3629: no
 * overlong forms, no surrogates, nothing above U+10FFFF). Reading stops at
 * the NUL, which is no continuation byte. */
static size_t utf8_len(const unsigned char *s)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return len;
}

static void ascii(struct buf *out, unsigned char c)
{
	static const char *const shorts[] = {
		['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n",
		['\f'] = "\\f", ['\r'] = "\\r",
	};

	if (c == '"' || c == '\\') {
		buf_putc(out, '\\');
		buf_putc(out, (char)c);
	} else if (c < st_array_len(shorts) && shorts[c] != NULL) {
		buf_puts(out, shorts[c]);
	} else if (c < 0x20 || c == '<' || c == '>' || c == '&') {
		buf_printf(out, "\\u%04x", c);
	} else {
		buf_putc(out, (char)c);
	}
}

void canon_string(struct buf *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	buf_putc(out, '"');
	while (*s != '\0') {
		size_t len = utf8_len(s);

		if (len == 0)
			buf_puts(out, "\\ufffd");
		else if (len == 1)
			ascii(out, *s);
		else if (memcmp(s, "\xe2\x80\xa8", 3) == 0)
			buf_puts(out, "\\u2028");
		else if (memcmp(s, "\xe2\x80\xa9", 3) == 0)
			buf_puts(out, "\\u2029");
		else
			buf_put(out, s, len);
		s += len ? len : 1;
	}
	buf_putc(out, '"');
}

/* The fewest digits that read back as the same double. */
static int shortest(char *out, size_t size, double number)
{
	for (int digits = 0; digits < 17; digits++) {
		snprintf(out, size, "%.*e", digits, number);
		if (strtod(out, NULL) == number)
			return digits;
	}
	return 16;
}

/* "1.5e+21" as Go has it: no zero in front of a one-digit exponent. */
static void exponent_form(struct buf *out, char *text)
{
	char *e = strchr(text, 'e');
	long exp = strtol(e + 1, NULL, 10);

	buf_put(out, text, (size_t)(e - text));
	buf_printf(out, "e%c%ld", exp < 0 ? '-' : '+', labs(exp));
}

/* A large integer: its shortest digits, and zeros in place of the rest. */
static void padded(struct buf *out, const char *text, int zeros)
{
	for (; *text != 'e'; text++)
		if (*text != '.')
			buf_putc(out, *text);
	while (zeros-- > 0)
		buf_putc(out, '0');
}

void canon_number(struct buf *out, double number)
{
	char text[64];
	double size = fabs(number);
	int digits, decimals;

	if (!isfinite(number)) {
		buf_puts(out, "null");
		return;
	}
	if (size == 0) {
		buf_puts(out, signbit(number) ? "-0" : "0");
		return;
	}
	digits = shortest(text, sizeof(text), number);
	if (size < 1e-6 || size >= 1e21) {
		exponent_form(out, text);
		return;
	}
	decimals = digits - (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	if (decimals >= 0)
		buf_printf(out, "%.*f", decimals, number);
	else
		padded(out, text, -decimals);
}

static void print(struct buf *out, const struct json *value);

static int by_name(const void *a, const void *b)
{
	const struct json *const *x = a, *const *y = b;

	return strcmp(json_name(*x), json_name(*y));
}

static void print_object(struct buf *out, const struct json *object)
{
	size_t n = 0;
	scope_free const struct json **members =
		mem_calloc(json_len(object) + 1, sizeof(*members));

	json_each (child, object)
		members[n++] = child;
	sort_items(members, n, sizeof(*members), by_name);
	buf_putc(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		canon_string(out, json_name(members[i]));
		buf_putc(out, ':');
		print(out, members[i]);
	}
	buf_putc(out, '}');
}

static void print_array(struct buf *out, const struct json *array)
{
	bool first = true;

	buf_putc(out, '[');
	json_each (child, array) {
		if (!first)
			buf_putc(out, ',');
		first = false;
		print(out, child);
	}
	buf_putc(out, ']');
}

static void print(struct buf *out, const struct json *value)
{
	switch (json_type(value)) {
	case JSON_OBJECT:
		print_object(out, value);
		break;
	case JSON_ARRAY:
		print_array(out, value);
		break;
	case JSON_STRING:
		canon_string(out, json_value_str(value));
		break;
	case JSON_NUMBER:
		canon_number(out, json_value_num(value));
		break;
	case JSON_BOOL:
		buf_puts(out, json_value_bool(value, false) ? "true" : "false");
		break;
	case JSON_NULL:
	case JSON_NONE:
		buf_puts(out, "null");
		break;
	}
}

char *canon_print(const struct json *value)
{
	scope_buf struct buf out;

	buf_init(&out, 0);
	print(&out, value);
	return buf_steal(&out);
}
