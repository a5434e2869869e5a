/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"
#include "statefuld/name.h"
#include "statefuld/rcu.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/zone_lab.h"

#define Z "cluster.local."

static void what_is_taken_away_leaves_nothing_behind(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit;
	struct zone_stats before, after;

	(void)state;
	zone_slot_stats(slot, &before);
	lab_put_a(slot, "a.b.c." Z, 1);
	lab_put_a(slot, "b.c." Z, 1);
	lab_put_a(slot, "ab.c." Z, 1);
	lab_put_a(slot, "b\\200.c." Z, 1);
	edit = zone_edit_begin(slot);
	lab_edit_a(edit, "a.b.c." Z, 1, 0);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	assert_int_equal(lab_find(slot, "a.b.c." Z), ZONE_MISSING);
	assert_int_equal(lab_find(slot, "b.c." Z), ZONE_FOUND);
	edit = zone_edit_begin(slot);
	lab_edit_drop(edit, "b.c." Z);
	lab_edit_drop(edit, "ab.c." Z);
	lab_edit_drop(edit, "nothing." Z);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	assert_int_equal(lab_find(slot, "b.c." Z), ZONE_MISSING);
	assert_int_equal(lab_find(slot, "c." Z), ZONE_EMPTY);
	edit = zone_edit_begin(slot);
	lab_edit_drop(edit, "b\\200.c." Z);
	zone_edit_commit(edit, LAB_NOW);
	assert_int_equal(lab_find(slot, "c." Z), ZONE_MISSING);
	zone_slot_stats(slot, &after);
	assert_int_equal(after.names, before.names);
	assert_int_equal(after.rrsets, before.rrsets);
	zone_slot_free(slot);
}

static void a_bare_name_exists_until_it_is_dropped(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit = zone_edit_begin(slot);

	(void)state;
	lab_edit_bare(edit, "ns.svc." Z);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	assert_int_equal(lab_find(slot, "ns.svc." Z), ZONE_EMPTY);
	assert_int_equal(lab_find(slot, "svc." Z), ZONE_EMPTY);
	assert_int_equal(lab_find(slot, "a.ns.svc." Z), ZONE_MISSING);
	/* RRsets that come and go leave the bare name alone. */
	lab_put_a(slot, "ns.svc." Z, 1);
	assert_int_equal(lab_find(slot, "ns.svc." Z), ZONE_FOUND);
	edit = zone_edit_begin(slot);
	lab_edit_a(edit, "ns.svc." Z, 1, 0);
	zone_edit_commit(edit, LAB_NOW);
	assert_int_equal(lab_find(slot, "ns.svc." Z), ZONE_EMPTY);
	edit = zone_edit_begin(slot);
	lab_edit_drop(edit, "ns.svc." Z);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	assert_int_equal(lab_find(slot, "svc." Z), ZONE_MISSING);
	zone_slot_free(slot);
}

static void what_stays_the_same_publishes_nothing(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	const struct zone_version *version;
	struct zone_edit *edit;

	(void)state;
	assert_int_equal(lab_put_a(slot, "a." Z, 1), 1);
	version = zone_slot_peek_rcu(slot);
	assert_int_equal(lab_put_a(slot, "a." Z, 1), 0);
	assert_int_equal(lab_put_a(slot, "a.example.com.", 1), 0);
	edit = zone_edit_begin(slot);
	lab_edit_a(edit, "a." Z, 2, 1);
	lab_edit_bare(edit, "b." Z);
	lab_edit_drop(edit, "b." Z);
	lab_edit_raw(edit, "c." Z, RR_TXT, 1, 30, 400);
	lab_edit_drop(edit, "c." Z);
	lab_edit_a(edit, "a." Z, 1, 1);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 0);
	assert_ptr_equal(zone_slot_peek_rcu(slot), version);
	zone_slot_free(slot);
}

static void an_abort_leaves_all_as_it_was(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_stats before, after;
	struct zone_edit *edit;

	(void)state;
	edit = zone_edit_begin(slot);
	lab_edit_raw(edit, "large." Z, RR_TXT, 1, 30, 400);
	lab_edit_a(edit, "a." Z, 1, 3);
	zone_edit_commit(edit, LAB_NOW);
	zone_slot_stats(slot, &before);
	edit = zone_edit_begin(slot);
	lab_edit_raw(edit, "large." Z, RR_TXT, 2, 30, 400);
	lab_edit_raw(edit, "large." Z, RR_AAAA, 2, 30, 16);
	lab_edit_a(edit, "b." Z, 1, 3);
	lab_clear(edit, "a." Z);
	zone_edit_set_ready(edit);
	zone_edit_abort(edit);
	zone_slot_stats(slot, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(lab_find(slot, "a." Z), ZONE_FOUND);
	assert_int_equal(lab_find(slot, "b." Z), ZONE_MISSING);
	assert_false(zone_is_ready(zone_slot_peek_rcu(slot)));
	zone_slot_free(slot);
}

static void readiness_is_published_by_itself(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit = zone_edit_begin(slot);

	(void)state;
	zone_edit_set_ready(edit);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW + 5), 0);
	assert_true(zone_is_ready(zone_slot_peek_rcu(slot)));
	assert_int_equal(lab_serial(slot, Z), LAB_NOW);
	lab_put_a(slot, "a." Z, 1);
	assert_true(zone_is_ready(zone_slot_peek_rcu(slot)));
	zone_slot_free(slot);
}

static int commit_at(struct zone_slot *slot, const char *owner, uint8_t octet,
		     uint32_t now_s)
{
	struct zone_edit *edit = zone_edit_begin(slot);

	lab_edit_a(edit, owner, octet, 1);
	return zone_edit_commit(edit, now_s);
}

static void a_serial_follows_clock_and_predecessor(void **state)
{
	/* DNS-074. */
	static const struct {
		uint32_t now_s, serial;
	} cases[] = {
		{LAB_NOW, LAB_NOW + 1},
		{LAB_NOW, LAB_NOW + 2},
		{LAB_NOW + 1, LAB_NOW + 3},
		{LAB_NOW + 100, LAB_NOW + 100},
		{LAB_NOW - 5000, LAB_NOW + 101},
		{LAB_NOW + UINT32_C(0x7fffffff),
		 LAB_NOW + UINT32_C(0x7fffffff)},
		{UINT32_C(0xfffffffe), UINT32_C(0xfffffffe)},
		{5, 5},
		{UINT32_C(0xffffffff), 6},
	};
	struct zone_slot *slot = lab_slot(Z, "10.in-addr.arpa.", NULL);

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		assert_int_equal(
			commit_at(slot, "a." Z, (uint8_t)i, cases[i].now_s), 1);
		assert_int_equal(lab_serial(slot, Z), cases[i].serial);
		assert_int_equal(lab_serial(slot, "10.in-addr.arpa."), LAB_NOW);
	}
	assert_int_equal(lab_serial(slot, "a." Z), 0);
	assert_int_equal(lab_serial(slot, "example."), 0);
	zone_slot_free(slot);
}

static void the_soa_carries_the_serial(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	const struct zone_info *zone;
	const uint8_t *end;

	(void)state;
	commit_at(slot, "a." Z, 1, 0x65665678);
	zone = lab_hit(slot, Z).zone;
	assert_int_equal(zone->serial, 0x65665678);
	end = zone->soa->wire + zone->soa->wire_len;
	assert_memory_equal(end - 20, "\x65\x66\x56\x78", 4);
	assert_int_equal(zone->negative_ttl_s, 5);
	assert_int_equal(zone->apex_len, 15);
	assert_int_equal(zone->apex_labels, 2);
	assert_int_equal(zone->ns->type, RR_NS);
	assert_int_equal(zone->ns->count, 1);
	zone_slot_free(slot);
}

static void the_apex_keeps_its_soa_and_ns(void **state)
{
	/* DNS-031. */
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit = zone_edit_begin(slot);

	(void)state;
	lab_edit_raw(edit, Z, RR_SOA, 1, 1, 30);
	lab_edit_raw(edit, Z, RR_NS, 1, 1, 30);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 0);
	lab_put_a(slot, "a." Z, 1);
	edit = zone_edit_begin(slot);
	lab_clear(edit, ".");
	lab_edit_drop(edit, Z);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	assert_int_equal(lab_find(slot, "a." Z), ZONE_MISSING);
	assert_true(lab_hit(slot, Z).is_apex);
	zone_slot_free(slot);
}

static size_t n_changed(struct zone_slot *slot, const uint8_t *const *ns,
			size_t n)
{
	struct zone_edit *edit = zone_edit_begin(slot);
	struct name apex;

	assert_int_equal(name_parse(&apex, Z), 0);
	zone_edit_set_ns(edit, apex.wire, ns, n, 5);
	return (size_t)zone_edit_commit(edit, LAB_NOW);
}

/* DNS-076. */
static void name_servers_of_a_zone_can_change(void **state)
{
	static const uint8_t one[] = "\1a\4test", two[] = "\1b\4test";
	static const uint8_t *const ns[] = {one, two};
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_stats before, after;
	uint32_t serial = lab_hit(slot, Z).zone->serial;
	struct zone_edit *edit;

	(void)state;
	zone_slot_stats(slot, &before);
	assert_int_equal(n_changed(slot, ns, 2), 1);
	assert_int_equal(lab_hit(slot, Z).zone->ns->count, 2);
	assert_true(lab_hit(slot, Z).zone->serial != serial);
	serial = lab_hit(slot, Z).zone->serial;
	zone_slot_stats(slot, &after);
	assert_int_equal(after.records, before.records + 1);
	/* The same is no change, and what is forgotten leaves nothing. */
	assert_int_equal(n_changed(slot, ns, 2), 0);
	edit = zone_edit_begin(slot);
	zone_edit_set_ns(edit, lab_hit(slot, Z).zone->apex, ns, 1, 5);
	zone_edit_set_ns(edit, lab_hit(slot, Z).zone->apex, ns + 1, 1, 5);
	zone_edit_set_ns(edit, one, ns, 1, 5);
	zone_edit_abort(edit);
	assert_int_equal(lab_hit(slot, Z).zone->serial, serial);
	/* They stay when names change. */
	lab_put_a(slot, "x." Z, 1);
	assert_int_equal(lab_hit(slot, Z).zone->ns->count, 2);
	assert_int_equal(n_changed(slot, ns + 1, 1), 1);
	assert_int_equal(lab_hit(slot, Z).zone->ns->count, 1);
	zone_slot_free(slot);
}

static void a_zone_is_added_once_and_before_the_first_commit(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);

	(void)state;
	assert_int_equal(lab_add_zone(slot, Z), ST_EEXISTS);
	assert_int_equal(lab_add_zone(slot, "b." Z), 0);
	lab_put_a(slot, "a." Z, 1);
	assert_int_equal(lab_add_zone(slot, "c." Z), ST_EINVAL);
	zone_slot_free(slot);
}

static void rrsets_of_a_name_are_told_apart(void **state)
{
	static const uint16_t types[] = {RR_SRV, RR_A,	   RR_AAAA, RR_TXT,
					 RR_PTR, RR_CNAME, 65280,   257};
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit = zone_edit_begin(slot);
	const struct zone_node *node;
	uint16_t last = 0;

	(void)state;
	for (unsigned i = 0; i < st_array_len(types); i++)
		lab_edit_raw(edit, "a." Z, types[i], (uint8_t)i, i + 1,
			     1 + 40 * i);
	zone_edit_commit(edit, LAB_NOW);
	node = lab_hit(slot, "a." Z).node;
	for (unsigned i = 0; i < st_array_len(types); i++) {
		const struct rrset *set = zone_node_rrset(node, types[i]);

		assert_int_equal(set->type, types[i]);
		assert_int_equal(set->count, i + 1);
		assert_int_equal(set->wire_len, (i + 1) * (13 + 40 * i));
		assert_int_equal(set->wire[12], i);
		assert_true(zone_node_rrset_at(node, i)->type > last);
		last = zone_node_rrset_at(node, i)->type;
	}
	assert_null(zone_node_rrset_at(node, st_array_len(types)));
	assert_null(zone_node_rrset(node, RR_NS));
	zone_slot_free(slot);
}

/* What two names hold alike is stored once. */
static void equal_rrsets_of_a_subtree_share_memory(void **state)
{
	static uint8_t octets[1000];
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit = zone_edit_begin(slot);
	const struct rr_data data = {octets, sizeof(octets)};
	struct name top, port;
	struct rr_set sets[2] = {{.owner = top.wire, .data = &data},
				 {.owner = port.wire, .data = &data}};
	struct zone_stats stats;

	(void)state;
	assert_int_equal(name_parse(&top, "a." Z), 0);
	assert_int_equal(name_parse(&port, "_http._tcp.a." Z), 0);
	sets[0].type = sets[1].type = RR_SRV;
	sets[0].n = sets[1].n = 1;
	zone_edit_subtree(edit, top.wire, sets, 2);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	assert_ptr_equal(
		zone_node_rrset(lab_hit(slot, "a." Z).node, RR_SRV),
		zone_node_rrset(lab_hit(slot, "_http._tcp.a." Z).node, RR_SRV));
	zone_slot_stats(slot, &stats);
	assert_true(stats.bytes < 1500);
	/* One of the two goes, the other keeps it. */
	edit = zone_edit_begin(slot);
	lab_edit_drop(edit, "a." Z);
	zone_edit_commit(edit, LAB_NOW);
	assert_int_equal(
		zone_node_rrset(lab_hit(slot, "_http._tcp.a." Z).node, RR_SRV)
			->wire_len,
		1012);
	zone_slot_free(slot);
}

/* Only what differs is made anew: the rest of a name keeps its memory. */
static void a_subtree_keeps_what_is_the_same(void **state)
{
	static uint8_t octets[1000], other[4];
	struct zone_slot *slot = lab_slot(Z, NULL);
	const struct rr_data data = {octets, sizeof(octets)};
	struct rr_data a = {other, sizeof(other)};
	struct name top, port;
	struct rr_set sets[3] = {{.owner = top.wire, .data = &data},
				 {.owner = port.wire, .data = &data},
				 {.owner = top.wire, .data = &a}};
	const struct rrset *srv = NULL;
	struct zone_edit *edit;

	(void)state;
	assert_int_equal(name_parse(&top, "a." Z), 0);
	assert_int_equal(name_parse(&port, "_http._tcp.a." Z), 0);
	sets[0].type = sets[1].type = RR_SRV;
	sets[2].type = RR_A;
	sets[0].n = sets[1].n = sets[2].n = 1;
	for (uint8_t i = 0; i < 3; i++) {
		other[0] = i;
		edit = zone_edit_begin(slot);
		zone_edit_subtree(edit, top.wire, sets, 3);
		zone_edit_subtree(edit, top.wire, sets, 3);
		assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
		if (srv == NULL)
			srv = zone_node_rrset(lab_hit(slot, "a." Z).node,
					      RR_SRV);
		assert_ptr_equal(
			zone_node_rrset(lab_hit(slot, "a." Z).node, RR_SRV),
			srv);
		assert_int_equal(
			zone_node_rrset(lab_hit(slot, "a." Z).node, RR_A)
				->wire[12],
			i);
	}
	edit = zone_edit_begin(slot);
	zone_edit_subtree(edit, top.wire, sets, 3);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 0);
	zone_slot_free(slot);
}

/* Octets come back when names go, once no reader can see them any more. */
static void memory_does_not_grow_with_changes(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_stats stats;
	uint64_t most = 0;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		struct zone_edit *edit = zone_edit_begin(slot);

		lab_edit_raw(edit, "a." Z, RR_TXT, (uint8_t)i, 1 + i % 20, 200);
		lab_edit_a(edit, i % 2 == 0 ? "b." Z : "c.b." Z, (uint8_t)i, 1);
		zone_edit_commit(edit, LAB_NOW);
		if (i % 100 != 99)
			continue;
		rcu_barrier();
		zone_slot_stats(slot, &stats);
		zone_edit_abort(zone_edit_begin(slot));
		zone_slot_stats(slot, &stats);
		most = stats.bytes > most ? stats.bytes : most;
	}
	assert_true(most < 8192);
	zone_slot_free(slot);
}

static void a_large_service_fits(void **state)
{
	enum {
		N = 5000,
	};
	static uint8_t octets[N][4];
	static struct rr_data data[N];
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit = zone_edit_begin(slot);
	struct name name;
	struct rr_set set = {.owner = name.wire, .type = RR_A, .n = N};

	(void)state;
	assert_int_equal(name_parse(&name, "a." Z), 0);
	for (unsigned i = 0; i < N; i++) {
		octets[i][2] = (uint8_t)(i >> 8);
		octets[i][3] = (uint8_t)i;
		data[i].wire = octets[i];
		data[i].len = 4;
	}
	set.data = data;
	zone_edit_put(edit, &set);
	assert_int_equal(zone_edit_commit(edit, LAB_NOW), 1);
	assert_int_equal(
		zone_node_rrset(lab_hit(slot, "a." Z).node, RR_A)->count, N);
	zone_slot_free(slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_taken_away_leaves_nothing_behind),
		cmocka_unit_test(a_bare_name_exists_until_it_is_dropped),
		cmocka_unit_test(what_stays_the_same_publishes_nothing),
		cmocka_unit_test(an_abort_leaves_all_as_it_was),
		cmocka_unit_test(readiness_is_published_by_itself),
		cmocka_unit_test(a_serial_follows_clock_and_predecessor),
		cmocka_unit_test(the_soa_carries_the_serial),
		cmocka_unit_test(the_apex_keeps_its_soa_and_ns),
		cmocka_unit_test(
			a_zone_is_added_once_and_before_the_first_commit),
		cmocka_unit_test(name_servers_of_a_zone_can_change),
		cmocka_unit_test(rrsets_of_a_name_are_told_apart),
		cmocka_unit_test(equal_rrsets_of_a_subtree_share_memory),
		cmocka_unit_test(a_subtree_keeps_what_is_the_same),
		cmocka_unit_test(memory_does_not_grow_with_changes),
		cmocka_unit_test(a_large_service_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
