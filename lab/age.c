/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/age.h"

#include <inttypes.h>
#include <stdio.h>

#include "statefuld/clk.h"

enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	YEAR = 365 * DAY,
};

/* "3m20s", and "3m" rather than "3m0s". */
static void pair(char out[AGE_MAX], int64_t whole, char unit, int64_t rest,
		 char rest_unit)
{
	if (rest == 0)
		snprintf(out, AGE_MAX, "%" PRId64 "%c", whole, unit);
	else
		snprintf(out, AGE_MAX, "%" PRId64 "%c%" PRId64 "%c", whole,
			 unit, rest, rest_unit);
}

const char *age_text(int64_t s, char out[AGE_MAX])
{
	if (s < -1)
		snprintf(out, AGE_MAX, "<invalid>");
	else if (s < 0)
		snprintf(out, AGE_MAX, "0s");
	else if (s < 2 * MINUTE)
		pair(out, s, 's', 0, 0);
	else if (s < 10 * MINUTE)
		pair(out, s / MINUTE, 'm', s % MINUTE, 's');
	else if (s < 3 * HOUR)
		pair(out, s / MINUTE, 'm', 0, 0);
	else if (s < 8 * HOUR)
		pair(out, s / HOUR, 'h', s % HOUR / MINUTE, 'm');
	else if (s < 2 * DAY)
		pair(out, s / HOUR, 'h', 0, 0);
	else if (s < 8 * DAY)
		pair(out, s / DAY, 'd', s % DAY / HOUR, 'h');
	else if (s < 2 * YEAR)
		pair(out, s / DAY, 'd', 0, 0);
	else if (s < 8 * YEAR)
		pair(out, s / YEAR, 'y', s % YEAR / DAY, 'd');
	else
		pair(out, s / YEAR, 'y', 0, 0);
	return out;
}

const char *age_since(const char *time, int64_t now_s, char out[AGE_MAX])
{
	int64_t then_us;

	if (time == NULL || clk_parse(time, &then_us) < 0) {
		snprintf(out, AGE_MAX, "<unknown>");
		return out;
	}
	return age_text(now_s - then_us / 1000000, out);
}
