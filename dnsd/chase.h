/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * chase - follows a CNAME through our zones, writing each one that it passes
 * into the reply (DNS-051 to 053, RFC 1034 3.6.2).
 *
 * Threads: as answer. Memory: no heap.
 */
#include <stddef.h>
#include <stdint.h>

#include "dnsd/zone.h"

struct reply;
struct rrset;

/* DNS-052 */
enum { CHASE_HOPS = 10 };

enum chase_end {
	CHASE_NAME,    /* a name of ours without a CNAME: `hit` tells */
	CHASE_OUTSIDE, /* a name in no zone of ours */
	CHASE_CUT,     /* a loop, too many hops, or no room */
};

struct chase {
	enum chase_end end;
	struct zone_hit hit;
	const uint8_t *name; /* the last one, in the reply */
	size_t name_at;	     /* where it stands there */
};

/* cname: the set at the name asked for. */
void chase_cname(struct chase *ret_chase, const struct zone_version *version,
		 struct reply *reply, const struct rrset *cname);
