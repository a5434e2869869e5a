/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_edit - an edit under way, as its parts see it. What callers see is in
 * statefuld/zone_edit.h.
 *
 * The edit grows a second root beside the published one. Reference counts of
 * RRsets that lie apart are those of the published version until commit; what
 * the edit makes anew is listed in `made`, so that commit and abort know what
 * nobody came to use.
 *
 * Threads: the loop thread. Memory: owned by the slot's edit pointer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/node.h"
#include "dnsd/trie.h"
#include "dnsd/zone_mark.h"
#include "statefuld/buf.h"

struct key;
struct rr_set;
struct zone_slot;
struct zone_touched;

struct zone_edit {
	struct zone_slot *slot;
	struct trie_edit trie;
	uint32_t published; /* root */
	uint32_t *dirty;    /* by zone: names unlike the published ones */
	bool ready;
	const struct expect *expect; /* its own if not the published one */
	uint32_t *serials;	     /* of zones that are given one; or NULL */
	struct rrset **ns;	     /* likewise, from malloc */
	struct rrset_ext **made;
	size_t n_made;
	int64_t names, rrsets, records; /* what commit adds to the counts */
	struct zone_mark_set marks;
	struct zone_touched *touched; /* for the journal */
	size_t n_touched;
	struct buf touched_keys;
	uint32_t slots[(NODE_INLINE_ALL + NODE_MAX_SETS * RRSET_STUB + 12) / 4];
};

/* Makes the name of `key` hold what `spec` says, an empty spec removing it.
 * `hit` is what trie_find says about the key in the edit's trie; nodes seen
 * before may be gone afterwards. */
void zone_edit_store(struct zone_edit *edit, const struct key *key,
		     const struct trie_hit *hit, const struct node_spec *spec);

/* A copy of a set that lies apart, freed by commit or abort if unused. */
struct rrset_ext *zone_edit_ext(struct zone_edit *edit,
				const struct rrset *set);

/* Whether the records of a set are the caller's to make: the apex SOA and NS
 * are not. */
bool zone_edit_accepts(const struct trie_hit *hit, uint16_t type);
