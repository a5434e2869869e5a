/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * staleness - whether what is answered may be out of date, because the API
 * server has not been heard of for too long, or not yet since a start with the
 * zone of an earlier run (DNS-083).
 *
 * Threads: the loop thread. Memory: what the config names must outlive it.
 */
#include <stdbool.h>
#include <stdint.h>

struct controller;
struct dnsd;
struct loop;
struct staleness;

struct staleness_config {
	struct loop *loop;
	struct dnsd *dnsd;
	struct controller *controller;
	uint64_t after_ms;
	bool marks_answers; /* --stale-ede=on */
};

/* Looks at once, and then every second. */
struct staleness *staleness_new(const struct staleness_config *config);
void staleness_free(struct staleness *staleness);
bool staleness_is(const struct staleness *staleness);
