/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/zone.h"
#include "dnsd/zone_pin.h"
#include "serve_lab.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

enum { SAVED_S = 1767268800 };

static int add_to(const void *data, size_t len, void *arg)
{
	buf_put(arg, data, len);
	return 0;
}

static void write_slot(const struct zone_slot *slot, struct buf *out)
{
	struct zone_pin pin;

	buf_init(out, 0);
	zone_pin_take_rcu(&pin, slot);
	assert_int_equal(snapshot_write(&pin, SAVED_S, add_to, out), 0);
	zone_pin_drop(&pin);
}

/* What is read back, as octets that can be compared. */
static void note_zone(const uint8_t *apex, uint32_t serial, void *arg)
{
	buf_put(arg, apex, name_len(apex));
	buf_put(arg, &serial, sizeof(serial));
}

static void note_set(const struct rr_set *set, void *arg)
{
	/* The server's own, which the file leaves out. */
	if (set->type == RR_SOA || set->type == RR_NS)
		return;
	buf_put(arg, set->owner, name_len(set->owner));
	buf_put(arg, &set->type, sizeof(set->type));
	buf_put(arg, &set->ttl_s, sizeof(set->ttl_s));
	for (uint32_t i = 0; i < set->n; i++)
		buf_put(arg, set->data[i].wire, set->data[i].len);
}

static const struct snapshot_ops notes = {note_zone, note_set};

static int read_it(const struct buf *file, struct buf *out, struct err *err)
{
	int64_t saved_s = 0;
	int rc = snapshot_read((const uint8_t *)file->data, file->len,
			       out ? &notes : NULL, out, &saved_s, err);

	if (rc == 0)
		assert_int_equal(saved_s, SAVED_S);
	return rc;
}

static void what_is_written_is_read_back(void **state)
{
	struct zone_slot *slot = serve_lab_slot(true);
	static const uint8_t root[] = {0};
	scope_buf struct buf file, have, want;

	(void)state;
	write_slot(slot, &file);
	buf_init(&have, 0);
	buf_init(&want, 0);
	/* Behind the zones, which the walk does not tell. */
	assert_int_equal(read_it(&file, &have, NULL), 0);
	zone_slot_walk(slot, root, note_set, &want);
	assert_true(want.len > 500 && have.len > want.len);
	assert_memory_equal(have.data + have.len - want.len, want.data,
			    want.len);
	zone_slot_free(slot);
}

/* All of the beginning, and some places of the rest. */
static size_t step(size_t at)
{
	return at < 300 ? 1 : 997;
}

static void every_damage_is_found(void **state)
{
	struct zone_slot *slot = serve_lab_slot(true);
	scope_buf struct buf file;

	(void)state;
	write_slot(slot, &file);
	for (size_t i = 0; i < file.len; i += step(i)) {
		struct err err = {0};

		file.data[i] ^= 1 << i % 8;
		assert_int_equal(read_it(&file, NULL, &err), ST_EPARSE);
		assert_true(*err_msg(&err));
		file.data[i] ^= 1 << i % 8;
	}
	for (size_t len = 0; len < file.len; len += step(len)) {
		struct buf cut = file;

		cut.len = len;
		assert_int_equal(read_it(&cut, NULL, NULL), ST_EPARSE);
	}
	assert_int_equal(read_it(&file, NULL, NULL), 0);
	zone_slot_free(slot);
}

static void other_formats_are_named(void **state)
{
	struct zone_slot *slot = serve_lab_slot(true);
	scope_buf struct buf file;
	struct err err = {0};

	(void)state;
	write_slot(slot, &file);
	file.data[15] = 2;
	assert_int_equal(read_it(&file, NULL, &err), ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), "format 2"));
	memcpy(file.data, "# a text file of", 16);
	assert_int_equal(read_it(&file, NULL, &err), ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), "no saved zone"));
	zone_slot_free(slot);
}

static int refuse(const void *data, size_t len, void *arg)
{
	(void)data;
	(void)len;
	(void)arg;
	return -28;
}

static void a_sink_that_is_full_ends_it(void **state)
{
	struct zone_slot *slot = serve_lab_slot(true);
	struct zone_pin pin;

	(void)state;
	zone_pin_take_rcu(&pin, slot);
	assert_int_equal(snapshot_write(&pin, SAVED_S, refuse, NULL), -28);
	zone_pin_drop(&pin);
	zone_slot_free(slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(every_damage_is_found),
		cmocka_unit_test(other_formats_are_named),
		cmocka_unit_test(a_sink_that_is_full_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
