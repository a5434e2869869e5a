/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "statefuld/clk.h"
#include "tests/unit/zone_model.h"

enum {
	RUNS = 60,
	RUN_OCTETS = 4096,
};

static void random_edits_agree_with_a_sorted_list(void **state)
{
	uint8_t data[RUN_OCTETS];
	const char *more = getenv("ZONE_MODEL_RUNS");
	long runs = more != NULL ? atol(more) : RUNS;

	(void)state;
	for (long run = 0; run < runs; run++) {
		clk_seed((uint64_t)run);
		for (size_t i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)clk_random(256);
		zone_model_run(data, sizeof(data));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_edits_agree_with_a_sorted_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
