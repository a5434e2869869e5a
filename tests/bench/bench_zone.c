/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_zone - what the zones cost: bytes for each pod, CPU time to load them,
 * to apply one pod's change, and to find a name.
 *
 *	bench_zone [PODS [PODS_PER_SERVICE]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dnsd/key.h"
#include "dnsd/zone.h"
#include "dnsd/zone_journal.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/rcu.h"
#include "statefuld/zone_edit.h"
#include "tests/bench/pods.h"

enum {
	N_NAMES = 65536, /* a multiple of every batch */
	MAX_BATCH = 64,
	LOOKUPS = N_NAMES * 32,
	CHANGES = 20000,
	JOURNAL_BYTES = 4 << 20,
};

static double cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double rss_mib(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL || fscanf(file, "%*s %ld", &pages) != 1)
		pages = 0;
	if (file != NULL)
		fclose(file);
	return (double)(pages * sysconf(_SC_PAGESIZE)) / (1 << 20);
}

static void load(struct zone_slot *slot, unsigned pods, unsigned replicas)
{
	struct pods *svc = mem_alloc(sizeof(*svc));
	struct zone_edit *edit = zone_edit_begin(slot);
	double before = rss_mib(), spent = 0, from;
	struct zone_stats stats;

	for (unsigned i = 0; i < pods / replicas; i++) {
		pods_make(svc, i, replicas, 0);
		from = cpu_s();
		pods_edit(edit, svc, replicas);
		for (unsigned j = 0; j < replicas; j++)
			pods_edit_ptr(edit, svc, j, 1);
		spent += cpu_s() - from;
	}
	from = cpu_s();
	zone_edit_set_ready(edit);
	zone_edit_commit(edit, PODS_CLOCK_S);
	spent += cpu_s() - from;
	zone_slot_stats(slot, &stats);
	printf("load: %.3f s, %.2f us per pod\n", spent, spent * 1e6 / pods);
	printf("size: %.1f bytes per pod (%.2f MiB, %llu names, %llu sets), "
	       "RSS grew by %.1f bytes per pod\n",
	       (double)stats.bytes / pods, (double)stats.bytes / (1 << 20),
	       (unsigned long long)stats.names,
	       (unsigned long long)stats.rrsets,
	       (rss_mib() - before) * (1 << 20) / pods);
	free(svc);
}

/* One pod of a Service gets another address: its Service's subtree, the old
 * PTR and the new one. */
static void change(struct zone_slot *slot, unsigned pods, unsigned replicas,
		   const char *how)
{
	struct pods *old = mem_alloc(sizeof(*old));
	struct pods *svc = mem_alloc(sizeof(*svc));
	double spent = 0, from;
	struct zone_edit *edit;

	for (unsigned i = 0; i < CHANGES; i++) {
		unsigned number = (unsigned)rand() % (pods / replicas);

		pods_make(old, number, replicas, 0);
		pods_make(svc, number, replicas, 1 + i % 7);
		from = cpu_s();
		edit = zone_edit_begin(slot);
		pods_edit(edit, svc, replicas);
		pods_edit_ptr(edit, old, 0, 0);
		pods_edit_ptr(edit, svc, 0, 1);
		zone_edit_commit(edit, PODS_CLOCK_S + 1);
		spent += cpu_s() - from;
	}
	printf("change%s: %.2f us per commit\n", how, spent * 1e6 / CHANGES);
	free(old);
	free(svc);
}

static void same_again(struct zone_slot *slot, unsigned pods, unsigned replicas)
{
	struct pods *svc = mem_alloc(sizeof(*svc));
	struct zone_edit *edit = zone_edit_begin(slot);
	double spent = 0, from;

	for (unsigned i = 0; i < CHANGES; i++) {
		pods_make(svc, i % (pods / replicas), replicas, 0);
		from = cpu_s();
		pods_edit(edit, svc, replicas);
		spent += cpu_s() - from;
	}
	zone_edit_abort(edit);
	printf("subtree: %.2f us per service\n", spent * 1e6 / CHANGES);
	free(svc);
}

/* Names one behind the other, as a batch of packets has them. */
struct names {
	uint8_t *wire;
	const uint8_t **name;
	uint8_t *len;
};

static void make_names(struct names *names, unsigned pods, unsigned replicas,
		       bool existing)
{
	struct pods *svc = mem_alloc(sizeof(*svc));
	uint8_t *at;

	names->wire = at = mem_alloc(N_NAMES * 64);
	names->name = mem_calloc(N_NAMES, sizeof(*names->name));
	names->len = mem_calloc(N_NAMES, sizeof(*names->len));
	for (size_t i = 0; i < N_NAMES; i++) {
		const struct name *name;

		pods_make(svc, (unsigned)rand() % (pods / replicas), replicas,
			  0);
		name = &svc->pod[(unsigned)rand() % replicas];
		st_assert(name->len <= 64);
		memcpy(at, name->wire, name->len);
		if (!existing)
			at[1] = 'x';
		names->name[i] = at;
		names->len[i] = (uint8_t)name->len;
		at += name->len;
	}
	free(svc);
}

/* As a worker does it: keys first, then all searches. */
static void find_batch(const struct zone_version *version,
		       const struct names *names, size_t from, unsigned batch,
		       struct zone_hit *hits)
{
	static struct key keys[MAX_BATCH];
	const struct key *ptrs[MAX_BATCH];

	if (batch == 1) {
		zone_find(version, names->name[from], names->len[from], hits);
		return;
	}
	for (unsigned i = 0; i < batch; i++) {
		key_make(&keys[i], names->name[from + i], names->len[from + i]);
		ptrs[i] = &keys[i];
	}
	zone_find_keys(version, ptrs, batch, hits);
}

static void look_up(struct zone_slot *slot, const struct names *names,
		    unsigned batch, const char *what)
{
	const struct zone_version *version;
	struct zone_hit hits[MAX_BATCH];
	size_t found = 0, octets = 0;
	double from;

	rcu_register_thread();
	version = zone_slot_peek_rcu(slot);
	from = cpu_s();
	for (size_t i = 0; i < LOOKUPS; i += batch) {
		find_batch(version, names, i % N_NAMES, batch, hits);
		for (unsigned j = 0; j < batch; j++) {
			if (hits[j].found != ZONE_FOUND)
				continue;
			found++;
			octets += zone_node_rrset(hits[j].node, RR_A)->wire_len;
		}
	}
	printf("find %s, %u at once: %.1f ns each (%zu found, %zu octets)\n",
	       what, batch, (cpu_s() - from) * 1e9 / LOOKUPS, found, octets);
	rcu_unregister_thread();
}

static void look_up_all(struct zone_slot *slot, unsigned pods,
			unsigned replicas)
{
	struct names names;

	for (int existing = 1; existing >= 0; existing--) {
		const char *what = existing ? "pods" : "missing";

		make_names(&names, pods, replicas, existing);
		for (unsigned batch = 1; batch <= MAX_BATCH; batch *= 4)
			look_up(slot, &names, batch, what);
		free(names.wire);
		free(names.name);
		free(names.len);
	}
}

int main(int argc, char **argv)
{
	unsigned pods = argc > 1 ? (unsigned)atoi(argv[1]) : 100000;
	unsigned replicas = argc > 2 ? (unsigned)atoi(argv[2]) : 3;
	struct zone_slot *slot;

	if (pods == 0 || replicas == 0 || replicas > PODS_MAX ||
	    pods < replicas) {
		fprintf(stderr,
			"bench_zone: PODS must be at least "
			"PODS_PER_SERVICE, and that 1 to %d\n",
			PODS_MAX);
		return 2;
	}
	slot = zone_slot_new();
	pods_add_zones(slot);
	load(slot, pods, replicas);
	look_up_all(slot, pods, replicas);
	same_again(slot, pods, replicas);
	change(slot, pods, replicas, "");
	zone_journal_keep(slot, JOURNAL_BYTES);
	change(slot, pods, replicas, " with a journal");
	zone_slot_free(slot);
	return 0;
}
