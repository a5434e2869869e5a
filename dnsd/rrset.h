/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rrset - RRsets as wire bytes (struct rrset of dnsd/zone.h): made from what
 * a caller puts, and taken apart again. Pure.
 *
 * Threads: any. Memory: the caller's.
 */
#include <stddef.h>
#include <stdint.h>

struct rr_data;
struct rr_set;
struct rrset;
struct zone_soa;

enum {
	RRSET_RR_HEAD = 12, /* 0xC00C, type, class, TTL, RDLENGTH */
	/* Records of one RRset. More do not fit a message of 64 KiB. */
	RRSET_MAX_RRS = 8192,
};

/* Octets that rrset_build may write. */
size_t rrset_room_for(const struct rr_set *set);
/* Order is kept, repeats are dropped, and what is above RRSET_MAX_RRS. */
void rrset_build(struct rrset *out, const struct rr_set *set);

/* An SOA (RFC 1035 3.3.13) of at most RRSET_SOA_MAX octets. */
enum {
	RRSET_SOA_MAX = 600,
};
void rrset_build_soa(struct rrset *out, const uint8_t *mname,
		     const uint8_t *rname, const struct zone_soa *soa,
		     uint32_t serial);

/* An order of RDATA, the shorter one first: <0, 0, >0. */
int rrset_data_order(const struct rr_data *a, const struct rr_data *b);

/* Lists the RDATA of all records; `out` has set->count elements. */
void rrset_data(const struct rrset *set, struct rr_data *out);
