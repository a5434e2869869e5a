/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/stats.h"

#include <stddef.h>
#include <stdlib.h>

#include "statefuld/attr.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

/* Columns of types, and what they are called. */
enum {
	TYPE_A = 1,
	TYPE_AAAA,
	TYPE_PTR,
	TYPE_SRV,
	TYPE_TXT,
	TYPE_NS,
	TYPE_SOA,
	TYPE_CNAME,
	TYPE_MX,
	TYPE_DS,
	TYPE_SVCB,
	TYPE_HTTPS,
	TYPE_ANY,
	TYPE_AXFR,
	TYPE_IXFR,
};

const uint8_t stats_types[256] = {
	[RR_A] = TYPE_A,     [RR_AAAA] = TYPE_AAAA,   [RR_PTR] = TYPE_PTR,
	[RR_SRV] = TYPE_SRV, [RR_TXT] = TYPE_TXT,     [RR_NS] = TYPE_NS,
	[RR_SOA] = TYPE_SOA, [RR_CNAME] = TYPE_CNAME, [15] = TYPE_MX,
	[43] = TYPE_DS,	     [64] = TYPE_SVCB,	      [65] = TYPE_HTTPS,
	[RR_ANY] = TYPE_ANY, [RR_AXFR] = TYPE_AXFR,   [RR_IXFR] = TYPE_IXFR,
};

const char *dnsd_type_name(size_t type)
{
	static const char *const names[DNSD_TYPES] = {
		[DNSD_TYPE_OTHER] = "other",
		[TYPE_A] = "A",
		[TYPE_AAAA] = "AAAA",
		[TYPE_PTR] = "PTR",
		[TYPE_SRV] = "SRV",
		[TYPE_TXT] = "TXT",
		[TYPE_NS] = "NS",
		[TYPE_SOA] = "SOA",
		[TYPE_CNAME] = "CNAME",
		[TYPE_MX] = "MX",
		[TYPE_DS] = "DS",
		[TYPE_SVCB] = "SVCB",
		[TYPE_HTTPS] = "HTTPS",
		[TYPE_ANY] = "ANY",
		[TYPE_AXFR] = "AXFR",
		[TYPE_IXFR] = "IXFR",
	};

	st_assert(type < DNSD_TYPES);
	return names[type];
}

/* RCODEs 0 to 10 stand where they are. */
enum { RCODES_SAME = 11, RCODE_AT_BADVERS = RCODES_SAME, RCODE_AT_BADCOOKIE };
_Static_assert(RCODE_AT_BADCOOKIE < DNSD_RCODES - 1, "the last is for others");

static size_t rcode_column(uint16_t rcode)
{
	if (rcode < RCODES_SAME)
		return rcode;
	if (rcode == RCODE_BADVERS)
		return RCODE_AT_BADVERS;
	return rcode == RCODE_BADCOOKIE ? RCODE_AT_BADCOOKIE : DNSD_RCODES - 1;
}

const char *dnsd_rcode_name(size_t rcode)
{
	static const char *const names[DNSD_RCODES] = {
		"NOERROR", "FORMERR",  "SERVFAIL",  "NXDOMAIN", "NOTIMP",
		"REFUSED", "YXDOMAIN", "YXRRSET",   "NXRRSET",	"NOTAUTH",
		"NOTZONE", "BADVERS",  "BADCOOKIE", "other",
	};

	st_assert(rcode < DNSD_RCODES);
	return names[rcode];
}

uint64_t dnsd_size_bound(size_t size)
{
	return (UINT64_C(2) << size) - 1;
}

double dnsd_time_bound_s(size_t time)
{
	return (double)(1u << time) / 1e6;
}

void stats_open(struct stats *stats, enum dnsd_proto proto)
{
	for (size_t i = 0; i < DNSD_FAMILIES; i++)
		if (stats->lanes[proto][i] == NULL)
			stats->lanes[proto][i] =
				mem_zalloc(sizeof(struct stats_lane));
}

void stats_fini(struct stats *stats)
{
	for (size_t i = 0; i < DNSD_PROTOS; i++) {
		for (size_t k = 0; k < DNSD_FAMILIES; k++) {
			free(stats->lanes[i][k]);
			stats->lanes[i][k] = NULL;
		}
	}
}

void stats_end_run(struct stats_lane *lane, struct stats_run *run)
{
	uint32_t cell = run->alike >> STATS_SIZE_BITS;
	uint32_t size = run->alike & ((1u << STATS_SIZE_BITS) - 1);

	if (run->n == 0)
		return;
	stats_add(&lane->replies[0][0][0] + cell, run->n);
	stats_add(&lane->sums.sizes[size], run->n);
	stats_add(&lane->sums.size_sum, run->octets);
	*run = (struct stats_run){0};
}

void stats_count_answer(struct stats *stats, struct stats_lane *lane,
			const struct answer *answer, uint16_t qtype)
{
	size_t row = answer->zone != NULL ? answer->zone->row : 0;
	size_t size = 31u - (unsigned)__builtin_clz((unsigned)answer->len | 1);
	size_t type = qtype < st_array_len(stats_types) ? stats_types[qtype]
							: DNSD_TYPE_OTHER;

	stats_add(&lane->replies[row][rcode_column(answer->rcode)][type], 1);
	stats_add(&lane->sums.sizes[size], 1);
	stats_add(&lane->sums.size_sum, answer->len);
	if (answer->is_truncated)
		stats_add(&stats->n.truncated, 1);
	if (answer->is_denied)
		stats_add(&stats->n.denied, 1);
	if (answer->cookie == ANSWER_GOOD_COOKIE)
		stats_add(&stats->n.cookies_good, 1);
	else if (answer->cookie == ANSWER_NEW_COOKIE)
		stats_add(&stats->n.cookies_new, 1);
}

void stats_count_transfer(struct stats_lane *lane, const struct zone_info *zone,
			  uint16_t qtype)
{
	stats_add(&lane->replies[zone->row][RCODE_NOERROR][stats_types[qtype]],
		  1);
}

void stats_time(struct stats_lane *lane, uint64_t n, uint64_t ns)
{
	size_t time = 0;

	while (time < DNSD_TIMES && ns > UINT64_C(1000) << time)
		time++;
	stats_add(&lane->sums.times[time], n);
	stats_add(&lane->sums.time_sum_ns, n * ns);
}

static void sum_one(uint64_t *sum, const uint64_t *counter)
{
	*sum += __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void sum_many(uint64_t *sums, const uint64_t *counters, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum_one(&sums[i], &counters[i]);
}

/* Fields that are nothing but uint64_t. */
_Static_assert(sizeof(struct dnsd_counters) % sizeof(uint64_t) == 0 &&
		       sizeof(struct dnsd_traffic) % sizeof(uint64_t) == 0,
	       "counters alone");

void stats_sum(struct dnsd_counters *sum, const struct stats *stats)
{
	sum_many((uint64_t *)sum, (const uint64_t *)&stats->n,
		 sizeof(*sum) / sizeof(uint64_t));
}

void stats_sum_traffic(struct dnsd_traffic *sum, const struct stats_lane *lane)
{
	sum_many((uint64_t *)sum, (const uint64_t *)&lane->sums,
		 sizeof(*sum) / sizeof(uint64_t));
}

void stats_sum_replies(dnsd_replies *sum, size_t rows,
		       const struct stats_lane *lane)
{
	st_assert(rows <= DNSD_ROWS);
	sum_many(&sum[0][0][0], &lane->replies[0][0][0],
		 rows * DNSD_RCODES * DNSD_TYPES);
}
