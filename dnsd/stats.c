/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/stats.h"

#include <stddef.h>

#include "statefuld/attr.h"

static void sum_one(uint64_t *sum, const uint64_t *counter)
{
	*sum += __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void stats_sum(struct dnsd_counters *sum, const struct stats *stats)
{
	const struct dnsd_counters *n = &stats->n;

	sum_one(&sum->udp_queries, &n->udp_queries);
	sum_one(&sum->tcp_queries, &n->tcp_queries);
	sum_one(&sum->answers, &n->answers);
	sum_one(&sum->dropped, &n->dropped);
	for (size_t i = 0; i < st_array_len(n->rcode); i++)
		sum_one(&sum->rcode[i], &n->rcode[i]);
	sum_one(&sum->truncated, &n->truncated);
	sum_one(&sum->send_errors, &n->send_errors);
	sum_one(&sum->tcp_connections, &n->tcp_connections);
	sum_one(&sum->transfers_whole, &n->transfers_whole);
	sum_one(&sum->transfers_steps, &n->transfers_steps);
	sum_one(&sum->transfers_cut, &n->transfers_cut);
	sum_one(&sum->rrl_cut, &n->rrl_cut);
	sum_one(&sum->rrl_dropped, &n->rrl_dropped);
	sum_one(&sum->cookies_good, &n->cookies_good);
	sum_one(&sum->cookies_new, &n->cookies_new);
}
