/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * job - work that takes too long for the loop, on a thread of its own, one at
 * a time; its end is told on the loop.
 *
 * The work gets the newest version of the zones, pinned; in a long walk it
 * asks now and then whether the pin was revoked, and then gives up.
 *
 * Threads: all but `work` on the loop's. Memory: embedded, zeroed before use;
 * the loop must not turn between job_fini and its own end.
 */
#include <pthread.h>
#include <stdbool.h>

#include "dnsd/zone_pin.h"
#include "statefuld/attr.h"

struct loop;
struct zone_slot;

struct job {
	struct loop *loop;
	const struct zone_slot *slot;
	void (*work)(const struct zone_pin *pin, void *arg);
	void (*done)(void *arg);
	void *arg;
	pthread_t thread;
	bool is_running;
};

/* Not while it runs. -errno if there is no thread to be had. */
st_must_check int job_start(struct job *job, struct loop *loop,
			    const struct zone_slot *slot,
			    void (*work)(const struct zone_pin *pin, void *arg),
			    void (*done)(void *arg), void *arg);
/* Waits for its end; `done` is called if it has not been. */
void job_fini(struct job *job);
