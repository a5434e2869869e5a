/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/history.h"

#include <stdio.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/objects_lab.h"

struct lab {
	struct loop *loop;
	struct objects *objects;
};

static int open_lab(void **state)
{
	struct lab *lab = mem_zalloc(sizeof(*lab));
	int rc = objects_open(NULL, &lab->objects, NULL);

	lab->loop = loop_new();
	objects_set_loop(lab->objects, lab->loop);
	*state = lab;
	return rc;
}

static int close_lab(void **state)
{
	struct lab *lab = *state;

	objects_free(lab->objects);
	loop_free(lab->loop);
	free(lab);
	return 0;
}

static struct objects_watch *watch(struct lab *lab, enum kind_id kind,
				   uint64_t since,
				   struct objects_lab_seen *seen)
{
	struct objects_watch *watch = NULL;
	int rc = objects_watch_new(lab->objects, kind, since, objects_lab_see,
				   seen, &watch, NULL);

	assert_int_equal(rc, 0);
	return watch;
}

static void a_watch_is_told_after_the_turn_in_order(void **state)
{
	struct lab *lab = *state;
	struct objects_lab_seen pods = {0}, all = {0};
	uint64_t now = objects_version(lab->objects);
	struct objects_watch *a = watch(lab, KIND_POD, now, &pods);
	struct objects_watch *b = watch(lab, KINDS, now, &all);

	objects_lab_put(lab->objects, KIND_POD, "a/b", 1);
	objects_lab_put(lab->objects, KIND_NODE, "/n", 5);
	objects_lab_put(lab->objects, KIND_POD, "a/b", 2);
	assert_int_equal(objects_lab_delete(lab->objects, KIND_POD, "a/b"), 0);
	assert_int_equal(all.n, 0);
	loop_turn(lab->loop, 0);
	assert_string_equal(pods.text, "+a/b=1 ~a/b=2 -a/b=2 ");
	assert_string_equal(all.text, "+a/b=1 +/n=5 ~a/b=2 -a/b=2 ");
	objects_watch_free(a);
	objects_lab_put(lab->objects, KIND_POD, "a/b", 3);
	loop_turn(lab->loop, 0);
	assert_int_equal(pods.n, 3);
	assert_int_equal(all.n, 5);
	objects_watch_free(b);
}

static void a_watch_from_an_older_version_is_told_the_rest(void **state)
{
	struct lab *lab = *state;
	struct objects_lab_seen seen = {0};

	objects_lab_put(lab->objects, KIND_POD, "a/1", 1);
	uint64_t since = objects_lab_put(lab->objects, KIND_POD, "a/2", 1);
	objects_lab_put(lab->objects, KIND_POD, "a/3", 1);
	loop_turn(lab->loop, 0);
	struct objects_watch *a = watch(lab, KIND_POD, since, &seen);
	assert_int_equal(seen.n, 0);
	loop_turn(lab->loop, 0);
	assert_string_equal(seen.text, "+a/3=1 ");
	objects_watch_free(a);
}

static void versions_out_of_reach_are_gone(void **state)
{
	struct lab *lab = *state;
	struct objects_watch *watch = NULL;
	uint64_t oldest = objects_oldest(lab->objects);
	uint64_t newest = objects_lab_put(lab->objects, KIND_POD, "a/1", 1);

	assert_int_equal(objects_watch_new(lab->objects, KIND_POD, oldest - 1,
					   objects_lab_see, NULL, &watch, NULL),
			 ST_EGONE);
	assert_int_equal(objects_watch_new(lab->objects, KIND_POD, newest + 1,
					   objects_lab_see, NULL, &watch, NULL),
			 ST_EGONE);
	assert_null(watch);
}

static void many_events_come_in_portions(void **state)
{
	struct lab *lab = *state;
	struct objects_lab_seen seen = {0};
	uint64_t since = objects_version(lab->objects);
	struct objects_watch *a;

	for (int i = 0; i < 2500; i++)
		objects_lab_put(lab->objects, KIND_POD, "a/1", i);
	loop_turn(lab->loop, 0);
	a = watch(lab, KIND_POD, since, &seen);
	loop_turn(lab->loop, 0);
	assert_in_range(seen.n, 1, 2499);
	for (int i = 0; i < 5; i++)
		loop_turn(lab->loop, 0);
	assert_int_equal(seen.n, 2500);
	objects_watch_free(a);
}

struct meddler {
	struct lab *lab;
	struct objects_watch *self, *victim, *born;
	struct objects_lab_seen seen, seen_by_born;
};

static void meddle(const struct objects_event *event, void *arg)
{
	struct meddler *meddler = arg;

	objects_lab_see(event, &meddler->seen);
	if (meddler->seen.n > 1)
		return;
	/* Enough to make the ring grow under the event. */
	for (int i = 0; i < 600; i++)
		objects_lab_put(meddler->lab->objects, KIND_NODE, "/n", i);
	meddler->born = watch(meddler->lab, KIND_NODE, event->version,
			      &meddler->seen_by_born);
	objects_watch_free(meddler->victim);
	objects_watch_free(meddler->self);
	assert_string_equal(event->is->name, "1");
}

static void a_callback_may_write_and_free_and_open_watches(void **state)
{
	struct lab *lab = *state;
	struct meddler meddler = {.lab = lab};
	struct objects_lab_seen seen = {0};
	uint64_t since = objects_version(lab->objects);
	int rc = objects_watch_new(lab->objects, KIND_POD, since, meddle,
				   &meddler, &meddler.self, NULL);

	assert_int_equal(rc, 0);
	meddler.victim = watch(lab, KIND_POD, since, &seen);
	objects_lab_put(lab->objects, KIND_POD, "a/1", 1);
	objects_lab_put(lab->objects, KIND_POD, "a/2", 1);
	for (int i = 0; i < 3; i++)
		loop_turn(lab->loop, 0);
	assert_int_equal(meddler.seen.n, 1);
	assert_int_equal(seen.n, 0);
	assert_int_equal(meddler.seen_by_born.n, 600);
	objects_watch_free(meddler.born);
}

static struct history_event an_event(uint64_t version)
{
	return (struct history_event){.version = version};
}

static void a_full_history_drops_its_oldest_events(void **state)
{
	struct history history;

	(void)state;
	history_init(&history, 100);
	history.max_events = 3;
	for (uint64_t i = 101; i <= 105; i++)
		history_add(&history, an_event(i));
	assert_false(history_tell(&history));
	assert_int_equal(history.oldest, 100);
	history_close(&history);
	assert_false(history_tell(&history));
	assert_int_equal(history.oldest, 102);
	history.max_bytes = 0;
	assert_false(history_tell(&history));
	assert_int_equal(history.oldest, 105);
	assert_int_equal(history.bytes, 0);
	history_fini(&history);
}

static void open_events_can_be_taken_back(void **state)
{
	struct history history;

	(void)state;
	history_init(&history, 100);
	history_add(&history, an_event(101));
	history_close(&history);
	history_add(&history, an_event(102));
	history_add(&history, an_event(103));
	assert_int_equal(history_open(&history, 1)->version, 103);
	assert_null(history_open(&history, 2));
	history_take_back(&history);
	assert_int_equal(history_open(&history, 0)->version, 102);
	assert_null(history_open(&history, 1));
	history_take_back(&history);
	history_forget(&history, 103);
	assert_int_equal(history.oldest, 103);
	assert_int_equal(history.first, history.end);
	history_fini(&history);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_lab, close_lab)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_watch_is_told_after_the_turn_in_order),
		TEST(a_watch_from_an_older_version_is_told_the_rest),
		TEST(versions_out_of_reach_are_gone),
		TEST(many_events_come_in_portions),
		TEST(a_callback_may_write_and_free_and_open_watches),
		cmocka_unit_test(a_full_history_drops_its_oldest_events),
		cmocka_unit_test(open_events_can_be_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
