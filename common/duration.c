/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/duration.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "statefuld/err.h"

/* Longest first where one begins like another. */
static const struct unit {
	const char *text;
	double ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60e3}, {"h", 3600e3}};

static const struct unit *unit_at(const char *text)
{
	for (size_t i = 0; i < st_array_len(units); i++) {
		if (strncmp(text, units[i].text, strlen(units[i].text)) == 0)
			return &units[i];
	}
	return NULL;
}

/* Digits with at most one point between them. */
static const char *read_number(const char *p, double *ret_number)
{
	double number = 0, place = 1;
	const char *begin = p;

	for (; *p >= '0' && *p <= '9'; p++)
		number = number * 10 + (*p - '0');
	if (p > begin && *p == '.') {
		for (p++; *p >= '0' && *p <= '9'; p++) {
			place /= 10;
			number += place * (*p - '0');
		}
	}
	*ret_number = number;
	return p > begin ? p : NULL;
}

static bool read_all(const char *p, double *ret_ms)
{
	*ret_ms = 0;
	if (strcmp(p, "0") == 0)
		return true;
	do {
		const struct unit *unit;
		double number;

		p = read_number(p, &number);
		unit = p != NULL ? unit_at(p) : NULL;
		if (unit == NULL)
			return false;
		*ret_ms += number * unit->ms;
		p += strlen(unit->text);
	} while (*p != '\0');
	return true;
}

int duration_parse(uint64_t *ret_ms, const char *text, uint64_t max_ms,
		   struct err *err)
{
	double ms;

	if (!read_all(text, &ms))
		return err_set(err, ST_EINVAL,
			       "'%s' is no duration: write for instance 300ms, "
			       "2s or 1m30s",
			       text);
	if (ms > (double)max_ms)
		return err_set(err, ST_EINVAL, "at most %llus",
			       (unsigned long long)max_ms / 1000);
	*ret_ms = (uint64_t)(ms + 0.5);
	return 0;
}
