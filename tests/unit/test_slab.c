/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/slab.h"
#include "statefuld/clk.h"

enum {
	N_OBJECTS = 3000,
};

static void a_freed_slot_is_given_out_again_for_its_size(void **state)
{
	struct slab slab;
	void *first, *other;

	(void)state;
	slab_init(&slab);
	first = slab_alloc(&slab, 24);
	other = slab_alloc(&slab, 28);
	slab_free(&slab, first, 24);
	assert_ptr_not_equal(slab_alloc(&slab, 28), first);
	assert_ptr_equal(slab_alloc(&slab, 21), first);
	assert_ptr_not_equal(first, other);
	slab_fini(&slab);
}

static void references_lead_back_and_are_never_zero(void **state)
{
	struct slab slab;

	(void)state;
	slab_init(&slab);
	for (size_t size = 1; size <= SLAB_MAX; size += 37) {
		uint8_t *ptr = slab_alloc(&slab, size);
		uint32_t unit = slab_unit(&slab, ptr);

		assert_int_not_equal(unit, 0);
		assert_ptr_equal(slab.base + (size_t)unit * SLAB_UNIT, ptr);
		memset(ptr, 0xff, size);
	}
	slab_fini(&slab);
}

static void large_objects_are_counted_too(void **state)
{
	struct slab slab;
	void *large;

	(void)state;
	slab_init(&slab);
	large = slab_alloc(&slab, SLAB_MAX + 100);
	memset(large, 1, SLAB_MAX + 100);
	assert_int_equal(slab.live, SLAB_MAX + 100);
	slab_free(&slab, large, SLAB_MAX + 100);
	assert_int_equal(slab.live, 0);
	slab_fini(&slab);
}

/* Objects of all sizes come and go; none may touch another. */
static void objects_do_not_overlap(void **state)
{
	static struct {
		uint8_t *ptr;
		size_t size;
	} object[N_OBJECTS];
	struct slab slab;

	(void)state;
	clk_seed(1);
	slab_init(&slab);
	for (int turn = 0; turn < 20 * N_OBJECTS; turn++) {
		size_t i = clk_random(N_OBJECTS);
		uint8_t mark = (uint8_t)i;

		if (object[i].ptr == NULL) {
			object[i].size = 1 + clk_random(300);
			object[i].ptr = slab_alloc(&slab, object[i].size);
			memset(object[i].ptr, mark, object[i].size);
			continue;
		}
		for (size_t j = 0; j < object[i].size; j++)
			assert_int_equal(object[i].ptr[j], mark);
		slab_free(&slab, object[i].ptr, object[i].size);
		object[i].ptr = NULL;
	}
	for (size_t i = 0; i < N_OBJECTS; i++)
		if (object[i].ptr != NULL)
			slab_free(&slab, object[i].ptr, object[i].size);
	assert_int_equal(slab.live, 0);
	slab_fini(&slab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_freed_slot_is_given_out_again_for_its_size),
		cmocka_unit_test(references_lead_back_and_are_never_zero),
		cmocka_unit_test(large_objects_are_counted_too),
		cmocka_unit_test(objects_do_not_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
