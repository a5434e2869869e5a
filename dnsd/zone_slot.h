/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_slot - where versions of the zones are published, and where the memory
 * of replaced ones comes back.
 *
 * The writer builds a version unseen and makes it visible by one store
 * (rcu_assign_pointer, which pairs with rcu_dereference in
 * zone_slot_peek_rcu). What the new version does not share with the old one
 * travels as one batch through call_rcu, whose thread only pushes the batch
 * onto `done`; the writer takes it from there when it next has work to do, so
 * that the slab needs no lock. What a pinned version may still show waits on
 * `held` (dnsd/zone_pin.h).
 *
 * Threads: the loop thread, but for zone_slot_peek_rcu and `done`. Memory: the
 * slot owns the slab, and through it every version.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/slab.h"
#include "dnsd/trie.h"
#include "dnsd/zone.h"
#include "dnsd/zone_mark.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

struct expect;
struct rrset_ext;
struct zone_batch;
struct zone_delta;
struct zone_journal;
struct zone_pins;

/* What does not change about a zone. */
struct zone_def {
	struct name apex, mname, rname;
	struct zone_soa soa;
};

/* A published version: all immutable. */
struct zone_version {
	uint64_t seq;	     /* counts up */
	const uint8_t *base; /* of the slab */
	uint32_t root;
	uint16_t n_zones;
	bool ready;
	const struct expect *expect; /* may be NULL */
	const struct zone_marks *marks;
	uint64_t expect_seq;   /* of the version that came to expect that */
	struct trie_jump jump; /* to the Services of the first zone */
	struct zone_info zones[];
};

struct zone_slot {
	struct zone_version
		*cur; /* stored by the loop thread, read under RCU */
	struct slab slab;
	struct zone_def **defs;	 /* as many as cur->n_zones */
	struct zone_batch *done; /* pushed by the call_rcu thread */
	struct zone_batch *held; /* no reader is left; oldest version first */
	struct zone_batch **held_end;
	size_t held_bytes;
	struct zone_pins *pins;
	struct zone_marks *marks;
	struct zone_journal *journal; /* NULL: none is kept */
	struct zone_edit *edit;	      /* the one under way */
	bool committed;
	uint8_t pods; /* enum zone_pods */
	uint32_t pods_ttl_s;
	void (*changed)(void *arg); /* see zone_slot_watch */
	void *changed_arg;
	uint64_t versions, names, rrsets, records;
};

/* What a version replaces. Vectors for mem_grow. */
struct zone_retired {
	uint32_t *refs; /* trie nodes */
	size_t n_refs;
	struct rrset_ext **exts;
	size_t n_exts;
	struct rrset **soas; /* and NS of an apex */
	size_t n_soas;
	struct zone_delta **deltas;
	size_t n_deltas;
	struct expect *expect;
};

enum {
	/* What pinned versions may keep from being freed, in octets. */
	ZONE_HELD_MAX = 64 << 20,
};

/* Calls fn after each commit that changed a zone or made the zones ready. NULL
 * ends that. */
void zone_slot_watch(struct zone_slot *slot, void (*fn)(void *arg), void *arg);

/* Makes `take_next` current, and takes over the content of `retired`. */
void zone_slot_publish(struct zone_slot *slot, struct zone_version *take_next,
		       struct zone_retired *retired);
/* Frees what no reader can see any more. */
void zone_slot_reclaim(struct zone_slot *slot);

/* A version like the current one with room for n_zones; unpublished. */
struct zone_version *zone_version_copy(const struct zone_slot *slot,
				       size_t n_zones);
/* The NS RRset of an apex, from malloc. */
struct rrset *zone_ns_build(const uint8_t *const *ns, size_t n, uint32_t ttl_s);
/* Gives a zone of an unpublished version this serial and a new SOA. The old
 * SOA is left to the caller. */
void zone_version_set_serial(const struct zone_slot *slot,
			     struct zone_version *version, size_t zone,
			     uint32_t serial);
