/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/notify_plan.h"

void notify_plan_changed(struct notify_plan *plan)
{
	plan->has_news = true;
}

static uint64_t wait_ms(const struct notify_plan *plan)
{
	return (uint64_t)NOTIFY_FIRST_WAIT_MS << (plan->tries - 1);
}

uint64_t notify_plan_due(const struct notify_plan *plan)
{
	if (plan->has_news)
		return plan->was_told ? plan->told_ms + NOTIFY_GAP_MS : 0;
	return plan->is_waiting ? plan->told_ms + wait_ms(plan) : NOTIFY_NEVER;
}

enum notify_deed notify_plan_act(struct notify_plan *plan, uint64_t now_ms)
{
	if (now_ms < notify_plan_due(plan))
		return NOTIFY_WAIT;
	if (plan->is_waiting && plan->tries == NOTIFY_TRIES) {
		plan->is_waiting = false;
		plan->tries = 0;
		return NOTIFY_GIVE_UP;
	}
	plan->has_news = false;
	plan->is_waiting = plan->was_told = true;
	plan->told_ms = now_ms;
	plan->tries++;
	return NOTIFY_TELL;
}

void notify_plan_acknowledged(struct notify_plan *plan)
{
	plan->is_waiting = false;
	plan->tries = 0;
}
