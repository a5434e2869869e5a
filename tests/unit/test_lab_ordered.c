/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/ordered.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/clk.h"
#include "tests/unit/cm.h"

enum { N = 2000 };

static void fill(struct ordered *map, char keys[N][12])
{
	for (int i = 0; i < N; i++)
		snprintf(keys[i], sizeof(keys[i]), "%04d", i);
	/* 7 has no divisor in common with N: each once, in no order. */
	for (int i = 0; i < N; i++)
		ordered_add(map, keys[i * 7 % N], keys[i * 7 % N]);
}

static void items_are_walked_in_order_whatever_came_first(void **state)
{
	struct ordered map = {0};
	static char keys[N][12];
	int n = 0;

	(void)state;
	fill(&map, keys);
	assert_int_equal(map.n, N);
	for (struct ordered_item *i = ordered_from(&map, ""); i;
	     i = ordered_next(i))
		assert_string_equal(i->key, keys[n++]);
	assert_int_equal(n, N);
	ordered_fini(&map);
	assert_null(ordered_from(&map, ""));
}

static void a_walk_begins_at_or_behind_a_key(void **state)
{
	struct ordered map = {0};
	static char keys[N][12];

	(void)state;
	fill(&map, keys);
	assert_string_equal(ordered_get(&map, "0042")->value, "0042");
	assert_null(ordered_get(&map, "0042x"));
	assert_string_equal(ordered_from(&map, "0042")->key, "0042");
	assert_string_equal(ordered_from(&map, "0042x")->key, "0043");
	assert_string_equal(ordered_after(&map, "0042")->key, "0043");
	assert_string_equal(ordered_after(&map, "0042x")->key, "0043");
	assert_null(ordered_after(&map, "1999"));
	ordered_fini(&map);
}

static void a_random_life_is_like_that_of_a_table(void **state)
{
	struct ordered map = {0};
	static char keys[N][12];
	static bool is_in[N];

	(void)state;
	for (int i = 0; i < N; i++)
		snprintf(keys[i], sizeof(keys[i]), "%04d", i);
	for (int i = 0; i < 20 * N; i++) {
		uint32_t at = clk_random(N);

		if (is_in[at])
			ordered_remove(&map, keys[at]);
		else
			ordered_add(&map, keys[at], keys[at]);
		is_in[at] = !is_in[at];
	}
	struct ordered_item *item = ordered_from(&map, "");
	for (int i = 0; i < N; i++) {
		assert_true((ordered_get(&map, keys[i]) != NULL) == is_in[i]);
		if (!is_in[i])
			continue;
		assert_ptr_equal(item->value, keys[i]);
		item = ordered_next(item);
	}
	assert_null(item);
	ordered_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_walked_in_order_whatever_came_first),
		cmocka_unit_test(a_walk_begins_at_or_behind_a_key),
		cmocka_unit_test(a_random_life_is_like_that_of_a_table),
	};

	clk_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
