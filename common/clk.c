/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/clk.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "statefuld/err.h"

enum { DAY_S = 86400 };
#define SECOND_US INT64_C(1000000)

static struct {
	bool on;
	uint64_t mono_ns;
	int64_t wall_us;
} fake;

static _Thread_local struct {
	bool seeded;
	uint64_t state;
} rnd;

static struct timespec now(clockid_t clock)
{
	struct timespec ts;
	int rc = clock_gettime(clock, &ts);

	st_assert(rc == 0);
	return ts;
}

uint64_t clk_mono_ns(void)
{
	if (fake.on)
		return fake.mono_ns;
	struct timespec ts = now(CLOCK_MONOTONIC);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t clk_mono_ms(void)
{
	return clk_mono_ns() / 1000000u;
}

int64_t clk_wall_us(void)
{
	if (fake.on)
		return fake.wall_us;
	struct timespec ts = now(CLOCK_REALTIME);
	return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

/* Rounds toward minus infinity, so that times before 1970 work too. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t clk_wall_s(void)
{
	return floor_div(clk_wall_us(), SECOND_US);
}

void clk_fake(uint64_t mono_ns, int64_t wall_us)
{
	fake.on = true;
	fake.mono_ns = mono_ns;
	fake.wall_us = wall_us;
}

void clk_fake_advance_ms(uint64_t ms)
{
	st_assert(fake.on);
	fake.mono_ns += ms * 1000000u;
	fake.wall_us += (int64_t)ms * 1000;
}

void clk_real(void)
{
	fake.on = false;
}

void clk_seed(uint64_t seed)
{
	rnd.seeded = true;
	rnd.state = seed;
}

/* The SplitMix64 generator: a counter, and a mixer over it. */
static uint64_t random64(void)
{
	if (!rnd.seeded) {
		uint64_t seed;
		ssize_t n = getrandom(&seed, sizeof(seed), 0);

		st_assert(n == (ssize_t)sizeof(seed));
		clk_seed(seed);
	}
	uint64_t z = rnd.state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint32_t clk_random(uint32_t bound)
{
	/* With 64 random bits the bias of a plain modulo is below 2^-32. */
	return bound != 0 ? (uint32_t)(random64() % bound) : 0;
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. Years
 * begin in March here, so that the leap day is the last of its year. */
static int64_t days_of_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year =
		(153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static void date_of_days(int64_t days, int *ret_year, int *ret_month,
			 int *ret_day)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t year =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t mp = (5 * of_year + 2) / 153;

	*ret_day = (int)(of_year - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = (int)(year + era * 400 + (*ret_month <= 2));
}

void clk_format(char out[32], int64_t wall_us, int with_us)
{
	const int64_t first = days_of_date(0, 1, 1) * DAY_S * SECOND_US;
	const int64_t end = days_of_date(10000, 1, 1) * DAY_S * SECOND_US;
	int year, month, day;

	/* RFC 3339 knows four digits of year. */
	if (wall_us < first)
		wall_us = first;
	if (wall_us >= end)
		wall_us = end - 1;
	int64_t s = floor_div(wall_us, SECOND_US);
	int64_t days = floor_div(s, DAY_S);
	int rest = (int)(s - days * DAY_S);
	date_of_days(days, &year, &month, &day);
	int n = snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d", year, month,
			 day, rest / 3600, rest / 60 % 60, rest % 60);
	if (with_us)
		n += snprintf(out + n, 32 - (size_t)n, ".%06d",
			      (int)(wall_us - s * SECOND_US));
	memcpy(out + n, "Z", sizeof("Z"));
}

/* Reads exactly `digits` digits at *p and the character `after` (0: none). */
static int take_number(const char **p, int digits, char after, int *ret_value)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return ST_EPARSE;
		value = value * 10 + (**p - '0');
	}
	if (after != '\0' && *(*p)++ != after)
		return ST_EPARSE;
	*ret_value = value;
	return 0;
}

/* ".5", ".123456789": digits behind the microseconds are dropped. */
static int take_fraction(const char **p, int *ret_us)
{
	int us = 0, weight = 100000;

	*ret_us = 0;
	if (**p != '.')
		return 0;
	(*p)++;
	if (**p < '0' || **p > '9')
		return ST_EPARSE;
	for (; **p >= '0' && **p <= '9'; (*p)++, weight /= 10)
		us += (**p - '0') * weight;
	*ret_us = us;
	return 0;
}

/* "Z" or "+02:00". */
static int take_offset(const char **p, int *ret_s)
{
	int hours, minutes;
	char sign = *(*p);

	if (sign != '\0')
		(*p)++;
	*ret_s = 0;
	if (sign == 'Z' || sign == 'z')
		return 0;
	if (sign != '+' && sign != '-')
		return ST_EPARSE;
	if (take_number(p, 2, ':', &hours) < 0 ||
	    take_number(p, 2, '\0', &minutes) < 0 || hours > 23 || minutes > 59)
		return ST_EPARSE;
	*ret_s = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static int take_date(const char **p, int64_t *ret_days)
{
	int year, month, day;

	if (take_number(p, 4, '-', &year) < 0 ||
	    take_number(p, 2, '-', &month) < 0 ||
	    take_number(p, 2, '\0', &day) < 0)
		return ST_EPARSE;
	if (month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month))
		return ST_EPARSE;
	*ret_days = days_of_date(year, month, day);
	return 0;
}

static int take_time(const char **p, int *ret_s)
{
	int hour, minute, second;

	if (take_number(p, 2, ':', &hour) < 0 ||
	    take_number(p, 2, ':', &minute) < 0 ||
	    take_number(p, 2, '\0', &second) < 0)
		return ST_EPARSE;
	/* 60: a leap second (RFC 3339 5.6) reads as the second after. */
	if (hour > 23 || minute > 59 || second > 60)
		return ST_EPARSE;
	*ret_s = hour * 3600 + minute * 60 + second;
	return 0;
}

int clk_parse(const char *text, int64_t *ret_wall_us)
{
	const char *p = text;
	int64_t days;
	int second, us, offset_s;

	if (text == NULL || take_date(&p, &days) < 0)
		return ST_EPARSE;
	if (*p != 'T' && *p != 't' && *p != ' ')
		return ST_EPARSE;
	p++;
	if (take_time(&p, &second) < 0 || take_fraction(&p, &us) < 0 ||
	    take_offset(&p, &offset_s) < 0 || *p != '\0')
		return ST_EPARSE;
	*ret_wall_us = (days * DAY_S + second - offset_s) * SECOND_US + us;
	return 0;
}
