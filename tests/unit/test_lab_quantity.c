/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/quantity.h"
#include "statefuld/attr.h"
#include "tests/unit/cm.h"

static void check(const char *text, const char *want)
{
	char out[QUANTITY_TEXT];
	struct quantity quantity;

	assert_true(quantity_parse(text, &quantity));
	assert_string_equal(quantity_print(&quantity, out), want);
}

static void writes_each_amount_in_one_way(void **state)
{
	static const char *const cases[][2] = {
		{"0", "0"},
		{"-0", "0"},
		{"0Gi", "0"},
		{"1", "1"},
		{"+5", "5"},
		{"-5", "-5"},
		{"100", "100"},
		{"1000", "1k"},
		{"1500", "1500"},
		{"1.5", "1500m"},
		{".5", "500m"},
		{"5.", "5"},
		{"0.1", "100m"},
		{"1000m", "1"},
		{"1500m", "1500m"},
		{"100000k", "100M"},
		{"1024Mi", "1Gi"},
		{"1536Mi", "1536Mi"},
		{"1.5Gi", "1536Mi"},
		{"1000Mi", "1000Mi"},
		{"0.1Gi", "107374182400m"},
		{"0.5Ki", "512"},
		{"1Ki", "1Ki"},
		{"2048Ki", "2Mi"},
		{"1e3", "1e3"},
		{"12e2", "1200"},
		{"1E3", "1e3"},
		{"1E", "1E"},
		{"5e-1", "500e-3"},
		{"1n", "1n"},
		{"0.1n", "1n"},
		{"-0.1n", "-1n"},
		{"1000u", "1m"},
		{"100Ei", "9223372036854775807"},
		{"1e1000", "9223372036854775807"},
		{"7Ei", "7Ei"},
		{"0.1Ei", "115292150460684697600m"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++)
		check(cases[i][0], cases[i][1]);
}

static void refuses_what_is_no_amount(void **state)
{
	static const char *const cases[] = {
		"",    "Gi", "1gi",  "1 Gi", "one", "1.2.3", "e3",
		"--1", "1e", "1e3k", "1K",   ".",   "+",     "1Gi ",
	};
	struct quantity quantity;

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++)
		assert_false(quantity_parse(cases[i], &quantity));
}

static void rounds_away_from_zero_to_a_thousandth(void **state)
{
	static const char *const cases[][2] = {
		{"1u", "1m"}, {"-1u", "-1m"}, {"1.0001", "1001m"},
		{"1m", "1m"}, {"1Gi", "1Gi"},
	};
	char out[QUANTITY_TEXT];
	struct quantity quantity;

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		assert_true(quantity_parse(cases[i][0], &quantity));
		quantity_round(&quantity);
		assert_string_equal(quantity_print(&quantity, out),
				    cases[i][1]);
	}
}

static void compares_amounts_of_different_units(void **state)
{
	struct quantity a, b;

	(void)state;
	assert_true(quantity_parse("1Gi", &a));
	assert_true(quantity_parse("1G", &b));
	assert_true(quantity_cmp(&a, &b) > 0);
	assert_true(quantity_parse("1000m", &a));
	assert_true(quantity_parse("1", &b));
	assert_int_equal(quantity_cmp(&a, &b), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_each_amount_in_one_way),
		cmocka_unit_test(refuses_what_is_no_amount),
		cmocka_unit_test(rounds_away_from_zero_to_a_thousandth),
		cmocka_unit_test(compares_amounts_of_different_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
