/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * node - a leaf of the trie: what exists at one name.
 *
 * One piece of memory holds the end of the key (what no branch above has
 * told), and behind it the RRsets in ascending order of type. A small RRset
 * lies there whole, so that an answer touches nothing else. A large one, or
 * one that several names share, lies apart and is counted; a stub stands in
 * for it: it begins as a struct rrset does, with a count of 0, and then has a
 * pointer.
 *
 * Threads: published nodes are read by anyone and written by nobody. Memory:
 * the slab's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dnsd/zone.h"

struct slab;

enum {
	NODE_MAX_SETS = 32,
	NODE_INLINE_SET = 256,	/* octets of wire that may lie in a node */
	NODE_INLINE_ALL = 768,	/* and all together, with headers */
	NODE_MAX_ZONES = 16000, /* what 14 bits hold, and some to spare */
};

struct zone_node {
	uint32_t tail_len : 10;
	uint32_t n_sets : 6;
	uint32_t zone : 14; /* index + 1 of the zone with this apex, or 0 */
	uint32_t bare : 1;  /* exists even without RRsets (DNS-027) */
	uint32_t fresh : 1; /* made by the edit under way */
	uint8_t body[];	    /* tail, padding to 4, sets */
};

/* An RRset that lies apart. */
struct rrset_ext {
	uint32_t refs; /* stubs in the newest published version */
	struct rrset set;
};

enum {
	RRSET_STUB_PTR = 4, /* where in a stub the pointer is */
	RRSET_STUB = 12,
};

/* Room for a set, with padding. A stub's wire_len is half of a pointer. */
static inline size_t rrset_room(const struct rrset *slot)
{
	if (slot->count == 0)
		return RRSET_STUB;
	return (sizeof(struct rrset) + slot->wire_len + 3) & ~(size_t)3;
}

static inline struct rrset_ext *rrset_stub_ext(const struct rrset *slot)
{
	struct rrset_ext *ext;

	memcpy(&ext, (const uint8_t *)slot + RRSET_STUB_PTR, sizeof(ext));
	return ext;
}

/* The set that a slot holds or stands for. */
static inline const struct rrset *rrset_of(const struct rrset *slot)
{
	return slot->count != 0 ? slot : &rrset_stub_ext(slot)->set;
}

static inline const struct rrset *rrset_next(const struct rrset *slot)
{
	return (const void *)((const uint8_t *)slot + rrset_room(slot));
}

static inline const struct rrset *node_slots(const struct zone_node *node)
{
	return (const void *)(node->body + ((node->tail_len + 3u) & ~3u));
}

/* Octets of all slots, and of the node. */
size_t node_slots_room(const struct zone_node *node);
size_t node_size(const struct zone_node *node);

/* What a node is to hold. `ext` is set where the RRset lies apart already;
 * else a copy is made of `set`. */
struct node_spec {
	uint16_t zone;
	bool bare;
	unsigned n;
	struct {
		const struct rrset *set;
		struct rrset_ext *ext;
	} sets[NODE_MAX_SETS];
};

/* Points into `node`, which may be NULL for a name that does not exist. */
void node_spec_load(struct node_spec *spec, const struct zone_node *node);
/* Index of a type, or where it would have to be; *found says which. */
unsigned node_spec_find(const struct node_spec *spec, uint16_t type,
			bool *found);
/* Replaces or adds; a set is consumed by reference. */
void node_spec_put(struct node_spec *spec, const struct rrset *set,
		   struct rrset_ext *ext);
void node_spec_drop(struct node_spec *spec, uint16_t type);
/* Whether the name would not exist by itself. */
static inline bool node_spec_is_empty(const struct node_spec *spec)
{
	return spec->n == 0 && !spec->bare && spec->zone == 0;
}
/* The same content, wherever it lies. node may be NULL. */
bool node_spec_equals(const struct node_spec *spec,
		      const struct zone_node *node);

bool rrset_equals(const struct rrset *a, const struct rrset *b);
struct rrset_ext *rrset_ext_new(struct slab *slab, const struct rrset *set);
void rrset_ext_free(struct slab *slab, struct rrset_ext *ext);
