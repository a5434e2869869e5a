/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns_change - the DNS side alone, with changes of its zones at a fixed rate.
 *
 *	dns_change PODS
 *
 * Three pods to a Service. One worker on core 0; the writer is on core 1.
 * Prints "port N", and then obeys lines: "rate N" for so many commits a
 * second, each with the new address of one pod (answers "rate N"), and
 * "count" (answers with the number of commits so far). Ends with its input.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "statefuld/attr.h"
#include "statefuld/clk.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/bench/pods.h"

enum { REPLICAS = 3, SHIFTS = 7 };

struct writer {
	struct zone_slot *slot;
	struct pods *old, *svc;
	uint8_t *shift; /* of each Service's first pod */
	unsigned services;
	uint64_t commits, rate, due_from_us, due;
};

static void pin(int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	/* Without a second core the figures are what they are. */
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static void load(struct writer *writer)
{
	struct zone_edit *edit = zone_edit_begin(writer->slot);

	for (unsigned i = 0; i < writer->services; i++) {
		pods_make(writer->svc, i, REPLICAS, 0);
		pods_edit(edit, writer->svc, REPLICAS);
		for (unsigned j = 0; j < REPLICAS; j++)
			pods_edit_ptr(edit, writer->svc, j, 1);
	}
	zone_edit_set_ready(edit);
	zone_edit_commit(edit, PODS_CLOCK_S);
}

static void change(struct writer *writer)
{
	unsigned number = (unsigned)clk_random(writer->services);
	uint8_t *shift = &writer->shift[number];
	struct zone_edit *edit = zone_edit_begin(writer->slot);

	pods_make(writer->old, number, REPLICAS, *shift);
	*shift = (uint8_t)((*shift + 1) % SHIFTS);
	pods_make(writer->svc, number, REPLICAS, *shift);
	pods_edit(edit, writer->svc, REPLICAS);
	pods_edit_ptr(edit, writer->old, 0, 0);
	pods_edit_ptr(edit, writer->svc, 0, 1);
	zone_edit_commit(edit, PODS_CLOCK_S);
	writer->commits++;
}

/* All that is due by now. */
static void catch_up(struct writer *writer)
{
	uint64_t passed_us = clk_mono_ns() / 1000 - writer->due_from_us;
	uint64_t want = passed_us * writer->rate / 1000000;

	for (; writer->due < want; writer->due++)
		change(writer);
}

static void obey(struct writer *writer, const char *line)
{
	unsigned long rate;

	if (sscanf(line, "rate %lu", &rate) == 1) {
		writer->rate = rate;
		writer->due_from_us = clk_mono_ns() / 1000;
		writer->due = 0;
		printf("rate %lu\n", rate);
	} else {
		printf("%lu\n", (unsigned long)writer->commits);
	}
	fflush(stdout);
}

static void run(struct writer *writer)
{
	const struct timespec tick = {.tv_nsec = 100000};
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[64];

	for (;;) {
		int n = ppoll(&input, 1, writer->rate > 0 ? &tick : NULL, NULL);

		if (n > 0 && fgets(line, sizeof(line), stdin) == NULL)
			return;
		if (n > 0)
			obey(writer, line);
		catch_up(writer);
	}
}

static struct dnsd *start(struct writer *writer)
{
	struct dnsd_listen listen = {.addr_len = sizeof(struct sockaddr_in)};
	struct dnsd_config config = {
		.listen = &listen, .n_listen = 1, .threads = 1};
	struct sockaddr_in *at = (void *)&listen.addr;
	struct dnsd_listen bound;
	struct dnsd *dnsd;
	struct err err;

	at->sin_family = AF_INET;
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	dnsd = dnsd_new(&config);
	writer->slot = dnsd_slot(dnsd);
	pods_add_zones(writer->slot);
	load(writer);
	pin(0); /* the worker inherits it */
	if (dnsd_start(dnsd, &err) < 0) {
		fprintf(stderr, "dns_change: %s\n", err_msg(&err));
		exit(1);
	}
	pin(1);
	dnsd_bound(dnsd, 0, &bound);
	at = (void *)&bound.addr;
	printf("port %d\n", ntohs(at->sin_port));
	fflush(stdout);
	return dnsd;
}

int main(int argc, char **argv)
{
	struct writer writer = {
		.services = argc == 2 ? (unsigned)atoi(argv[1]) / REPLICAS : 0};
	struct dnsd *dnsd;

	if (writer.services == 0) {
		fprintf(stderr, "usage: dns_change PODS\n");
		return 2;
	}
	writer.old = mem_alloc(sizeof(*writer.old));
	writer.svc = mem_alloc(sizeof(*writer.svc));
	writer.shift = mem_calloc(writer.services, 1);
	setvbuf(stdin, NULL, _IONBF, 0);
	pin(1);
	dnsd = start(&writer);
	run(&writer);
	dnsd_free(dnsd);
	free(writer.old);
	free(writer.svc);
	free(writer.shift);
	return 0;
}
