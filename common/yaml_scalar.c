/* SPDX-License-Identifier: Apache-2.0 */
#include "common/yaml_scalar.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"

enum { MAX_NUMBER = 64 };

static int put(struct buf *out, const char *text)
{
	return buf_add(out, text, strlen(text));
}

static int put_byte(struct buf *out, unsigned char byte)
{
	char text[8];

	switch (byte) {
	case '"':
		return put(out, "\\\"");
	case '\\':
		return put(out, "\\\\");
	case '\n':
		return put(out, "\\n");
	default:
		if (byte >= 0x20)
			return buf_add(out, &byte, 1);
		snprintf(text, sizeof(text), "\\u%04x", byte);
		return put(out, text);
	}
}

int yaml_scalar_put_str(struct buf *out, const char *text, size_t len)
{
	int rc = put(out, "\"");

	for (size_t i = 0; i < len && rc == 0; i++)
		rc = put_byte(out, (unsigned char)text[i]);
	return rc == 0 ? put(out, "\"") : rc;
}

/* ---- words ---- */

static const struct word {
	const char *text, *json;
} words[] = {
	{"", "null"},	    {"~", "null"},	{"null", "null"},
	{"Null", "null"},   {"NULL", "null"},	{"true", "true"},
	{"True", "true"},   {"TRUE", "true"},	{"y", "true"},
	{"Y", "true"},	    {"yes", "true"},	{"Yes", "true"},
	{"YES", "true"},    {"on", "true"},	{"On", "true"},
	{"ON", "true"},	    {"false", "false"}, {"False", "false"},
	{"FALSE", "false"}, {"n", "false"},	{"N", "false"},
	{"no", "false"},    {"No", "false"},	{"NO", "false"},
	{"off", "false"},   {"Off", "false"},	{"OFF", "false"},
};

static const char *word_of(const char *text, size_t len)
{
	for (size_t i = 0; i < st_array_len(words); i++) {
		if (strlen(words[i].text) == len &&
		    memcmp(words[i].text, text, len) == 0)
			return words[i].json;
	}
	return NULL;
}

/* ---- numbers ---- */

/* The digits' base, and where they begin. */
static int base_of(const char **digits)
{
	const char *p = *digits;
	int base = 10;

	if (p[0] != '0' || p[1] == '\0')
		return base;
	switch (tolower((unsigned char)p[1])) {
	case 'x':
		base = 16;
		break;
	case 'o':
		base = 8;
		break;
	case 'b':
		base = 2;
		break;
	default:
		*digits = p + 1;
		return 8;
	}
	*digits = p + 2;
	return base;
}

/* Writes the decimal form of an integer; false if it is none. */
static bool read_int(const char *text, char out[MAX_NUMBER])
{
	bool negative = text[0] == '-';
	const char *digits = text + (text[0] == '-' || text[0] == '+');
	int base = base_of(&digits);
	unsigned long long value;
	char *end;

	if (!isxdigit((unsigned char)digits[0]))
		return false;
	errno = 0;
	value = strtoull(digits, &end, base);
	if (*end != '\0' || errno != 0)
		return false;
	snprintf(out, MAX_NUMBER, "%s%llu", negative && value != 0 ? "-" : "",
		 value);
	return true;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_float(const char *p)
{
	static const char decimal[] = "0123456789";
	size_t whole, part = 0;

	p += *p == '-' || *p == '+';
	whole = strspn(p, decimal);
	p += whole;
	if (*p == '.') {
		part = strspn(++p, decimal);
		p += part;
	}
	if (whole + part == 0)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		part = strspn(p, decimal);
		p += part;
		return part != 0 && *p == '\0';
	}
	return *p == '\0';
}

static bool read_float(const char *text, char out[MAX_NUMBER])
{
	double value;

	if (!is_float(text))
		return false;
	value = strtod(text, NULL);
	if (!isfinite(value))
		return false;
	snprintf(out, MAX_NUMBER, "%.15g", value);
	if (strtod(out, NULL) != value)
		snprintf(out, MAX_NUMBER, "%.17g", value);
	return true;
}

static bool is_no_number(const char *text)
{
	static const char *const all[] = {".inf", ".Inf", ".INF",
					  ".nan", ".NaN", ".NAN"};

	text += *text == '-' || *text == '+';
	for (size_t i = 0; i < st_array_len(all); i++) {
		if (strcmp(text, all[i]) == 0)
			return true;
	}
	return false;
}

/* Underscores may stand between digits, as in 1_000. */
static bool copy_number(char number[MAX_NUMBER], const char *text, size_t len)
{
	size_t n = 0;

	if (len == 0 || strchr("+-.0123456789", text[0]) == NULL)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '_')
			continue;
		if (text[i] == '\0' || n == MAX_NUMBER - 1)
			return false;
		number[n++] = text[i];
	}
	number[n] = '\0';
	return true;
}

int yaml_scalar_put_plain(struct buf *out, const char *text, size_t len)
{
	const char *word = word_of(text, len);
	char number[MAX_NUMBER], decimal[MAX_NUMBER];

	if (word != NULL)
		return put(out, word);
	if (!copy_number(number, text, len))
		return yaml_scalar_put_str(out, text, len);
	if (read_int(number, decimal) || read_float(number, decimal))
		return put(out, decimal);
	if (is_no_number(number))
		return ST_EINVAL;
	return yaml_scalar_put_str(out, text, len);
}
