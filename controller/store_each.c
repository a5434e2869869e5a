/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "controller/istr.h"
#include "controller/store_table.h"

/* An index files by hash only, so each candidate is checked by one of
 * these. */
struct want {
	const struct istr *ns;
	const struct istr *text; /* owner's uid or the Service's name */
	const struct obj_label *labels;
	size_t n_labels;
	const struct addr *addr;
};
typedef bool (*check_fn)(const struct obj *obj, const struct want *want);

struct query {
	const struct store_table *table;
	const struct want *want;
	check_fn check;
	store_each_fn fn;
	void *arg;
};

/* False when the receiver has had enough. */
static bool give(const struct query *query, enum store_index index,
		 uint32_t hash)
{
	uint32_t n;
	const uint32_t *ids =
		index_get(&query->table->indices[index], hash, &n);
	const struct obj *obj;

	for (uint32_t i = 0; i < n; i++) {
		obj = query->table->objs[ids[i]];
		if (query->check(obj, query->want) &&
		    !query->fn(obj, query->arg))
			return false;
	}
	return true;
}

const struct obj *store_get(const struct store *store, enum obj_kind kind,
			    const char *ns, const char *name)
{
	const struct store_table *table = &store->tables[kind];
	uint32_t id = name ? store_table_find(table, ns, name) : UINT32_MAX;

	return id == UINT32_MAX ? NULL : table->objs[id];
}

void store_each(const struct store *store, enum obj_kind kind, store_each_fn fn,
		void *arg)
{
	const struct store_table *table = &store->tables[kind];

	for (uint32_t id = 0; id < table->n_objs; id++)
		if (table->objs[id] && !fn(table->objs[id], arg))
			return;
}

static bool is_in(const struct obj *obj, const struct want *want)
{
	return obj->ns == want->ns;
}

void store_each_in(const struct store *store, enum obj_kind kind,
		   const char *ns, store_each_fn fn, void *arg)
{
	struct want want = {.ns = istr_find(ns)};
	struct query query = {&store->tables[kind], &want, is_in, fn, arg};

	if (want.ns)
		give(&query, INDEX_NS, store_hash_ns(want.ns));
}

static bool is_owned(const struct obj *obj, const struct want *want)
{
	return obj->owner->uid == want->text;
}

void store_each_owned(const struct store *store, enum obj_kind kind,
		      const char *owner_uid, store_each_fn fn, void *arg)
{
	struct want want = {.text = istr_find(owner_uid)};
	struct query query = {&store->tables[kind], &want, is_owned, fn, arg};

	if (want.text)
		give(&query, INDEX_OWNER, store_hash_owner(want.text));
}

static bool is_orphan(const struct obj *obj, const struct want *want)
{
	return obj->ns == want->ns && !obj->owner->kind;
}

void store_each_orphan(const struct store *store, enum obj_kind kind,
		       const char *ns, store_each_fn fn, void *arg)
{
	struct want want = {.ns = istr_find(ns)};
	struct query query = {&store->tables[kind], &want, is_orphan, fn, arg};

	if (want.ns)
		give(&query, INDEX_ORPHAN, store_hash_ns(want.ns));
}

static bool is_slice_of(const struct obj *obj, const struct want *want)
{
	return obj->ns == want->ns && obj_slice(obj)->service == want->text;
}

void store_each_slice(const struct store *store, const char *ns,
		      const char *service, store_each_fn fn, void *arg)
{
	struct want want = {.ns = istr_find(ns), .text = istr_find(service)};
	struct query query = {&store->tables[OBJ_SLICE], &want, is_slice_of, fn,
			      arg};

	if (want.ns && want.text)
		give(&query, INDEX_SERVICE,
		     store_hash_service(want.ns, want.text));
}

static bool has_addr(const struct obj *obj, const struct want *want)
{
	return store_has_addr(obj, want->addr);
}

void store_each_addr(const struct store *store, enum obj_kind kind,
		     const struct addr *addr, store_each_fn fn, void *arg)
{
	struct want want = {.addr = addr};
	struct query query = {&store->tables[kind], &want, has_addr, fn, arg};

	give(&query, INDEX_ADDR, store_hash_addr(addr));
}

static bool has_labels(const struct obj *obj, const struct want *want)
{
	return obj->ns == want->ns &&
	       store_has_labels(obj, want->labels, want->n_labels);
}

/* The pod that bears its own name as the label's value: it is not in the
 * label's bag (see store_keys_of). */
static const struct obj *named_so(const struct store *store, const char *ns,
				  const struct obj_label *label)
{
	const struct obj *obj =
		store_get(store, OBJ_POD, ns, istr_text(label->value));

	return obj && store_has_labels(obj, label, 1) ? obj : NULL;
}

static uint32_t bag_size(const struct store_table *table,
			 const struct want *want, const struct obj_label *label)
{
	uint32_t n;

	index_get(&table->indices[INDEX_LABEL],
		  store_hash_label(want->ns, label), &n);
	return n;
}

/* The wanted label with the fewest pods; NULL if none of them is filed. */
static const struct obj_label *choose_filed(const struct store *store,
					    const struct want *want)
{
	const struct store_table *pods = &store->tables[OBJ_POD];
	const struct obj_label *best = NULL;
	uint32_t n, least = UINT32_MAX;

	for (size_t i = 0; i < want->n_labels; i++) {
		if (!store_files_label(&store->filing, want->labels[i].key))
			continue;
		n = bag_size(pods, want, &want->labels[i]);
		if (n < least) {
			least = n;
			best = &want->labels[i];
		}
	}
	return best;
}

void store_each_selected(const struct store *store, const char *ns,
			 const struct obj_label *selector, size_t n,
			 store_each_fn fn, void *arg)
{
	struct want want = {
		.ns = istr_find(ns), .labels = selector, .n_labels = n};
	struct query query = {&store->tables[OBJ_POD], &want, has_labels, fn,
			      arg};
	const struct obj_label *best;
	const struct obj *named;

	if (!want.ns || n == 0)
		return;
	best = choose_filed(store, &want);
	if (!best) {
		give(&query, INDEX_NS, store_hash_ns(want.ns));
		return;
	}
	named = named_so(store, ns, best);
	if (named && has_labels(named, &want) && !fn(named, arg))
		return;
	give(&query, INDEX_LABEL, store_hash_label(want.ns, best));
}

static bool selects(const struct obj *obj, const struct want *want)
{
	const struct obj_service *service = obj_service(obj);
	const struct obj_label *filed;

	if (obj->ns != want->ns || !service->has_selector)
		return false;
	filed = &service->selector[service->filed];
	return filed->key == want->labels->key &&
	       filed->value == want->labels->value;
}

struct selecting {
	const struct obj *pod;
	store_each_fn fn;
	void *arg;
	bool has_enough;
};

static bool on_candidate(const struct obj *obj, void *arg)
{
	struct selecting *selecting = arg;
	const struct obj_service *service = obj_service(obj);

	if (store_has_labels(selecting->pod, service->selector,
			     service->n_selector))
		selecting->has_enough = !selecting->fn(obj, selecting->arg);
	return !selecting->has_enough;
}

void store_each_selecting(const struct store *store, const struct obj *pod,
			  store_each_fn fn, void *arg)
{
	struct selecting selecting = {.pod = pod, .fn = fn, .arg = arg};
	struct want want = {.ns = pod->ns};
	struct query query = {&store->tables[OBJ_SERVICE], &want, selects,
			      on_candidate, &selecting};

	for (size_t i = 0; i < pod->n_labels && !selecting.has_enough; i++) {
		want.labels = &pod->labels[i];
		give(&query, INDEX_LABEL,
		     store_hash_label(pod->ns, want.labels));
	}
}
