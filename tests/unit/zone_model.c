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
#include "tests/unit/zone_model_priv.h"

static const char *const apexes[N_ZONES] = {
	"cluster.local.", "10.in-addr.arpa.", "96.10.in-addr.arpa.",
	"a.b.cluster.local."};

enum { RUNS_PER_SLOT = 100 };

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

uint8_t model_take(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

void model_take_name(struct input *in, struct name *name)
{
	uint8_t pick = model_take(in), depth = pick >> 4 & 7;
	struct name label;
	uint8_t octets[NAME_MAX_LABEL];

	if ((pick & 15) < N_ZONES * 3)
		st_assert(name_parse(name, apexes[pick % N_ZONES]) == 0);
	else
		name_root(name);
	while (depth-- > 0) {
		st_assert(name_parse(&label, labels[model_take(in) %
						    st_array_len(labels)]) ==
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
	uint8_t kind = model_take(in), size = model_take(in);
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
size_t model_list_find(const struct list *list, const struct item *key)
{
	size_t i = 0;

	while (i < list->n && item_cmp(&list->item[i], key) < 0)
		i++;
	return i;
}

bool model_list_has(const struct list *list, size_t at, const struct item *key)
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
	size_t at = model_list_find(list, item);

	if (!model_list_has(list, at, item)) {
		st_assert(list->n < MAX_ITEMS);
		memmove(&list->item[at + 1], &list->item[at],
			(list->n - at) * sizeof(list->item[0]));
		list->n++;
	}
	list->item[at] = *item;
}

/* The zone of a name, or -1. */
int model_zone_of(const struct model *model, const uint8_t *name)
{
	int best = -1;

	for (int i = 0; i < N_ZONES; i++)
		if (name_is_under(name, model->apex[i].wire) &&
		    (best < 0 || model->apex[i].len > model->apex[best].len))
			best = i;
	return best;
}

bool model_is_apex(const struct model *model, const uint8_t *name)
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

	return model_zone_of(model, item->name.wire) >= 0 &&
	       !(model_is_apex(model, item->name.wire) &&
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

	model_take_name(in, &item.name);
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

	model_take_name(in, &item.name);
	item.content.type = take_content(in).type;
	set = (struct rr_set){.owner = item.name.wire,
			      .type = item.content.type};
	zone_edit_put(edit, &set);
	at = model_list_find(&model->next, &item);
	if (model_list_has(&model->next, at, &item))
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

	model_take_name(in, &name);
	zone_edit_drop(edit, name.wire);
	list_clear(&model->next, name.wire, false);
}

/* Fills `out` with an item at or below top. */
static bool take_below(struct input *in, const struct name *top,
		       struct item *out)
{
	uint8_t depth = model_take(in) & 3;
	struct name label;

	memset(out, 0, sizeof(*out));
	name_copy(&out->name, top->wire);
	while (depth-- > 0) {
		st_assert(name_parse(&label, labels[model_take(in) %
						    st_array_len(labels)]) ==
			  0);
		if (name_prepend(&out->name, (const char *)label.wire + 1,
				 label.wire[0]) != 0)
			return false;
	}
	if (model_take(in) % 8 != 0)
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
	size_t want = model_take(in) % MAX_WANTS, n = 0;
	struct name top;

	model_take_name(in, &top);
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

/* Whether the visible content of a zone differs between the lists. */
static bool zone_differs(const struct model *model, int zone)
{
	const struct list *a = &model->now, *b = &model->next;
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a->n &&
		       model_zone_of(model, a->item[i].name.wire) != zone)
			i++;
		while (j < b->n &&
		       model_zone_of(model, b->item[j].name.wire) != zone)
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

static void commit(struct model *model, struct zone_edit *edit)
{
	int changed = 0;

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
}

static void finish(struct model *model, struct zone_edit *edit,
		   struct input *in)
{
	if (model_take(in) % 8 == 0) {
		zone_edit_abort(edit);
		model->next = model->now;
	} else {
		model->clock_s += model_take(in) % 3;
		commit(model, edit);
	}
	model_check(model, in);
}

static void run_edit(struct model *model, struct input *in)
{
	struct zone_edit *edit = zone_edit_begin(model->slot);
	unsigned ops = 1 + model_take(in) % 12;

	while (ops-- > 0) {
		switch (model_take(in) % 8) {
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

static void model_free(struct model *model)
{
	zone_slot_free(model->slot);
	free(model);
}

/* Takes away all that an input left. */
static void clear(struct model *model)
{
	static const uint8_t root[1] = {0};
	struct zone_edit *edit = zone_edit_begin(model->slot);
	struct input none = {0};

	zone_edit_subtree(edit, root, NULL, 0);
	model->next.n = 0;
	commit(model, edit);
	model_check(model, &none);
}

/* The end of a slot waits for the thread of call_rcu, which sleeps 10 ms at a
 * time: so many inputs have one, and find it empty. */
void zone_model_run(const uint8_t *data, size_t size)
{
	static struct model *model;
	static unsigned int n_runs;
	struct input in = {.at = data, .end = data + size};

	if (model == NULL)
		model = model_new();
	while (in.at < in.end)
		run_edit(model, &in);
	clear(model);
	if (++n_runs % RUNS_PER_SLOT == 0) {
		model_free(model);
		model = NULL;
	}
}
