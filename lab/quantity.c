/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/quantity.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/json.h"
#include "statefuld/mem.h"

#define NANO	 ((quantity_nano)1000000000)
#define MILLI	 ((quantity_nano)1000000)
#define NANO_MAX (NANO * INT64_MAX)
/* More than NANO_MAX in units of 1e-18; ten times this is still no overflow,
 * and binary units do not come near it. */
#define ATTO_MAX (NANO * NANO * NANO * NANO * 10)
#define MAX_TEXT 256

struct unit {
	const char *suffix;
	enum quantity_format format;
	int exponent; /* of 10, or of 1024 for binary units */
};

static const struct unit units[] = {
	{"", QUANTITY_DECIMAL, 0},   {"n", QUANTITY_DECIMAL, -9},
	{"u", QUANTITY_DECIMAL, -6}, {"m", QUANTITY_DECIMAL, -3},
	{"k", QUANTITY_DECIMAL, 3},  {"M", QUANTITY_DECIMAL, 6},
	{"G", QUANTITY_DECIMAL, 9},  {"T", QUANTITY_DECIMAL, 12},
	{"P", QUANTITY_DECIMAL, 15}, {"E", QUANTITY_DECIMAL, 18},
	{"Ki", QUANTITY_BINARY, 1},  {"Mi", QUANTITY_BINARY, 2},
	{"Gi", QUANTITY_BINARY, 3},  {"Ti", QUANTITY_BINARY, 4},
	{"Pi", QUANTITY_BINARY, 5},  {"Ei", QUANTITY_BINARY, 6},
};

/* "e3", "E-9": at most three digits say all that can matter. */
static bool read_exponent(const char *text, struct unit *ret_unit)
{
	int sign = 1, value = 0;

	if (*text != 'e' && *text != 'E')
		return false;
	text++;
	if (*text == '-' || *text == '+')
		sign = *text++ == '-' ? -1 : 1;
	if (*text == '\0')
		return false;
	for (; isdigit((unsigned char)*text); text++) {
		if (value < 1000)
			value = value * 10 + (*text - '0');
	}
	*ret_unit = (struct unit){"", QUANTITY_EXPONENT, sign * value};
	return *text == '\0';
}

static bool read_unit(const char *text, struct unit *ret_unit)
{
	for (size_t i = 0; i < st_array_len(units); i++) {
		if (strcmp(units[i].suffix, text) == 0) {
			*ret_unit = units[i];
			return true;
		}
	}
	return read_exponent(text, ret_unit);
}

static quantity_nano least(quantity_nano a, quantity_nano b)
{
	return a < b ? a : b;
}

/* Power by power, up to a cap that leaves room for one more of them. What
 * dividing loses rounds up once, at the end. */
static quantity_nano scale(quantity_nano value, quantity_nano cap,
			   const struct unit *unit, bool *inexact)
{
	quantity_nano factor = unit->format == QUANTITY_BINARY ? 1024 : 10;
	int exponent = unit->exponent;

	for (; exponent > 0 && value < cap && value != 0; exponent--)
		value = least(value * factor, cap);
	for (; exponent < 0 && value != 0; exponent++) {
		*inexact = *inexact || value % 10 != 0;
		value /= 10;
	}
	return value;
}

/* Digits with a point. The fraction is kept to 18 places so that "0.1Ei" and
 * "1e-9" come out right; it is an int128 of 1e-18 until scaled. */
struct digits {
	quantity_nano whole;
	quantity_nano atto;
	bool any, inexact;
	const char *end;
};

static void read_fraction(const char *text, struct digits *out)
{
	quantity_nano weight = NANO * NANO / 10;

	for (; isdigit((unsigned char)*text); text++, weight /= 10) {
		out->any = true;
		out->atto += weight * (*text - '0');
		if (weight == 0 && *text != '0')
			out->inexact = true;
	}
	out->end = text;
}

static bool read_digits(const char *text, struct digits *out)
{
	*out = (struct digits){0};
	for (; isdigit((unsigned char)*text); text++) {
		out->any = true;
		if (out->whole < NANO * NANO * 10)
			out->whole = out->whole * 10 + (*text - '0');
	}
	out->end = text;
	if (*text == '.')
		read_fraction(text + 1, out);
	return out->any;
}

/* In nano: whole part and fraction are scaled apart, for 128 bits do not
 * hold a large number with 18 places. */
static quantity_nano combine(const struct digits *digits,
			     const struct unit *unit)
{
	bool inexact = digits->inexact;
	quantity_nano whole, atto;

	whole = least(digits->whole * NANO, NANO_MAX);
	whole = scale(whole, NANO_MAX, unit, &inexact);
	atto = scale(digits->atto, ATTO_MAX, unit, &inexact);
	inexact = inexact || atto % NANO != 0;
	return least(whole + atto / NANO + (inexact ? 1 : 0), NANO_MAX);
}

bool quantity_parse(const char *text, struct quantity *ret_quantity)
{
	bool negative = *text == '-';
	struct digits digits;
	struct unit unit;

	if (strlen(text) > MAX_TEXT)
		return false;
	if (*text == '-' || *text == '+')
		text++;
	if (!read_digits(text, &digits) || !read_unit(digits.end, &unit))
		return false;
	quantity_nano nano = combine(&digits, &unit);
	ret_quantity->nano = negative ? -nano : nano;
	ret_quantity->format = unit.format;
	return true;
}

bool quantity_read(const struct json *value, struct quantity *ret_quantity)
{
	if (json_type(value) == JSON_STRING)
		return quantity_parse(json_value_str(value), ret_quantity);
	if (json_type(value) != JSON_NUMBER)
		return false;
	scope_free char *text = json_print(value);
	return quantity_parse(text, ret_quantity);
}

void quantity_round(struct quantity *quantity)
{
	quantity_nano rest = quantity->nano % MILLI;

	if (rest > 0)
		quantity->nano += MILLI - rest;
	else if (rest < 0)
		quantity->nano -= MILLI + rest;
}

int quantity_cmp(const struct quantity *a, const struct quantity *b)
{
	return (a->nano > b->nano) - (a->nano < b->nano);
}

bool quantity_is_whole(const struct quantity *quantity)
{
	return quantity->nano % NANO == 0;
}

static char *print_digits(quantity_nano value, bool negative, char *out)
{
	char digits[QUANTITY_TEXT];
	size_t n = sizeof(digits);

	for (; value != 0; value /= 10)
		digits[--n] = (char)('0' + (int)(value % 10));
	if (negative)
		*out++ = '-';
	memcpy(out, digits + n, sizeof(digits) - n);
	out += sizeof(digits) - n;
	*out = '\0';
	return out;
}

static size_t room(const char *out, const char *end)
{
	return QUANTITY_TEXT - (size_t)(end - out);
}

static void print_binary(quantity_nano whole, bool negative,
			 char out[QUANTITY_TEXT])
{
	static const char *const suffix[] = {"",   "Ki", "Mi", "Gi",
					     "Ti", "Pi", "Ei"};
	size_t exponent = 0;

	while (whole % 1024 == 0 && exponent + 1 < st_array_len(suffix)) {
		whole /= 1024;
		exponent++;
	}
	char *end = print_digits(whole, negative, out);
	snprintf(end, room(out, end), "%s", suffix[exponent]);
}

static void print_decimal(quantity_nano nano, bool negative, bool as_exponent,
			  char out[QUANTITY_TEXT])
{
	static const char suffix[] = "num\0kMGTPE";
	int exponent = -9;

	while (nano % 1000 == 0 && exponent < 18) {
		nano /= 1000;
		exponent += 3;
	}
	char *end = print_digits(nano, negative, out);
	if (as_exponent && exponent != 0)
		snprintf(end, room(out, end), "e%d", exponent);
	else if (exponent != 0)
		snprintf(end, room(out, end), "%c", suffix[(exponent + 9) / 3]);
}

const char *quantity_print(const struct quantity *quantity,
			   char out[QUANTITY_TEXT])
{
	bool negative = quantity->nano < 0;
	quantity_nano nano = negative ? -quantity->nano : quantity->nano;

	if (nano == 0) {
		snprintf(out, QUANTITY_TEXT, "0");
		return out;
	}
	/* Small or broken amounts read better in decimals. */
	if (quantity->format == QUANTITY_BINARY && nano >= 1024 * NANO &&
	    nano % NANO == 0)
		print_binary(nano / NANO, negative, out);
	else
		print_decimal(nano, negative,
			      quantity->format == QUANTITY_EXPONENT, out);
	return out;
}
