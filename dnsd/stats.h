/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * stats - counters of one thread on cache lines of its own.
 *
 * Threads: one thread adds, any sums. A sum taken meanwhile may be behind,
 * never torn. Memory: embedded.
 */
#include <stdint.h>

#include "dnsd/answer.h"
#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct stats {
	_Alignas(64) struct dnsd_counters n;
};

/* Relaxed, as each counter stands for itself; only the owner writes, so load
 * and store need not be one operation. */
static inline void stats_add(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

static inline void stats_count_answer(struct stats *stats,
				      const struct answer *answer)
{
	stats_add(&stats->n.answers, 1);
	if (st_likely(answer->rcode < st_array_len(stats->n.rcode)))
		stats_add(&stats->n.rcode[answer->rcode], 1);
	if (st_unlikely(answer->is_truncated))
		stats_add(&stats->n.truncated, 1);
	if (st_unlikely(answer->cookie == ANSWER_GOOD_COOKIE))
		stats_add(&stats->n.cookies_good, 1);
	else if (st_unlikely(answer->cookie == ANSWER_NEW_COOKIE))
		stats_add(&stats->n.cookies_new, 1);
}

/* Adds what `stats` holds to *sum. */
void stats_sum(struct dnsd_counters *sum, const struct stats *stats);
