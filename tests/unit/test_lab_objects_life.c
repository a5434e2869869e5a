/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long random lives of a store on disk, with a disk that fails at times and
 * runs that end: what it says is always what a simple model says, and so is
 * what a watch has made of its events.
 */
#include "lab/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/objects_lab.h"

enum { NAMES = 24, TURNS = 400 };
static const enum kind_id kinds_used[] = {KIND_POD, KIND_SET, KIND_NODE};
enum { USED = st_array_len(kinds_used) };

/* Value of each name; 0: not there. */
struct model {
	int value[USED][NAMES];
};

struct life {
	char dir[64];
	struct loop *loop;
	struct objects *objects;
	struct objects_watch *watch;
	struct model now;	/* as written */
	struct model committed; /* as of the last turn */
	struct model mirror;	/* as told by the watch */
	uint64_t newest;
	int next_value;
	bool is_disk_full, is_flush_due;
};

static void name_of(char out[32], int kind, int number)
{
	if (kinds_used[kind] == KIND_NODE)
		snprintf(out, 32, "/n%d", number);
	else
		snprintf(out, 32, "ns-%d/p%d", number % 3, number);
}

static int used_index(enum kind_id kind)
{
	for (int i = 0; i < USED; i++) {
		if (kinds_used[i] == kind)
			return i;
	}
	fail_msg("kind %d was never written", (int)kind);
	return 0;
}

static int *place_of(struct model *model, const struct object *object)
{
	return &model->value[used_index(object->kind)][atoi(object->name + 1)];
}

static int value_in(const struct object *object)
{
	scope_json struct json *json = NULL;
	int rc = json_parse(object->json, object->json_len, &json, NULL);

	assert_int_equal(rc, 0);
	return (int)json_int(json, "spec.value", -1);
}

static void mirror(const struct objects_event *event, void *arg)
{
	struct life *life = arg;
	const struct object *any = event->is ? event->is : event->was;
	int *place = place_of(&life->mirror, any);

	assert_true((*place == 0) == (event->was == NULL));
	if (event->was != NULL)
		assert_int_equal(value_in(event->was), *place);
	assert_int_equal(value_in(event->is ? event->is : event->last),
			 event->is ? value_in(event->is) : *place);
	*place = event->is ? value_in(event->is) : 0;
}

static void open_life(struct life *life)
{
	struct err err;
	int rc = objects_open(life->dir, &life->objects, &err);

	if (rc < 0)
		fail_msg("%s", err_msg(&err));
	objects_set_loop(life->objects, life->loop);
	assert_true(objects_version(life->objects) >= life->newest);
	rc = objects_watch_new(life->objects, KINDS,
			       objects_version(life->objects), mirror, life,
			       &life->watch, NULL);
	assert_int_equal(rc, 0);
	life->mirror = life->now;
}

static void close_life(struct life *life)
{
	objects_watch_free(life->watch);
	objects_free(life->objects);
}

static void set_disk(struct life *life, bool is_full)
{
	struct rlimit limit;

	life->is_disk_full = is_full;
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = is_full ? 0 : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void write_one(struct life *life)
{
	int kind = (int)clk_random(USED), number = (int)clk_random(NAMES);
	int *place = &life->now.value[kind][number];
	bool deletes = *place != 0 && clk_random(3) == 0;
	int value = deletes ? 0 : ++life->next_value;
	char where[32];

	name_of(where, kind, number);
	int rc = deletes ? objects_lab_delete(life->objects, kinds_used[kind],
					      where)
			 : objects_lab_try(life->objects, kinds_used[kind],
					   where, value, OBJECTS_ANY);
	if (rc == 0)
		*place = value;
	else
		assert_int_equal(rc, ST_ESERVER);
	assert_true(rc == 0 || life->is_disk_full);
}

static void on_flushed(int code, void *arg)
{
	struct life *life = arg;

	life->is_flush_due = false;
	if (code != 0) {
		assert_true(life->is_disk_full);
		life->now = life->committed;
	}
	life->committed = life->now;
}

static void check(const struct life *life)
{
	char where[32];

	for (int kind = 0; kind < USED; kind++) {
		for (int i = 0; i < NAMES; i++) {
			int value = life->now.value[kind][i];

			name_of(where, kind, i);
			assert_int_equal(objects_lab_value(life->objects,
							   kinds_used[kind],
							   where),
					 value != 0 ? value : -1);
		}
	}
	assert_memory_equal(&life->mirror, &life->now, sizeof(life->now));
}

static void live_one_turn(struct life *life)
{
	if (clk_random(20) == 0)
		set_disk(life, !life->is_disk_full);
	for (uint32_t n = clk_random(6); n > 0; n--)
		write_one(life);
	life->is_flush_due = true;
	objects_flush(life->objects, on_flushed, life);
	loop_turn(life->loop, 0);
	assert_false(life->is_flush_due);
	check(life);
	uint64_t newest = objects_version(life->objects);
	assert_true(newest >= life->newest);
	life->newest = newest;
	if (clk_random(25) != 0)
		return;
	set_disk(life, false);
	close_life(life);
	open_life(life);
	check(life);
}

static void make_folder(struct life *life)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(life->dir, sizeof(life->dir), "%.40s/lab-life-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(life->dir));
}

static void remove_folder(const struct life *life)
{
	scope_free char *file = mem_printf("%s/objects.db", life->dir);
	scope_free char *log = mem_printf("%s/objects.db-wal", life->dir);

	unlink(file);
	unlink(log);
	rmdir(life->dir);
}

static void a_random_life_is_like_the_model(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct life life = {.loop = loop_new()};

		clk_seed(seed);
		make_folder(&life);
		open_life(&life);
		for (int i = 0; i < TURNS; i++)
			live_one_turn(&life);
		set_disk(&life, false);
		close_life(&life);
		remove_folder(&life);
		loop_free(life.loop);
	}
}

static void drop_line(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_random_life_is_like_the_model),
	};

	/* The disk's refusals are a part of the story. */
	log_set_sink(drop_line, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
