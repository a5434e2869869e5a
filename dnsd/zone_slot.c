/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/zone_slot.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/expect.h"
#include "dnsd/key.h"
#include "dnsd/node.h"
#include "dnsd/rrset.h"
#include "dnsd/trie.h"
#include "dnsd/zone_journal.h"
#include "dnsd/zone_pin.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"

struct zone_batch {
	struct rcu_head rcu;
	struct zone_batch *next;
	struct zone_slot *slot;
	struct zone_version *version; /* NULL for the empty beginning */
	uint64_t version_seq;
	struct zone_retired retired;
	size_t bytes; /* about as much as is freed with it */
};

enum { NODE_BYTES = 64 }; /* of a usual node */

struct zone_slot *zone_slot_new(void)
{
	struct zone_slot *slot = mem_zalloc(sizeof(*slot));

	slab_init(&slot->slab);
	slot->held_end = &slot->held;
	slot->pins = zone_pins_new();
	slot->marks = mem_zalloc(sizeof(*slot->marks));
	return slot;
}

void zone_slot_set_pods(struct zone_slot *slot, enum zone_pods pods,
			uint32_t ttl_s)
{
	st_assert(slot->cur == NULL);
	slot->pods = (uint8_t)pods;
	slot->pods_ttl_s = ttl_s;
}

static void free_batch(struct zone_slot *slot, struct zone_batch *batch)
{
	struct zone_retired *retired = &batch->retired;

	for (size_t i = 0; i < retired->n_refs; i++)
		trie_free_node(&slot->slab, retired->refs[i]);
	for (size_t i = 0; i < retired->n_exts; i++)
		rrset_ext_free(&slot->slab, retired->exts[i]);
	for (size_t i = 0; i < retired->n_soas; i++)
		free(retired->soas[i]);
	for (size_t i = 0; i < retired->n_deltas; i++)
		free(retired->deltas[i]);
	free(retired->refs);
	free(retired->exts);
	free(retired->soas);
	free(retired->deltas);
	expect_free(retired->expect);
	free(batch->version);
	free(batch);
}

/* The acquire pairs with the release in batch_done: the writer sees the batch
 * as the call_rcu thread left it. That thread runs them in order, so the last
 * pushed is the newest. */
static void take_done(struct zone_slot *slot)
{
	struct zone_batch *batch, *next, *oldest_first = NULL, *newest;

	if (__atomic_load_n(&slot->done, __ATOMIC_RELAXED) == NULL)
		return;
	newest = __atomic_exchange_n(&slot->done, NULL, __ATOMIC_ACQUIRE);
	batch = newest;
	for (; batch != NULL; batch = next) {
		next = batch->next;
		batch->next = oldest_first;
		oldest_first = batch;
		slot->held_bytes += batch->bytes;
	}
	*slot->held_end = oldest_first;
	slot->held_end = &newest->next;
}

void zone_slot_reclaim(struct zone_slot *slot)
{
	uint64_t pinned;

	take_done(slot);
	/* Only now: see zone_pins.n. */
	pinned = zone_pins_oldest(slot->pins);
	while (slot->held != NULL && slot->held->version_seq < pinned) {
		struct zone_batch *batch = slot->held;

		slot->held = batch->next;
		if (slot->held == NULL)
			slot->held_end = &slot->held;
		slot->held_bytes -= batch->bytes;
		free_batch(slot, batch);
	}
	if (slot->held_bytes > ZONE_HELD_MAX)
		zone_pins_revoke(slot->pins, pinned);
}

/* On the call_rcu thread. Pushing onto a list that is only ever taken as a
 * whole has no ABA trouble. */
static void batch_done(struct rcu_head *head)
{
	struct zone_batch *batch =
		caa_container_of(head, struct zone_batch, rcu);
	struct zone_slot *slot = batch->slot;

	batch->next = __atomic_load_n(&slot->done, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&slot->done, &batch->next, batch,
					    true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
}

void zone_slot_watch(struct zone_slot *slot, void (*fn)(void *arg), void *arg)
{
	slot->changed = fn;
	slot->changed_arg = arg;
}

static size_t batch_bytes(const struct zone_batch *batch)
{
	const struct zone_retired *retired = &batch->retired;
	size_t bytes = sizeof(*batch) + retired->n_refs * NODE_BYTES;

	for (size_t i = 0; i < retired->n_exts; i++)
		bytes += retired->exts[i]->set.wire_len;
	if (batch->version != NULL)
		bytes += batch->version->n_zones * sizeof(struct zone_info);
	return bytes;
}

/* Nearly all names that are asked for are of Services of the first zone. */
static void set_jump(const struct zone_slot *slot, struct zone_version *version)
{
	struct name services;
	struct key key;

	name_copy(&services, slot->defs[0]->apex.wire);
	if (name_prepend(&services, "svc", 3) != 0)
		return;
	key_make(&key, services.wire, services.len);
	trie_jump_make(version->base, version->root, &key, &version->jump);
}

void zone_slot_publish(struct zone_slot *slot, struct zone_version *take_next,
		       struct zone_retired *retired)
{
	struct zone_batch *batch = mem_zalloc(sizeof(*batch));

	batch->slot = slot;
	batch->version = slot->cur;
	batch->version_seq = slot->cur != NULL ? slot->cur->seq : 0;
	batch->retired = *retired;
	batch->bytes = batch_bytes(batch);
	memset(retired, 0, sizeof(*retired));
	set_jump(slot, take_next);
	/* From here readers can find it. */
	rcu_assign_pointer(slot->cur, take_next);
	slot->versions++;
	call_rcu(&batch->rcu, batch_done);
}

const struct zone_version *zone_slot_peek_rcu(const struct zone_slot *slot)
{
	return rcu_dereference(slot->cur);
}

static void release_ext(const struct zone_node *node, void *arg)
{
	const struct rrset *slot = node_slots(node);
	struct slab *slab = arg;

	for (unsigned i = 0; i < node->n_sets; i++, slot = rrset_next(slot))
		if (slot->count == 0 && --rrset_stub_ext(slot)->refs == 0)
			rrset_ext_free(slab, rrset_stub_ext(slot));
}

static void free_version(struct zone_slot *slot)
{
	struct zone_version *version = slot->cur;

	if (version == NULL)
		return;
	trie_discard(&slot->slab, version->root, true, release_ext,
		     &slot->slab);
	for (size_t i = 0; i < version->n_zones; i++) {
		free((void *)(uintptr_t)version->zones[i].soa);
		free((void *)(uintptr_t)version->zones[i].ns);
		free(slot->defs[i]);
	}
	expect_free((void *)(uintptr_t)version->expect);
	free(version);
	slot->cur = NULL;
}

void zone_slot_free(struct zone_slot *slot)
{
	if (slot == NULL)
		return;
	st_assert(slot->edit == NULL);
	rcu_barrier();
	zone_slot_reclaim(slot);
	st_assert(slot->held == NULL);
	zone_journal_free(slot->journal);
	free_version(slot);
	st_assert(slot->slab.live == 0);
	zone_pins_free(slot->pins);
	slab_fini(&slot->slab);
	free(slot->defs);
	free(slot->marks);
	free(slot);
}

struct zone_version *zone_version_copy(const struct zone_slot *slot,
				       size_t n_zones)
{
	const struct zone_version *cur = slot->cur;
	struct zone_version *next;

	next = mem_zalloc(sizeof(*next) + n_zones * sizeof(next->zones[0]));
	next->seq = cur != NULL ? cur->seq + 1 : 1;
	next->base = slot->slab.base;
	next->marks = slot->marks;
	next->n_zones = (uint16_t)n_zones;
	if (cur == NULL)
		return next;
	next->root = cur->root;
	next->ready = cur->ready;
	next->expect = cur->expect;
	next->expect_seq = cur->expect_seq;
	memcpy(next->zones, cur->zones, cur->n_zones * sizeof(next->zones[0]));
	return next;
}

void zone_version_set_serial(const struct zone_slot *slot,
			     struct zone_version *version, size_t zone,
			     uint32_t serial)
{
	const struct zone_def *def = slot->defs[zone];
	struct rrset *soa = mem_alloc(sizeof(*soa) + RRSET_SOA_MAX);

	rrset_build_soa(soa, def->mname.wire, def->rname.wire, &def->soa,
			serial);
	soa = mem_realloc(soa, 1, sizeof(*soa) + soa->wire_len);
	version->zones[zone].serial = serial;
	version->zones[zone].soa = soa;
}

struct rrset *zone_ns_build(const uint8_t *const *ns, size_t n, uint32_t ttl_s)
{
	struct rr_data *data = mem_calloc(n, sizeof(*data));
	struct rr_set set = {
		.type = RR_NS, .ttl_s = ttl_s, .n = (uint32_t)n, .data = data};
	struct rrset *out;

	for (size_t i = 0; i < n; i++) {
		data[i].wire = ns[i];
		data[i].len = (uint16_t)name_len(ns[i]);
	}
	out = mem_alloc(rrset_room_for(&set));
	rrset_build(out, &set);
	free(data);
	return out;
}

static void fill_info(struct zone_info *info, const struct zone_def *def)
{
	info->apex = def->apex.wire;
	info->apex_len = def->apex.len;
	info->apex_labels = (uint8_t)name_labels(def->apex.wire);
	/* RFC 2308 3: negative answers live for the smaller of the two. */
	info->negative_ttl_s = def->soa.ttl_s < def->soa.minimum_s
				       ? def->soa.ttl_s
				       : def->soa.minimum_s;
}

/* Publishes the zone without names; only its apex is in the trie. */
static void add_apex(struct zone_slot *slot, const struct key *key,
		     struct zone_def *def, const struct rrset *take_ns,
		     uint32_t serial)
{
	size_t n = slot->cur != NULL ? slot->cur->n_zones : 0;
	struct zone_version *next = zone_version_copy(slot, n + 1);
	struct trie_edit trie = {.slab = &slot->slab, .root = next->root};
	struct trie_leaf leaf = {.zone = (uint16_t)(n + 1)};
	struct zone_retired retired = {0};

	mem_grow(slot->defs, n);
	slot->defs[n] = def;
	fill_info(&next->zones[n], def);
	next->zones[n].ns = take_ns;
	zone_mark_raise_all(slot->marks, next->seq);
	next->zones[n].row =
		(uint16_t)(n + 1 < DNSD_ROWS ? n + 1 : DNSD_ROWS - 1);
	next->zones[n].pods = slot->pods;
	next->zones[n].pods_ttl_s = slot->pods_ttl_s;
	zone_version_set_serial(slot, next, n, serial);
	trie_put(&trie, key, &leaf);
	trie_freeze(slot->slab.base, trie.root, NULL, NULL);
	next->root = trie.root;
	retired.refs = trie.retired;
	retired.n_refs = trie.n_retired;
	zone_slot_publish(slot, next, &retired);
	slot->names++;
	slot->rrsets += 2;
	slot->records += 1u + take_ns->count;
}

int zone_slot_add_zone(struct zone_slot *slot, const uint8_t *apex,
		       const uint8_t *mname, const uint8_t *rname,
		       const struct zone_soa *soa, const uint8_t *const *ns,
		       size_t n_ns, uint32_t ns_ttl_s, uint32_t serial_base,
		       struct err *err)
{
	char text[NAME_MAX_TEXT];
	struct trie_hit hit = {0};
	struct zone_def *def;
	struct key key;

	name_text(text, apex);
	if (slot->committed || slot->edit != NULL)
		return err_set(err, ST_EINVAL,
			       "zone %s added after the first commit", text);
	if (slot->cur != NULL && slot->cur->n_zones == NODE_MAX_ZONES)
		return err_set(err, ST_ELIMIT, "more than %d zones",
			       NODE_MAX_ZONES);
	key_make(&key, apex, name_len(apex));
	if (slot->cur != NULL)
		trie_find(slot->slab.base, slot->cur->root, &key, &hit);
	if (hit.node != NULL)
		return err_set(err, ST_EEXISTS, "zone %s is there twice", text);
	def = mem_zalloc(sizeof(*def));
	name_copy(&def->apex, apex);
	name_copy(&def->mname, mname);
	name_copy(&def->rname, rname);
	def->soa = *soa;
	add_apex(slot, &key, def, zone_ns_build(ns, n_ns, ns_ttl_s),
		 serial_base);
	return 0;
}

void zone_slot_stats(const struct zone_slot *slot, struct zone_stats *ret)
{
	ret->versions = slot->versions;
	ret->names = slot->names;
	ret->rrsets = slot->rrsets;
	ret->records = slot->records;
	ret->bytes = slot->slab.live;
}
