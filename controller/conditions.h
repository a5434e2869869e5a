/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * conditions - Available and Progressing in a set's status, where the set asks
 * for them (statefuld.dev/conditions), as Deployments have them; so that
 * kubectl wait works.
 *
 * Threads: any; pure. Memory: what is merged is the caller's.
 */
#include <stdbool.h>
#include <stdint.h>

struct json;
struct set_status;
struct setspec;

/* What is kept of a set between passes: when something last got on. */
struct progress {
	uint64_t key; /* hash of the counts */
	int64_t since_s;
};

enum { CONDITION_AVAILABLE, CONDITION_PROGRESSING, CONDITIONS };
struct condition {
	bool is;
	const char *reason;
	char message[96];
};
struct conditions {
	bool wanted; /* else those of ours that are there go */
	struct condition list[CONDITIONS];
	int64_t now_s;
};

/* The status is complete but for its conditions. Returns after how many
 * seconds the deadline is over; -1: there is none. */
int64_t conditions_judge(struct conditions *ret, const struct setspec *set,
			 const struct set_status *status,
			 struct progress *progress, int64_t now_s);
/* The list to write: ours in their place, those of others as they are. */
struct json *conditions_merge(const struct conditions *conditions,
			      const struct json *old);
