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

struct found {
	const char *name;
	enum zone_find found;
	const char *zone; /* NULL when outside */
};

static void check(const struct zone_slot *slot, const struct found *cases,
		  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct zone_hit hit = lab_hit(slot, cases[i].name);
		char apex[NAME_MAX_TEXT];

		if (hit.found != cases[i].found)
			fail_msg("%s: found %d", cases[i].name, hit.found);
		assert_int_equal(hit.node != NULL, hit.found == ZONE_FOUND);
		if (cases[i].zone == NULL) {
			assert_null(hit.zone);
			continue;
		}
		name_text(apex, hit.zone->apex);
		assert_string_equal(apex, cases[i].zone);
		assert_int_equal(hit.is_apex,
				 strcmp(cases[i].zone, cases[i].name) == 0);
	}
}

#define Z "cluster.local."

static void a_name_is_found_empty_missing_or_outside(void **state)
{
	/* DNS-020, DNS-022, DNS-027, DNS-029. */
	static const struct found cases[] = {
		{Z, ZONE_FOUND, Z},
		{"web-0.nginx.default.svc." Z, ZONE_FOUND, Z},
		{"nginx.default.svc." Z, ZONE_EMPTY, Z},
		{"default.svc." Z, ZONE_EMPTY, Z},
		{"svc." Z, ZONE_EMPTY, Z},
		{"web-1.nginx.default.svc." Z, ZONE_MISSING, Z},
		{"web-.nginx.default.svc." Z, ZONE_MISSING, Z},
		{"web-00.nginx.default.svc." Z, ZONE_MISSING, Z},
		{"eb-0.nginx.default.svc." Z, ZONE_MISSING, Z},
		{"ngin.default.svc." Z, ZONE_MISSING, Z},
		{"nginx2.default.svc." Z, ZONE_MISSING, Z},
		{"x.web-0.nginx.default.svc." Z, ZONE_MISSING, Z},
		{"\\000.web-0.nginx.default.svc." Z, ZONE_MISSING, Z},
		{"x.y.z." Z, ZONE_MISSING, Z},
		{"web-0\\.nginx.default.svc." Z, ZONE_MISSING, Z},
		{"*." Z, ZONE_MISSING, Z},
		{".", ZONE_OUTSIDE, NULL},
		{"local.", ZONE_OUTSIDE, NULL},
		{"xcluster.local.", ZONE_OUTSIDE, NULL},
		{"cluste.local.", ZONE_OUTSIDE, NULL},
		{"cluster.loca.", ZONE_OUTSIDE, NULL},
		{"cluster.locals.", ZONE_OUTSIDE, NULL},
		{"www.example.com.", ZONE_OUTSIDE, NULL},
	};
	struct zone_slot *slot = lab_slot(Z, NULL);

	(void)state;
	lab_put_a(slot, "web-0.nginx.default.svc." Z, 1);
	check(slot, cases, st_array_len(cases));
	zone_slot_free(slot);
}

static void a_zone_without_names_has_an_apex_only(void **state)
{
	static const struct found cases[] = {
		{Z, ZONE_FOUND, Z},
		{"a." Z, ZONE_MISSING, Z},
		{"a.b.c.d." Z, ZONE_MISSING, Z},
		{"local.", ZONE_OUTSIDE, NULL},
		{".", ZONE_OUTSIDE, NULL},
	};
	struct zone_slot *slot = lab_slot(Z, NULL);

	(void)state;
	assert_false(zone_is_ready(zone_slot_peek_rcu(slot)));
	check(slot, cases, st_array_len(cases));
	zone_slot_free(slot);
}

static void the_deeper_zone_owns_its_names(void **state)
{
	static const struct found cases[] = {
		{"in-addr.arpa.", ZONE_OUTSIDE, NULL},
		{"10.in-addr.arpa.", ZONE_FOUND, "10.in-addr.arpa."},
		{"96.10.in-addr.arpa.", ZONE_FOUND, "96.10.in-addr.arpa."},
		{"97.10.in-addr.arpa.", ZONE_EMPTY, "10.in-addr.arpa."},
		{"9.10.in-addr.arpa.", ZONE_MISSING, "10.in-addr.arpa."},
		{"960.10.in-addr.arpa.", ZONE_MISSING, "10.in-addr.arpa."},
		{"1.0.96.10.in-addr.arpa.", ZONE_FOUND, "96.10.in-addr.arpa."},
		{"0.96.10.in-addr.arpa.", ZONE_EMPTY, "96.10.in-addr.arpa."},
		{"1.96.10.in-addr.arpa.", ZONE_MISSING, "96.10.in-addr.arpa."},
		{"1.0.97.10.in-addr.arpa.", ZONE_FOUND, "10.in-addr.arpa."},
		/* The inner apex is below it, so the name exists. */
		{"7.10.in-addr.arpa.", ZONE_EMPTY, "10.in-addr.arpa."},
		{"8.7.10.in-addr.arpa.", ZONE_FOUND, "8.7.10.in-addr.arpa."},
		{"x.8.7.10.in-addr.arpa.", ZONE_MISSING,
		 "8.7.10.in-addr.arpa."},
	};
	struct zone_slot *slot =
		lab_slot("96.10.in-addr.arpa.", "10.in-addr.arpa.",
			 "8.7.10.in-addr.arpa.", NULL);

	(void)state;
	assert_int_equal(lab_put_a(slot, "1.0.96.10.in-addr.arpa.", 1), 1);
	assert_int_equal(lab_put_a(slot, "1.0.97.10.in-addr.arpa.", 1), 1);
	check(slot, cases, st_array_len(cases));
	zone_slot_free(slot);
}

/* "web" and "web-0" share all but what ends the label: what ends there is one
 * zone's label, and the branch there is not yet its apex. */
static void an_apex_does_not_own_names_that_begin_like_it(void **state)
{
	static const struct found cases[] = {
		{"web.local.", ZONE_FOUND, "web.local."},
		{"web-0.local.", ZONE_FOUND, "web-0.local."},
		{"web-1.local.", ZONE_OUTSIDE, NULL},
		{"web1.local.", ZONE_OUTSIDE, NULL},
		{"x.web-1.local.", ZONE_OUTSIDE, NULL},
		{"x.web.local.", ZONE_MISSING, "web.local."},
		{"x.web-0.local.", ZONE_MISSING, "web-0.local."},
	};
	struct zone_slot *slot = lab_slot("web.local.", "web-0.local.", NULL);

	(void)state;
	check(slot, cases, st_array_len(cases));
	lab_put_a(slot, "a.web.local.", 1);
	check(slot, cases, st_array_len(cases));
	zone_slot_free(slot);
}

static void the_root_can_be_a_zone(void **state)
{
	static const struct found cases[] = {
		{".", ZONE_FOUND, "."},	     {"com.", ZONE_MISSING, "."},
		{"b.", ZONE_EMPTY, "."},     {"a.b.", ZONE_FOUND, "."},
		{Z, ZONE_FOUND, Z},	     {"x." Z, ZONE_MISSING, Z},
		{"local.", ZONE_EMPTY, "."},
	};
	struct zone_slot *slot = lab_slot(".", Z, NULL);

	(void)state;
	lab_put_a(slot, "a.b.", 1);
	check(slot, cases, st_array_len(cases));
	zone_slot_free(slot);
}

static void an_empty_name_exists_while_something_is_below(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_edit *edit;

	(void)state;
	lab_put_a(slot, "web-0.nginx." Z, 1);
	lab_put_a(slot, "web-1.nginx." Z, 1);
	edit = zone_edit_begin(slot);
	lab_edit_drop(edit, "web-0.nginx." Z);
	zone_edit_commit(edit, LAB_NOW);
	assert_int_equal(lab_find(slot, "nginx." Z), ZONE_EMPTY);
	edit = zone_edit_begin(slot);
	lab_edit_drop(edit, "web-1.nginx." Z);
	zone_edit_commit(edit, LAB_NOW);
	assert_int_equal(lab_find(slot, "nginx." Z), ZONE_MISSING);
	zone_slot_free(slot);
}

static void many_zones_are_told_apart(void **state)
{
	struct zone_slot *slot = zone_slot_new();
	char text[64], apex[NAME_MAX_TEXT];

	(void)state;
	for (int i = 0; i < 600; i++) {
		snprintf(text, sizeof(text), "%d.%d.in-addr.arpa.", i % 256,
			 i / 256);
		assert_int_equal(lab_add_zone(slot, text), 0);
	}
	for (int i = 0; i < 600; i++) {
		snprintf(text, sizeof(text), "7.%d.%d.in-addr.arpa.", i % 256,
			 i / 256);
		name_text(apex, lab_hit(slot, text).zone->apex);
		assert_string_equal(apex, text + 2);
	}
	zone_slot_free(slot);
}

struct seen {
	char text[2048];
};

static void note_set(const struct rr_set *set, void *arg)
{
	struct seen *seen = arg;
	char owner[NAME_MAX_TEXT];
	size_t len = strlen(seen->text);

	name_text(owner, set->owner);
	snprintf(seen->text + len, sizeof(seen->text) - len, "%s %u %u\n",
		 owner, set->type, set->n);
}

static int note_rrset(const uint8_t *owner, const struct rrset *set, void *arg)
{
	const struct rr_set as_set = {
		.owner = owner, .type = set->type, .n = set->count};

	note_set(&as_set, arg);
	return 0;
}

static struct zone_slot *make_walk_slot(void)
{
	struct zone_slot *slot = lab_slot(Z, "b." Z, NULL);
	struct zone_edit *edit = zone_edit_begin(slot);

	lab_edit_raw(edit, "a." Z, RR_SRV, 1, 2, 50);
	lab_edit_raw(edit, "a." Z, RR_A, 1, 3, 4);
	lab_edit_raw(edit, "x.a." Z, RR_A, 1, 1, 4);
	lab_edit_bare(edit, "aa." Z);
	lab_edit_raw(edit, "x.b." Z, RR_A, 1, 1, 4);
	lab_edit_raw(edit, "\\200." Z, RR_AAAA, 1, 1, 16);
	zone_edit_commit(edit, LAB_NOW);
	return slot;
}

static void a_walk_is_in_canonical_order(void **state)
{
	struct zone_slot *slot = make_walk_slot();
	struct seen seen = {""};
	struct name top;

	(void)state;
	assert_int_equal(name_parse(&top, Z), 0);
	zone_slot_walk(slot, top.wire, note_set, &seen);
	assert_string_equal(seen.text, "cluster.local. 6 1\n"
				       "cluster.local. 2 1\n"
				       "a.cluster.local. 1 3\n"
				       "a.cluster.local. 33 2\n"
				       "x.a.cluster.local. 1 1\n"
				       "aa.cluster.local. 0 0\n"
				       "b.cluster.local. 6 1\n"
				       "b.cluster.local. 2 1\n"
				       "x.b.cluster.local. 1 1\n"
				       "\\200.cluster.local. 28 1\n");
	seen.text[0] = '\0';
	assert_int_equal(name_parse(&top, "a." Z), 0);
	zone_slot_walk(slot, top.wire, note_set, &seen);
	assert_string_equal(seen.text, "a.cluster.local. 1 3\n"
				       "a.cluster.local. 33 2\n"
				       "x.a.cluster.local. 1 1\n");
	zone_slot_free(slot);
}

static void each_zone_tells_its_own_names(void **state)
{
	struct zone_slot *slot = make_walk_slot();
	struct seen seen = {""};

	(void)state;
	assert_int_equal(zone_each(zone_slot_peek_rcu(slot),
				   lab_hit(slot, Z).zone, note_rrset, &seen),
			 0);
	assert_string_equal(seen.text, "cluster.local. 6 1\n"
				       "cluster.local. 2 1\n"
				       "a.cluster.local. 1 3\n"
				       "a.cluster.local. 33 2\n"
				       "x.a.cluster.local. 1 1\n"
				       "\\200.cluster.local. 28 1\n");
	seen.text[0] = '\0';
	assert_int_equal(zone_each(zone_slot_peek_rcu(slot),
				   lab_hit(slot, "b." Z).zone, note_rrset,
				   &seen),
			 0);
	assert_string_equal(seen.text, "b.cluster.local. 6 1\n"
				       "b.cluster.local. 2 1\n"
				       "x.b.cluster.local. 1 1\n");
	zone_slot_free(slot);
}

static int stop_at_srv(const uint8_t *owner, const struct rrset *set, void *arg)
{
	note_rrset(owner, set, arg);
	return set->type == RR_SRV ? 7 : 0;
}

static void a_walk_stops_when_told(void **state)
{
	struct zone_slot *slot = make_walk_slot();
	struct seen seen = {""};

	(void)state;
	assert_int_equal(zone_each(zone_slot_peek_rcu(slot),
				   lab_hit(slot, Z).zone, stop_at_srv, &seen),
			 7);
	assert_string_equal(seen.text, "cluster.local. 6 1\n"
				       "cluster.local. 2 1\n"
				       "a.cluster.local. 1 3\n"
				       "a.cluster.local. 33 2\n");
	zone_slot_free(slot);
}

static void a_reader_keeps_the_version_that_it_took(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	const struct zone_version *version;
	struct zone_hit hit;
	struct name name;

	(void)state;
	rcu_register_thread();
	assert_int_equal(name_parse(&name, "a." Z), 0);
	lab_put_a(slot, "a." Z, 1);
	version = zone_slot_peek_rcu(slot);
	for (uint8_t i = 2; i < 50; i++)
		lab_put_a(slot, "a." Z, i);
	zone_find(version, name.wire, name.len, &hit);
	assert_int_equal(zone_node_rrset(hit.node, RR_A)->wire[12], 1);
	rcu_unregister_thread();
	zone_slot_free(slot);
}

static void covering_is_the_deepest_zones_business(void **state)
{
	struct zone_slot *slot = lab_slot(Z, NULL);
	struct zone_slot *none = zone_slot_new();
	struct name name;

	(void)state;
	assert_int_equal(name_parse(&name, "a.b." Z), 0);
	assert_true(zone_slot_covers(slot, name.wire));
	assert_false(zone_slot_covers(none, name.wire));
	assert_int_equal(name_parse(&name, "local."), 0);
	assert_false(zone_slot_covers(slot, name.wire));
	zone_slot_free(none);
	zone_slot_free(slot);
	zone_slot_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_found_empty_missing_or_outside),
		cmocka_unit_test(a_zone_without_names_has_an_apex_only),
		cmocka_unit_test(the_deeper_zone_owns_its_names),
		cmocka_unit_test(an_apex_does_not_own_names_that_begin_like_it),
		cmocka_unit_test(the_root_can_be_a_zone),
		cmocka_unit_test(an_empty_name_exists_while_something_is_below),
		cmocka_unit_test(many_zones_are_told_apart),
		cmocka_unit_test(a_walk_is_in_canonical_order),
		cmocka_unit_test(each_zone_tells_its_own_names),
		cmocka_unit_test(a_walk_stops_when_told),
		cmocka_unit_test(a_reader_keeps_the_version_that_it_took),
		cmocka_unit_test(covering_is_the_deepest_zones_business),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
