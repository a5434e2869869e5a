/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/warm.h"

#include <stdio.h>
#include <string.h>

#include "lab/content.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/objects_lab.h"

/* Long enough to be packed. */
static struct json *long_object(const char *where, int value)
{
	struct json *object = objects_lab_object(where, value);
	struct json *spec = json_child_object(object, "spec");
	char name[32];

	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "member-%d", i);
		json_set_int(spec, name, i);
	}
	return object;
}

static void put_long(struct objects *objects, const char *where, int value)
{
	scope_json struct json *object = long_object(where, value);
	int rc =
		objects_put(objects, KIND_POD, object, OBJECTS_ANY, NULL, NULL);

	assert_int_equal(rc, 0);
}

static void a_cold_content_is_small_and_reads_the_same(void **state)
{
	struct warm warm = {0};
	struct content *a = NULL, *b = NULL;
	scope_json struct json *one = long_object("a/b", 1);
	scope_json struct json *two = long_object("a/c", 2);
	int rc = content_new(KIND_POD, one, 5, &a, NULL);

	(void)state;
	assert_int_equal(rc, 0);
	rc = content_new(KIND_POD, two, 6, &b, NULL);
	assert_int_equal(rc, 0);
	scope_free char *text = mem_strdup(b->object.json);
	content_cool(a, &warm.packer);
	content_cool(b, &warm.packer);
	assert_null(b->object.json);
	assert_true(content_size(b) < b->head_size + 100);
	assert_true(content_warm(b));
	assert_false(content_warm(b));
	assert_string_equal(b->object.json, text);
	content_cool(b, NULL);
	scope_json struct json *parsed = content_parse(b);
	assert_int_equal(json_int(parsed, "spec.value", 0), 2);
	assert_null(b->object.json);
	content_unref(a);
	content_unref(b);
	warm_fini(&warm);
}

static void a_text_in_use_stays_until_its_turn_ends(void **state)
{
	struct warm warm = {0};
	struct content *a = NULL;
	scope_json struct json *one = long_object("a/b", 1);
	int rc = content_new(KIND_POD, one, 5, &a, NULL);

	(void)state;
	assert_int_equal(rc, 0);
	assert_non_null(warm_use(&warm, a)->json);
	struct warm_batch batch = warm_take(&warm);
	/* Asked for again by a callback, which has returned by then. */
	assert_non_null(warm_use(&warm, a)->json);
	assert_int_equal(warm.n, 0);
	warm_cool(&warm, batch);
	assert_null(a->object.json);
	assert_non_null(warm_use(&warm, a)->json);
	assert_int_equal(warm.n, 1);
	content_unref(a);
	warm_fini(&warm);
}

struct walk {
	struct objects *objects;
	int sum;
};

static bool add_up(const struct object *object, void *arg)
{
	struct walk *walk = arg;
	scope_json struct json *json = NULL;
	int rc = json_parse(object->json, object->json_len, &json, NULL);

	assert_int_equal(rc, 0);
	walk->sum += (int)json_int(json, "spec.value", 0);
	/* Of the same object, too. */
	const struct object *same =
		objects_get(walk->objects, KIND_POD, object->ns, object->name);
	assert_ptr_equal(same, object);
	return true;
}

static void walks_see_each_text(void **state)
{
	struct loop *loop = loop_new();
	struct walk walk = {0};
	char where[32];
	int rc = objects_open(NULL, &walk.objects, NULL);

	(void)state;
	assert_int_equal(rc, 0);
	objects_set_loop(walk.objects, loop);
	for (int i = 1; i <= 100; i++) {
		snprintf(where, sizeof(where), "a/%d", i);
		put_long(walk.objects, where, i);
	}
	loop_turn(loop, 0);
	objects_each(walk.objects, KIND_POD, NULL, NULL, add_up, &walk);
	assert_int_equal(walk.sum, 5050);
	loop_turn(loop, 0);
	objects_each(walk.objects, KIND_POD, "a", NULL, add_up, &walk);
	assert_int_equal(walk.sum, 10100);
	objects_free(walk.objects);
	loop_free(loop);
}

static void watches_see_texts_old_and_new(void **state)
{
	struct loop *loop = loop_new();
	struct objects *objects = NULL;
	struct objects_lab_seen seen = {0}, late = {0};
	struct objects_watch *watch = NULL;
	int rc = objects_open(NULL, &objects, NULL);

	(void)state;
	assert_int_equal(rc, 0);
	uint64_t start = objects_version(objects);
	objects_set_loop(objects, loop);
	rc = objects_watch_new(objects, KIND_POD, start, objects_lab_see, &seen,
			       &watch, NULL);
	assert_int_equal(rc, 0);
	for (int i = 0; i < 3; i++) {
		put_long(objects, "a/b", i);
		loop_turn(loop, 0);
	}
	assert_int_equal(objects_lab_delete(objects, KIND_POD, "a/b"), 0);
	loop_turn(loop, 0);
	objects_watch_free(watch);
	rc = objects_watch_new(objects, KIND_POD, start, objects_lab_see, &late,
			       &watch, NULL);
	assert_int_equal(rc, 0);
	loop_turn(loop, 0);
	assert_string_equal(seen.text, "+a/b=0 ~a/b=1 ~a/b=2 -a/b=2 ");
	assert_string_equal(late.text, seen.text);
	objects_watch_free(watch);
	objects_free(objects);
	loop_free(loop);
}

struct writer {
	struct objects *objects;
	bool has_written;
};

/* What it was told of must outlive all that it writes. */
static void write_many(const struct objects_event *event, void *arg)
{
	struct writer *writer = arg;
	char where[32];

	if (writer->has_written)
		return;
	writer->has_written = true;
	const struct object *same = objects_get(writer->objects, KIND_POD,
						event->is->ns, event->is->name);
	assert_ptr_equal(same, event->is);
	for (int i = 0; i < 2000; i++) {
		snprintf(where, sizeof(where), "b/%d", i % 700);
		put_long(writer->objects, where, i);
	}
	assert_non_null(strstr(event->is->json, "member-49"));
}

static void a_turn_of_many_writes_keeps_what_is_held(void **state)
{
	struct loop *loop = loop_new();
	struct writer writer = {0};
	struct objects_watch *watch = NULL;
	int rc = objects_open(NULL, &writer.objects, NULL);

	(void)state;
	assert_int_equal(rc, 0);
	uint64_t start = objects_version(writer.objects);
	objects_set_loop(writer.objects, loop);
	/* Told late, so that the text is cold before. */
	put_long(writer.objects, "a/b", 1);
	put_long(writer.objects, "a/b", 2);
	loop_turn(loop, 0);
	rc = objects_watch_new(writer.objects, KIND_POD, start + 1, write_many,
			       &writer, &watch, NULL);
	assert_int_equal(rc, 0);
	loop_turn(loop, 0);
	loop_turn(loop, 0);
	assert_true(writer.has_written);
	assert_int_equal(objects_lab_value(writer.objects, KIND_POD, "b/5"),
			 1405);
	objects_watch_free(watch);
	objects_free(writer.objects);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cold_content_is_small_and_reads_the_same),
		cmocka_unit_test(a_text_in_use_stays_until_its_turn_ends),
		cmocka_unit_test(walks_see_each_text),
		cmocka_unit_test(watches_see_texts_old_and_new),
		cmocka_unit_test(a_turn_of_many_writes_keeps_what_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
