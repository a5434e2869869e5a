/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/schema_value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/attr.h"
#include "statefuld/mem.h"

/* One piece of the layout "2006-01-02T15:04:05Z07:00". */
struct piece {
	const char *layout;
	int digits; /* 0: the layout's own text */
	int min, max;
	const char *what; /* "month out of range" */
};

static const struct piece pieces[] = {
	{"2006", 4, 0, 9999, "year"}, {"-", 0, 0, 0, NULL},
	{"01", 2, 1, 12, "month"},    {"-", 0, 0, 0, NULL},
	{"02", 2, 1, 31, "day"},      {"T", 0, 0, 0, NULL},
	{"15", 2, 0, 23, "hour"},     {":", 0, 0, 0, NULL},
	{"04", 2, 0, 59, "minute"},   {":", 0, 0, 0, NULL},
	{"05", 2, 0, 59, "second"},
};

#define LAYOUT_SECONDS "2006-01-02T15:04:05Z07:00"
#define LAYOUT_MICRO   "2006-01-02T15:04:05.000000Z07:00"

static const char *layout(bool micro)
{
	return micro ? LAYOUT_MICRO : LAYOUT_SECONDS;
}

static char *unreadable(const char *text, bool micro, const char *rest,
			const char *piece)
{
	return mem_printf("parsing time \"%s\" as \"%s\": cannot parse \"%s\" "
			  "as \"%s\"",
			  text, layout(micro), rest, piece);
}

/* Number of n digits at p, or -1. */
static int number(const char *p, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)p[i]))
			return -1;
		value = value * 10 + (p[i] - '0');
	}
	return value;
}

/* Length of what fits the piece at p; 0: nothing, -1: out of range. */
static int fit(const struct piece *piece, const char *p)
{
	if (piece->digits == 0)
		return *p == piece->layout[0] ? 1 : 0;
	int value = number(p, piece->digits);
	if (value < 0)
		return 0;
	return value < piece->min || value > piece->max ? -1 : piece->digits;
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Length of a zone ("Z", "+02:00") at p, or 0. */
static size_t zone_len(const char *p)
{
	if (*p == 'Z')
		return 1;
	if ((*p != '+' && *p != '-') || number(p + 1, 2) < 0 || p[3] != ':' ||
	    number(p + 4, 2) < 0)
		return 0;
	return 6;
}

/* Digits behind the seconds: always allowed, and six of them in a
 * microtime. NULL if they are missing. */
static const char *skip_fraction(const char *p, bool micro)
{
	size_t digits = 0;

	if (*p == '.' || (*p == ',' && !micro))
		digits = strspn(p + 1, "0123456789");
	if (micro)
		return digits == 6 ? p + 7 : NULL;
	return digits > 0 ? p + 1 + digits : p;
}

char *schema_value_time(const char *text, bool micro)
{
	const char *p = text;

	for (size_t i = 0; i < st_array_len(pieces); i++) {
		int len = fit(&pieces[i], p);

		if (len == 0)
			return unreadable(text, micro, p, pieces[i].layout);
		if (len < 0)
			return mem_printf(
				"parsing time \"%s\": %s out of range", text,
				pieces[i].what);
		p += len;
	}
	const char *zone = skip_fraction(p, micro);
	if (zone == NULL)
		return unreadable(text, micro, p, ".000000");
	size_t len = zone_len(zone);
	if (len == 0)
		return unreadable(text, micro, zone, "Z07:00");
	if (zone[len] != '\0')
		return mem_printf("parsing time \"%s\": extra text: \"%s\"",
				  text, zone + len);
	if (number(text + 8, 2) > days_of(number(text, 4), number(text + 5, 2)))
		return mem_printf("parsing time \"%s\": day out of range",
				  text);
	return NULL;
}

static char *quantity_form(void)
{
	return mem_strdup("quantities must match the regular expression "
			  "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

static bool is_suffix(const char *suffix)
{
	static const char *const known[] = {
		"",  "n", "u",	"m",  "k",  "M",  "G",	"T",
		"P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
	};

	for (size_t i = 0; i < st_array_len(known); i++) {
		if (strcmp(suffix, known[i]) == 0)
			return true;
	}
	if ((suffix[0] != 'e' && suffix[0] != 'E') || suffix[1] == '\0')
		return false;
	const char *digits = suffix + 1;
	if (*digits == '+' || *digits == '-')
		digits++;
	size_t len = strlen(digits);
	return len > 0 && len <= 9 && strspn(digits, "0123456789") == len;
}

char *schema_value_quantity(const char *text)
{
	const char *p = text;

	if (*p == '\0')
		return quantity_form();
	if (*p == '+' || *p == '-')
		p++;
	p += strspn(p, "0123456789");
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	const char *suffix = p;
	p += strspn(p, "eEinumkKMGTP");
	if (*p == '+' || *p == '-')
		p++;
	p += strspn(p, "0123456789");
	if (*p != '\0')
		return quantity_form();
	if (!is_suffix(suffix))
		return mem_strdup("unable to parse quantity's suffix");
	return NULL;
}

static bool is_base64(char c)
{
	return isalnum((unsigned char)c) || c == '+' || c == '/';
}

static char *base64_at(size_t pos)
{
	return mem_printf("illegal base64 data at input byte %zu", pos);
}

/* The end of a text whose last quantum has `have` characters before the
 * first '=' at p. */
static char *check_padding(const char *text, const char *p, size_t have)
{
	if (have < 2)
		return base64_at((size_t)(p - text));
	p++;
	if (have == 2) {
		p += strspn(p, "\r\n");
		if (*p != '=')
			return base64_at((size_t)(p - text));
		p++;
	}
	p += strspn(p, "\r\n");
	return *p == '\0' ? NULL : base64_at((size_t)(p - text));
}

char *schema_value_base64(const char *text)
{
	size_t have = 0;
	const char *quantum = text;
	const char *p = text;

	for (; *p != '\0'; p++) {
		if (*p == '\r' || *p == '\n')
			continue;
		if (*p == '=')
			return check_padding(text, p, have);
		if (!is_base64(*p))
			return base64_at((size_t)(p - text));
		if (have == 0)
			quantum = p;
		have = (have + 1) % 4;
	}
	return have == 0 ? NULL : base64_at((size_t)(quantum - text));
}
