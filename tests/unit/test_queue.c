/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "controller/queue.h"
#include "controller/strmap.h"
#include "statefuld/attr.h"

static int setup(void **state)
{
	*state = queue_new();
	return 0;
}

static int teardown(void **state)
{
	queue_free(*state);
	return 0;
}

static void expect_take(struct queue *q, uint64_t now_ms, const char *want)
{
	const char *key = queue_take(q, now_ms);

	if (want == NULL) {
		assert_null(key);
		return;
	}
	assert_non_null(key);
	assert_string_equal(key, want);
}

static void keys_come_in_order_and_once(void **state)
{
	struct queue *q = *state;

	queue_add(q, "ns/a");
	queue_add(q, "ns/b");
	queue_add(q, "ns/a");
	assert_int_equal(queue_wait_ms(q, 0), 0);
	expect_take(q, 0, "ns/a");
	expect_take(q, 0, "ns/b");
	expect_take(q, 0, NULL);
	queue_done(q, "ns/a");
	queue_done(q, "ns/b");
	assert_int_equal(queue_len(q), 0);
	assert_true(queue_wait_ms(q, 0) == UINT64_MAX);
}

static void events_during_a_pass_make_one_more(void **state)
{
	struct queue *q = *state;

	queue_add(q, "ns/a");
	expect_take(q, 0, "ns/a");
	queue_add(q, "ns/a");
	queue_add(q, "ns/a");
	expect_take(q, 0, NULL);
	queue_done(q, "ns/a");
	expect_take(q, 0, "ns/a");
	queue_done(q, "ns/a");
	expect_take(q, 0, NULL);
	assert_int_equal(queue_len(q), 0);
}

static void delayed_keys_come_when_due_earliest_first(void **state)
{
	struct queue *q = *state;

	queue_add_at(q, "ns/late", 300);
	queue_add_at(q, "ns/soon", 100);
	queue_add_at(q, "ns/mid", 200);
	assert_int_equal(queue_wait_ms(q, 40), 60);
	expect_take(q, 99, NULL);
	expect_take(q, 250, "ns/soon");
	expect_take(q, 250, "ns/mid");
	expect_take(q, 250, NULL);
	assert_int_equal(queue_wait_ms(q, 250), 50);
	expect_take(q, 300, "ns/late");
}

static void a_delay_may_become_shorter_but_not_longer(void **state)
{
	struct queue *q = *state;

	queue_add_at(q, "ns/a", 200);
	queue_add_at(q, "ns/a", 500);
	assert_int_equal(queue_wait_ms(q, 0), 200);
	queue_add_at(q, "ns/a", 50);
	assert_int_equal(queue_wait_ms(q, 0), 50);
	expect_take(q, 50, "ns/a");
	queue_done(q, "ns/a");
	expect_take(q, 1000, NULL);
}

static void a_delay_does_not_hold_an_event_back(void **state)
{
	struct queue *q = *state;

	queue_add_at(q, "ns/a", 5000);
	queue_add(q, "ns/a");
	expect_take(q, 0, "ns/a");
	queue_done(q, "ns/a");
	expect_take(q, 0, NULL);
	expect_take(q, 5000, "ns/a");
}

static void back_off_doubles_up_to_its_cap_and_starts_anew(void **state)
{
	struct queue *q = *state;
	uint64_t want = QUEUE_FIRST_MS;

	for (int i = 0; i < 60; i++) {
		/* So far apart that the shared bucket is always full. */
		uint64_t now = (uint64_t)i * 2000000;

		assert_int_equal(queue_retry(q, "ns/a", now, QUEUE_MAX_MS, 0),
				 want);
		expect_take(q, now + want, "ns/a");
		queue_done(q, "ns/a");
		want = want * 2 > QUEUE_MAX_MS ? QUEUE_MAX_MS : want * 2;
	}
	queue_forget(q, "ns/a");
	assert_int_equal(queue_len(q), 0);
	assert_int_equal(queue_retry(q, "ns/a", 2000000000, QUEUE_MAX_MS, 0),
			 5);
}

static void a_shorter_cap_and_the_servers_wish_are_kept(void **state)
{
	struct queue *q = *state;

	for (int i = 0; i < 20; i++)
		queue_retry(q, "ns/a", (uint64_t)i * 2000000, QUEUE_MAX_MS, 0);
	assert_int_equal(queue_retry(q, "ns/a", 90000000, QUEUE_SOON_MS, 0),
			 QUEUE_SOON_MS);
	assert_int_equal(queue_retry(q, "ns/b", 95000000, QUEUE_SOON_MS, 7000),
			 7000);
}

static void the_shared_bucket_gives_ten_a_second_after_a_burst(void **state)
{
	struct queue *q = *state;
	char key[16];

	for (int i = 0; i < QUEUE_BURST; i++) {
		snprintf(key, sizeof(key), "ns/%d", i);
		assert_int_equal(queue_retry(q, key, 0, QUEUE_MAX_MS, 0),
				 QUEUE_FIRST_MS);
	}
	assert_int_equal(queue_retry(q, "ns/x", 0, QUEUE_MAX_MS, 0), 100);
	assert_int_equal(queue_retry(q, "ns/y", 0, QUEUE_MAX_MS, 0), 200);
	assert_int_equal(queue_retry(q, "ns/z", 1000, QUEUE_MAX_MS, 0), 5);
}

static void a_key_that_fails_does_not_delay_another(void **state)
{
	struct queue *q = *state;

	queue_add(q, "ns/bad");
	queue_add(q, "ns/good");
	expect_take(q, 0, "ns/bad");
	queue_retry(q, "ns/bad", 0, QUEUE_MAX_MS, 0);
	queue_done(q, "ns/bad");
	expect_take(q, 0, "ns/good");
	queue_done(q, "ns/good");
	expect_take(q, 4, NULL);
	expect_take(q, 5, "ns/bad");
}

/* Against a plain list: many keys, delays and passes in a fixed disorder. */
static void many_delayed_keys_come_out_sorted(void **state)
{
	struct queue *q = *state;
	uint64_t last = 0;
	uint32_t x = 1;
	char key[16];
	int n = 0;

	for (int i = 0; i < 1000; i++) {
		x = x * 1664525 + 1013904223;
		snprintf(key, sizeof(key), "ns/%d", i % 700);
		queue_add_at(q, key, 1 + x % 5000);
	}
	while (queue_len(q) > 0) {
		uint64_t at = last + queue_wait_ms(q, last);
		const char *taken = queue_take(q, at);

		assert_non_null(taken);
		assert_true(at >= last);
		last = at;
		snprintf(key, sizeof(key), "%s", taken);
		queue_done(q, key);
		n++;
	}
	assert_int_equal(n, 700);
}

static void map_finds_what_was_put_and_not_taken(void **state)
{
	struct strmap map;
	int values[3000];
	size_t at = 0, n = 0;
	char key[16];

	(void)state;
	strmap_init(&map);
	for (int i = 0; i < 3000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		strmap_put(&map, key, &values[i]);
		if (i % 3 == 0)
			assert_ptr_equal(strmap_take(&map, key), &values[i]);
	}
	for (int i = 0; i < 3000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_ptr_equal(strmap_get(&map, key),
				 i % 3 == 0 ? NULL : &values[i]);
	}
	while (strmap_next(&map, &at) != NULL)
		n++;
	assert_int_equal(n, 2000);
	assert_int_equal(map.n, 2000);
	assert_null(strmap_take(&map, "none"));
	strmap_fini(&map);
}

#define with_queue(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_queue(keys_come_in_order_and_once),
		with_queue(events_during_a_pass_make_one_more),
		with_queue(delayed_keys_come_when_due_earliest_first),
		with_queue(a_delay_may_become_shorter_but_not_longer),
		with_queue(a_delay_does_not_hold_an_event_back),
		with_queue(back_off_doubles_up_to_its_cap_and_starts_anew),
		with_queue(a_shorter_cap_and_the_servers_wish_are_kept),
		with_queue(the_shared_bucket_gives_ten_a_second_after_a_burst),
		with_queue(a_key_that_fails_does_not_delay_another),
		with_queue(many_delayed_keys_come_out_sorted),
		cmocka_unit_test(map_finds_what_was_put_and_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
