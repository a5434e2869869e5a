/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "dnsd/key.h"
#include "dnsd/node.h"
#include "dnsd/pod_name.h"
#include "dnsd/rrset.h"
#include "dnsd/trie.h"
#include "dnsd/zone_slot.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

static void find(const struct zone_slot *slot, const uint8_t *name,
		 struct trie_hit *hit)
{
	struct key key;

	*hit = (struct trie_hit){0};
	if (slot->cur == NULL)
		return;
	key_make(&key, name, name_len(name));
	trie_find(slot->slab.base, slot->cur->root, &key, hit);
}

bool zone_slot_covers(const struct zone_slot *slot, const uint8_t *name)
{
	struct trie_hit hit;

	find(slot, name, &hit);
	return hit.zone != 0;
}

uint32_t zone_slot_serial(const struct zone_slot *slot, const uint8_t *apex)
{
	struct trie_hit hit;

	find(slot, apex, &hit);
	if (hit.node == NULL || hit.node->zone == 0)
		return 0;
	return slot->cur->zones[hit.node->zone - 1].serial;
}

enum zone_sight zone_slot_sight(const struct zone_slot *slot,
				const uint8_t *name)
{
	struct zone_hit hit = {.found = ZONE_OUTSIDE};
	struct pod_name pod;

	if (slot->cur != NULL)
		zone_find(slot->cur, name, name_len(name), &hit);
	if (hit.found == ZONE_OUTSIDE)
		return ZONE_SIGHT_OUTSIDE;
	if (hit.found == ZONE_FOUND || hit.is_apex)
		return ZONE_SIGHT_RECORDS;
	if (hit.found == ZONE_EMPTY)
		return ZONE_SIGHT_EMPTY;
	return pod_name_find(&pod, slot->cur, hit.zone, name)
		       ? ZONE_SIGHT_RECORDS
		       : ZONE_SIGHT_MISSING;
}

bool zone_slot_is_ready(const struct zone_slot *slot)
{
	return slot->cur != NULL && slot->cur->ready;
}

struct walk {
	const struct zone_version *version;
	zone_walk_fn fn;
	void *arg;
};

static void tell(const struct walk *walk, const uint8_t *owner,
		 const struct rrset *set)
{
	struct rr_data *data = mem_calloc(set->count, sizeof(*data));
	struct rr_set out = {.owner = owner,
			     .type = set->type,
			     .ttl_s = rrset_ttl_s(set),
			     .n = set->count,
			     .data = data};

	rrset_data(set, data);
	walk->fn(&out, walk->arg);
	free(data);
}

static int walk_node(const uint8_t *sym, size_t len,
		     const struct zone_node *node, void *arg)
{
	const struct walk *walk = arg;
	uint8_t owner[NAME_MAX_LEN];
	const struct rrset *set;

	key_name(owner, sym, len);
	if (node->bare)
		walk->fn(&(struct rr_set){.owner = owner, .type = RR_NONE},
			 walk->arg);
	if (node->zone != 0) {
		tell(walk, owner, walk->version->zones[node->zone - 1].soa);
		tell(walk, owner, walk->version->zones[node->zone - 1].ns);
	}
	for (size_t i = 0; (set = zone_node_rrset_at(node, i)) != NULL; i++)
		tell(walk, owner, set);
	return 0;
}

void zone_slot_walk(const struct zone_slot *slot, const uint8_t *top,
		    zone_walk_fn fn, void *arg)
{
	struct walk walk = {.version = slot->cur, .fn = fn, .arg = arg};
	struct key key;

	if (slot->cur == NULL)
		return;
	key_make(&key, top, name_len(top));
	trie_walk(slot->slab.base, slot->cur->root, &key, 0, walk_node, &walk);
}
