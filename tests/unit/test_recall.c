/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is recalled is what the zones say now, however they have changed; and
 * names that are asked for once leave those alone that are asked for again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/key.h"
#include "dnsd/recall.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/fast_lab.h"

enum { NOW_S = 4000, ROUNDS = 600 };

/* Some own records, some are above others, some are pods' addresses. */
static const char *const names[] = {
	"a.svc.cluster.local.",
	"web.a.svc.cluster.local.",
	"web-0.web.a.svc.cluster.local.",
	"web-1.web.a.svc.cluster.local.",
	"x.web-1.web.a.svc.cluster.local.",
	"wed.a.svc.cluster.local.",
	"web-0.wed.a.svc.cluster.local.",
	"b.svc.cluster.local.",
	"web.b.svc.cluster.local.",
	"a.pod.cluster.local.",
	"10-1-2-3.a.pod.cluster.local.",
	"x.a.pod.cluster.local.",
	"3.2.1.10.in-addr.arpa.",
	"2.1.10.in-addr.arpa.",
};

static const char *const types[] = {"A", "AAAA", "TXT edns"};

static void put(struct zone_edit *edit, const char *text, uint16_t type,
		unsigned n)
{
	uint8_t addr[12][4];
	struct rr_data data[12];
	struct name owner;

	for (unsigned i = 0; i < n; i++) {
		const uint8_t wire[] = {10, 0, (uint8_t)clk_random(256),
					(uint8_t)i};

		memcpy(addr[i], wire, sizeof(wire));
		data[i] = (struct rr_data){addr[i], sizeof(wire)};
	}
	assert_int_equal(name_parse(&owner, text), 0);
	zone_edit_put(edit, &(struct rr_set){.owner = owner.wire,
					     .type = type,
					     .ttl_s = 5,
					     .n = n,
					     .data = data});
}

static void drop(struct zone_edit *edit, const char *text)
{
	struct name owner;

	assert_int_equal(name_parse(&owner, text), 0);
	zone_edit_drop(edit, owner.wire);
}

static void expect_pods(struct zone_edit *edit, uint32_t n)
{
	struct zone_expected item = {.prefix = "web", .n = n};

	assert_int_equal(name_parse(&item.parent, "web.a.svc.cluster.local."),
			 0);
	zone_edit_expect(edit, &item, n > 0, 1);
}

static void change(struct zone_edit *edit)
{
	const char *text = names[clk_random(st_array_len(names))];

	switch (clk_random(8)) {
	case 0:
		put(edit, text, RR_NONE, 0);
		break;
	case 1:
		expect_pods(edit, clk_random(3));
		break;
	case 2:
	case 3:
	case 4:
		put(edit, text, RR_A, clk_random(13));
		break;
	default:
		drop(edit, text);
	}
}

/* How many of the questions are plain, each asked as the fast way and the
 * ordinary one would answer it. */
static unsigned ask_all(const struct fast_lab *lab,
			const struct answer_config *config)
{
	uint8_t wire[LAB_QUERY_MAX];
	struct answer_env env = {.config = config};
	unsigned taken = 0;
	char line[256];

	for (size_t i = 0; i < st_array_len(names); i++)
		for (size_t j = 0; j < st_array_len(types); j++) {
			snprintf(line, sizeof(line), "%s %s", names[i],
				 types[j]);
			taken += fast_lab_compare(&env, lab, wire,
						  serve_lab_query(wire, line));
		}
	return taken;
}

/* fast_lab asks each question twice, so that nearly all are kept. */
static void recalled_answers_follow_the_zones(void **state)
{
	struct answer_config config = *serve_lab_config();
	struct zone_slot *slot = serve_lab_slot(true);
	struct fast_lab lab = fast_lab(slot);
	unsigned taken = 0;

	(void)state;
	config.is_fixed_order = false;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct zone_edit *edit = zone_edit_begin(slot);

		for (uint32_t n = 1 + clk_random(3); n > 0; n--)
			change(edit);
		if (clk_random(8) == 0)
			zone_edit_abort(edit);
		else
			zone_edit_commit(edit, NOW_S + i);
		taken += ask_all(&lab, &config);
	}
	assert_true(taken > 30 * ROUNDS);
	fast_lab_fini(&lab);
	zone_slot_free(slot);
}

/* Names of a zone that is added belong to it from then on. */
static void a_new_zone_takes_its_names(void **state)
{
	static const char text[] = "10-9-8-7.in.cluster.local.";
	const struct zone_soa soa = {5, 7200, 1800, 86400, 5};
	struct zone_slot *slot = zone_slot_new();
	struct recall *recall = recall_new();
	struct name outer, inner, name;
	const uint8_t *ns = outer.wire;
	struct recall_find find;
	struct key key;

	(void)state;
	assert_int_equal(name_parse(&outer, "cluster.local."), 0);
	assert_int_equal(name_parse(&inner, "in.cluster.local."), 0);
	assert_int_equal(zone_slot_add_zone(slot, outer.wire, ns, ns, &soa, &ns,
					    1, 5, 1, NULL),
			 0);
	assert_int_equal(name_parse(&name, text), 0);
	key_make(&key, name.wire, name.len);

	const struct zone_version *version = zone_slot_peek_rcu(slot);
	struct recall_ask ask = {
		.name = name.wire, .len = name.len, .fixed = 1, .hash = 77};
	find = (struct recall_find){.zone = &version->zones[0],
				    .is_missing = true};
	memset(name.wire + name.len, 0, 2 * LANES);
	size_t n = recall_padded(name.len) / LANES;
	recall_keep(recall, version, &ask, &key, &find);
	assert_true(recall_find(recall, version, &ask, n, &find));
	assert_int_equal(zone_slot_add_zone(slot, inner.wire, ns, ns, &soa, &ns,
					    1, 5, 1, NULL),
			 0);
	assert_false(
		recall_find(recall, zone_slot_peek_rcu(slot), &ask, n, &find));
	recall_free(recall);
	zone_slot_free(slot);
}

/* What is kept about one question. */
struct known {
	const struct zone_version *version;
	struct recall *recall;
	struct key key;
	uint8_t name[2 * LANES];
};

static struct recall_ask ask_of(struct known *known, uint32_t fixed,
				uint64_t hash)
{
	return (struct recall_ask){.name = known->name,
				   .len = sizeof(known->name) - 3,
				   .fixed = fixed,
				   .hash = hash};
}

static bool is_kept(struct known *known, const struct recall_ask *ask)
{
	struct recall_find find;

	return recall_find(known->recall, known->version, ask, 2, &find);
}

static void keep(struct known *known, const struct recall_ask *ask)
{
	const struct recall_find find = {.zone = &known->version->zones[0]};

	recall_keep(known->recall, known->version, ask, &known->key, &find);
}

static struct known known_new(const struct zone_slot *slot)
{
	struct known known = {.version = zone_slot_peek_rcu(slot),
			      .recall = recall_new(),
			      .key = {.len = 1}};

	memset(known.name, 'a', sizeof(known.name) - 3);
	return known;
}

static void only_the_same_question_is_recalled(void **state)
{
	struct zone_slot *slot = serve_lab_slot(true);
	struct known known = known_new(slot);
	struct recall_ask ask = ask_of(&known, 1, 5), other;

	(void)state;
	assert_false(is_kept(&known, &ask));
	keep(&known, &ask);
	assert_true(is_kept(&known, &ask));
	other = ask;
	other.fixed = 2;
	assert_false(is_kept(&known, &other));
	other = ask;
	other.hash ^= UINT64_C(1) << 40;
	assert_false(is_kept(&known, &other));
	other = ask;
	other.len--;
	assert_false(is_kept(&known, &other));
	for (size_t i = 0; i < ask.len; i++) {
		known.name[i]++;
		assert_false(is_kept(&known, &ask));
		known.name[i]--;
	}
	assert_true(is_kept(&known, &ask));
	recall_free(known.recall);
	zone_slot_free(slot);
}

/* All with one place in the table; seldom does one drive out another. */
static void a_flood_leaves_most_of_what_is_kept(void **state)
{
	struct zone_slot *slot = serve_lab_slot(true);
	struct known known = known_new(slot);
	unsigned left = 0;

	(void)state;
	for (uint64_t i = 0; i < RECALL_WAYS; i++) {
		struct recall_ask ask = ask_of(&known, 1, (2 * i + 3) << 32);

		keep(&known, &ask);
		assert_true(is_kept(&known, &ask));
	}
	for (uint64_t i = 0; i < 2 * RECALL_WAYS; i++) {
		struct recall_ask ask = ask_of(&known, 2, (2 * i + 101) << 32);

		keep(&known, &ask);
	}
	for (uint64_t i = 0; i < RECALL_WAYS; i++) {
		struct recall_ask ask = ask_of(&known, 1, (2 * i + 3) << 32);

		left += is_kept(&known, &ask);
	}
	assert_in_range(left, RECALL_WAYS - 2, RECALL_WAYS - 1);
	recall_free(known.recall);
	zone_slot_free(slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recalled_answers_follow_the_zones),
		cmocka_unit_test(a_new_zone_takes_its_names),
		cmocka_unit_test(only_the_same_question_is_recalled),
		cmocka_unit_test(a_flood_leaves_most_of_what_is_kept),
	};

	clk_seed(7);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
