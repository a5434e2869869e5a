/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/pace.h"

void pace_init(struct pace *pace, uint32_t rate, uint32_t burst,
	       uint64_t now_ms)
{
	pace->rate = rate;
	pace->burst = burst > 0 ? burst : rate;
	pace->tokens = pace->burst;
	pace->filled_ms = now_ms;
}

static void fill(struct pace *pace, uint64_t now_ms)
{
	if (now_ms <= pace->filled_ms)
		return;
	pace->tokens += (double)(now_ms - pace->filled_ms) * pace->rate / 1000;
	if (pace->tokens > pace->burst)
		pace->tokens = pace->burst;
	pace->filled_ms = now_ms;
}

uint64_t pace_take(struct pace *pace, uint64_t now_ms)
{
	if (pace->rate == 0)
		return 0;
	fill(pace, now_ms);
	if (pace->tokens < 1)
		return (uint64_t)((1 - pace->tokens) * 1000 / pace->rate) + 1;
	pace->tokens -= 1;
	return 0;
}
