/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/rrset.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

static struct rrset *build(const struct rr_data *data, uint32_t n)
{
	struct rr_set set = {
		.type = RR_A, .ttl_s = 0x01020304, .n = n, .data = data};
	struct rrset *out = mem_alloc(rrset_room_for(&set));

	rrset_build(out, &set);
	return out;
}

static void records_are_ready_for_an_answer(void **state)
{
	static const uint8_t want[] = {
		0xc0, 0x0c, 0, 1, 0, 1, 1, 2, 3, 4, 0, 4, 10, 0, 0, 1,
		0xc0, 0x0c, 0, 1, 0, 1, 1, 2, 3, 4, 0, 4, 10, 0, 0, 2};
	const struct rr_data data[] = {{(const uint8_t *)"\12\0\0\1", 4},
				       {(const uint8_t *)"\12\0\0\2", 4}};
	struct rrset *set = build(data, 2);

	(void)state;
	assert_int_equal(set->type, RR_A);
	assert_int_equal(set->count, 2);
	assert_int_equal(rrset_ttl_s(set), 0x01020304);
	assert_int_equal(set->wire_len, sizeof(want));
	assert_memory_equal(set->wire, want, sizeof(want));
	free(set);
}

/* `n` records with the values i % distinct, in that order. */
static void check_repeats(uint32_t n, uint32_t distinct)
{
	uint16_t *values = mem_calloc(n, sizeof(*values));
	struct rr_data *data = mem_calloc(n, sizeof(*data));
	struct rr_data *back = mem_calloc(n, sizeof(*back));
	struct rrset *set;

	for (uint32_t i = 0; i < n; i++) {
		values[i] = (uint16_t)((i % distinct) * 7919);
		data[i].wire = (const uint8_t *)&values[i];
		data[i].len = sizeof(values[i]);
	}
	set = build(data, n);
	assert_int_equal(set->count, n < distinct ? n : distinct);
	rrset_data(set, back);
	for (uint32_t i = 0; i < set->count; i++) {
		assert_int_equal(back[i].len, 2);
		assert_memory_equal(back[i].wire, &values[i], 2);
	}
	free(set);
	free(back);
	free(data);
	free(values);
}

static void repeats_are_dropped_and_order_is_kept(void **state)
{
	static const uint32_t counts[] = {0, 1, 2, 15, 16, 17, 100, 5000};

	(void)state;
	for (size_t i = 0; i < st_array_len(counts); i++)
		for (uint32_t distinct = 1; distinct < 8000; distinct *= 3)
			check_repeats(counts[i], distinct);
}

static void the_beginning_of_a_record_is_not_a_repeat(void **state)
{
	const struct rr_data data[] = {{(const uint8_t *)"abc", 3},
				       {(const uint8_t *)"ab", 2}};
	struct rrset *set = build(data, 2);

	(void)state;
	assert_int_equal(set->count, 2);
	free(set);
}

static void no_more_records_than_a_message_can_hold(void **state)
{
	uint32_t n = RRSET_MAX_RRS + 10;
	uint32_t *values = mem_calloc(n, sizeof(*values));
	struct rr_data *data = mem_calloc(n, sizeof(*data));
	struct rrset *set;

	(void)state;
	for (uint32_t i = 0; i < n; i++) {
		values[i] = i;
		data[i].wire = (const uint8_t *)&values[i];
		data[i].len = sizeof(values[i]);
	}
	set = build(data, n);
	assert_int_equal(set->count, RRSET_MAX_RRS);
	free(set);
	free(data);
	free(values);
}

static void the_soa_has_its_numbers_in_order(void **state)
{
	static const uint8_t mname[] = {2, 'n', 's', 0}, rname[] = {1, 'h', 0};
	static const uint8_t want[] = {0xc0, 0x0c, 0, 6,   0,	1, 0, 0,   0, 5,
				       0,    27,   2, 'n', 's', 0, 1, 'h', 0, 0,
				       0,    1,	   0, 0,   0,	0, 2, 0,   0, 0,
				       3,    0,	   0, 0,   4,	0, 0, 0,   6};
	const struct zone_soa soa = {5, 2, 3, 4, 6};
	struct rrset *set = mem_alloc(sizeof(*set) + RRSET_SOA_MAX);

	(void)state;
	rrset_build_soa(set, mname, rname, &soa, 0x100);
	assert_int_equal(set->count, 1);
	assert_int_equal(set->wire_len, sizeof(want));
	assert_memory_equal(set->wire, want, sizeof(want));
	free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_ready_for_an_answer),
		cmocka_unit_test(repeats_are_dropped_and_order_is_kept),
		cmocka_unit_test(the_beginning_of_a_record_is_not_a_repeat),
		cmocka_unit_test(no_more_records_than_a_message_can_hold),
		cmocka_unit_test(the_soa_has_its_numbers_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
