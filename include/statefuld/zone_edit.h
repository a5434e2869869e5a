/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_edit - the writer's view of the zones: begin, put, drop, commit.
 *
 * All zones served (cluster zones and reverse zones) live in one slot and
 * change together: what is put between begin and commit becomes visible to
 * queries in one atomic store (DNS-017), as one version. A zone's serial is
 * raised at commit only if content of that zone really changed (DNS-074).
 * Names outside every zone are ignored, so a caller need not know which
 * reverse zones are served.
 *
 * Threads: the loop thread only; one edit at a time. Memory: the caller's
 * names and rdata are copied.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "statefuld/name.h"

struct err;
struct zone_slot;
struct zone_edit;

enum {
	RR_NONE = 0, /* the name exists but owns nothing (DNS-027) */
	RR_A = 1,
	RR_NS = 2,
	RR_CNAME = 5,
	RR_SOA = 6,
	RR_PTR = 12,
	RR_TXT = 16,
	RR_AAAA = 28,
	RR_SRV = 33,
	RR_OPT = 41,
	RR_IXFR = 251,
	RR_AXFR = 252,
	RR_ANY = 255,
};

struct rr_data {
	const uint8_t *wire; /* RDATA, names in it uncompressed, lower case */
	uint16_t len;
};

/* One RRset: all records of an owner and type. RR_NONE with n = 0 says that
 * the owner exists without records. */
struct rr_set {
	const uint8_t *owner; /* wire, lower case */
	uint16_t type;
	uint32_t ttl_s;
	uint32_t n;
	const struct rr_data *data; /* order is kept; repeats are dropped */
};

struct zone_soa {
	uint32_t ttl_s; /* of the SOA, also in negative answers */
	uint32_t refresh_s, retry_s, expire_s, minimum_s; /* DNS-073 */
};

/* Adds a zone with apex, SOA and NS (which zone_edit_set_ns may change later).
 * Before the first commit only. mname,
 * rname and ns are names in wire form. `serial_base` is where serials begin:
 * the wall clock in seconds. ST_EEXISTS: that apex is there already. */
st_must_check int zone_slot_add_zone(struct zone_slot *slot,
				     const uint8_t *apex, const uint8_t *mname,
				     const uint8_t *rname,
				     const struct zone_soa *soa,
				     const uint8_t *const *ns, size_t n_ns,
				     uint32_t ns_ttl_s, uint32_t serial_base,
				     struct err *err);

/* How names of pods' addresses, <address>.<ns>.pod below a zone, are answered:
 * not but as they are put; for all that is an address, with that TTL; or as
 * they are put, in any spelling (DNS-056). Before zones are added. */
enum zone_pods { ZONE_PODS_NONE, ZONE_PODS_INSECURE, ZONE_PODS_VERIFIED };
void zone_slot_set_pods(struct zone_slot *slot, enum zone_pods pods,
			uint32_t ttl_s);

/* Whether a name lies in one of the zones. */
bool zone_slot_covers(const struct zone_slot *slot, const uint8_t *name);

/* What a question for a name meets in the newest version. Loop thread. */
enum zone_sight {
	ZONE_SIGHT_OUTSIDE,
	ZONE_SIGHT_MISSING,
	ZONE_SIGHT_EMPTY, /* exists, without records */
	ZONE_SIGHT_RECORDS,
};
enum zone_sight zone_slot_sight(const struct zone_slot *slot,
				const uint8_t *name);
/* Whether absence means anything: see zone_edit_set_ready. */
bool zone_slot_is_ready(const struct zone_slot *slot);

struct zone_edit *zone_edit_begin(struct zone_slot *slot);

/* Makes the RRset of set->owner and set->type be exactly this; n = 0 removes
 * it. RR_NONE with n = 0 makes the bare existence, which stays when RRsets of
 * the owner go, until zone_edit_drop or zone_edit_subtree takes it away. The
 * apex SOA and NS are not editable: they are ignored here. */
void zone_edit_put(struct zone_edit *edit, const struct rr_set *set);

/* Gives a zone these name servers, one or more; their order is kept. */
void zone_edit_set_ns(struct zone_edit *edit, const uint8_t *apex,
		      const uint8_t *const *ns, size_t n, uint32_t ttl_s);

/* Removes all RRsets of a name and its bare existence. What is below it
 * stays, and so does an apex with SOA and NS. */
void zone_edit_drop(struct zone_edit *edit, const uint8_t *owner);

/* Makes all that exists at and below `top` be exactly these sets, and touches
 * only what differs. Sets that are not at or below `top` are a caller's bug.
 * Sets may come in any order; one set per owner and type. */
void zone_edit_subtree(struct zone_edit *edit, const uint8_t *top,
		       const struct rr_set *sets, size_t n);

/* Until the first commit with ready = true, queries get SERVFAIL for what is
 * not in the zone yet, never NXDOMAIN or NODATA (DNS-080). It stays true. */
void zone_edit_set_ready(struct zone_edit *edit);

/* Names that are to come: PREFIX-N below the parent for each N of a range, and
 * the parent itself. While they are missing, that may be kept for this time
 * only (DNS-072). Takes the place of what was expected before. */
struct zone_expected {
	struct name parent;
	const char *prefix; /* lower case */
	uint32_t first, n;
};
void zone_edit_expect(struct zone_edit *edit, const struct zone_expected *items,
		      size_t n, uint32_t ttl_s);

/* The serial that a zone is to have at commit, whether it changes or not: for
 * content of an earlier run. Nobody must have seen a version yet. */
void zone_edit_set_serial(struct zone_edit *edit, const uint8_t *apex,
			  uint32_t serial);

/* Publishes, and frees the edit. Returns the number of zones that changed; 0
 * published nothing, but readiness and expectations if they were set. `now_s`:
 * wall clock for DNS-074. */
int zone_edit_commit(struct zone_edit *edit, uint32_t now_s);
/* Forgets the edit. */
void zone_edit_abort(struct zone_edit *edit);

/* Calls fn for every RRset at and below `top` of the newest version, in
 * canonical order of names and ascending order of types, apex SOA and NS
 * included; bare existence is told as RR_NONE with n = 0. Loop thread. */
typedef void (*zone_walk_fn)(const struct rr_set *set, void *arg);
void zone_slot_walk(const struct zone_slot *slot, const uint8_t *top,
		    zone_walk_fn fn, void *arg);

struct zone_stats {
	uint64_t versions; /* published */
	uint64_t names;	   /* with records or bare */
	uint64_t rrsets, records;
	uint64_t bytes; /* of trie, names and rrsets */
};
void zone_slot_stats(const struct zone_slot *slot, struct zone_stats *ret);
/* Serial of the zone with that apex; 0 if there is none. */
uint32_t zone_slot_serial(const struct zone_slot *slot, const uint8_t *apex);
