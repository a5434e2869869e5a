/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/zone_journal.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/key.h"
#include "dnsd/node.h"
#include "dnsd/rrset.h"
#include "dnsd/zone_edit.h"
#include "dnsd/zone_slot.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/sort.h"

enum { OWNER_LEN = 2 }; /* of stored records */

struct chain {
	struct zone_delta *oldest, *newest;
	size_t bytes;
};

struct zone_journal {
	size_t max_bytes;
	size_t n; /* of chains */
	struct chain *chains;
};

/* A name that an edit touched; the key lies in zone_edit.touched_keys. */
struct zone_touched {
	size_t at;
	uint16_t len;
	uint16_t zone;
};

/* What a delta is made of. */
struct parts {
	struct buf removed, added;
};

void zone_journal_keep(struct zone_slot *slot, size_t max_bytes)
{
	st_assert(slot->journal == NULL && slot->edit == NULL);
	slot->journal = mem_zalloc(sizeof(*slot->journal));
	slot->journal->max_bytes = max_bytes;
}

static void chain_free(struct chain *chain)
{
	struct zone_delta *next;

	for (; chain->oldest != NULL; chain->oldest = next) {
		next = chain->oldest->next;
		free(chain->oldest);
	}
}

void zone_journal_free(struct zone_journal *journal)
{
	if (journal == NULL)
		return;
	for (size_t i = 0; i < journal->n; i++)
		chain_free(&journal->chains[i]);
	free(journal->chains);
	free(journal);
}

void zone_journal_note(struct zone_edit *edit, const struct key *key,
		       uint16_t zone)
{
	struct zone_touched *touched;

	if (edit->slot->journal == NULL || !edit->slot->cur->ready)
		return;
	mem_grow(edit->touched, edit->n_touched);
	touched = &edit->touched[edit->n_touched++];
	touched->at = edit->touched_keys.len;
	touched->len = key->len;
	touched->zone = zone;
	buf_put(&edit->touched_keys, key->sym, key->len);
}

void zone_journal_forget(struct zone_edit *edit)
{
	free(edit->touched);
	buf_fini(&edit->touched_keys);
}

static void load_key(const struct zone_edit *edit,
		     const struct zone_touched *touched, struct key *key)
{
	memcpy(key->sym, edit->touched_keys.data + touched->at, touched->len);
	key->len = touched->len;
}

/* By zone, then in the order of names. */
static int touched_order(const void *a, const void *b, void *keys)
{
	const struct zone_touched *x = a, *y = b;
	const char *data = keys;

	if (x->zone != y->zone)
		return x->zone < y->zone ? -1 : 1;
	/* No key is the beginning of another. */
	return memcmp(data + x->at, data + y->at,
		      x->len < y->len ? x->len : y->len);
}

/* One stored record, with its owner instead of the pointer. */
static void put_record(struct buf *out, const uint8_t *owner,
		       const uint8_t *record, size_t len)
{
	buf_put(out, owner, name_len(owner));
	buf_put(out, record + OWNER_LEN, len - OWNER_LEN);
}

static void put_data(struct buf *out, const uint8_t *owner,
		     const struct rr_data *data)
{
	put_record(out, owner, data->wire - RRSET_RR_HEAD,
		   RRSET_RR_HEAD + (size_t)data->len);
}

static int data_order(const void *a, const void *b)
{
	return rrset_data_order(a, b);
}

static struct rr_data *data_of(const struct rrset *set)
{
	struct rr_data *data = mem_calloc(set->count, sizeof(*data));

	rrset_data(set, data);
	return data;
}

static void put_set(struct buf *out, const uint8_t *owner,
		    const struct rrset *set)
{
	struct rr_data *data = data_of(set);

	for (unsigned i = 0; i < set->count; i++)
		put_data(out, owner, &data[i]);
	free(data);
}

/* RDATA from one index to another. */
struct run {
	struct rr_data *data;
	unsigned at, end;
};

/* What both begin and end with is left out: usually all but one record of a
 * large set, which then need not be sorted. */
static void leave_out_same(struct run *was, struct run *is)
{
	while (was->at < was->end && is->at < is->end &&
	       rrset_data_order(&was->data[was->at], &is->data[is->at]) == 0) {
		was->at++;
		is->at++;
	}
	while (was->at < was->end && is->at < is->end &&
	       rrset_data_order(&was->data[was->end - 1],
				&is->data[is->end - 1]) == 0) {
		was->end--;
		is->end--;
	}
}

static void sort(const struct run *run)
{
	sort_items(run->data + run->at, run->end - run->at, sizeof(*run->data),
		   data_order);
}

/* Two sets of one TTL: only the records that differ. */
static void put_difference(struct parts *parts, const uint8_t *owner,
			   const struct rrset *old, const struct rrset *new)
{
	struct run was = {data_of(old), 0, old->count};
	struct run is = {data_of(new), 0, new->count};

	leave_out_same(&was, &is);
	sort(&was);
	sort(&is);
	while (was.at < was.end || is.at < is.end) {
		int order = was.at == was.end ? 1
			    : is.at == is.end
				    ? -1
				    : rrset_data_order(&was.data[was.at],
						       &is.data[is.at]);
		if (order < 0)
			put_data(&parts->removed, owner, &was.data[was.at++]);
		else if (order > 0)
			put_data(&parts->added, owner, &is.data[is.at++]);
		else
			was.at++, is.at++;
	}
	free(was.data);
	free(is.data);
}

/* Either may be NULL. A TTL belongs to each record (RFC 2181 5.2). */
static void put_change(struct parts *parts, const uint8_t *owner,
		       const struct rrset *old, const struct rrset *new)
{
	if (old != NULL && new != NULL && rrset_equals(old, new))
		return;
	if (old != NULL && new != NULL &&
	    rrset_ttl_s(old) == rrset_ttl_s(new)) {
		put_difference(parts, owner, old, new);
		return;
	}
	if (old != NULL)
		put_set(&parts->removed, owner, old);
	if (new != NULL)
		put_set(&parts->added, owner, new);
}

/* Both in ascending order of types. */
static void put_node(struct parts *parts, const uint8_t *owner,
		     const struct node_spec *old, const struct node_spec *new)
{
	unsigned i = 0, k = 0;

	while (i < old->n || k < new->n) {
		const struct rrset *was = i < old->n ? old->sets[i].set : NULL;
		const struct rrset *is = k < new->n ? new->sets[k].set : NULL;

		if (was != NULL && is != NULL && was->type != is->type)
			*(was->type < is->type ? &is : &was) = NULL;
		put_change(parts, owner, was, is);
		i += was != NULL;
		k += is != NULL;
	}
}

static void put_name(struct parts *parts, const struct zone_edit *edit,
		     const struct zone_touched *touched)
{
	const uint8_t *base = edit->trie.slab->base;
	uint8_t owner[NAME_MAX_LEN];
	struct node_spec was, is;
	struct trie_hit old, new;
	struct key key;

	load_key(edit, touched, &key);
	trie_find(base, edit->published, &key, &old);
	trie_find(base, edit->trie.root, &key, &new);
	node_spec_load(&was, old.node);
	node_spec_load(&is, new.node);
	key_name(owner, key.sym, key.len);
	put_node(parts, owner, &was, &is);
}

/* The touched names of a zone from index `at` on; returns where the next
 * zone's begin. */
static size_t put_zone(struct parts *parts, const struct zone_edit *edit,
		       size_t at, size_t zone)
{
	char *keys = edit->touched_keys.data;
	const struct zone_touched *touched = edit->touched;

	for (; at < edit->n_touched && touched[at].zone == zone + 1; at++) {
		if (at > 0 &&
		    touched_order(&touched[at - 1], &touched[at], keys) == 0)
			continue;
		put_name(parts, edit, &touched[at]);
	}
	return at;
}

static uint8_t *append(uint8_t *at, const void *data, size_t len)
{
	if (len > 0)
		memcpy(at, data, len);
	return at + len;
}

static struct zone_delta *delta_new(const struct zone_info *was,
				    const struct zone_info *is,
				    const struct parts *parts)
{
	struct buf old_soa, new_soa;
	struct zone_delta *delta;
	uint8_t *at;
	size_t len;

	buf_init(&old_soa, 0);
	buf_init(&new_soa, 0);
	put_set(&old_soa, was->apex, was->soa);
	put_set(&new_soa, is->apex, is->soa);
	len = old_soa.len + parts->removed.len + new_soa.len + parts->added.len;
	delta = mem_alloc(sizeof(*delta) + len);
	*delta = (struct zone_delta){
		.from = was->serial, .to = is->serial, .wire_len = len};
	at = append(delta->wire, old_soa.data, old_soa.len);
	at = append(at, parts->removed.data, parts->removed.len);
	at = append(at, new_soa.data, new_soa.len);
	append(at, parts->added.data, parts->added.len);
	buf_fini(&old_soa);
	buf_fini(&new_soa);
	return delta;
}

static size_t delta_bytes(const struct zone_delta *delta)
{
	return sizeof(*delta) + delta->wire_len;
}

static void chain_append(struct chain *chain, struct zone_delta *take_delta)
{
	take_delta->prev = chain->newest;
	if (chain->newest != NULL)
		chain->newest->next = take_delta;
	else
		chain->oldest = take_delta;
	chain->newest = take_delta;
	chain->bytes += delta_bytes(take_delta);
}

/* Readers may be at the oldest, so it goes the way of old nodes. */
static void chain_trim(struct chain *chain, size_t max_bytes,
		       struct zone_retired *retired)
{
	while (chain->bytes > max_bytes) {
		struct zone_delta *oldest = chain->oldest;

		chain->bytes -= delta_bytes(oldest);
		chain->oldest = oldest->next;
		if (chain->oldest != NULL)
			__atomic_store_n(&chain->oldest->prev, NULL,
					 __ATOMIC_RELEASE);
		else
			chain->newest = NULL;
		mem_grow(retired->deltas, retired->n_deltas);
		retired->deltas[retired->n_deltas++] = oldest;
	}
}

static void record_zone(struct zone_edit *edit, struct zone_version *next,
			size_t zone, const struct parts *parts,
			struct zone_retired *retired)
{
	struct zone_journal *journal = edit->slot->journal;
	struct chain *chain = &journal->chains[zone];

	chain_append(chain, delta_new(&edit->slot->cur->zones[zone],
				      &next->zones[zone], parts));
	chain_trim(chain, journal->max_bytes, retired);
	next->zones[zone].delta = chain->newest;
}

static void fit_chains(struct zone_journal *journal, size_t n)
{
	if (journal->n == n)
		return;
	journal->chains =
		mem_realloc(journal->chains, n, sizeof(*journal->chains));
	memset(journal->chains + journal->n, 0,
	       (n - journal->n) * sizeof(*journal->chains));
	journal->n = n;
}

void zone_journal_record(struct zone_edit *edit, struct zone_version *next,
			 struct zone_retired *retired)
{
	const struct zone_version *cur = edit->slot->cur;
	size_t at = 0;

	if (edit->slot->journal == NULL || !cur->ready)
		return;
	fit_chains(edit->slot->journal, next->n_zones);
	if (edit->n_touched > 0)
		qsort_r(edit->touched, edit->n_touched, sizeof(*edit->touched),
			touched_order, edit->touched_keys.data);
	for (size_t i = 0; i < next->n_zones; i++) {
		struct parts parts;

		buf_init(&parts.removed, 0);
		buf_init(&parts.added, 0);
		if (next->zones[i].ns != cur->zones[i].ns)
			put_change(&parts, next->zones[i].apex,
				   cur->zones[i].ns, next->zones[i].ns);
		at = put_zone(&parts, edit, at, i);
		if (next->zones[i].serial != cur->zones[i].serial)
			record_zone(edit, next, i, &parts, retired);
		buf_fini(&parts.removed);
		buf_fini(&parts.added);
	}
}
