/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cm.h"
#include "lab/addrs.h"
#include "lab/chores.h"
#include "lab/hostdir.h"
#include "lab/sliceset.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

/* Addresses. */

static void addresses_leave_out_network_node_and_broadcast(void **state)
{
	static const uint8_t net[4] = {10, 0, 0, 8};
	struct addrs *addrs = addrs_new(net, 4, 29);
	char text[ADDRS_TEXT];

	(void)state;
	for (int i = 2; i < 7; i++) {
		char want[ADDRS_TEXT];

		snprintf(want, sizeof(want), "10.0.0.%d", 8 + i);
		assert_true(addrs_take(addrs, text));
		assert_string_equal(text, want);
	}
	assert_false(addrs_take(addrs, text));
	addrs_release(addrs, "10.0.0.12");
	addrs_release(addrs, "192.0.2.1");
	addrs_release(addrs, "");
	assert_true(addrs_take(addrs, text));
	assert_string_equal(text, "10.0.0.12");
	addrs_free(addrs);
}

static void an_address_that_was_given_back_comes_again_late(void **state)
{
	static const uint8_t net[4] = {127, 64, 0, 0};
	struct addrs *addrs = addrs_new(net, 4, 16);
	char text[ADDRS_TEXT];

	(void)state;
	addrs_claim(addrs, "127.64.1.0");
	assert_true(addrs_take(addrs, text));
	assert_string_equal(text, "127.64.1.1");
	addrs_release(addrs, text);
	assert_true(addrs_take(addrs, text));
	assert_string_equal(text, "127.64.1.2");
	addrs_free(addrs);
}

static void addresses_of_the_sixth_version_are_given_too(void **state)
{
	static const uint8_t net[16] = {0xfd, 0, 0, 0, 0, 0, 0, 0};
	struct addrs *addrs = addrs_new(net, 16, 64);
	char text[ADDRS_TEXT];

	(void)state;
	assert_true(addrs_take(addrs, text));
	assert_string_equal(text, "fd00::2");
	addrs_release(addrs, text);
	addrs_free(addrs);
}

/* Chores. */

struct record {
	struct buf done;
	struct chores *chores;
	uint64_t again_ms;
};

static uint64_t note(const char *key, void *arg)
{
	struct record *record = arg;
	uint64_t again_ms = record->again_ms;

	buf_printf(&record->done, "%s ", key);
	record->again_ms = 0;
	return again_ms;
}

static void run(struct loop *loop, struct record *record, size_t len)
{
	uint64_t start = clk_mono_ms();

	while (record->done.len < len && clk_mono_ms() - start < 2000)
		loop_turn(loop, 10);
}

static void chores_are_done_once_each_in_the_order_they_fall_due(void **state)
{
	struct loop *loop = loop_new();
	struct record record = {0};

	(void)state;
	buf_init(&record.done, 0);
	record.chores = chores_new(loop, note, &record);
	chores_add(record.chores, "late", 40);
	chores_add(record.chores, "first", 0);
	chores_add(record.chores, "second", 0);
	chores_add(record.chores, "first", 5);
	chores_add(record.chores, "dropped", 0);
	chores_add(record.chores, "sooner", 10000);
	chores_add(record.chores, "sooner", 10);
	chores_drop(record.chores, "dropped");
	run(loop, &record, strlen("first second sooner late "));
	assert_string_equal(record.done.data, "first second sooner late ");
	assert_int_equal(chores_count(record.chores), 0);
	chores_free(record.chores);
	buf_fini(&record.done);
	loop_free(loop);
}

static void a_chore_that_is_not_done_comes_again(void **state)
{
	struct loop *loop = loop_new();
	struct record record = {.again_ms = 10};

	(void)state;
	buf_init(&record.done, 0);
	record.chores = chores_new(loop, note, &record);
	chores_add(record.chores, "a", 0);
	run(loop, &record, strlen("a a "));
	assert_string_equal(record.done.data, "a a ");
	chores_free(record.chores);
	buf_fini(&record.done);
	loop_free(loop);
}

/* Slices. */

static void want(struct sliceset *set, int i, int port)
{
	struct json *endpoint = json_new_object();
	struct json *ports = json_new_array(), *item = json_new_object();
	char text[32];

	snprintf(text, sizeof(text), "10.0.%d.%d", i / 250, i % 250 + 1);
	json_push(json_child_array(endpoint, "addresses"), json_new_str(text));
	snprintf(text, sizeof(text), "uid-%d", i);
	json_set_str(json_child_object(endpoint, "targetRef"), "uid", text);
	json_set_int(item, "port", port);
	json_push(ports, item);
	sliceset_want(set, endpoint, ports);
}

static struct json *as_object(const struct sliceset_slice *slice)
{
	struct json *object = json_new_object();

	json_set_str(object, "addressType", "IPv4");
	json_set(object, "endpoints", json_dup(slice->endpoints));
	json_set(object, "ports", json_dup(slice->ports));
	return object;
}

static void a_slice_holds_a_hundred_endpoints(void **state)
{
	struct sliceset set = {0};

	(void)state;
	for (int i = 0; i < 250; i++)
		want(&set, i, 80);
	sliceset_settle(&set);
	assert_int_equal(set.n_slices, 3);
	assert_int_equal(json_len(set.slices[0]->endpoints), 100);
	assert_int_equal(json_len(set.slices[2]->endpoints), 50);
	sliceset_fini(&set);
}

static void endpoints_stay_in_the_slice_they_are_in(void **state)
{
	struct sliceset before = {0}, after = {0};

	(void)state;
	for (int i = 0; i < 150; i++)
		want(&before, i, 80);
	sliceset_settle(&before);
	sliceset_have(&after, as_object(before.slices[0]));
	sliceset_have(&after, as_object(before.slices[1]));
	for (int i = 0; i < 150; i++) {
		if (i != 120)
			want(&after, i, 80);
	}
	sliceset_settle(&after);
	assert_int_equal(after.n_slices, 2);
	assert_false(after.slices[0]->is_changed);
	assert_true(after.slices[1]->is_changed);
	assert_int_equal(json_len(after.slices[1]->endpoints), 49);
	sliceset_fini(&before);
	sliceset_fini(&after);
}

static void pods_with_other_ports_are_in_another_slice(void **state)
{
	struct sliceset set = {0};

	(void)state;
	want(&set, 0, 80);
	want(&set, 1, 8080);
	want(&set, 2, 80);
	sliceset_settle(&set);
	assert_int_equal(set.n_slices, 2);
	assert_int_equal(json_len(set.slices[0]->endpoints), 2);
	sliceset_fini(&set);
}

static void an_empty_set_keeps_one_slice_and_drops_the_others(void **state)
{
	struct sliceset before = {0}, after = {0};

	(void)state;
	for (int i = 0; i < 150; i++)
		want(&before, i, 80);
	sliceset_settle(&before);
	sliceset_have(&after, as_object(before.slices[0]));
	sliceset_have(&after, as_object(before.slices[1]));
	sliceset_settle(&after);
	assert_false(after.slices[0]->is_unwanted);
	assert_true(after.slices[0]->is_changed);
	assert_true(after.slices[1]->is_unwanted);
	sliceset_fini(&before);
	sliceset_fini(&after);
}

/* Folders. */

static void folders_are_made_and_removed_with_what_is_in_them(void **state)
{
	struct hostdir *dir = NULL;
	struct err err = {0};
	struct stat st;
	scope_free char *path = NULL, *inner = NULL;

	(void)state;
	assert_int_equal(hostdir_new(NULL, &dir, &err), 0);
	assert_int_equal(hostdir_make(dir, "pvc-1", &err), 0);
	assert_int_equal(hostdir_make(dir, "pvc-1", &err), 0);
	path = hostdir_path(dir, "pvc-1");
	inner = mem_printf("%s/deeper", path);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(hostdir_remove(dir, "pvc-1", &err), 0);
	assert_int_not_equal(stat(path, &st), 0);
	assert_int_equal(hostdir_remove(dir, "pvc-1", &err), 0);
	assert_null(hostdir_path(dir, "../etc"));
	assert_null(hostdir_path(dir, ".."));
	assert_int_equal(hostdir_make(dir, "a/b", &err), ST_EINVAL);
	hostdir_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			addresses_leave_out_network_node_and_broadcast),
		cmocka_unit_test(
			an_address_that_was_given_back_comes_again_late),
		cmocka_unit_test(addresses_of_the_sixth_version_are_given_too),
		cmocka_unit_test(
			chores_are_done_once_each_in_the_order_they_fall_due),
		cmocka_unit_test(a_chore_that_is_not_done_comes_again),
		cmocka_unit_test(a_slice_holds_a_hundred_endpoints),
		cmocka_unit_test(endpoints_stay_in_the_slice_they_are_in),
		cmocka_unit_test(pods_with_other_ports_are_in_another_slice),
		cmocka_unit_test(
			an_empty_set_keeps_one_slice_and_drops_the_others),
		cmocka_unit_test(
			folders_are_made_and_removed_with_what_is_in_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
