/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/objects.h"

#include <stdio.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/objects_lab.h"

static int open_store(void **state)
{
	struct objects *objects;
	int rc = objects_open(NULL, &objects, NULL);

	*state = objects;
	return rc;
}

static int close_store(void **state)
{
	objects_free(*state);
	return 0;
}

static void what_was_put_is_there_with_its_version(void **state)
{
	struct objects *objects = *state;
	uint64_t before = objects_version(objects);
	uint64_t version = objects_lab_put(objects, KIND_POD, "a/b", 7);

	assert_true(before > 0);
	assert_int_equal(version, before + 1);
	const struct object *object = objects_get(objects, KIND_POD, "a", "b");
	assert_int_equal(object->version, version);
	assert_string_equal(object->ns, "a");
	assert_string_equal(object->name, "b");
	assert_string_equal(object->uid, "uid-of-a/b");
	assert_int_equal(object->json_len, strlen(object->json));
	assert_int_equal(objects_lab_value(objects, KIND_POD, "a/b"), 7);
	assert_null(objects_get(objects, KIND_SERVICE, "a", "b"));
	assert_null(objects_get(objects, KIND_POD, "b", "a"));
	assert_int_equal(objects_count(objects, KIND_POD), 1);
}

static void writers_must_have_seen_the_newest_version(void **state)
{
	struct objects *objects = *state;
	uint64_t version = objects_version(objects);

	assert_int_equal(objects_lab_try(objects, KIND_POD, "a/b", 1, 5),
			 ST_ENOTFOUND);
	assert_int_equal(objects_lab_try(objects, KIND_POD, "a/b", 1, 0), 0);
	assert_int_equal(objects_lab_try(objects, KIND_POD, "a/b", 2, 0),
			 ST_EEXISTS);
	assert_int_equal(objects_lab_try(objects, KIND_POD, "a/b", 3, version),
			 ST_ECONFLICT);
	assert_int_equal(objects_version(objects), version + 1);
	assert_int_equal(objects_lab_value(objects, KIND_POD, "a/b"), 1);
	assert_int_equal(
		objects_lab_try(objects, KIND_POD, "a/b", 4, version + 1), 0);
	assert_int_equal(objects_lab_value(objects, KIND_POD, "a/b"), 4);
	assert_int_equal(
		objects_delete(objects, KIND_POD, "a", "b", version + 1, NULL),
		ST_ECONFLICT);
	assert_int_equal(
		objects_delete(objects, KIND_POD, "a", "b", version + 2, NULL),
		0);
	assert_int_equal(objects_lab_delete(objects, KIND_POD, "a/b"),
			 ST_ENOTFOUND);
	assert_int_equal(objects_version(objects), version + 3);
}

static void objects_without_name_or_uid_are_refused(void **state)
{
	struct objects *objects = *state;
	uint64_t version = objects_version(objects);
	scope_json struct json *object = objects_lab_object("a/b", 1);
	struct json *meta = json_child_object(object, "metadata");
	scope_free char *text = mem_zalloc(5001);
	struct err err;

	memset(text, 'x', 5000);
	json_remove(meta, "uid");
	assert_int_equal(objects_put(objects, KIND_POD, object, 0, NULL, &err),
			 ST_EINVAL);
	assert_string_equal(err.msg, "an object without uid");
	json_set_str(meta, "uid", "u");
	json_set_str(meta, "name", text);
	assert_int_equal(objects_put(objects, KIND_POD, object, 0, NULL, &err),
			 ST_ELIMIT);
	assert_null(objects_get(objects, KIND_POD, "a", text));
	json_remove(meta, "name");
	assert_int_equal(objects_put(objects, KIND_POD, object, 0, NULL, &err),
			 ST_EINVAL);
	assert_int_equal(objects_version(objects), version);
}

static bool note(const struct object *object, void *arg)
{
	char *text = arg;

	strcat(text, object->ns);
	strcat(text, "/");
	strcat(text, object->name);
	strcat(text, " ");
	return strcmp(object->name, "stop") != 0;
}

static void check_each(const struct objects *objects, const char *ns,
		       const char *after, const char *expected)
{
	char text[256] = "";

	objects_each(objects, KIND_POD, ns, after, note, text);
	assert_string_equal(text, expected);
}

static void lists_are_in_order_and_go_on_where_they_ended(void **state)
{
	static const char *const names[] = {"b/y",    "a-b/x", "a/z",
					    "a/stop", "c/x",   "a/a"};
	struct objects *objects = *state;

	check_each(objects, NULL, NULL, "");
	for (size_t i = 0; i < st_array_len(names); i++)
		objects_lab_put(objects, KIND_POD, names[i], 1);
	objects_lab_put(objects, KIND_NODE, "/n", 1);
	check_each(objects, "a", NULL, "a/a a/stop ");
	check_each(objects, "a", "a/a", "a/stop ");
	check_each(objects, "a", "a/stop", "a/z ");
	check_each(objects, "a", "a/z", "");
	check_each(objects, "b", "a/z", "b/y ");
	check_each(objects, "b", "", "b/y ");
	check_each(objects, "bb", NULL, "");
	check_each(objects, NULL, NULL, "a-b/x a/a a/stop ");
	check_each(objects, NULL, "a/stop", "a/z b/y c/x ");
	check_each(objects, NULL, "c/x", "");
}

static void labels_are_sorted_and_ready_for_selectors(void **state)
{
	struct objects *objects = *state;
	scope_json struct json *object = objects_lab_object("a/b", 1);
	struct json *meta = json_child_object(object, "metadata");
	struct json *labels = json_child_object(meta, "labels");
	const struct object *put;

	json_set_str(labels, "tier", "db");
	json_set_str(labels, "app", "");
	json_set_int(labels, "number", 1);
	json_set_str(labels, "", "lost");
	int rc = objects_put(objects, KIND_POD, object, 0, &put, NULL);
	assert_int_equal(rc, 0);
	assert_memory_equal(put->labels, "app\0\0tier\0db\0", 14);
	json_remove(meta, "labels");
	rc = objects_put(objects, KIND_POD, object, OBJECTS_ANY, &put, NULL);
	assert_int_equal(rc, 0);
	assert_string_equal(put->labels, "");
}

static void put_owned(struct objects *objects, const char *where,
		      const char *first, const char *second)
{
	scope_json struct json *object = objects_lab_object(where, 1);
	struct json *refs = json_child_array(
		json_child_object(object, "metadata"), "ownerReferences");
	const char *const uids[] = {first, second};

	for (size_t i = 0; i < 2 && uids[i] != NULL; i++) {
		struct json *ref = json_new_object();

		json_set_str(ref, "uid", uids[i]);
		json_push(refs, ref);
	}
	int rc =
		objects_put(objects, KIND_POD, object, OBJECTS_ANY, NULL, NULL);
	assert_int_equal(rc, 0);
}

static void check_owned(const struct objects *objects, const char *uid,
			const char *expected)
{
	char text[256] = "";

	objects_each_owned(objects, uid, note, text);
	assert_string_equal(text, expected);
}

static void owned_objects_are_found_by_the_uid_of_an_owner(void **state)
{
	struct objects *objects = *state;

	check_owned(objects, "one", "");
	put_owned(objects, "a/1", "one", NULL);
	put_owned(objects, "a/2", "one", "two");
	put_owned(objects, "b/3", "two", "two");
	check_owned(objects, "one", "a/1 a/2 ");
	check_owned(objects, "two", "a/2 b/3 ");
	put_owned(objects, "a/1", "two", NULL);
	check_owned(objects, "one", "a/2 ");
	assert_int_equal(objects_lab_delete(objects, KIND_POD, "a/2"), 0);
	check_owned(objects, "one", "");
	check_owned(objects, "two", "b/3 a/1 ");
	put_owned(objects, "b/3", NULL, NULL);
	check_owned(objects, "two", "a/1 ");
}

static void many_owners_are_told_apart(void **state)
{
	struct objects *objects = *state;
	char where[32], uid[32], expected[40];

	for (int i = 0; i < 1000; i++) {
		snprintf(where, sizeof(where), "a/%d", i);
		snprintf(uid, sizeof(uid), "owner-%d", i);
		put_owned(objects, where, uid, NULL);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(uid, sizeof(uid), "owner-%d", i);
		snprintf(expected, sizeof(expected), "a/%d ", i);
		check_owned(objects, uid, expected);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_store, close_store)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_there_with_its_version),
		TEST(writers_must_have_seen_the_newest_version),
		TEST(objects_without_name_or_uid_are_refused),
		TEST(lists_are_in_order_and_go_on_where_they_ended),
		TEST(labels_are_sorted_and_ready_for_selectors),
		TEST(owned_objects_are_found_by_the_uid_of_an_owner),
		TEST(many_owners_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
