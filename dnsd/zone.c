/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/zone.h"

#include <stddef.h>

#include "dnsd/expect.h"
#include "dnsd/key.h"
#include "dnsd/node.h"
#include "dnsd/rrset.h"
#include "dnsd/trie.h"
#include "dnsd/zone_slot.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

bool zone_is_ready(const struct zone_version *version)
{
	return version->ready;
}

uint32_t zone_denial_ttl_s(const struct zone_version *version,
			   const struct zone_info *zone, const uint8_t *name)
{
	uint32_t ttl_s;

	if (version->expect == NULL ||
	    !expect_find(version->expect, name,
			 name_labels(name) - zone->apex_labels, &ttl_s) ||
	    ttl_s > zone->negative_ttl_s)
		return zone->negative_ttl_s;
	return ttl_s;
}

static void to_hit(const struct zone_version *version,
		   const struct trie_hit *hit, struct zone_hit *ret_hit)
{
	ret_hit->node = NULL;
	ret_hit->zone = NULL;
	ret_hit->is_apex = false;
	if (hit->zone == 0) {
		ret_hit->found = ZONE_OUTSIDE;
		return;
	}
	ret_hit->zone = &version->zones[hit->zone - 1];
	if (hit->match == TRIE_MISSING) {
		ret_hit->found = ZONE_MISSING;
	} else if (hit->node != NULL &&
		   (hit->node->n_sets > 0 || hit->node->zone != 0)) {
		ret_hit->found = ZONE_FOUND;
		ret_hit->node = hit->node;
		ret_hit->is_apex = hit->node->zone != 0;
	} else {
		ret_hit->found = ZONE_EMPTY;
	}
}

void zone_find(const struct zone_version *version, const uint8_t *qname,
	       size_t len, struct zone_hit *ret_hit)
{
	struct trie_hit hit;
	struct key key;

	key_make(&key, qname, len);
	trie_find(version->base, version->root, &key, &hit);
	to_hit(version, &hit, ret_hit);
}

void zone_find_keys(const struct zone_version *version,
		    const struct key *const *keys, size_t n,
		    struct zone_hit *ret_hits)
{
	struct trie_hit hits[TRIE_BATCH];
	unsigned part;

	for (; n > 0; keys += part, ret_hits += part, n -= part) {
		part = n < TRIE_BATCH ? (unsigned)n : TRIE_BATCH;
		trie_find_many(version->base, version->root, &version->jump,
			       keys, part, hits);
		for (unsigned i = 0; i < part; i++)
			to_hit(version, &hits[i], &ret_hits[i]);
	}
}

const struct rrset *zone_node_rrset(const struct zone_node *node, uint16_t type)
{
	const struct rrset *slot = node_slots(node);

	/* A stub tells its type itself. */
	for (unsigned i = 0; i < node->n_sets; i++, slot = rrset_next(slot))
		if (slot->type == type)
			return rrset_of(slot);
	return NULL;
}

const struct rrset *zone_node_rrset_at(const struct zone_node *node, size_t i)
{
	const struct rrset *slot = node_slots(node);

	if (i >= node->n_sets)
		return NULL;
	while (i-- > 0)
		slot = rrset_next(slot);
	return rrset_of(slot);
}

struct each {
	const struct zone_info *zone;
	zone_each_fn fn;
	void *arg;
};

static int each_node(const uint8_t *sym, size_t len,
		     const struct zone_node *node, void *arg)
{
	const struct each *each = arg;
	const struct rrset *set;
	uint8_t owner[NAME_MAX_LEN];
	int rc = 0;

	key_name(owner, sym, len);
	if (node->zone != 0) {
		rc = each->fn(owner, each->zone->soa, each->arg);
		if (rc == 0)
			rc = each->fn(owner, each->zone->ns, each->arg);
	}
	for (size_t i = 0; rc == 0; i++) {
		set = zone_node_rrset_at(node, i);
		if (set == NULL)
			break;
		rc = each->fn(owner, set, each->arg);
	}
	return rc;
}

int zone_each(const struct zone_version *version, const struct zone_info *zone,
	      zone_each_fn fn, void *arg)
{
	struct each each = {.zone = zone, .fn = fn, .arg = arg};
	struct key top;

	key_make(&top, zone->apex, zone->apex_len);
	return trie_walk(version->base, version->root, &top,
			 (uint16_t)(zone - version->zones + 1), each_node,
			 &each);
}
