/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/backoff.h"

#include "statefuld/clk.h"
#include "tests/unit/cm.h"

static void delays_stay_between_half_and_whole_and_double(void **state)
{
	struct backoff backoff;

	(void)state;
	clk_seed(7);
	for (int round = 0; round < 200; round++) {
		uint32_t bound = 100;

		backoff_init(&backoff, 100, 3000);
		for (int i = 0; i < 10; i++) {
			uint32_t delay = backoff_next_ms(&backoff);

			assert_in_range(delay, bound / 2, bound);
			bound = bound * 2 < 3000 ? bound * 2 : 3000;
		}
	}
}

static void jitter_reaches_both_ends(void **state)
{
	uint32_t least = UINT32_MAX, most = 0;

	(void)state;
	clk_seed(1);
	for (int i = 0; i < 2000; i++) {
		struct backoff backoff;

		backoff_init(&backoff, 20, 1000);
		uint32_t delay = backoff_next_ms(&backoff);
		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
	}
	assert_int_equal(least, 10);
	assert_int_equal(most, 20);
}

static void the_bound_holds_after_any_number_of_failures(void **state)
{
	struct backoff backoff;

	(void)state;
	backoff_init(&backoff, 1000, UINT32_MAX);
	backoff.failures = UINT32_MAX;
	assert_true(backoff_next_ms(&backoff) >= UINT32_MAX / 2);
	assert_int_equal(backoff.failures, UINT32_MAX);
}

static void reset_starts_over(void **state)
{
	struct backoff backoff;

	(void)state;
	backoff_init(&backoff, 100, 100000);
	for (int i = 0; i < 8; i++)
		(void)backoff_next_ms(&backoff);
	backoff_reset(&backoff);
	assert_in_range(backoff_next_ms(&backoff), 50, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delays_stay_between_half_and_whole_and_double),
		cmocka_unit_test(jitter_reaches_both_ends),
		cmocka_unit_test(the_bound_holds_after_any_number_of_failures),
		cmocka_unit_test(reset_starts_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
