/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stress_zone - readers against the writer of the zones.
 *
 *	stress_zone [SECONDS]
 *
 * The writer commits one generation after the other: which names exist and
 * what they hold follows from the generation's number alone. Readers take a
 * version, ask it for its generation, and then everything else in it, in both
 * zones, must be of that generation (DNS-017). Now and then one pins its
 *version and looks at it, and at the journal, outside of any read section, as a
 * transfer does. With -fsanitize=address what is freed too early is caught,
 *too.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dnsd/zone.h"
#include "dnsd/zone_journal.h"
#include "dnsd/zone_pin.h"
#include "dnsd/zone_slot.h"
#include "statefuld/attr.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/name.h"
#include "statefuld/rcu.h"
#include "statefuld/zone_edit.h"

enum {
	N_READERS = 3,
	N_SERVICES = 12,
	N_PODS = 6,
	SRV_LEN = 90,		/* long enough to be shared by names */
	JOURNAL_BYTES = 200000, /* a few generations */
	HOLD_US = 3000,
};

/* All names that may ever exist. */
static struct names {
	struct name generation;
	struct name service[N_SERVICES], port[N_SERVICES];
	struct name pod[N_SERVICES][N_PODS];
	struct name ptr[N_SERVICES][N_PODS];
} all;

static struct zone_slot *slot;
static bool stopping;

static void parse(struct name *name, const char *text)
{
	st_assert(name_parse(name, text) == 0);
}

static void make_names(void)
{
	char text[128];

	parse(&all.generation, "generation.cluster.local");
	for (int i = 0; i < N_SERVICES; i++) {
		snprintf(text, sizeof(text), "svc-%d.ns.svc.cluster.local",
			 i * i);
		parse(&all.service[i], text);
		snprintf(text, sizeof(text),
			 "_http._tcp.svc-%d.ns.svc.cluster.local", i * i);
		parse(&all.port[i], text);
		for (int j = 0; j < N_PODS; j++) {
			snprintf(text, sizeof(text),
				 "web-%d.svc-%d.ns.svc.cluster.local", j * 3,
				 i * i);
			parse(&all.pod[i][j], text);
			snprintf(text, sizeof(text), "%d.%d.1.10.in-addr.arpa",
				 j * 7, i);
			parse(&all.ptr[i][j], text);
		}
	}
}

/* Whether a pod, or a whole Service, exists in a generation. */
static bool has_pod(uint32_t generation, int i, int j)
{
	uint32_t mix = (generation * 2654435761u) ^ (uint32_t)(i * 31 + j);

	return (mix * 2246822519u >> 28 & 3) != 0;
}

static unsigned count_pods(uint32_t generation, int i)
{
	unsigned n = 0;

	if ((generation + (uint32_t)i) % 5 == 0)
		return 0;
	for (int j = 0; j < N_PODS; j++)
		n += has_pod(generation, i, j);
	return n;
}

static void add_set(struct rr_set *sets, size_t *n, const struct name *owner,
		    uint16_t type, const struct rr_data *data)
{
	sets[(*n)++] = (struct rr_set){.owner = owner->wire,
				       .type = type,
				       .ttl_s = 5,
				       .n = 1,
				       .data = data};
}

/* Every RRset holds its generation in its RDATA. */
static void write_service(struct zone_edit *edit, uint32_t generation, int i)
{
	uint8_t octets[SRV_LEN];
	struct rr_data a = {octets, 4}, srv = {octets, SRV_LEN};
	struct rr_set sets[3 + 2 * N_PODS];
	bool is_there = count_pods(generation, i) > 0;
	size_t n = 0;

	for (size_t at = 0; at < SRV_LEN; at++)
		octets[at] = (uint8_t)(generation >> 8 * (at % 4));
	if (is_there) {
		add_set(sets, &n, &all.service[i], RR_A, &a);
		add_set(sets, &n, &all.service[i], RR_SRV, &srv);
		add_set(sets, &n, &all.port[i], RR_SRV, &srv);
	}
	for (int j = 0; j < N_PODS; j++) {
		struct rr_set ptr = {.owner = all.ptr[i][j].wire,
				     .type = RR_PTR,
				     .n = 0,
				     .data = &a};

		if (is_there && has_pod(generation, i, j)) {
			add_set(sets, &n, &all.pod[i][j], RR_A, &a);
			add_set(sets, &n, &all.pod[i][j], RR_SRV, &srv);
			ptr.n = 1;
		}
		zone_edit_put(edit, &ptr);
	}
	zone_edit_subtree(edit, all.service[i].wire, sets, n);
}

static void write_generation(uint32_t generation)
{
	struct zone_edit *edit = zone_edit_begin(slot);
	struct rr_data a = {(const uint8_t *)&generation, 4};
	struct rr_set set = {
		.owner = all.generation.wire, .type = RR_A, .n = 1, .data = &a};

	zone_edit_set_ready(edit);
	zone_edit_put(edit, &set);
	for (int i = 0; i < N_SERVICES; i++)
		write_service(edit, generation, i);
	if (generation % 64 == 63) {
		zone_edit_abort(edit);
		return;
	}
	zone_edit_commit(edit, generation);
}

static uint32_t number_in(const struct rrset *set, size_t at)
{
	uint32_t number;

	memcpy(&number, set->wire + 12 + at, sizeof(number));
	return number;
}

static void check_pod(const struct zone_version *version,
		      const struct name *name, bool is_there, uint16_t type,
		      uint32_t generation)
{
	struct zone_hit hit;

	zone_find(version, name->wire, name->len, &hit);
	st_assert((hit.found == ZONE_FOUND) == is_there);
	if (!is_there)
		return;
	st_assert(number_in(zone_node_rrset(hit.node, type), 0) == generation);
}

static void check_service(const struct zone_version *version,
			  uint32_t generation, int i)
{
	bool is_there = count_pods(generation, i) > 0, pod_is_there;
	const struct rrset *srv;
	struct zone_hit hit;

	check_pod(version, &all.service[i], is_there, RR_A, generation);
	zone_find(version, all.port[i].wire, all.port[i].len, &hit);
	st_assert((hit.found == ZONE_FOUND) == is_there);
	if (is_there) {
		srv = zone_node_rrset(hit.node, RR_SRV);
		st_assert(number_in(srv, 0) == generation);
		st_assert(number_in(srv, SRV_LEN / 4 * 4 - 4) == generation);
	}
	for (int j = 0; j < N_PODS; j++) {
		pod_is_there = is_there && has_pod(generation, i, j);
		check_pod(version, &all.pod[i][j], pod_is_there, RR_A,
			  generation);
		check_pod(version, &all.pod[i][j], pod_is_there, RR_SRV,
			  generation);
		check_pod(version, &all.ptr[i][j], pod_is_there, RR_PTR,
			  generation);
	}
}

static int count_set(const uint8_t *owner, const struct rrset *set, void *arg)
{
	size_t *n = arg;

	st_assert(name_len(owner) > 1 && set->count > 0);
	(*n)++;
	return 0;
}

/* The walk must see as many RRsets as the generation has. */
static void check_walk(const struct zone_version *version,
		       const struct zone_info *zone, uint32_t generation)
{
	size_t seen = 0, want = 3; /* SOA, NS, and the generation itself */

	for (int i = 0; i < N_SERVICES; i++)
		if (count_pods(generation, i) > 0)
			want += 3 + 2 * count_pods(generation, i);
	st_assert(zone_each(version, zone, count_set, &seen) == 0);
	st_assert(seen == want);
}

/* Each step leads to where the next one begins; the last ends at the zone's
 * serial. */
static void check_journal(const struct zone_info *zone)
{
	const struct zone_delta *step = zone->delta;
	uint32_t to = zone->serial;
	uint64_t sum = 0;

	for (; step != NULL; step = zone_delta_prev(step)) {
		st_assert(step->to == to && step->from != to);
		to = step->from;
		for (size_t i = 0; i < step->wire_len; i++)
			sum += step->wire[i];
	}
	st_assert(zone->delta == NULL || sum > 0);
}

static uint32_t read_version(const struct zone_version *version, uint32_t last)
{
	uint32_t generation, serial;
	struct zone_hit hit;

	zone_find(version, all.generation.wire, all.generation.len, &hit);
	if (hit.found != ZONE_FOUND)
		return 0;
	generation = number_in(zone_node_rrset(hit.node, RR_A), 0);
	st_assert(generation >= last);
	for (int i = 0; i < N_SERVICES; i++)
		check_service(version, generation, i);
	memcpy(&serial, hit.zone->soa->wire + hit.zone->soa->wire_len - 20, 4);
	st_assert(serial == __builtin_bswap32(hit.zone->serial));
	if (generation % 16 == 0) {
		check_walk(version, hit.zone, generation);
		check_journal(hit.zone);
	}
	return generation;
}

static uint32_t read_pinned(uint32_t last)
{
	struct zone_pin pin;

	zone_pin_take_rcu(&pin, slot);
	rcu_thread_offline();
	for (int i = 0; i < 3; i++) {
		last = read_version(pin.version, last);
		check_journal(&pin.version->zones[0]);
		usleep(HOLD_US);
	}
	zone_pin_drop(&pin);
	rcu_thread_online();
	return last;
}

static void *read_all(void *arg)
{
	uint64_t *reads = arg;
	uint32_t last = 0;

	rcu_register_thread();
	while (!__atomic_load_n(&stopping, __ATOMIC_RELAXED)) {
		last = read_version(zone_slot_peek_rcu(slot), last);
		rcu_quiescent_state();
		if (*reads % 512 == 511)
			last = read_pinned(last);
		if (++*reads % 128 == 0) {
			rcu_thread_offline();
			usleep(100);
			rcu_thread_online();
		}
	}
	rcu_unregister_thread();
	return NULL;
}

static void add_zone(const char *apex)
{
	const struct zone_soa soa = {5, 7200, 1800, 86400, 5};
	struct name name, ns;
	const uint8_t *list = ns.wire;

	parse(&name, apex);
	parse(&ns, "ns.dns.cluster.local");
	st_assert(zone_slot_add_zone(slot, name.wire, ns.wire, ns.wire, &soa,
				     &list, 1, 5, 1, NULL) == 0);
}

int main(int argc, char **argv)
{
	uint64_t end_ms = clk_mono_ms(), reads[N_READERS] = {0}, sum = 0;
	pthread_t reader[N_READERS];
	uint32_t generation = 0;
	struct zone_stats stats;

	end_ms += 1000 * (argc > 1 ? (uint64_t)atoi(argv[1]) : 5);
	make_names();
	slot = zone_slot_new();
	add_zone("cluster.local");
	add_zone("10.in-addr.arpa");
	zone_journal_keep(slot, JOURNAL_BYTES);
	for (int i = 0; i < N_READERS; i++)
		st_assert(pthread_create(&reader[i], NULL, read_all,
					 &reads[i]) == 0);
	while (clk_mono_ms() < end_ms)
		write_generation(++generation);
	__atomic_store_n(&stopping, true, __ATOMIC_RELAXED);
	for (int i = 0; i < N_READERS; i++) {
		pthread_join(reader[i], NULL);
		sum += reads[i];
	}
	zone_slot_stats(slot, &stats);
	printf("stress_zone: %llu versions, %llu reads\n",
	       (unsigned long long)stats.versions, (unsigned long long)sum);
	zone_slot_free(slot);
	return sum > 0 && stats.versions > 2 ? 0 : 1;
}
