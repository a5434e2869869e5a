/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/age.h"

#include "tests/unit/cm.h"

enum { M = 60, H = 60 * M, D = 24 * H, Y = 365 * D };

static const char *text(int64_t seconds)
{
	static char out[AGE_MAX];

	return age_text(seconds, out);
}

static void the_coarser_the_longer_ago(void **state)
{
	(void)state;
	assert_string_equal(text(0), "0s");
	assert_string_equal(text(119), "119s");
	assert_string_equal(text(120), "2m");
	assert_string_equal(text(599), "9m59s");
	assert_string_equal(text(10 * M + 5), "10m");
	assert_string_equal(text(3 * H - 1), "179m");
	assert_string_equal(text(3 * H), "3h");
	assert_string_equal(text(7 * H + 59 * M), "7h59m");
	assert_string_equal(text(8 * H + 59 * M), "8h");
	assert_string_equal(text(47 * H), "47h");
	assert_string_equal(text(2 * D), "2d");
	assert_string_equal(text(7 * D + 23 * H), "7d23h");
	assert_string_equal(text(8 * D + 23 * H), "8d");
	assert_string_equal(text(2 * Y - 1), "729d");
	assert_string_equal(text(2 * Y), "2y");
	assert_string_equal(text(7 * Y + 3 * D), "7y3d");
	assert_string_equal(text(8 * (int64_t)Y + 300 * D), "8y");
}

static void a_clock_that_is_a_little_ahead_is_forgiven(void **state)
{
	(void)state;
	assert_string_equal(text(-1), "0s");
	assert_string_equal(text(-2), "<invalid>");
}

static void no_time_has_an_unknown_age(void **state)
{
	char out[AGE_MAX];

	(void)state;
	assert_string_equal(age_since(NULL, 0, out), "<unknown>");
	assert_string_equal(age_since("yesterday", 0, out), "<unknown>");
	assert_string_equal(age_since("1970-01-01T00:00:10Z", 17, out), "7s");
	assert_string_equal(age_since("1970-01-01T00:00:10.9Z", 17, out), "7s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_coarser_the_longer_ago),
		cmocka_unit_test(a_clock_that_is_a_little_ahead_is_forgiven),
		cmocka_unit_test(no_time_has_an_unknown_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
