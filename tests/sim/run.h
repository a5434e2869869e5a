/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * run - one history from its seed to its end, and the shortest history that
 * still breaks the same rule.
 *
 * Threads: none. Memory: history_free() releases the ops.
 */
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/sim.h"

struct run_result {
	struct verdict verdict;
	uint64_t steps, requests, rest_ms;
};

void history_free(struct history *history);

/* Does these ops; `trace` tells them on standard output. */
void run_history(uint64_t seed, const struct history *history, bool trace,
		 struct run_result *ret_result);
/* Runs of seeds in processes of their own, so that a crash is a rule broken,
 * too, and several at a time. run_begin() makes up `steps` ops as it goes. */
struct run;
struct run *run_begin(uint64_t seed, size_t steps);
/* The first of the runs that is over; its place becomes NULL. */
struct run *run_await(struct run **runs, size_t n);
/* Ends it, if it is not over. */
void run_free(struct run *run);
uint64_t run_seed(const struct run *run);
const struct run_result *run_result(const struct run *run);
/* The ops that were done; the caller's. */
struct history run_ops(const struct run *run);
/* Takes ops out while the same rule is broken. */
void run_shrink(uint64_t seed, struct history *history, const char *rule);
