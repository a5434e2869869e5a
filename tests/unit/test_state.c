/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsd/dumper.h"
#include "dnsd/zone.h"
#include "serve_lab.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/cm.h"

struct lab {
	struct loop *loop;
	char dir[64], file[80];
};

static int setup(void **state)
{
	struct lab *lab = mem_zalloc(sizeof(*lab));

	snprintf(lab->dir, sizeof(lab->dir), "/tmp/test_state.XXXXXX");
	assert_non_null(mkdtemp(lab->dir));
	snprintf(lab->file, sizeof(lab->file), "%s/zone", lab->dir);
	lab->loop = loop_new();
	*state = lab;
	return 0;
}

static int teardown(void **state)
{
	struct lab *lab = *state;

	loop_free(lab->loop);
	unlink(lab->file);
	assert_int_equal(rmdir(lab->dir), 0);
	free(lab);
	return 0;
}

static struct state *open_state(const struct lab *lab, struct zone_slot *slot)
{
	struct state *state = NULL;
	struct err err = {0};

	if (state_new(lab->loop, slot, lab->dir, &state, &err) != 0)
		fail_msg("%s", err_msg(&err));
	return state;
}

/* Writes what is there, as an orderly end does. */
static void save(const struct lab *lab, struct zone_slot *slot)
{
	state_free(open_state(lab, slot));
	assert_int_equal(access(lab->file, F_OK), 0);
}

static void add_text(const struct rr_set *set, void *arg)
{
	char owner[NAME_MAX_TEXT];

	name_text(owner, set->owner);
	buf_printf(arg, "%s %u %u\n", owner, set->type, set->n);
}

static char *all_of(const struct zone_slot *slot)
{
	static const uint8_t root[] = {0};
	struct buf text;

	buf_init(&text, 0);
	zone_slot_walk(slot, root, add_text, &text);
	return buf_steal(&text);
}

static uint32_t serial_of(const struct zone_slot *slot)
{
	struct name apex;

	assert_int_equal(name_parse(&apex, "cluster.local"), 0);
	return zone_slot_serial(slot, apex.wire);
}

static void add_name(struct zone_slot *slot, const char *text)
{
	struct zone_edit *edit = zone_edit_begin(slot);
	uint8_t addr[] = {10, 0, 0, 1};
	struct rr_data data = {addr, sizeof(addr)};
	struct name name;

	assert_int_equal(name_parse(&name, text), 0);
	zone_edit_put(edit, &(struct rr_set){.owner = name.wire,
					     .type = RR_A,
					     .ttl_s = 5,
					     .n = 1,
					     .data = &data});
	assert_int_equal(zone_edit_commit(edit, 0), 1);
}

/* As where two Services lead to the server. */
static void set_ns(struct zone_slot *slot)
{
	struct zone_edit *edit = zone_edit_begin(slot);
	struct name apex, ns[2];

	assert_int_equal(name_parse(&apex, "cluster.local"), 0);
	assert_int_equal(name_parse(&ns[0], "a.d.svc.cluster.local"), 0);
	assert_int_equal(name_parse(&ns[1], "b.d.svc.cluster.local"), 0);
	zone_edit_set_ns(edit, apex.wire,
			 (const uint8_t *[]){ns[0].wire, ns[1].wire}, 2, 5);
	assert_int_equal(zone_edit_commit(edit, 0), 1);
}

static void an_earlier_zone_comes_back_with_its_serial(void **state)
{
	struct lab *lab = *state;
	struct zone_slot *old = serve_lab_slot(true), *new;
	struct dnsd_restored restored;
	struct state *keeper;
	struct err err = {0};

	add_name(old, "later.default.svc.cluster.local");
	add_name(old, "last.default.svc.cluster.local");
	set_ns(old);
	save(lab, old);
	new = serve_lab_slot(false);
	assert_true(serial_of(new) != serial_of(old));
	keeper = open_state(lab, new);
	assert_int_equal(state_restore(keeper, &restored, &err), 0);
	assert_true(restored.saved_s > 0 && restored.names > 0);
	assert_true(zone_slot_is_ready(new));
	scope_free char *have = all_of(new), *want = all_of(old);
	assert_string_equal(have, want);
	assert_int_equal(serial_of(new), serial_of(old));
	add_name(new, "next.default.svc.cluster.local");
	assert_int_equal(serial_of(new), serial_of(old) + 1);
	state_free(keeper);
	zone_slot_free(new);
	zone_slot_free(old);
}

static void no_file_is_no_trouble(void **state)
{
	struct lab *lab = *state;
	struct zone_slot *slot = serve_lab_slot(false);
	struct state *keeper = open_state(lab, slot);
	struct dnsd_restored restored;
	struct err err = {0};

	assert_int_equal(state_restore(keeper, &restored, &err), 0);
	assert_int_equal(restored.saved_s, 0);
	assert_false(zone_slot_is_ready(slot));
	/* Nothing that is not ready is ever saved. */
	state_free(keeper);
	assert_int_equal(access(lab->file, F_OK), -1);
	zone_slot_free(slot);
}

static void a_damaged_file_is_named_and_changes_nothing(void **state)
{
	struct lab *lab = *state;
	struct zone_slot *slot = serve_lab_slot(false);
	struct dnsd_restored restored;
	struct state *keeper;
	struct err err = {0};
	FILE *file = fopen(lab->file, "w");

	fputs("this is not what we wrote, but long enough to look at", file);
	fclose(file);
	scope_free char *before = all_of(slot);
	keeper = open_state(lab, slot);
	assert_int_equal(state_restore(keeper, &restored, &err), ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), lab->file));
	assert_int_equal(restored.saved_s, 0);
	scope_free char *after = all_of(slot);
	assert_string_equal(before, after);
	assert_false(zone_slot_is_ready(slot));
	state_free(keeper);
	zone_slot_free(slot);
}

static void a_file_that_lacks_a_zone_is_left_out(void **state)
{
	static const uint8_t ns[] = "\2ns\5other", *const targets[] = {ns};
	struct lab *lab = *state;
	struct zone_slot *old = serve_lab_slot(true), *slot = zone_slot_new();
	struct zone_soa soa = {5, 1, 1, 1, 5};
	struct dnsd_restored restored;
	struct state *keeper;
	struct err err = {0};
	struct name apex;

	save(lab, old);
	assert_int_equal(name_parse(&apex, "other.zone"), 0);
	assert_int_equal(zone_slot_add_zone(slot, apex.wire, ns, ns, &soa,
					    targets, 1, 5, 1, &err),
			 0);
	keeper = open_state(lab, slot);
	assert_int_equal(state_restore(keeper, &restored, &err), ST_EINVAL);
	assert_non_null(strstr(err_msg(&err), "0 of the 1 zones"));
	state_free(keeper);
	zone_slot_free(slot);
	zone_slot_free(old);
}

static void changes_are_saved_while_it_runs(void **state)
{
	struct lab *lab = *state;
	struct zone_slot *slot = serve_lab_slot(true);
	struct state *keeper;
	struct dnsd_state_counts counts = {0};
	struct stat st;

	clk_fake(1000000000, 1767268800000000);
	keeper = open_state(lab, slot);
	state_keep(keeper);
	loop_turn(lab->loop, 0);
	assert_int_equal(access(lab->file, F_OK), -1);
	for (int i = 0; i < 3; i++) {
		clk_fake_advance_ms(STATE_EVERY_MS);
		while (state_counts(keeper, &counts),
		       counts.written + counts.failed < 1)
			loop_turn(lab->loop, 10);
	}
	/* No change, no file. */
	assert_int_equal(counts.written, 1);
	assert_int_equal(counts.last_s, 1767268805);
	assert_int_equal(stat(lab->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	add_name(slot, "later.default.svc.cluster.local");
	clk_fake_advance_ms(STATE_EVERY_MS);
	while (state_counts(keeper, &counts), counts.written < 2)
		loop_turn(lab->loop, 10);
	clk_real();
	state_free(keeper);
	zone_slot_free(slot);
}

static void a_folder_that_cannot_be_had_is_an_error(void **state)
{
	struct lab *lab = *state;
	struct zone_slot *slot = serve_lab_slot(true);
	scope_free char *deep = mem_printf("%s/none/deep", lab->dir);
	struct state *keeper;
	struct err err = {0};

	assert_int_equal(state_new(lab->loop, slot, deep, &keeper, &err),
			 -ENOENT);
	zone_slot_free(slot);
}

/* ---- dumps ---- */

struct got {
	int rc, n;
	char *text;
};

static void on_dump(int rc, struct buf *text, void *arg)
{
	struct got *got = arg;

	got->rc = rc;
	got->n++;
	got->text = buf_steal(text);
}

static void dumps_are_master_files_and_come_one_at_a_time(void **state)
{
	struct lab *lab = *state;
	struct zone_slot *slot = serve_lab_slot(true);
	struct dumper dumper = {0};
	struct got got = {0};
	struct name other;

	assert_int_equal(
		dumper_start(&dumper, lab->loop, slot, NULL, on_dump, &got), 0);
	assert_int_equal(
		dumper_start(&dumper, lab->loop, slot, NULL, on_dump, &got),
		-EBUSY);
	while (got.n == 0)
		loop_turn(lab->loop, 10);
	assert_int_equal(got.rc, 0);
	assert_non_null(strstr(got.text, "cluster.local.\t"));
	assert_non_null(strstr(got.text, "\tIN\tSOA\t"));
	free(got.text);
	assert_int_equal(name_parse(&other, "no.such.zone"), 0);
	assert_int_equal(dumper_start(&dumper, lab->loop, slot, other.wire,
				      on_dump, &got),
			 0);
	dumper_fini(&dumper);
	assert_int_equal(got.n, 2);
	assert_int_equal(got.rc, ST_ENOTFOUND);
	free(got.text);
	zone_slot_free(slot);
}

#define with_lab(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_lab(an_earlier_zone_comes_back_with_its_serial),
		with_lab(no_file_is_no_trouble),
		with_lab(a_damaged_file_is_named_and_changes_nothing),
		with_lab(a_file_that_lacks_a_zone_is_left_out),
		with_lab(changes_are_saved_while_it_runs),
		with_lab(a_folder_that_cannot_be_had_is_an_error),
		with_lab(dumps_are_master_files_and_come_one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
