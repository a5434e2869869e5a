/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "controller/pace.h"
#include "statefuld/attr.h"

enum { START = 5000 };

static void without_a_rate_nobody_waits(void **state)
{
	struct pace pace;

	(void)state;
	pace_init(&pace, 0, 0, START);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(pace_take(&pace, START), 0);
}

static void after_a_burst_it_is_the_rate(void **state)
{
	struct pace pace;
	uint64_t now = START, wait;
	int n = 0;

	(void)state;
	pace_init(&pace, 10, 25, now);
	while (pace_take(&pace, now) == 0)
		n++;
	assert_int_equal(n, 25);
	while (now < START + 10000) {
		wait = pace_take(&pace, now);
		n += wait == 0;
		now += wait;
	}
	assert_in_range(n, 25 + 97, 25 + 100);
}

static void what_was_not_used_is_kept_up_to_the_burst(void **state)
{
	struct pace pace;
	int n = 0;

	(void)state;
	pace_init(&pace, 10, 0, START);
	while (pace_take(&pace, START) == 0)
		n++;
	assert_int_equal(n, 10);
	for (n = 0; pace_take(&pace, START + 3600 * 1000) == 0; n++)
		;
	assert_int_equal(n, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_rate_nobody_waits),
		cmocka_unit_test(after_a_burst_it_is_the_rate),
		cmocka_unit_test(what_was_not_used_is_kept_up_to_the_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
