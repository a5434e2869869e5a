/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "dnsd/key.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/zone_model_priv.h"

enum { NAMES_CHECKED = 24 };

static void check_set(const struct rrset *set, const struct content *want)
{
	const uint8_t *at = set->wire;

	st_assert(set->type == want->type && set->count == want->n);
	st_assert(rrset_ttl_s(set) == want->fill);
	st_assert(set->wire_len == want->n * (12u + want->len));
	for (unsigned i = 0; i < want->n; i++, at += 12 + want->len) {
		const uint8_t head[12] = {0xc0,
					  0x0c,
					  (uint8_t)(want->type >> 8),
					  (uint8_t)want->type,
					  0,
					  1,
					  0,
					  0,
					  0,
					  want->fill,
					  (uint8_t)(want->len >> 8),
					  (uint8_t)want->len};

		st_assert(memcmp(at, head, sizeof(head)) == 0);
		for (unsigned j = 0; j < want->len; j++)
			st_assert(at[12 + j] == (uint8_t)(want->fill + i));
	}
}

/* Compares all RRsets of a found node; returns how many there are. */
static size_t check_node(const struct zone_node *node, const struct item *item,
			 size_t n)
{
	size_t seen = 0;

	for (size_t i = 0; i < n; i++) {
		if (item[i].content.type == RR_NONE)
			continue;
		check_set(zone_node_rrset(node, item[i].content.type),
			  &item[i].content);
		check_set(zone_node_rrset_at(node, seen), &item[i].content);
		seen++;
	}
	st_assert(zone_node_rrset_at(node, seen) == NULL);
	st_assert(zone_node_rrset(node, RR_OPT) == NULL);
	return seen;
}

static bool exists_below(const struct model *model, const uint8_t *name)
{
	for (size_t i = 0; i < model->now.n; i++)
		if (name_is_under(model->now.item[i].name.wire, name))
			return true;
	for (int i = 0; i < N_ZONES; i++)
		if (name_is_under(model->apex[i].wire, name))
			return true;
	return false;
}

static void check_name(const struct model *model, const struct name *name)
{
	const struct list *now = &model->now;
	struct item key = {.name = *name};
	size_t at = model_list_find(now, &key), n = 0, sets = 0;
	int zone = model_zone_of(model, name->wire);
	bool apex = model_is_apex(model, name->wire);
	struct zone_hit hit;

	zone_find(zone_slot_peek_rcu(model->slot), name->wire, name->len, &hit);
	if (zone < 0) {
		st_assert(hit.found == ZONE_OUTSIDE && hit.zone == NULL);
		return;
	}
	st_assert(name_equal(hit.zone->apex, model->apex[zone].wire));
	st_assert(hit.zone->serial == model->serial[zone]);
	st_assert(hit.is_apex == apex);
	while (at + n < now->n &&
	       name_equal(now->item[at + n].name.wire, name->wire))
		sets += now->item[at + n++].content.type != RR_NONE;
	if (sets > 0 || apex) {
		st_assert(hit.found == ZONE_FOUND);
		st_assert(check_node(hit.node, &now->item[at], n) == sets);
	} else {
		st_assert(hit.found == (exists_below(model, name->wire)
						? ZONE_EMPTY
						: ZONE_MISSING));
	}
}

/* Asking for many names at once gives what asking for each gives. */
static void check_many(const struct model *model, struct input *in)
{
	const struct zone_version *version = zone_slot_peek_rcu(model->slot);
	struct name names[40];
	struct key keys[40];
	const struct key *ptrs[40];
	struct zone_hit hits[40];
	size_t n = model_take(in) % st_array_len(names);

	for (size_t i = 0; i < n; i++) {
		model_take_name(in, &names[i]);
		if (i % 2 == 0 && model->now.n > 0)
			names[i] = model->now.item[i * 7 % model->now.n].name;
		key_make(&keys[i], names[i].wire, names[i].len);
		ptrs[i] = &keys[i];
	}
	zone_find_keys(version, ptrs, n, hits);
	for (size_t i = 0; i < n; i++) {
		struct zone_hit hit;

		zone_find(version, names[i].wire, names[i].len, &hit);
		st_assert(hit.found == hits[i].found);
		st_assert(hit.node == hits[i].node);
		st_assert(hit.zone == hits[i].zone);
		st_assert(hit.is_apex == hits[i].is_apex);
	}
}

/* Stored names, their ancestors, and neighbours of them: all of a few, else
 * so many from all over the list, as each costs a search of the list. */
static void check_names(const struct model *model, struct input *in)
{
	size_t step = 1 + model->now.n / NAMES_CHECKED;
	struct name name;

	for (size_t i = model->clock_s % step; i < model->now.n; i += step) {
		const uint8_t *at = model->now.item[i].name.wire;

		for (;; at += 1 + *at) {
			name_copy(&name, at);
			check_name(model, &name);
			if (*at == 0)
				break;
		}
		name_copy(&name, model->now.item[i].name.wire);
		if (name_prepend(&name, &"ab-"[i % 3], 1) == 0)
			check_name(model, &name);
	}
	for (int i = 0; i < 8; i++) {
		model_take_name(in, &name);
		check_name(model, &name);
	}
}

struct order {
	const struct model *model;
	size_t next, names;
	struct name last;
	size_t sets, records;
};

/* zone_slot_walk must tell exactly the model's list, with apexes between. */
static void check_step(const struct rr_set *set, void *arg)
{
	struct order *order = arg;
	const struct item *item = &order->model->now.item[order->next];

	order->sets += set->type != RR_NONE;
	order->records += set->n;
	if (order->names == 0 || !name_equal(set->owner, order->last.wire)) {
		st_assert(order->names == 0 ||
			  name_cmp(order->last.wire, set->owner) < 0);
		name_copy(&order->last, set->owner);
		order->names++;
	}
	if (model_is_apex(order->model, set->owner) &&
	    (set->type == RR_SOA || set->type == RR_NS))
		return;
	st_assert(order->next < order->model->now.n);
	st_assert(name_equal(set->owner, item->name.wire));
	st_assert(set->type == item->content.type);
	st_assert(set->n == item->content.n);
	for (uint32_t i = 0; i < set->n; i++)
		st_assert(set->data[i].len == item->content.len);
	order->next++;
}

static int count_set(const uint8_t *owner, const struct rrset *set, void *arg)
{
	struct order *order = arg;

	(void)set;
	if (order->sets++ > 0)
		st_assert(name_cmp(order->last.wire, owner) <= 0);
	name_copy(&order->last, owner);
	return 0;
}

/* The zones' own walks together see every RRset once, each its own. */
static void check_each(const struct model *model, size_t want)
{
	size_t seen = 0;

	for (int i = 0; i < N_ZONES; i++) {
		struct order order = {0};
		struct zone_hit hit;

		zone_find(zone_slot_peek_rcu(model->slot), model->apex[i].wire,
			  model->apex[i].len, &hit);
		st_assert(zone_each(zone_slot_peek_rcu(model->slot), hit.zone,
				    count_set, &order) == 0);
		seen += order.sets;
	}
	st_assert(seen == want);
}

void model_check(const struct model *model, struct input *in)
{
	static const uint8_t root[1] = {0};
	struct order order = {.model = model};
	struct zone_stats stats;

	zone_slot_walk(model->slot, root, check_step, &order);
	st_assert(order.next == model->now.n);
	zone_slot_stats(model->slot, &stats);
	st_assert(stats.names == order.names);
	st_assert(stats.rrsets == order.sets);
	st_assert(stats.records == order.records);
	check_each(model, order.sets);
	check_names(model, in);
	check_many(model, in);
}
