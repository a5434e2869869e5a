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

/* A reply to a plain question: of a zone, with an RCODE below 11, a type below
 * 256, and nothing else to tell (dnsd/fast.h). */
static inline void stats_count_plain(struct stats_lane *lane,
				     const struct zone_info *zone,
				     uint16_t rcode, uint16_t qtype, size_t len)
{
	size_t size = 31u - (unsigned)__builtin_clz((unsigned)len);

	stats_add(&lane->replies[zone->row][rcode][stats_types[qtype]], 1);
	stats_add(&lane->sums.sizes[size], 1);
	stats_add(&lane->sums.size_sum, len);
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
