/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "controller/event.h"
#include "statefuld/attr.h"

#define SECOND INT64_C(1000000)
#define START  (INT64_C(1700000000) * SECOND)

static int setup(void **state)
{
	*state = event_memory_new();
	return 0;
}

static int teardown(void **state)
{
	event_memory_free(*state);
	return 0;
}

static struct event event_of(const char *set, const char *message)
{
	return (struct event){
		.ns = "ns",
		.set = set,
		.uid = "u1",
		.type = "Normal",
		.reason = "SuccessfulCreate",
		.message = message,
		.source = "statefulset-controller",
	};
}

static void the_first_is_posted_under_a_name_of_its_own(void **state)
{
	struct event a = event_of("web", "a"), b = event_of("web", "b");
	struct event_verdict va, vb;

	event_judge(*state, &a, START, &va);
	event_judge(*state, &b, START, &vb);
	assert_int_equal(va.fate, EVENT_POST);
	assert_int_equal(va.count, 1);
	assert_int_equal(va.first_us, START);
	assert_string_equal(va.message, "a");
	assert_int_equal(strncmp(va.name, "web.", 4), 0);
	assert_string_not_equal(va.name, vb.name);
	event_verdict_fini(&va);
	event_verdict_fini(&vb);
}

static void a_repeat_is_a_patch_of_count_and_time(void **state)
{
	struct event a = event_of("web", "a");
	struct event_verdict first, again;

	event_judge(*state, &a, START, &first);
	event_judge(*state, &a, START + 60 * SECOND, &again);
	assert_int_equal(again.fate, EVENT_PATCH);
	assert_int_equal(again.count, 2);
	assert_int_equal(again.first_us, START);
	assert_string_equal(again.name, first.name);
	event_verdict_fini(&first);
	event_verdict_fini(&again);
}

static enum event_fate fate_of(void *memory, const struct event *event,
			       int64_t at_us)
{
	struct event_verdict v;
	enum event_fate fate;

	event_judge(memory, event, at_us, &v);
	fate = v.fate;
	event_verdict_fini(&v);
	return fate;
}

static void a_failure_that_goes_on_is_told_once(void **state)
{
	struct event bad = event_of("web", "quota"),
		     good = event_of("web", "a");

	bad.type = "Warning";
	bad.retried = true;
	assert_int_equal(fate_of(*state, &bad, START), EVENT_POST);
	assert_int_equal(fate_of(*state, &bad, START + SECOND), EVENT_DROP);
	/* Once something went well it is another failure. */
	assert_int_equal(fate_of(*state, &good, START + 2 * SECOND),
			 EVENT_POST);
	assert_int_equal(fate_of(*state, &bad, START + 3 * SECOND),
			 EVENT_PATCH);
	assert_int_equal(fate_of(*state, &bad, START + 4 * SECOND), EVENT_DROP);
	/* Events end after an hour: who looks then should still find it. */
	assert_int_equal(
		fate_of(*state, &bad, START + (3 + EVENT_QUIET_S) * SECOND),
		EVENT_PATCH);
	bad.retried = false;
	assert_int_equal(fate_of(*state, &bad, START + 700 * SECOND),
			 EVENT_PATCH);
}

static void judge_n(void *memory, int n, int64_t now_us, int64_t step_us,
		    struct event_verdict *ret_last)
{
	char message[32];

	for (int i = 0; i < n; i++) {
		struct event e = event_of("web", message);

		snprintf(message, sizeof(message), "message %d", i);
		if (i > 0)
			event_verdict_fini(ret_last);
		event_judge(memory, &e, now_us + i * step_us, ret_last);
	}
}

static void the_tenth_of_its_kind_collapses_with_those_after(void **state)
{
	struct event_verdict v;
	struct event e = event_of("web", "another");

	judge_n(*state, EVENT_SIMILAR - 1, START, SECOND, &v);
	assert_string_equal(v.message, "message 8");
	event_verdict_fini(&v);
	event_judge(*state, &e, START + 20 * SECOND, &v);
	assert_string_equal(v.message,
			    "(combined from similar events): another");
	assert_int_equal(v.fate, EVENT_POST);
	event_verdict_fini(&v);
	e.message = "one more";
	event_judge(*state, &e, START + 21 * SECOND, &v);
	assert_int_equal(v.fate, EVENT_PATCH);
	assert_int_equal(v.count, 2);
	assert_string_equal(v.message,
			    "(combined from similar events): one more");
	event_verdict_fini(&v);
}

static void those_far_apart_do_not_collapse(void **state)
{
	struct event_verdict v;

	judge_n(*state, 20, START, (EVENT_SIMILAR_S + 1) * SECOND, &v);
	assert_string_equal(v.message, "message 19");
	event_verdict_fini(&v);
}

static int sent_of(void *memory, const char *set, int n, int64_t now_us)
{
	struct event e = event_of(set, "same");
	struct event_verdict v;
	int sent = 0;

	for (int i = 0; i < n; i++) {
		event_judge(memory, &e, now_us, &v);
		sent += v.fate != EVENT_DROP;
		event_verdict_fini(&v);
	}
	return sent;
}

static void a_set_has_a_burst_and_then_one_per_five_minutes(void **state)
{
	assert_int_equal(sent_of(*state, "web", 100, START), EVENT_BURST);
	assert_int_equal(sent_of(*state, "db", 100, START), EVENT_BURST);
	assert_int_equal(sent_of(*state, "web", 5, START + 299 * SECOND), 0);
	assert_int_equal(sent_of(*state, "web", 5, START + 601 * SECOND), 2);
}

static void memory_is_bounded_and_the_latest_stay(void **state)
{
	struct event_verdict v;
	struct event e;
	char set[32];

	for (int i = 0; i < EVENT_MEMORY + 10; i++) {
		snprintf(set, sizeof(set), "set-%d", i);
		e = event_of(set, "m");
		event_judge(*state, &e, START, &v);
		event_verdict_fini(&v);
	}
	e = event_of("set-0", "m");
	event_judge(*state, &e, START, &v);
	assert_int_equal(v.fate, EVENT_POST);
	event_verdict_fini(&v);
	e = event_of("set-4000", "m");
	event_judge(*state, &e, START, &v);
	assert_int_equal(v.fate, EVENT_PATCH);
	event_verdict_fini(&v);
}

#define with_memory(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(the_first_is_posted_under_a_name_of_its_own),
		with_memory(a_repeat_is_a_patch_of_count_and_time),
		with_memory(a_failure_that_goes_on_is_told_once),
		with_memory(the_tenth_of_its_kind_collapses_with_those_after),
		with_memory(those_far_apart_do_not_collapse),
		with_memory(a_set_has_a_burst_and_then_one_per_five_minutes),
		with_memory(memory_is_bounded_and_the_latest_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
