/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * stats - counters of one thread on cache lines of its own.
 *
 * Replies are counted in lanes, one for each transport and family of
 * addresses, by zone, RCODE and type together: that is one addition to a field
 * whose place follows from small numbers that are at hand.
 *
 * Threads: one thread adds, any sums. A sum taken meanwhile may be behind,
 * never torn. Memory: embedded; stats_open allocates lanes, of which only the
 * pages that are used are there, and stats_fini frees them.
 */
#include <stdint.h>

#include "dnsd/answer.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct stats_lane {
	struct dnsd_traffic sums;
	dnsd_replies replies[DNSD_ROWS];
};

struct stats {
	_Alignas(64) struct dnsd_counters n;
	struct stats_lane *lanes[DNSD_PROTOS][DNSD_FAMILIES];
};

/* Which column a type has; others than these have DNSD_TYPE_OTHER. */
extern const uint8_t stats_types[256];

/* Before anything is counted there. */
void stats_open(struct stats *stats, enum dnsd_proto proto);
void stats_fini(struct stats *stats);

static inline struct stats_lane *stats_lane(const struct stats *stats,
					    enum dnsd_proto proto, int family)
{
	return stats->lanes[proto][family == AF_INET6 ? DNSD_V6 : DNSD_V4];
}

/* Relaxed, as each counter stands for itself; only the owner writes, so load
 * and store need not be one operation. */
static inline void stats_add(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

static inline void stats_set(uint64_t *gauge, uint64_t n)
{
	__atomic_store_n(gauge, n, __ATOMIC_RELAXED);
}

/* Replies to plain questions: with nothing to tell but what is here. Most are
 * like the one before, and so they are counted by runs. */
struct stats_run {
	uint32_t alike; /* where they are counted, and the bits of their size */
	uint32_t n;
	uint64_t octets;
};

enum { STATS_SIZE_BITS = 5 };
_Static_assert(DNSD_SIZES <= 1 << STATS_SIZE_BITS, "a size has its bits");

/* Where replies of a zone are counted: an RCODE below 11, a type below 256. */
static inline uint32_t stats_cell(const struct zone_info *zone, uint16_t rcode,
				  uint16_t qtype)
{
	return ((uint32_t)zone->row * DNSD_RCODES + rcode) * DNSD_TYPES +
	       stats_types[qtype];
}

/* Counts what has run up to here, and begins anew. */
void stats_end_run(struct stats_lane *lane, struct stats_run *run);

static inline st_always_inline void stats_count_plain(struct stats_lane *lane,
						      struct stats_run *run,
						      uint32_t cell, size_t len)
{
	uint32_t size = 31u ^ (uint32_t)__builtin_clz((unsigned)len);
	uint32_t alike = cell << STATS_SIZE_BITS | size;

	if (st_unlikely(alike != run->alike)) {
		stats_end_run(lane, run);
		run->alike = alike;
	}
	run->n++;
	run->octets += len;
}

/* Any other; qtype is 0 where there is no question. */
void stats_count_answer(struct stats *stats, struct stats_lane *lane,
			const struct answer *answer, uint16_t qtype);

/* A transfer has begun; its messages are no replies of their own. */
void stats_count_transfer(struct stats_lane *lane, const struct zone_info *zone,
			  uint16_t qtype);

/* n replies took so long, from having read the queries to having sent them. */
void stats_time(struct stats_lane *lane, uint64_t n, uint64_t ns);

/* Adds what `stats` holds to *sum, and what a lane holds: its replies of the
 * first so many rows. */
void stats_sum(struct dnsd_counters *sum, const struct stats *stats);
void stats_sum_traffic(struct dnsd_traffic *sum, const struct stats_lane *lane);
void stats_sum_replies(dnsd_replies *sum, size_t rows,
		       const struct stats_lane *lane);
