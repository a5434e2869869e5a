/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * drain - the pods of one set whose records have left the DNS and whose delete
 * waits (statefuld.dev/dns-drain).
 *
 * A pass marks each pod that it still wants gone; the others come back into
 * the DNS.
 *
 * Threads: the loop thread; pure. Memory: names are copied.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct drain_pod {
	char *name, *uid;
	uint64_t since_ms;
	bool wanted;
};
struct drain {
	struct drain_pod *pods;
	size_t n;
};

void drain_fini(struct drain *drain);
/* The pod is to go. */
void drain_want(struct drain *drain, const char *name, const char *uid,
		uint64_t now_ms);
/* So much time has passed since then; 0 for any other pod. */
uint64_t drain_waited_ms(const struct drain *drain, const char *uid,
			 uint64_t now_ms);
/* Its delete was sent, so that there is nothing to take back. */
void drain_sent(struct drain *drain, const char *uid);
/* After a pass: forgets the pods that were not wanted in it, after calling
 * back. */
void drain_sweep(struct drain *drain, void (*back)(const char *pod, void *arg),
		 void *arg);
