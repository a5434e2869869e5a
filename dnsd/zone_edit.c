/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/zone_edit.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/expect.h"
#include "dnsd/key.h"
#include "dnsd/rrset.h"
#include "dnsd/zone_journal.h"
#include "dnsd/zone_slot.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

_Static_assert(sizeof(((struct zone_edit *)0)->slots) + KEY_MAX + 4 <= SLAB_MAX,
	       "a node must have a reference");

struct zone_edit *zone_edit_begin(struct zone_slot *slot)
{
	struct zone_edit *edit = mem_zalloc(sizeof(*edit));

	st_assert(slot->edit == NULL && slot->cur != NULL);
	zone_slot_reclaim(slot);
	edit->slot = slot;
	edit->trie.slab = &slot->slab;
	edit->trie.root = edit->published = slot->cur->root;
	edit->ready = slot->cur->ready;
	edit->expect = slot->cur->expect;
	buf_init(&edit->touched_keys, 0);
	edit->dirty = mem_calloc(slot->cur->n_zones, sizeof(*edit->dirty));
	slot->edit = edit;
	return edit;
}

struct rrset_ext *zone_edit_ext(struct zone_edit *edit, const struct rrset *set)
{
	struct rrset_ext *ext = rrset_ext_new(&edit->slot->slab, set);

	mem_grow(edit->made, edit->n_made);
	edit->made[edit->n_made++] = ext;
	return ext;
}

static size_t put_stub(uint8_t *out, const struct rrset *set,
		       struct rrset_ext *ext)
{
	const uint16_t head[] = {set->type, 0};

	memcpy(out, head, sizeof(head));
	memcpy(out + RRSET_STUB_PTR, &ext, sizeof(ext));
	return RRSET_STUB;
}

/* Lays the sets out as a node has them; returns the octets used. */
static size_t lay_out(struct zone_edit *edit, const struct node_spec *spec)
{
	uint8_t *out = (uint8_t *)edit->slots;
	size_t used = 0, inlined = 0, room;

	for (unsigned i = 0; i < spec->n; i++) {
		const struct rrset *set = spec->sets[i].set;
		struct rrset_ext *ext = spec->sets[i].ext;

		room = rrset_room(set);
		if (ext == NULL && (set->wire_len > NODE_INLINE_SET ||
				    inlined + room > NODE_INLINE_ALL))
			ext = zone_edit_ext(edit, set);
		if (ext != NULL) {
			used += put_stub(out + used, set, ext);
			continue;
		}
		memset(out + used + room - 4, 0, 4);
		memcpy(out + used, set, sizeof(*set) + set->wire_len);
		used += room;
		inlined += room;
	}
	return used;
}

static void write_node(struct zone_edit *edit, const struct key *key,
		       const struct node_spec *spec)
{
	struct trie_leaf leaf = {
		.zone = spec->zone, .bare = spec->bare, .n_sets = spec->n};

	if (node_spec_is_empty(spec)) {
		trie_drop(&edit->trie, key);
		return;
	}
	leaf.slots = edit->slots;
	leaf.slots_len = lay_out(edit, spec);
	trie_put(&edit->trie, key, &leaf);
}

static int64_t n_records(const struct node_spec *spec)
{
	int64_t n = 0;

	for (unsigned i = 0; i < spec->n; i++)
		n += spec->sets[i].set->count;
	return n;
}

void zone_edit_store(struct zone_edit *edit, const struct key *key,
		     const struct trie_hit *hit, const struct node_spec *spec)
{
	struct node_spec before;
	struct trie_hit old;
	bool was_unlike, is_unlike;

	if (hit->zone == 0 || node_spec_equals(spec, hit->node))
		return;
	/* A name counts as changed while it is unlike its published self, so
	 * that going there and back again leaves the serial alone. */
	node_spec_load(&before, hit->node);
	trie_find(edit->trie.slab->base, edit->published, key, &old);
	was_unlike = !node_spec_equals(&before, old.node);
	is_unlike = !node_spec_equals(spec, old.node);
	edit->dirty[hit->zone - 1] += (uint32_t)is_unlike;
	edit->dirty[hit->zone - 1] -= (uint32_t)was_unlike;
	edit->names += (hit->node == NULL) - node_spec_is_empty(spec);
	edit->rrsets += (int64_t)spec->n - (int64_t)before.n;
	edit->records += n_records(spec) - n_records(&before);
	zone_journal_note(edit, key, hit->zone);
	zone_mark_note(&edit->marks, key);
	write_node(edit, key, spec);
}

bool zone_edit_accepts(const struct trie_hit *hit, uint16_t type)
{
	bool is_apex = hit->node != NULL && hit->node->zone != 0;

	return hit->zone != 0 &&
	       !(is_apex && (type == RR_SOA || type == RR_NS));
}

void zone_edit_put(struct zone_edit *edit, const struct rr_set *set)
{
	struct rrset *made = NULL;
	struct node_spec spec;
	struct trie_hit hit;
	struct key key;

	key_make(&key, set->owner, name_len(set->owner));
	trie_find(edit->trie.slab->base, edit->trie.root, &key, &hit);
	if (!zone_edit_accepts(&hit, set->type))
		return;
	node_spec_load(&spec, hit.node);
	if (set->type == RR_NONE) {
		spec.bare = true;
	} else if (set->n == 0) {
		node_spec_drop(&spec, set->type);
	} else {
		made = mem_alloc(rrset_room_for(set));
		rrset_build(made, set);
		node_spec_put(&spec, made, NULL);
	}
	zone_edit_store(edit, &key, &hit, &spec);
	free(made);
}

void zone_edit_drop(struct zone_edit *edit, const uint8_t *owner)
{
	struct node_spec spec;
	struct trie_hit hit;
	struct key key;

	key_make(&key, owner, name_len(owner));
	trie_find(edit->trie.slab->base, edit->trie.root, &key, &hit);
	node_spec_load(&spec, hit.node);
	spec.bare = false;
	spec.n = 0;
	zone_edit_store(edit, &key, &hit, &spec);
}

void zone_edit_set_ready(struct zone_edit *edit)
{
	edit->ready = true;
}

/* Back to what is published. */
static void forget_expect(struct zone_edit *edit)
{
	const struct expect *published = edit->slot->cur->expect;

	if (edit->expect != published)
		expect_free((void *)(uintptr_t)edit->expect);
	edit->expect = published;
}

void zone_edit_expect(struct zone_edit *edit, const struct zone_expected *items,
		      size_t n, uint32_t ttl_s)
{
	struct expect *expect = expect_new(items, n, ttl_s);

	forget_expect(edit);
	if (expect_equals(expect, edit->expect))
		expect_free(expect);
	else
		edit->expect = expect;
}

/* The zone with that apex, counted from 1; 0 if there is none. */
static uint16_t find_apex(const struct zone_edit *edit, const uint8_t *apex)
{
	struct trie_hit hit;
	struct key key;

	key_make(&key, apex, name_len(apex));
	trie_find(edit->trie.slab->base, edit->trie.root, &key, &hit);
	return hit.node != NULL ? (uint16_t)hit.node->zone : 0;
}

void zone_edit_set_ns(struct zone_edit *edit, const uint8_t *apex,
		      const uint8_t *const *ns, size_t n, uint32_t ttl_s)
{
	uint16_t zone = find_apex(edit, apex);

	st_assert(n > 0);
	if (zone == 0)
		return;
	if (edit->ns == NULL)
		edit->ns =
			mem_calloc(edit->slot->cur->n_zones, sizeof(*edit->ns));
	free(edit->ns[zone - 1]);
	edit->ns[zone - 1] = zone_ns_build(ns, n, ttl_s);
}

void zone_edit_set_serial(struct zone_edit *edit, const uint8_t *apex,
			  uint32_t serial)
{
	uint16_t zone = find_apex(edit, apex);

	if (zone == 0)
		return;
	if (edit->serials == NULL)
		edit->serials = mem_calloc(edit->slot->cur->n_zones,
					   sizeof(*edit->serials));
	edit->serials[zone - 1] = serial;
}

/* DNS-074: not before the clock, and always after the old one (RFC 1982). */
static uint32_t next_serial(uint32_t old, uint32_t now_s)
{
	uint32_t next = old + 1;

	return (int32_t)(now_s - next) > 0 ? now_s : next;
}

/* Name servers that are the published ones are no change. */
static void settle_ns(struct zone_edit *edit)
{
	for (size_t i = 0; edit->ns != NULL && i < edit->slot->cur->n_zones;
	     i++) {
		if (edit->ns[i] == NULL)
			continue;
		if (rrset_equals(edit->ns[i], edit->slot->cur->zones[i].ns)) {
			free(edit->ns[i]);
			edit->ns[i] = NULL;
		} else {
			edit->dirty[i]++;
		}
	}
}

static void replace_ns(struct zone_edit *edit, struct zone_version *next,
		       struct zone_retired *retired)
{
	for (size_t i = 0; edit->ns != NULL && i < next->n_zones; i++) {
		const struct rrset *old = next->zones[i].ns;

		if (edit->ns[i] == NULL)
			continue;
		mem_grow(retired->soas, retired->n_soas);
		retired->soas[retired->n_soas++] =
			(struct rrset *)(uintptr_t)old;
		edit->records += (int64_t)edit->ns[i]->count - old->count;
		next->zones[i].ns = edit->ns[i];
		edit->ns[i] = NULL;
	}
}

static int raise_serials(struct zone_edit *edit, struct zone_version *next,
			 struct zone_retired *retired, uint32_t now_s)
{
	int changed = 0;

	for (size_t i = 0; i < next->n_zones; i++) {
		uint32_t given = edit->serials != NULL ? edit->serials[i] : 0;

		if (edit->dirty[i] == 0 && given == 0)
			continue;
		mem_grow(retired->soas, retired->n_soas);
		retired->soas[retired->n_soas++] =
			(struct rrset *)(uintptr_t)next->zones[i].soa;
		zone_version_set_serial(
			edit->slot, next, i,
			given != 0 ? given
				   : next_serial(next->zones[i].serial, now_s));
		changed++;
	}
	return changed;
}

static void hold_exts(const struct zone_node *node, void *arg)
{
	const struct rrset *slot = node_slots(node);

	(void)arg;
	for (unsigned i = 0; i < node->n_sets; i++, slot = rrset_next(slot))
		if (slot->count == 0)
			rrset_stub_ext(slot)->refs++;
}

static void retire_ext(struct zone_retired *retired, struct rrset_ext *ext)
{
	mem_grow(retired->exts, retired->n_exts);
	retired->exts[retired->n_exts++] = ext;
}

static void let_go(struct zone_retired *retired, const struct zone_node *node)
{
	const struct rrset *slot = node_slots(node);

	for (unsigned i = 0; i < node->n_sets; i++, slot = rrset_next(slot))
		if (slot->count == 0 && --rrset_stub_ext(slot)->refs == 0)
			retire_ext(retired, rrset_stub_ext(slot));
}

static void edit_free(struct zone_edit *edit)
{
	edit->slot->edit = NULL;
	free(edit->trie.retired);
	free(edit->made);
	free(edit->dirty);
	free(edit->serials);
	for (size_t i = 0; edit->ns != NULL && i < edit->slot->cur->n_zones;
	     i++)
		free(edit->ns[i]);
	free(edit->ns);
	zone_journal_forget(edit);
	free(edit);
}

/* First the new leaves take hold of their sets, then the old ones let go. */
static void settle_exts(struct zone_edit *edit, struct zone_retired *retired)
{
	const uint8_t *base = edit->trie.slab->base;

	trie_freeze(base, edit->trie.root, hold_exts, NULL);
	for (size_t i = 0; i < edit->n_made; i++)
		if (edit->made[i]->refs == 0)
			rrset_ext_free(edit->trie.slab, edit->made[i]);
	for (size_t i = 0; i < edit->trie.n_retired; i++) {
		uint32_t ref = edit->trie.retired[i];

		if (trie_leaf_of(base, ref) != NULL)
			let_go(retired, trie_leaf_of(base, ref));
	}
}

static bool has_change(const struct zone_edit *edit)
{
	bool changed = edit->ready != edit->slot->cur->ready ||
		       edit->expect != edit->slot->cur->expect ||
		       edit->serials != NULL;

	for (size_t i = 0; i < edit->slot->cur->n_zones; i++)
		changed |= edit->dirty[i] != 0;
	return changed;
}

int zone_edit_commit(struct zone_edit *edit, uint32_t now_s)
{
	struct zone_slot *slot = edit->slot;
	struct zone_retired retired = {0};
	struct zone_version *next;
	int changed;

	settle_ns(edit);
	if (!has_change(edit)) {
		zone_edit_abort(edit);
		return 0;
	}
	next = zone_version_copy(slot, slot->cur->n_zones);
	next->root = edit->trie.root;
	next->ready = edit->ready;
	next->expect = edit->expect;
	if (edit->expect != slot->cur->expect) {
		next->expect_seq = next->seq;
		retired.expect = (void *)(uintptr_t)slot->cur->expect;
	}
	replace_ns(edit, next, &retired);
	changed = raise_serials(edit, next, &retired, now_s);
	zone_journal_record(edit, next, &retired);
	settle_exts(edit, &retired);
	retired.refs = edit->trie.retired;
	retired.n_refs = edit->trie.n_retired;
	edit->trie.retired = NULL;
	zone_mark_raise(slot->marks, &edit->marks, next->seq);
	zone_slot_publish(slot, next, &retired);
	slot->names += (uint64_t)edit->names;
	slot->rrsets += (uint64_t)edit->rrsets;
	slot->records += (uint64_t)edit->records;
	slot->committed = true;
	edit_free(edit);
	if (slot->changed != NULL)
		slot->changed(slot->changed_arg);
	return changed;
}

void zone_edit_abort(struct zone_edit *edit)
{
	struct slab *slab = edit->trie.slab;

	forget_expect(edit);
	trie_discard(slab, edit->trie.root, false, NULL, NULL);
	for (size_t i = 0; i < edit->n_made; i++)
		rrset_ext_free(slab, edit->made[i]);
	edit_free(edit);
}
