/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/zone_model.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	MAX_ITEMS = 400,
	MAX_WANTS = 24,
	N_ZONES = 4,
};

/* The content of an RRset follows from these numbers. type 0: bare. */
struct content {
	uint16_t type, len;
	uint8_t n, fill;
};

struct item {
	struct name name;
	struct content content;
};

struct list {
	size_t n;
	struct item item[MAX_ITEMS];
};

struct input {
	const uint8_t *at, *end;
};

struct model {
	struct zone_slot *slot;
	struct name apex[N_ZONES];
	uint32_t serial[N_ZONES];
	struct list now, next; /* published, and with the edit's changes */
	uint32_t clock_s;
};

static const char *const apexes[N_ZONES] = {
	"cluster.local.", "10.in-addr.arpa.", "96.10.in-addr.arpa.",
	"a.b.cluster.local."};

static const char *const labels[] = {
	"a",
	"b",
	"ab",
	"abc",
	"-",
	"a-b",
	"_tcp",
	"svc",
	"_http",
	"web-0",
	"web-1",
	"web-10",
	"0",
	"1",
	"10",
	"96",
	"a96",
	"\\000",
	"\\001",
	"\\000a",
	"\\001\\000",
	"\\255",
	"a\\255",
	"{",
	"*",
	"a\\.b",
	"\\002",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0",
	"\\000\\001\\000\\001\\000\\001\\000\\001",
};

static uint8_t take(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static void take_name(struct input *in, struct name *name)
{
	uint8_t pick = take(in), depth = pick >> 4 & 7;
	struct name label;
	uint8_t octets[NAME_MAX_LABEL];

	if ((pick & 15) < N_ZONES * 3)
		st_assert(name_parse(name, apexes[pick % N_ZONES]) == 0);
	else
		name_root(name);
	while (depth-- > 0) {
		st_assert(name_parse(&label,
				     labels[take(in) % st_array_len(labels)]) ==
			  0);
		memcpy(octets, label.wire + 1, label.wire[0]);
		if (name_prepend(name, (const char *)octets, label.wire[0]) !=
		    0)
			break;
	}
}

static struct content take_content(struct input *in)
{
	static const uint16_t types[] = {RR_A,	 RR_AAAA, RR_SRV, RR_PTR,
					 RR_TXT, RR_NS,	  RR_SOA, 65280};
	static const uint16_t lens[] = {4, 4, 16, 40, 5, 60, 300, 100};
	uint8_t kind = take(in), size = take(in);
	struct content content = {.type = types[kind % 8],
				  .len = lens[kind >> 3 & 7],
				  .n = 1 + (size & 3),
				  .fill = size >> 2 & 7};

	if (size >= 0xe0)
		content.n = 24;
	return content;
}

static int item_cmp(const struct item *a, const struct item *b)
{
	int order = name_cmp(a->name.wire, b->name.wire);

	return order != 0 ? order : a->content.type - b->content.type;
}

/* Where an item of that name and type is, or would be. */
static size_t list_find(const struct list *list, const struct item *key)
{
	size_t i = 0;

	while (i < list->n && item_cmp(&list->item[i], key) < 0)
		i++;
	return i;
}

static bool list_has(const struct list *list, size_t at, const struct item *key)
{
	return at < list->n && item_cmp(&list->item[at], key) == 0;
}

static void list_remove(struct list *list, size_t at)
{
	list->n--;
	memmove(&list->item[at], &list->item[at + 1],
		(list->n - at) * sizeof(list->item[0]));
}

static void list_put(struct list *list, const struct item *item)
{
	size_t at = list_find(list, item);

	if (!list_has(list, at, item)) {
		st_assert(list->n < MAX_ITEMS);
		memmove(&list->item[at + 1], &list->item[at],
			(list->n - at) * sizeof(list->item[0]));
		list->n++;
	}
	list->item[at] = *item;
}

/* The zone of a name, or -1. */
static int zone_of(const struct model *model, const uint8_t *name)
{
	int best = -1;

	for (int i = 0; i < N_ZONES; i++)
		if (name_is_under(name, model->apex[i].wire) &&
		    (best < 0 || model->apex[i].len > model->apex[best].len))
			best = i;
	return best;
}

static bool is_apex(const struct model *model, const uint8_t *name)
{
	for (int i = 0; i < N_ZONES; i++)
		if (name_equal(name, model->apex[i].wire))
			return true;
	return false;
}

/* Whether a caller may put this. */
static bool is_accepted(const struct model *model, const struct item *item)
{
	uint16_t type = item->content.type;

	return zone_of(model, item->name.wire) >= 0 &&
	       !(is_apex(model, item->name.wire) &&
		 (type == RR_NS || type == RR_SOA));
}

/* An RRset as the contract wants it; `octets` and `data` are its memory. */
static struct rr_set set_of(const struct item *item, uint8_t (*octets)[300],
			    struct rr_data *data)
{
	const struct content *content = &item->content;

	for (unsigned i = 0; i < content->n; i++) {
		memset(octets[i], (int)(content->fill + i), content->len);
		data[i].wire = octets[i];
		data[i].len = content->len;
	}
	return (struct rr_set){.owner = item->name.wire,
			       .type = content->type,
			       .ttl_s = content->fill,
			       .n = content->n,
			       .data = data};
}

static void op_put(struct model *model, struct zone_edit *edit,
		   struct input *in, bool bare)
{
	uint8_t octets[32][300];
	struct rr_data data[32];
	struct item item = {0};
	struct rr_set set;

	take_name(in, &item.name);
	if (!bare)
		item.content = take_content(in);
	set = set_of(&item, octets, data);
	zone_edit_put(edit, &set);
	if (is_accepted(model, &item) && model->next.n < MAX_ITEMS)
		list_put(&model->next, &item);
}

static void op_remove(struct model *model, struct zone_edit *edit,
		      struct input *in)
{
	struct item item = {0};
	struct rr_set set;
	size_t at;

	take_name(in, &item.name);
	item.content.type = take_content(in).type;
	set = (struct rr_set){.owner = item.name.wire,
			      .type = item.content.type};
	zone_edit_put(edit, &set);
	at = list_find(&model->next, &item);
	if (list_has(&model->next, at, &item))
		list_remove(&model->next, at);
}

static void list_clear(struct list *list, const uint8_t *top, bool below)
{
	for (size_t i = list->n; i-- > 0;) {
		const uint8_t *name = list->item[i].name.wire;

		if (below ? name_is_under(name, top) : name_equal(name, top))
			list_remove(list, i);
	}
}

static void op_drop(struct model *model, struct zone_edit *edit,
		    struct input *in)
{
	struct name name;

	take_name(in, &name);
	zone_edit_drop(edit, name.wire);
	list_clear(&model->next, name.wire, false);
}

/* Fills `out` with an item at or below top. */
static bool take_below(struct input *in, const struct name *top,
		       struct item *out)
{
	uint8_t depth = take(in) & 3;
	struct name label;

	memset(out, 0, sizeof(*out));
	name_copy(&out->name, top->wire);
	while (depth-- > 0) {
		st_assert(name_parse(&label,
				     labels[take(in) % st_array_len(labels)]) ==
			  0);
		if (name_prepend(&out->name, (const char *)label.wire + 1,
				 label.wire[0]) != 0)
			return false;
	}
	if (take(in) % 8 != 0)
		out->content = take_content(in);
	return true;
}

static bool is_listed(const struct item *items, size_t n,
		      const struct item *item)
{
	for (size_t i = 0; i < n; i++)
		if (item_cmp(&items[i], item) == 0)
			return true;
	return false;
}

static void op_subtree(struct model *model, struct zone_edit *edit,
		       struct input *in)
{
	static uint8_t octets[MAX_WANTS][32][300];
	struct rr_data data[MAX_WANTS][32];
	struct item item[MAX_WANTS];
	struct rr_set set[MAX_WANTS];
	size_t want = take(in) % MAX_WANTS, n = 0;
	struct name top;

	take_name(in, &top);
	for (size_t i = 0; i < want; i++) {
		if (!take_below(in, &top, &item[n]) ||
		    is_listed(item, n, &item[n]))
			continue;
		set[n] = set_of(&item[n], octets[n], data[n]);
		n++;
	}
	list_clear(&model->next, top.wire, true);
	if (model->next.n + n > MAX_ITEMS)
		n = 0;
	zone_edit_subtree(edit, top.wire, set, n);
	for (size_t i = 0; i < n; i++)
		if (is_accepted(model, &item[i]))
			list_put(&model->next, &item[i]);
}

static void check_set(const struct rrset *set, const struct content *want)
{
	const uint8_t *at = set->wire;

	st_assert(set->type == want->type && set->count == want->n);
	st_assert(set->ttl_s == want->fill);
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
	size_t at = list_find(now, &key), n = 0, sets = 0;
	int zone = zone_of(model, name->wire);
	bool apex = is_apex(model, name->wire);
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
	struct zone_ask asks[40];
	size_t n = take(in) % st_array_len(asks);

	for (size_t i = 0; i < n; i++) {
		take_name(in, &names[i]);
		if (i % 2 == 0 && model->now.n > 0)
			names[i] = model->now.item[i * 7 % model->now.n].name;
		asks[i].qname = names[i].wire;
		asks[i].len = names[i].len;
	}
	zone_find_many(version, asks, n);
	for (size_t i = 0; i < n; i++) {
		struct zone_hit hit;

		zone_find(version, names[i].wire, names[i].len, &hit);
		st_assert(hit.found == asks[i].hit.found);
		st_assert(hit.node == asks[i].hit.node);
		st_assert(hit.zone == asks[i].hit.zone);
		st_assert(hit.is_apex == asks[i].hit.is_apex);
	}
}

/* Every stored name, its ancestors, and neighbours of it. */
static void check_names(const struct model *model, struct input *in)
{
	struct name name;

	for (size_t i = 0; i < model->now.n; i++) {
		const uint8_t *at = model->now.item[i].name.wire;

		for (;; at += 1 + *at) {
			name_copy(&name, at);
			check_name(model, &name);
			if (*at == 0)
				break;
		}
		name_copy(&name, model->now.item[i].name.wire);
		if (name_prepend(&name, labels[i % 3], strlen(labels[i % 3])) ==
		    0)
			check_name(model, &name);
	}
	for (int i = 0; i < 8; i++) {
		take_name(in, &name);
		check_name(model, &name);
	}
}

struct order {
	const struct model *model;
	size_t next, names;
	struct name last;
	size_t sets;
};

/* zone_slot_walk must tell exactly the model's list, with apexes between. */
static void check_step(const struct rr_set *set, void *arg)
{
	struct order *order = arg;
	const struct item *item = &order->model->now.item[order->next];

	order->sets += set->type != RR_NONE;
	if (order->names == 0 || !name_equal(set->owner, order->last.wire)) {
		st_assert(order->names == 0 ||
			  name_cmp(order->last.wire, set->owner) < 0);
		name_copy(&order->last, set->owner);
		order->names++;
	}
	if (is_apex(order->model, set->owner) &&
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

static void check_all(const struct model *model, struct input *in)
{
	static const uint8_t root[1] = {0};
	struct order order = {.model = model};
	struct zone_stats stats;

	zone_slot_walk(model->slot, root, check_step, &order);
	st_assert(order.next == model->now.n);
	zone_slot_stats(model->slot, &stats);
	st_assert(stats.names == order.names);
	st_assert(stats.rrsets == order.sets);
	check_each(model, order.sets);
	check_names(model, in);
	check_many(model, in);
}

/* Whether the visible content of a zone differs between the lists. */
static bool zone_differs(const struct model *model, int zone)
{
	const struct list *a = &model->now, *b = &model->next;
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a->n && zone_of(model, a->item[i].name.wire) != zone)
			i++;
		while (j < b->n && zone_of(model, b->item[j].name.wire) != zone)
			j++;
		if (i == a->n || j == b->n)
			return i != a->n || j != b->n;
		if (memcmp(&a->item[i].content, &b->item[j].content,
			   sizeof(a->item[i].content)) != 0 ||
		    !name_equal(a->item[i].name.wire, b->item[j].name.wire))
			return true;
		i++;
		j++;
	}
}

static void finish(struct model *model, struct zone_edit *edit,
		   struct input *in)
{
	int changed = 0;

	if (take(in) % 8 == 0) {
		zone_edit_abort(edit);
		model->next = model->now;
		check_all(model, in);
		return;
	}
	model->clock_s += take(in) % 3;
	for (int i = 0; i < N_ZONES; i++) {
		if (!zone_differs(model, i))
			continue;
		changed++;
		model->serial[i]++;
		if (model->serial[i] < model->clock_s)
			model->serial[i] = model->clock_s;
	}
	st_assert(zone_edit_commit(edit, model->clock_s) == changed);
	model->now = model->next;
	check_all(model, in);
}

static void run_edit(struct model *model, struct input *in)
{
	struct zone_edit *edit = zone_edit_begin(model->slot);
	unsigned ops = 1 + take(in) % 12;

	while (ops-- > 0) {
		switch (take(in) % 8) {
		case 0:
		case 1:
		case 2:
			op_put(model, edit, in, false);
			break;
		case 3:
			op_put(model, edit, in, true);
			break;
		case 4:
			op_remove(model, edit, in);
			break;
		case 5:
			op_drop(model, edit, in);
			break;
		default:
			op_subtree(model, edit, in);
			break;
		}
	}
	finish(model, edit, in);
}

static struct model *model_new(void)
{
	const struct zone_soa soa = {5, 7200, 1800, 86400, 5};
	struct model *model = mem_zalloc(sizeof(*model));
	const uint8_t *ns;

	model->slot = zone_slot_new();
	model->clock_s = 100;
	for (int i = 0; i < N_ZONES; i++) {
		st_assert(name_parse(&model->apex[i], apexes[i]) == 0);
		ns = model->apex[0].wire;
		st_assert(zone_slot_add_zone(model->slot, model->apex[i].wire,
					     ns, ns, &soa, &ns, 1, 5, 100,
					     NULL) == 0);
		model->serial[i] = 100;
	}
	return model;
}

void zone_model_run(const uint8_t *data, size_t size)
{
	struct input in = {.at = data, .end = data + size};
	struct model *model = model_new();

	while (in.at < in.end)
		run_edit(model, &in);
	zone_slot_free(model->slot);
	free(model);
}
