/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A secondary in small beside a primary whose zones change at random: what it
 * makes of the messages is what the zone holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/query.h"
#include "dnsd/wire.h"
#include "dnsd/wire_name.h"
#include "dnsd/xfr.h"
#include "dnsd/zone.h"
#include "dnsd/zone_journal.h"
#include "dnsd/zone_pin.h"
#include "dnsd/zone_slot.h"
#include "statefuld/attr.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/zone_lab.h"

#define Z "cluster.local."
#define R "10.in-addr.arpa."

/* A record: owner, type, class, TTL, RDLENGTH and RDATA, not compressed. */
struct record {
	size_t len;
	uint8_t data[1100];
};

struct records {
	struct record *at;
	size_t n;
};

static void add(struct records *records, const struct record *record)
{
	mem_grow(records->at, records->n);
	records->at[records->n++] = *record;
}

static void drop(struct records *records, const struct record *record)
{
	for (size_t i = 0; i < records->n; i++) {
		if (records->at[i].len != record->len ||
		    memcmp(records->at[i].data, record->data, record->len) != 0)
			continue;
		records->at[i] = records->at[--records->n];
		return;
	}
	fail_msg("a record is taken away that was not there");
}

static int order(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return x->len != y->len ? (x->len < y->len ? -1 : 1)
				: memcmp(x->data, y->data, x->len);
}

static void assert_same(struct records *a, struct records *b)
{
	assert_int_equal(a->n, b->n);
	qsort(a->at, a->n, sizeof(*a->at), order);
	qsort(b->at, b->n, sizeof(*b->at), order);
	for (size_t i = 0; i < a->n; i++)
		assert_int_equal(order(&a->at[i], &b->at[i]), 0);
}

static struct records copy(const struct records *from)
{
	struct records records = {0};

	for (size_t i = 0; i < from->n; i++)
		add(&records, &from->at[i]);
	return records;
}

static int each(const uint8_t *owner, const struct rrset *set, void *arg)
{
	const uint8_t *at = set->wire;
	size_t owner_len = name_len(owner);

	for (unsigned i = 0; i < set->count; i++) {
		size_t len = WIRE_RR_FIXED + (size_t)wire_get16(at + 10);
		struct record record = {.len = owner_len + len};

		memcpy(record.data, owner, owner_len);
		memcpy(record.data + owner_len, at + 2, len);
		add(arg, &record);
		at += 2 + len;
	}
	return 0;
}

/* What the zone holds. */
static struct records image(const struct zone_version *version, size_t zone)
{
	struct records records = {0};

	assert_int_equal(
		zone_each(version, &version->zones[zone], each, &records), 0);
	return records;
}

static void put_name(struct record *record, const uint8_t *wire, size_t len,
		     size_t *at)
{
	struct name name;

	*at = wire_name_read(&name, wire, len, *at);
	assert_int_not_equal(*at, 0);
	memcpy(record->data + record->len, name.wire, name.len);
	record->len += name.len;
}

static size_t read_record(struct records *records, const uint8_t *wire,
			  size_t len, size_t at)
{
	struct record record = {0};
	size_t fixed, end;
	uint16_t type;

	put_name(&record, wire, len, &at);
	fixed = record.len;
	memcpy(record.data + record.len, wire + at, WIRE_RR_FIXED);
	record.len += WIRE_RR_FIXED;
	type = wire_get16(wire + at);
	at += WIRE_RR_FIXED;
	end = at + wire_get16(wire + at - 2);
	if (type == RR_NS || type == RR_PTR || type == RR_SOA)
		put_name(&record, wire, len, &at);
	if (type == RR_SOA)
		put_name(&record, wire, len, &at);
	memcpy(record.data + record.len, wire + at, end - at);
	record.len += end - at;
	wire_put16(record.data + fixed + 8,
		   (uint16_t)(record.len - fixed - WIRE_RR_FIXED));
	add(records, &record);
	return end;
}

static size_t make_query(struct query *query, uint8_t wire[512],
			 const char *apex)
{
	struct name name;
	size_t len;

	assert_int_equal(name_parse(&name, apex), 0);
	memcpy(wire, "\x5a\x17\1\0\0\1\0\0\0\0\0\1", WIRE_HEADER);
	memcpy(wire + WIRE_HEADER, name.wire, name.len);
	len = WIRE_HEADER + (size_t)name.len;
	memcpy(wire + len,
	       "\0\xfb\0\1"
	       "\0\0\x29\4\xd0\0\0\0\0\0\4\0\11\0\0",
	       19);
	assert_int_equal(query_parse(query, wire, len + 19), QUERY_ASK);
	return len + 19;
}

/* All records of all messages, in order. */
static struct records receive(struct xfr *xfr, size_t limit)
{
	static uint8_t out[WIRE_MESSAGE];
	struct edns_told told = {.payload = 1232,
				 .zone = xfr->zone,
				 .has_expire = true,
				 .ede = EDE_NONE};
	struct records got = {0};
	bool is_first = true;
	size_t len;

	while ((len = xfr_next(xfr, out, limit, &told)) != 0) {
		size_t at = WIRE_HEADER, question = is_first ? 1 : 0;

		assert_true(len <= limit);
		assert_memory_equal(out, "\x5a\x17\x85\0", 4);
		assert_int_equal(wire_get16(out + 4), question);
		assert_int_equal(wire_get16(out + 10), question);
		if (is_first)
			at += name_len(out + at) + 4;
		for (unsigned n = wire_get16(out + 6); n > 0; n--)
			at = read_record(&got, out, len, at);
		/* An OPT with EXPIRE (RFC 7314): 86400 s. */
		assert_int_equal(at + (is_first ? 19 : 0), len);
		if (is_first)
			assert_memory_equal(out + len - 10,
					    "\0\10\0\11\0\4\0\1\x51\x80", 10);
		is_first = false;
	}
	assert_true(xfr_is_done(xfr));
	return got;
}

static bool is_soa(const struct record *record)
{
	size_t owner = name_len(record->data);

	return wire_get16(record->data + owner) == RR_SOA;
}

/* RFC 1995 4 and RFC 5936 2.2, from the side of the secondary. */
static void apply(struct records *have, const struct records *got)
{
	const struct record *first = &got->at[0];
	size_t i = 1;

	assert_true(is_soa(first));
	if (got->n == 1)
		return;
	assert_int_equal(order(first, &got->at[got->n - 1]), 0);
	if (!is_soa(&got->at[1])) {
		have->n = 0;
		for (i = 0; i + 1 < got->n; i++)
			add(have, &got->at[i]);
		return;
	}
	while (i + 1 < got->n) {
		drop(have, &got->at[i++]);
		while (!is_soa(&got->at[i]))
			drop(have, &got->at[i++]);
		add(have, &got->at[i++]);
		while (!is_soa(&got->at[i]))
			add(have, &got->at[i++]);
	}
}

/* A random RRset of a random name; sometimes none. */
static void edit_some(struct zone_edit *edit, unsigned max_rrs)
{
	static const uint16_t types[] = {RR_A, RR_TXT, RR_SRV, RR_PTR};
	uint16_t type = types[clk_random(st_array_len(types))];
	bool is_reverse = type == RR_PTR;
	uint8_t wire[8][64];
	struct rr_data data[8];
	struct name owner, target;
	char text[64];
	unsigned n = clk_random(max_rrs + 1);

	snprintf(text, sizeof(text), is_reverse ? "%u.%u." R : "w-%u.s-%u." Z,
		 clk_random(6), clk_random(4));
	assert_int_equal(name_parse(&owner, text), 0);
	for (unsigned i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "w-%u.s-%u." Z, clk_random(6), i);
		assert_int_equal(name_parse(&target, text), 0);
		size_t at = type == RR_SRV ? 6 : 0;
		memset(wire[i], (int)clk_random(3), sizeof(wire[i]));
		memcpy(wire[i] + at, target.wire, target.len);
		data[i].wire = wire[i];
		data[i].len = (uint16_t)(at + target.len);
		if (type == RR_A) {
			data[i].len = 4;
			wire_put32(wire[i], clk_random(5));
		}
	}
	zone_edit_put(edit, &(struct rr_set){.owner = owner.wire,
					     .type = type,
					     .ttl_s = 5 + clk_random(2),
					     .n = n,
					     .data = data});
}

static struct zone_slot *ready_slot(size_t journal_bytes)
{
	struct zone_slot *slot = lab_slot(Z, R, NULL);
	struct zone_edit *edit;

	if (journal_bytes > 0)
		zone_journal_keep(slot, journal_bytes);
	edit = zone_edit_begin(slot);
	zone_edit_set_ready(edit);
	lab_edit_a(edit, "ns.dns." Z, 1, 1);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	return slot;
}

enum { KEPT = 16 };

/* Serial and content of a zone at some time. */
struct past {
	uint32_t serial;
	struct records records;
};

static enum xfr_kind follow(const struct zone_version *version, size_t zone,
			    const struct past *past, size_t limit)
{
	static struct xfr xfr;
	struct records have = copy(&past->records), want, got;
	uint8_t wire[512];
	struct query query;
	enum xfr_kind kind;

	make_query(&query, wire, zone == 0 ? Z : R);
	xfr_begin_since(&xfr, version, &version->zones[zone], &query,
			past->serial);
	kind = xfr.kind;
	got = receive(&xfr, limit);
	apply(&have, &got);
	want = image(version, zone);
	assert_same(&have, &want);
	free(have.at);
	free(want.at);
	free(got.at);
	return kind;
}

static void edit_ns(struct zone_edit *edit)
{
	static const uint8_t a[] = "\1a", b[] = "\1b";
	static const uint8_t *const ns[] = {a, b, a};
	struct name apex;

	assert_int_equal(name_parse(&apex, Z), 0);
	zone_edit_set_ns(edit, apex.wire, ns + clk_random(2), 1 + clk_random(2),
			 5);
}

/* Gives how often each kind was sent. */
static void follow_at_random(size_t journal_bytes, unsigned n[3])
{
	struct zone_slot *slot = ready_slot(journal_bytes);
	struct past past[2][KEPT] = {{{0}}};

	for (unsigned round = 0; round < 300; round++) {
		struct zone_edit *edit = zone_edit_begin(slot);
		unsigned k = clk_random(KEPT), edits = 1 + clk_random(4);

		while (edits-- > 0)
			edit_some(edit, 6);
		if (clk_random(16) == 0)
			edit_ns(edit);
		zone_edit_commit(edit, LAB_NOW);
		for (size_t zone = 0; zone < 2; zone++) {
			struct past *one = &past[zone][k];
			size_t limit = 300 + clk_random(3000);

			if (one->records.n > 0)
				n[follow(slot->cur, zone, one, limit)]++;
			free(one->records.at);
			one->serial = slot->cur->zones[zone].serial;
			one->records = image(slot->cur, zone);
		}
	}
	for (size_t i = 0; i < KEPT; i++) {
		free(past[0][i].records.at);
		free(past[1][i].records.at);
	}
	zone_slot_free(slot);
}

static void a_secondary_follows_by_steps(void **state)
{
	unsigned n[3] = {0};

	(void)state;
	follow_at_random(1 << 20, n);
	assert_int_equal(n[XFR_WHOLE], 0);
	assert_true(n[XFR_STEPS] > 300);
}

static void a_short_journal_gives_the_whole_zone_to_who_is_late(void **state)
{
	unsigned n[3] = {0};

	(void)state;
	follow_at_random(6000, n);
	assert_true(n[XFR_WHOLE] > 30);
	assert_true(n[XFR_STEPS] > 30);
}

static void many_steps_give_way_to_a_smaller_zone(void **state)
{
	struct zone_slot *slot = ready_slot(1 << 20);
	struct past past = {slot->cur->zones[0].serial, image(slot->cur, 0)};

	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		lab_put_a(slot, "a." Z, (uint8_t)i);
	assert_int_equal(follow(slot->cur, 0, &past, 4096), XFR_WHOLE);
	free(past.records.at);
	zone_slot_free(slot);
}

/* DNS-203: even if our serial is the older one. */
static void who_has_the_newest_gets_the_soa_alone(void **state)
{
	struct zone_slot *slot = ready_slot(1 << 16);
	struct zone_edit *edit = zone_edit_begin(slot);
	uint32_t serial;

	(void)state;
	edit_some(edit, 3);
	edit_some(edit, 3);
	zone_edit_commit(edit, LAB_NOW);
	serial = slot->cur->zones[0].serial;
	for (uint32_t ahead = 0; ahead < 2; ahead++) {
		struct past past = {serial + ahead, image(slot->cur, 0)};

		assert_int_equal(follow(slot->cur, 0, &past, 512), XFR_SOA);
		free(past.records.at);
	}
	zone_slot_free(slot);
}

static void without_a_journal_all_is_sent(void **state)
{
	struct zone_slot *slot = ready_slot(0);
	struct past past = {LAB_NOW, {0}};

	(void)state;
	assert_int_equal(follow(slot->cur, 0, &past, 512), XFR_WHOLE);
	zone_slot_free(slot);
}

/* A set that needs several messages, in a large zone: each message but the
 * last is nearly full, and nothing is repeated or lost. */
static void large_zones_fill_their_messages(void **state)
{
	static struct xfr xfr;
	struct zone_slot *slot = ready_slot(0);
	struct zone_edit *edit = zone_edit_begin(slot);
	struct records got, want, have = {0};
	struct query query;
	uint8_t wire[512];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		char owner[64];

		snprintf(owner, sizeof(owner), "p-%u.s." Z, i);
		lab_edit_a(edit, owner, (uint8_t)i, 1 + i % 60);
	}
	zone_edit_commit(edit, LAB_NOW);
	make_query(&query, wire, Z);
	xfr_begin(&xfr, slot->cur, &slot->cur->zones[0], &query);
	got = receive(&xfr, WIRE_MESSAGE);
	apply(&have, &got);
	want = image(slot->cur, 0);
	assert_same(&have, &want);
	free(got.at);
	free(want.at);
	free(have.at);
	zone_slot_free(slot);
}

/* The zone is that of the time of the pin, whatever comes after; when the pin
 * is dropped, all comes back (zone_slot_free insists). */
static void a_pinned_version_stays_as_it_was(void **state)
{
	struct zone_slot *slot = ready_slot(3000);
	struct records then, now;
	struct zone_pin pins[2];
	size_t held;

	(void)state;
	rcu_register_thread();
	for (unsigned i = 0; i < 2; i++) {
		zone_pin_take_rcu(&pins[i], slot);
		then = image(pins[0].version, 0);
		for (unsigned round = 0; round < 40; round++) {
			struct zone_edit *edit = zone_edit_begin(slot);

			for (unsigned k = 0; k < 10; k++)
				edit_some(edit, 8);
			zone_edit_commit(edit, LAB_NOW);
		}
		rcu_thread_offline();
		rcu_barrier();
		rcu_thread_online();
		zone_edit_abort(zone_edit_begin(slot));
		now = image(pins[0].version, 0);
		assert_same(&then, &now);
		assert_non_null(slot->held);
		free(then.at);
		free(now.at);
	}
	held = slot->held_bytes;
	zone_pin_drop(&pins[0]);
	zone_edit_abort(zone_edit_begin(slot));
	assert_true(slot->held_bytes > 0 && slot->held_bytes < held);
	zone_pin_drop(&pins[1]);
	zone_edit_abort(zone_edit_begin(slot));
	assert_null(slot->held);
	assert_int_equal(slot->held_bytes, 0);
	rcu_unregister_thread();
	zone_slot_free(slot);
}

static void the_oldest_pin_is_revoked_when_too_much_waits(void **state)
{
	struct zone_slot *slot = ready_slot(0);
	struct zone_pin old, young;

	(void)state;
	rcu_register_thread();
	zone_pin_take_rcu(&old, slot);
	zone_edit_abort(zone_edit_begin(slot));
	lab_put_a(slot, "a." Z, 1);
	zone_pin_take_rcu(&young, slot);
	slot->held_bytes = ZONE_HELD_MAX + 1;
	zone_edit_abort(zone_edit_begin(slot));
	assert_true(zone_pin_is_revoked(&old));
	assert_false(zone_pin_is_revoked(&young));
	zone_pin_drop(&old);
	zone_pin_drop(&young);
	rcu_unregister_thread();
	zone_slot_free(slot);
}

/* DNS-203. */
static void the_authority_section_holds_one_soa(void **state)
{
	static const uint8_t soa[] = {0xc0, 0x0c, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22,
				      0,    0,	  1, 2, 3, 4, 0, 0, 0, 1, 0, 0,
				      0,    1,	  0, 0, 0, 1, 0, 0, 0, 1};
	uint8_t wire[512], at[512];
	struct query query;
	uint32_t serial = 0;
	size_t len = make_query(&query, wire, Z) - 15;

	(void)state;
	wire[11] = 0;
	assert_false(xfr_client_serial(&query, &serial));
	wire[9] = 1;
	memcpy(wire + len, soa, sizeof(soa));
	memcpy(at, wire, sizeof(at));
	assert_int_equal(query_parse(&query, wire, len + sizeof(soa)),
			 QUERY_ASK);
	assert_true(xfr_client_serial(&query, &serial));
	assert_int_equal(serial, 0x01020304);
	for (size_t i = 0; i < 2; i++) {
		memcpy(wire, at, sizeof(at));
		/* Of another type; with octets too many in its RDATA. */
		wire[len + (i == 0 ? 3 : 11)]++;
		query_parse(&query, wire, len + sizeof(soa) + i);
		assert_false(xfr_client_serial(&query, &serial));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secondary_follows_by_steps),
		cmocka_unit_test(
			a_short_journal_gives_the_whole_zone_to_who_is_late),
		cmocka_unit_test(many_steps_give_way_to_a_smaller_zone),
		cmocka_unit_test(who_has_the_newest_gets_the_soa_alone),
		cmocka_unit_test(without_a_journal_all_is_sent),
		cmocka_unit_test(large_zones_fill_their_messages),
		cmocka_unit_test(a_pinned_version_stays_as_it_was),
		cmocka_unit_test(the_oldest_pin_is_revoked_when_too_much_waits),
		cmocka_unit_test(the_authority_section_holds_one_soa),
	};

	clk_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
