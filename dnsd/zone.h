/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone - what a reader sees of the zones: one immutable version, found through
 * a slot, searched by name.
 *
 * Threads: readers registered with RCU (statefuld/rcu.h) and online; the loop
 * thread publishes (statefuld/zone_edit.h). Memory: everything reached from
 * a version is valid until the reader's next quiescent state or offline.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/wire.h"
#include "statefuld/attr.h"

struct key;
struct zone_delta;
struct zone_node;
struct zone_slot;
struct zone_version;

/* An RRset as ready wire bytes. `wire` holds `count` whole records one after
 * the other, each with owner 0xC00C (a pointer to the question), so an answer
 * copies it as it is. For A and AAAA all records have the same length. */
struct rrset {
	uint16_t type;
	uint16_t count;
	uint32_t wire_len;
	uint8_t wire[];
};

/* That of its records, which is the same in all. */
static inline uint32_t rrset_ttl_s(const struct rrset *set)
{
	return wire_get32(set->wire + 6);
}

/* One zone as of a version. */
struct zone_info {
	const uint8_t *apex; /* wire, lower case */
	uint16_t apex_len;
	uint8_t apex_labels;
	uint32_t serial;
	uint32_t negative_ttl_s; /* header TTL of SOA in negative answers */
	/* enum zone_pods: a name that is missing may still be answered
	 * (dnsd/pod_name.h). */
	uint8_t pods;
	uint16_t row; /* where its replies are counted (statefuld/dnsd.h) */
	uint32_t pods_ttl_s;
	/* SOA and NS RRset with owner 0xC00C, for questions at the apex. */
	const struct rrset *soa;
	const struct rrset *ns;
	/* How this serial came from the one before (dnsd/zone_journal.h);
	 * NULL if that is not known. */
	const struct zone_delta *delta;
};

enum zone_find {
	ZONE_OUTSIDE, /* in no zone of ours: REFUSED */
	ZONE_MISSING, /* NXDOMAIN */
	ZONE_EMPTY,   /* exists without records of its own: NODATA */
	ZONE_FOUND,   /* `node` has RRsets */
};

struct zone_hit {
	enum zone_find found;
	const struct zone_info *zone; /* NULL when outside */
	const struct zone_node *node; /* only when found */
	bool is_apex;		      /* then soa and ns of `zone` apply too */
};

/* The slot: made empty by new; before the first commit it has a version
 * without names, so peek never gives NULL once a zone was added. */
struct zone_slot *zone_slot_new(void);
/* Only after all readers have stopped; calls rcu_barrier itself. */
void zone_slot_free(struct zone_slot *slot);
const struct zone_version *zone_slot_peek_rcu(const struct zone_slot *slot);

/* False until the API has been listed completely (DNS-080). */
bool zone_is_ready(const struct zone_version *version);

/* The header TTL of the SOA when this name of that zone, lower case, is
 * denied: less than usual where it is to come (DNS-072). */
uint32_t zone_denial_ttl_s(const struct zone_version *version,
			   const struct zone_info *zone, const uint8_t *name);

/* Longest-suffix zone, then the name in it. `qname` is lower case, wire,
 * `len` octets with the root label. No allocation, no lock; time is bounded
 * by the length of the name. */
void zone_find(const struct zone_version *version, const uint8_t *qname,
	       size_t len, struct zone_hit *ret_hit);

/* The same for many names, as keys. In a large zone this is much faster than
 * one by one, because the searches wait for memory together. */
void zone_find_keys(const struct zone_version *version,
		    const struct key *const *keys, size_t n,
		    struct zone_hit *ret_hits);

/* RRset of that type at a found node, or NULL. */
const struct rrset *zone_node_rrset(const struct zone_node *node,
				    uint16_t type);
/* All RRsets of a node, for ANY and for dumps: NULL-terminated walk by index.
 */
const struct rrset *zone_node_rrset_at(const struct zone_node *node, size_t i);

/* Walks every RRset of the zone in canonical order, apex first (SOA and NS
 * included); owner is wire. Stops when fn returns non-zero and returns that. */
typedef int (*zone_each_fn)(const uint8_t *owner, const struct rrset *set,
			    void *arg);
int zone_each(const struct zone_version *version, const struct zone_info *zone,
	      zone_each_fn fn, void *arg);
