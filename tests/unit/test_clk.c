/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/clk.h"

#include "statefuld/err.h"
#include "tests/unit/cm.h"

static void time_formats_as_rfc_3339(void **state)
{
	static const struct {
		int64_t wall_us;
		int with_us;
		const char *text;
	} rows[] = {
		{0, 0, "1970-01-01T00:00:00Z"},
		{1, 1, "1970-01-01T00:00:00.000001Z"},
		{-1, 1, "1969-12-31T23:59:59.999999Z"},
		{951782400000000, 0, "2000-02-29T00:00:00Z"},
		{1763705701123456, 1, "2025-11-21T06:15:01.123456Z"},
		{4107542400000000, 0, "2100-03-01T00:00:00Z"},
		{253402300799999999, 1, "9999-12-31T23:59:59.999999Z"},
		{INT64_MAX, 0, "9999-12-31T23:59:59Z"},
		{INT64_MIN, 0, "0000-01-01T00:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		char text[32];

		clk_format(text, rows[i].wall_us, rows[i].with_us);
		assert_string_equal(text, rows[i].text);
	}
}

static void time_parses_with_fraction_and_offset(void **state)
{
	static const struct {
		const char *text;
		int64_t wall_us;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2025-11-21T06:15:01.123456789Z", 1763705701123456},
		{"2025-11-21t06:15:01.1z", 1763705701100000},
		{"2025-11-21T08:15:01+02:00", 1763705701000000},
		{"2025-11-20T22:45:01-07:30", 1763705701000000},
		{"2016-12-31T23:59:60Z", 1483228800000000},
		{"2000-02-29T00:00:00Z", 951782400000000},
		{"1969-12-31T23:59:59.999999Z", -1},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		int64_t wall_us;

		assert_int_equal(clk_parse(rows[i].text, &wall_us), 0);
		assert_true(wall_us == rows[i].wall_us);
	}
}

static void malformed_time_is_refused_and_nothing_is_set(void **state)
{
	static const char *const rows[] = {
		"",
		"2025",
		"2025-13-01T00:00:00Z",
		"2025-00-01T00:00:00Z",
		"2025-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z",
		"2025-01-32T00:00:00Z",
		"2025-01-00T00:00:00Z",
		"2025-01-01T24:00:00Z",
		"2025-01-01T00:60:00Z",
		"2025-01-01T00:00:61Z",
		"2025-01-01T00:00:00",
		"2025-01-01T00:00:00.Z",
		"2025-01-01T00:00:00Zx",
		"2025-01-01T00:00:00+24:00",
		"2025-01-01T00:00:00+0200",
		"2025-01-01T00:00:00+",
		"+025-01-01T00:00:00Z",
		"2025-1-01T00:00:00Z",
	};
	int64_t wall_us = 42;

	(void)state;
	assert_int_equal(clk_parse(NULL, &wall_us), ST_EPARSE);
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_int_equal(clk_parse(rows[i], &wall_us), ST_EPARSE);
	assert_int_equal(wall_us, 42);
}

static void formatting_and_parsing_agree_over_the_centuries(void **state)
{
	(void)state;
	for (int64_t day = -719528; day < 2932896; day += 13) {
		int64_t us = (day * 86400 + day % 86400) * 1000000 + day % 7;
		int64_t back;
		char text[32];

		clk_format(text, us, 1);
		if (us < INT64_C(-62167219200000000))
			continue;
		assert_int_equal(clk_parse(text, &back), 0);
		assert_true(back == us);
	}
}

static void a_faked_clock_stands_still_until_moved(void **state)
{
	(void)state;
	clk_fake(5000000, 7000001);
	assert_int_equal(clk_mono_ns(), 5000000);
	assert_int_equal(clk_mono_ms(), 5);
	assert_int_equal(clk_wall_us(), 7000001);
	assert_int_equal(clk_wall_s(), 7);
	clk_fake_advance_ms(1500);
	assert_int_equal(clk_mono_ms(), 1505);
	assert_int_equal(clk_wall_us(), 8500001);
	clk_real();
	uint64_t first = clk_mono_ns();
	assert_true(clk_mono_ns() >= first);
	assert_true(clk_wall_s() > 1700000000);
}

static void random_numbers_keep_the_bound_and_repeat_with_the_seed(void **state)
{
	uint32_t seen[5] = {0};

	(void)state;
	assert_int_equal(clk_random(0), 0);
	assert_int_equal(clk_random(1), 0);
	for (int i = 0; i < 5000; i++)
		seen[clk_random(5)]++;
	for (int i = 0; i < 5; i++)
		assert_in_range(seen[i], 700, 1300);
	clk_seed(99);
	uint32_t a = clk_random(UINT32_MAX), b = clk_random(UINT32_MAX);
	clk_seed(99);
	assert_int_equal(clk_random(UINT32_MAX), a);
	assert_int_equal(clk_random(UINT32_MAX), b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_formats_as_rfc_3339),
		cmocka_unit_test(time_parses_with_fraction_and_offset),
		cmocka_unit_test(malformed_time_is_refused_and_nothing_is_set),
		cmocka_unit_test(
			formatting_and_parsing_agree_over_the_centuries),
		cmocka_unit_test(a_faked_clock_stands_still_until_moved),
		cmocka_unit_test(
			random_numbers_keep_the_bound_and_repeat_with_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
