/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/backoff.h"

#include "statefuld/clk.h"

void backoff_init(struct backoff *backoff, uint32_t first_ms, uint32_t max_ms)
{
	*backoff = (struct backoff){.first_ms = first_ms, .max_ms = max_ms};
}

void backoff_reset(struct backoff *backoff)
{
	backoff->failures = 0;
}

uint32_t backoff_next_ms(struct backoff *backoff)
{
	/* 32 doublings are over any max_ms; beyond, the shift overflows. */
	uint32_t doublings = backoff->failures < 32 ? backoff->failures : 32;
	uint64_t bound = (uint64_t)backoff->first_ms << doublings;

	if (bound > backoff->max_ms)
		bound = backoff->max_ms;
	if (backoff->failures < UINT32_MAX)
		backoff->failures++;
	uint32_t half = (uint32_t)(bound / 2);
	uint32_t span = (uint32_t)bound - half;
	/* clk_random(span + 1) would wrap to a bound of 0. */
	return half + (span < UINT32_MAX ? clk_random(span + 1) : 0);
}
