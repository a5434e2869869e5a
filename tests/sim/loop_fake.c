/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/loop_fake.h"

#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

struct loop_timer {
	struct loop_timer *next, **link;
	struct loop *loop;
	loop_timer_fn fn;
	void *arg;
	uint64_t at_ms, order;
	bool set, soon;
};

struct loop {
	struct loop_timer *timers;
	uint64_t order; /* of setting: those due together keep it */
	bool any_soon;
};

struct loop *loop_new(void)
{
	return mem_zalloc(sizeof(struct loop));
}

void loop_free(struct loop *loop)
{
	st_assert(loop->timers == NULL);
	free(loop);
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn fn,
				  void *arg)
{
	struct loop_timer *timer = mem_zalloc(sizeof(*timer));

	timer->loop = loop;
	timer->fn = fn;
	timer->arg = arg;
	timer->next = loop->timers;
	timer->link = &loop->timers;
	if (timer->next != NULL)
		timer->next->link = &timer->next;
	loop->timers = timer;
	return timer;
}

void loop_timer_free(struct loop_timer *timer)
{
	if (timer == NULL)
		return;
	*timer->link = timer->next;
	if (timer->next != NULL)
		timer->next->link = timer->link;
	free(timer);
}

void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms)
{
	timer->set = true;
	timer->soon = false;
	timer->at_ms = clk_mono_ms() + delay_ms;
	timer->order = ++timer->loop->order;
}

void loop_timer_cancel(struct loop_timer *timer)
{
	timer->set = timer->soon = false;
}

bool loop_timer_is_set(const struct loop_timer *timer)
{
	return timer->set;
}

void loop_timer_soon(struct loop_timer *timer)
{
	loop_timer_set(timer, 0);
	timer->soon = timer->loop->any_soon = true;
}

static struct loop_timer *first(const struct loop *loop, bool soon)
{
	struct loop_timer *best = NULL;

	for (struct loop_timer *t = loop->timers; t != NULL; t = t->next) {
		if (!t->set || (soon && !t->soon))
			continue;
		if (best == NULL || t->at_ms < best->at_ms ||
		    (t->at_ms == best->at_ms && t->order < best->order))
			best = t;
	}
	return best;
}

static void fire(struct loop_timer *timer)
{
	timer->set = timer->soon = false;
	timer->fn(timer->arg);
}

uint64_t loop_fake_due(const struct loop *loop)
{
	const struct loop_timer *timer = first(loop, false);

	return timer != NULL ? timer->at_ms : UINT64_MAX;
}

bool loop_fake_fire(struct loop *loop)
{
	struct loop_timer *timer = first(loop, false);

	if (timer == NULL || timer->at_ms > clk_mono_ms())
		return false;
	fire(timer);
	loop_fake_flush(loop);
	return true;
}

void loop_fake_flush(struct loop *loop)
{
	struct loop_timer *timer;

	while (loop->any_soon) {
		loop->any_soon = false;
		while ((timer = first(loop, true)) != NULL)
			fire(timer);
	}
}
