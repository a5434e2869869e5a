/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * notify_plan - when one secondary is told of one zone's changes (RFC 1996,
 * DNS-204). Pure: the time is a value.
 *
 * However often the zone changes, it is told once a second at most. What is
 * not acknowledged is told again after 2, 4, 8 and 16 s, and given up 32 s
 * after the fifth time, until the zone changes again.
 *
 * Threads: any. Memory: none.
 */
#include <stdbool.h>
#include <stdint.h>

enum {
	NOTIFY_TRIES = 5,
	NOTIFY_GAP_MS = 1000,
	NOTIFY_FIRST_WAIT_MS = 2000,
};

#define NOTIFY_NEVER UINT64_MAX

/* All zero: nothing was ever to be told. */
struct notify_plan {
	bool has_news;	 /* not told yet */
	bool is_waiting; /* told, not acknowledged */
	bool was_told;	 /* told_ms is valid */
	unsigned int tries;
	uint64_t told_ms;
};

enum notify_deed { NOTIFY_WAIT, NOTIFY_TELL, NOTIFY_GIVE_UP };

void notify_plan_changed(struct notify_plan *plan);
/* When there is something to do; NOTIFY_NEVER. */
uint64_t notify_plan_due(const struct notify_plan *plan);
/* What to do now; the plan takes it for done. */
enum notify_deed notify_plan_act(struct notify_plan *plan, uint64_t now_ms);
void notify_plan_acknowledged(struct notify_plan *plan);
