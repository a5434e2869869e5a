/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * recall - what a worker has answered lately: a question, octet for octet, and
 * the records or the denial that it got, found without a search in the zones.
 *
 * An entry is as good in a newer version if its name has not changed since
 * (dnsd/zone_mark.h). It holds a copy of the records, and so nothing that
 * could be freed. The table has a fixed size; what is new takes the place of
 * what is old, mostly only now and then, so that a flood of names that are
 * asked for once does not wipe out the others.
 *
 * Threads: one. Memory: recall_free releases the table; entries are valid
 * until the next recall_keep.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/octets.h"
#include "dnsd/zone.h"
#include "dnsd/zone_mark.h"
#include "dnsd/zone_slot.h"
#include "statefuld/attr.h"

struct key;

enum {
	RECALL_WAYS = 4,
	RECALL_SETS = 2048,
	RECALL_ENTRY = 192,
	RECALL_HEAD = 32,
	RECALL_ROOM = RECALL_ENTRY - RECALL_HEAD,
};

/* What identifies a question. */
struct recall_ask {
	const uint8_t *name; /* lower case; zeros up to a multiple of LANES */
	uint16_t len;
	uint32_t fixed; /* type and class, as they lie in the packet */
	uint64_t hash;	/* of all three, with a secret */
};

/* What it gets. */
struct recall_find {
	const struct zone_info *zone;
	const struct rrset *set; /* NULL: a denial */
	uint32_t ttl_s;		 /* of that */
	uint32_t cell;		 /* where it is counted (dnsd/stats.h) */
	bool is_missing;	 /* NXDOMAIN */
};

struct recall_entry {
	uint64_t seq; /* of the version that said so */
	uint32_t fixed;
	uint32_t ttl_s, cell;
	uint16_t mark, zone, len;
	bool is_missing, is_denial;
	/* The name, padded to LANES, and then the RRset. */
	_Alignas(LANES) uint8_t data[RECALL_ROOM];
};
_Static_assert(sizeof(struct recall_entry) == RECALL_ENTRY,
	       "the head has its size");

struct recall {
	uint64_t seed; /* of the hashes */
	uint32_t turn;
	struct recall_entry *entries;
	uint32_t tags[RECALL_SETS][RECALL_WAYS]; /* of hashes; 0: free */
};

struct recall *recall_new(void);
void recall_free(struct recall *recall);

/* Keeps what was found in `version`, if it is small enough and its turn. */
void recall_keep(struct recall *recall, const struct zone_version *version,
		 const struct recall_ask *ask, const struct key *key,
		 const struct recall_find *find);

static inline size_t recall_padded(size_t len)
{
	return (len + LANES - 1) & ~(size_t)(LANES - 1);
}

static inline uint32_t recall_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

static inline st_always_inline octets16
recall_differ(const struct recall_entry *entry, const struct recall_ask *ask,
	      size_t at)
{
	return octets_load(entry->data + at) ^ octets_load(ask->name + at);
}

static inline st_always_inline bool recall_is(const struct recall_entry *entry,
					      const struct recall_ask *ask,
					      size_t n)
{
	octets16 differ;

	if (st_unlikely(entry->fixed != ask->fixed || entry->len != ask->len))
		return false;
	differ = recall_differ(entry, ask, 0);
	if (n > 1)
		differ |= recall_differ(entry, ask, LANES);
	if (n > 2)
		differ |= recall_differ(entry, ask, 2 * LANES);
	if (n > 3)
		differ |= recall_differ(entry, ask, 3 * LANES);
	for (size_t i = 4; i < n; i++)
		differ |= recall_differ(entry, ask, i * LANES);
	return octets_are_zero(differ);
}

/* An expectation (DNS-072) is about names that are missing. */
static inline bool recall_is_valid(const struct recall_entry *entry,
				   const struct zone_version *version)
{
	return entry->seq >= zone_mark_seq(version->marks, entry->mark) &&
	       (!entry->is_missing || entry->seq >= version->expect_seq);
}

/* Whether the answer is known; `version` is the one of recall_keep, or one
 * that came later. The name fills n times LANES. */
static inline st_always_inline bool
recall_find(const struct recall *recall, const struct zone_version *version,
	    const struct recall_ask *ask, size_t n, struct recall_find *ret)
{
	size_t set = ask->hash % RECALL_SETS;
	uint32_t tag = recall_tag(ask->hash);
	const struct recall_entry *entry;
	size_t way = 0;

	while (recall->tags[set][way] != tag)
		if (++way == RECALL_WAYS)
			return false;
	entry = &recall->entries[set * RECALL_WAYS + way];
	if (st_unlikely(!recall_is(entry, ask, n) ||
			!recall_is_valid(entry, version)))
		return false;
	ret->zone = &version->zones[entry->zone];
	ret->set = entry->is_denial ? NULL
				    : (const void *)(entry->data + n * LANES);
	ret->ttl_s = entry->ttl_s;
	ret->cell = entry->cell;
	ret->is_missing = entry->is_missing;
	return true;
}
