/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * backoff - exponential delay with full jitter for things that are retried.
 *
 * Threads: belongs to one. Memory: embedded, nothing to free.
 */
#include <stdint.h>

struct backoff {
	uint32_t first_ms; /* upper bound of the first delay */
	uint32_t max_ms;   /* upper bound ever */
	uint32_t failures; /* in a row */
};

void backoff_init(struct backoff *backoff, uint32_t first_ms, uint32_t max_ms);
void backoff_reset(struct backoff *backoff);
/* The next delay: uniform between half and the whole of
 * min(max, first * 2^failures), and counts the failure. */
uint32_t backoff_next_ms(struct backoff *backoff);
