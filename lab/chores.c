/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/chores.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lab/ordered.h"
#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

/* After that many milliseconds the sockets get their turn. */
#define TURN_MS	 4
#define TURN_MAX 256

struct chore {
	char *key;
	uint64_t due_ms;
	uint64_t seq; /* who came first, at equal times */
	size_t at;    /* place in the heap */
};

struct chores {
	struct loop *loop;
	struct loop_timer *timer;
	chores_fn fn;
	void *arg;
	struct ordered by_key;
	struct chore **heap;
	size_t n;
	uint64_t seq;
	bool is_running;
};

static bool comes_before(const struct chore *a, const struct chore *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->seq < b->seq;
}

static void place(struct chores *chores, size_t at, struct chore *chore)
{
	chores->heap[at] = chore;
	chore->at = at;
}

static void sift_up(struct chores *chores, struct chore *chore)
{
	size_t at = chore->at;

	while (at > 0) {
		struct chore *above = chores->heap[(at - 1) / 2];

		if (!comes_before(chore, above))
			break;
		place(chores, at, above);
		at = (at - 1) / 2;
	}
	place(chores, at, chore);
}

static void sift_down(struct chores *chores, struct chore *chore)
{
	size_t at = chore->at;

	for (;;) {
		size_t below = 2 * at + 1;

		if (below >= chores->n)
			break;
		if (below + 1 < chores->n &&
		    comes_before(chores->heap[below + 1], chores->heap[below]))
			below++;
		if (!comes_before(chores->heap[below], chore))
			break;
		place(chores, at, chores->heap[below]);
		at = below;
	}
	place(chores, at, chore);
}

static void take_out(struct chores *chores, struct chore *chore)
{
	struct chore *last = chores->heap[--chores->n];

	ordered_remove(&chores->by_key, chore->key);
	if (last == chore)
		return;
	place(chores, chore->at, last);
	sift_up(chores, last);
	sift_down(chores, last);
}

static void release(struct chore *chore)
{
	free(chore->key);
	free(chore);
}

/* Due now: in this turn, unless this turn has had enough of it. */
static void arm(struct chores *chores, bool is_soon)
{
	uint64_t now = clk_mono_ms(), due;

	if (chores->is_running || chores->n == 0)
		return;
	due = chores->heap[0]->due_ms;
	if (due > now)
		loop_timer_set(chores->timer, due - now);
	else if (is_soon)
		loop_timer_soon(chores->timer);
	else
		loop_timer_set(chores->timer, 0);
}

static void work(void *arg)
{
	struct chores *chores = arg;
	uint64_t start = clk_mono_ms();

	chores->is_running = true;
	for (int i = 0; i < TURN_MAX && chores->n > 0; i++) {
		struct chore *chore = chores->heap[0];
		uint64_t again;

		if (chore->due_ms > clk_mono_ms() ||
		    clk_mono_ms() - start > TURN_MS)
			break;
		take_out(chores, chore);
		again = chores->fn(chore->key, chores->arg);
		if (again > 0)
			chores_add(chores, chore->key, again);
		release(chore);
	}
	chores->is_running = false;
	arm(chores, false);
}

struct chores *chores_new(struct loop *loop, chores_fn fn, void *arg)
{
	struct chores *chores = mem_zalloc(sizeof(*chores));

	chores->loop = loop;
	chores->fn = fn;
	chores->arg = arg;
	chores->timer = loop_timer_new(loop, work, chores);
	return chores;
}

void chores_free(struct chores *chores)
{
	if (chores == NULL)
		return;
	for (size_t i = 0; i < chores->n; i++)
		release(chores->heap[i]);
	free(chores->heap);
	ordered_fini(&chores->by_key);
	loop_timer_free(chores->timer);
	free(chores);
}

static struct chore *add_new(struct chores *chores, const char *key,
			     uint64_t due_ms)
{
	struct chore *chore = mem_zalloc(sizeof(*chore));

	chore->key = mem_strdup(key);
	chore->due_ms = due_ms;
	chore->seq = chores->seq++;
	mem_grow(chores->heap, chores->n);
	place(chores, chores->n, chore);
	chores->n++;
	ordered_add(&chores->by_key, chore->key, chore);
	return chore;
}

void chores_add(struct chores *chores, const char *key, uint64_t delay_ms)
{
	struct ordered_item *item = ordered_get(&chores->by_key, key);
	uint64_t due_ms = clk_mono_ms() + delay_ms;
	struct chore *chore = item == NULL ? NULL : item->value;

	if (chore == NULL)
		chore = add_new(chores, key, due_ms);
	else if (chore->due_ms <= due_ms)
		return;
	chore->due_ms = due_ms;
	sift_up(chores, chore);
	if (chore->at == 0)
		arm(chores, true);
}

void chores_drop(struct chores *chores, const char *key)
{
	struct ordered_item *item = ordered_get(&chores->by_key, key);
	struct chore *chore = item == NULL ? NULL : item->value;

	if (chore == NULL)
		return;
	take_out(chores, chore);
	release(chore);
}

size_t chores_count(const struct chores *chores)
{
	return chores->n;
}
