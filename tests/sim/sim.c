/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/sim.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/mem.h"
#include "tests/sim/loop_fake.h"

#define START_NS INT64_C(1000000000000)
#define START_US INT64_C(1767225600000000) /* 2026-01-01 */

enum {
	QUIET_MS = 30 * 60 * 1000, /* without a write */
	/* The longest back-off there is, and what takes its time besides. */
	REST_MS = 20 * 60 * 1000,
	HEAL_TURNS = 200000,
};

uint32_t dice(uint64_t *random, uint32_t sides)
{
	uint64_t z = *random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) >> 32) % sides;
}

void sim_trace(const struct sim *sim, const char *fmt, ...)
{
	uint64_t ms = clk_mono_ms() - START_NS / 1000000;
	va_list args;

	if (!sim->trace)
		return;
	printf("%5" PRIu64 " %8" PRIu64 ".%03u  ", sim->n_steps, ms / 1000,
	       (unsigned int)(ms % 1000));
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

static void side_begin(struct sim *w, int at)
{
	struct judge *judge = judge_new(&w->verdict);

	w->sides[at] = side_new(&w->api, &w->calls, &rules_watch, judge);
	judge->side = w->sides[at];
}

static void side_end(struct sim *w, int at)
{
	struct judge *judge;

	if (w->sides[at] == NULL)
		return;
	judge = w->sides[at]->judge;
	side_free(w->sides[at]);
	judge_free(judge);
	w->sides[at] = NULL;
}

void sim_init(struct sim *sim, uint64_t seed)
{
	static const uint32_t rates[] = {0, 0, 20, 60, 150};
	uint64_t random = seed * 2654435761u;

	*sim = (struct sim){0};
	clk_fake(START_NS, START_US);
	clk_seed(seed);
	api_init(&sim->api);
	sim->api.old = dice(&random, 4) == 0;
	sim->api.fixed = dice(&random, 4) == 0;
	sim->faults = rates[dice(&random, st_array_len(rates))];
	sim->calm = dice(&random, 3) == 0;
	sim->users = 1 + dice(&random, 4);
	side_begin(sim, 0);
}

void sim_fini(struct sim *sim)
{
	struct kube_call *call;

	for (int i = 0; i < SIM_SIDES; i++)
		side_end(sim, i);
	while ((call = sim->calls) != NULL) {
		sim->calls = call->next;
		side_call_free(call);
	}
	api_fini(&sim->api);
	clk_real();
}

static int name_of(const struct sim *w, const struct side *side)
{
	return side == NULL ? '-' : side == w->sides[0] ? 'A' : 'B';
}

static const char *verb_name(enum kube_verb verb)
{
	static const char *const names[] = {
		[KUBE_GET] = "GET",	      [KUBE_POST] = "POST",
		[KUBE_PUT] = "PUT",	      [KUBE_DELETE] = "DELETE",
		[KUBE_PATCH_MERGE] = "PATCH", [KUBE_PATCH_STRATEGIC] = "PATCH",
		[KUBE_PATCH_JSON] = "PATCH",
	};

	return names[verb];
}

static void trace_call(const struct sim *w, const struct kube_call *call,
		       const char *what)
{
	const char *path = strstr(call->path, "/ns/");
	const char *name = call->reply.thing ? call->reply.thing->name : "";

	sim_trace(w, "%c: %s %s %s: %s %d %s", name_of(w, call->side),
		  verb_name(call->verb), path ? path + 4 : call->path,
		  call->verb == KUBE_POST ? name : "", what,
		  call->lost ? 0 : call->reply.http,
		  call->reply.reason ? call->reply.reason : "");
}

/* Some of the ways in which a request goes wrong. False: it goes well. */
static bool spoil(struct sim *w, struct kube_call *call, uint64_t *random)
{
	if (w->down) {
		side_refuse(call, 0, "");
		return true;
	}
	if (dice(random, 1000) >= w->faults)
		return false;
	switch (dice(random, 7)) {
	case 0:
		side_refuse(call, 500, "InternalError");
		return true;
	case 1:
		side_refuse(call, 429, "TooManyRequests");
		call->retry_after_ms = 1000;
		return true;
	case 2:
		side_refuse(call, 0, "");
		return true;
	case 3:
		if (call->verb != KUBE_PUT)
			return false;
		side_refuse(call, 409, "Conflict");
		return true;
	case 4:
		side_refuse(call, 401, "Unauthorized");
		return true;
	default: /* done, and nobody hears of it */
		side_serve(&w->api, call);
		call->lost = true;
		return true;
	}
}

static void serve(struct sim *w, uint64_t *random)
{
	struct kube_call *call = w->calls;

	if (call == NULL)
		return;
	while (call->next != NULL && dice(random, 3) == 0)
		call = call->next;
	if (!call->done) {
		w->n_requests++;
		rules_deleting(&w->verdict, &w->api, call);
		if (!spoil(w, call, random))
			side_serve(&w->api, call);
		trace_call(w, call, call->lost ? "is lost" : "gets");
		if (dice(random, 4) == 0)
			return;
	}
	side_answer(&w->calls, call);
}

static struct side *any_side(const struct sim *w, uint64_t *random)
{
	return w->sides[1] != NULL && dice(random, 2) ? w->sides[1]
						      : w->sides[0];
}

static void tell(struct sim *w, uint64_t *random)
{
	struct side *side = any_side(w, random);
	int kind = (int)dice(random, SIDE_KINDS);

	for (int i = 0; i < SIDE_KINDS; i++, kind++) {
		const struct side_feed *feed = &side->feeds[kind % SIDE_KINDS];

		if (!side_tell(side, kind % SIDE_KINDS))
			continue;
		sim_trace(w, "%c: is told of %s", name_of(w, side),
			  feed->last && !feed->listing ? feed->last->name
						       : "a list");
		return;
	}
}

static uint64_t next_due(const struct sim *w)
{
	uint64_t due = UINT64_MAX;

	for (int i = 0; i < SIM_SIDES; i++) {
		uint64_t at = w->sides[i] ? loop_fake_due(w->sides[i]->loop)
					  : UINT64_MAX;

		due = at < due ? at : due;
	}
	return due;
}

static void pass_time(struct sim *w, uint64_t *random)
{
	uint64_t now = clk_mono_ms(), due = next_due(w), ms = 0;

	switch (dice(random, 8)) {
	case 0:
		ms = 1 + dice(random, 2000);
		break;
	case 1:
		ms = dice(random, 8) ? 1 + dice(random, 50)
				     : 5000 + dice(random, 60000);
		break;
	default:
		ms = due != UINT64_MAX && due > now ? due - now : 1;
		break;
	}
	clk_fake_advance_ms(ms);
}

static void restart(struct sim *w)
{
	sim_trace(w, "a statefuld dies, and starts again");
	side_end(w, 0);
	if (w->sides[1] != NULL) {
		w->sides[0] = w->sides[1];
		w->sides[1] = NULL;
		return;
	}
	side_begin(w, 0);
}

/* The old leader goes on for a while: blind, or with open eyes. */
static void change_leader(struct sim *w, uint64_t *random)
{
	if (w->sides[1] != NULL) {
		sim_trace(w, "A ends, B is A from now on");
		side_end(w, 0);
		w->sides[0] = w->sides[1];
		w->sides[1] = NULL;
		return;
	}
	w->sides[0]->frozen = dice(random, 2) == 0;
	sim_trace(w, "B takes over from A%s",
		  w->sides[0]->frozen ? ", which is blind now" : "");
	side_begin(w, 1);
}

static void pause_side(struct sim *w, uint64_t *random)
{
	struct side *side = any_side(w, random);

	side_pause(side, !side->paused);
	sim_trace(w, "%c %s", name_of(w, side),
		  side->paused ? "loses its Lease" : "leads again");
}

static void cut(struct sim *w, uint64_t *random)
{
	struct side *side = any_side(w, random);
	int kind = (int)dice(random, SIDE_KINDS);

	sim_trace(w, "%c: lists %ss anew", name_of(w, side),
		  obj_kind_name(side_kinds[kind]));
	side_cut(side, kind);
}

static void go_down(struct sim *w)
{
	w->down = !w->down;
	sim_trace(w, "the API server %s", w->down ? "is away" : "is back");
	for (int i = 0; i < SIM_SIDES && !w->down; i++)
		for (int k = 0; k < SIDE_KINDS && w->sides[i]; k++)
			side_cut(w->sides[i], k);
}

static void fill(struct sim *w)
{
	w->api.full = !w->api.full;
	sim_trace(w, "quota %s", w->api.full ? "is used up" : "is free");
	for (int i = 0; i < SIM_SIDES && !w->api.full; i++)
		if (w->sides[i] != NULL)
			side_room(w->sides[i], "ns");
}

static void do_rare(struct sim *w, enum op_kind kind, uint64_t *random)
{
	int at = (int)dice(random, SIDE_KINDS);

	switch (kind) {
	case OP_BOOKMARK:
		side_bookmark(any_side(w, random), at);
		break;
	case OP_REPEAT:
		side_repeat(any_side(w, random), at);
		break;
	case OP_CUT:
		cut(w, random);
		break;
	case OP_DOWN:
		go_down(w);
		break;
	case OP_FULL:
		fill(w);
		break;
	case OP_PAUSE:
		pause_side(w, random);
		break;
	case OP_RESTART:
		restart(w);
		break;
	default:
		change_leader(w, random);
		break;
	}
}

void sim_do(struct sim *sim, const struct op *op)
{
	uint64_t random = op->word;

	sim->n_steps++;
	clk_seed(op->word);
	clk_fake_advance_ms(op->word % 3);
	switch (op->kind) {
	case OP_TIME:
		pass_time(sim, &random);
		break;
	case OP_SERVE:
		serve(sim, &random);
		break;
	case OP_TELL:
		if (!sim->down)
			tell(sim, &random);
		break;
	case OP_FIRE:
		side_fire(any_side(sim, &random));
		break;
	case OP_NATURE:
		nature_do(sim, &random);
		break;
	case OP_USER:
		user_do(sim, &random);
		break;
	default:
		do_rare(sim, (enum op_kind)op->kind, &random);
		break;
	}
}

static bool any_news(const struct sim *w)
{
	for (int i = 0; i < SIM_SIDES; i++)
		for (int k = 0; w->sides[i] && k < SIDE_KINDS; k++)
			if (side_has_news(w->sides[i], k))
				return true;
	return false;
}

static enum op_kind pick_rare(const struct sim *w, uint64_t *random)
{
	static const uint8_t rare[] = {OP_BOOKMARK, OP_BOOKMARK, OP_REPEAT,
				       OP_REPEAT,   OP_CUT,	 OP_CUT,
				       OP_DOWN,	    OP_FULL,	 OP_RESTART,
				       OP_PAUSE,    OP_LEADER};
	enum op_kind kind = rare[dice(random, st_array_len(rare))];

	/* What ends is more welcome than what begins. */
	if (w->down)
		return OP_DOWN;
	if (w->api.full && dice(random, 2))
		return OP_FULL;
	if (w->sides[0]->paused && dice(random, 2))
		return OP_PAUSE;
	if (w->sides[1] != NULL && dice(random, 3) == 0)
		return OP_LEADER;
	return w->calm && kind >= OP_DOWN ? OP_BOOKMARK : kind;
}

/* A set is on its way out, which takes a moment only. */
static bool any_leaving(const struct sim *w)
{
	const struct things *sets = &w->api.live[OBJ_SET];

	for (size_t i = 0; i < sets->n; i++)
		if (sets->all[i]->deleting)
			return true;
	return false;
}

struct op sim_pick(struct sim *sim, uint64_t *random)
{
	uint32_t weights[] = {
		[OP_TIME] = 3,
		[OP_SERVE] = sim->calls ? 40 : 0,
		[OP_TELL] = any_news(sim) && !sim->down ? 40 : 0,
		[OP_FIRE] = next_due(sim) <= clk_mono_ms() ? 25 : 0,
		[OP_NATURE] = 25,
		[OP_USER] = sim->users * (any_leaving(sim) ? 5 : 1),
		[OP_BOOKMARK] = 1,
	};
	struct op op = {.kind = OP_TIME};
	uint32_t total = 0, at;

	for (size_t i = 0; i < st_array_len(weights); i++)
		total += weights[i];
	at = dice(random, total);
	while (at >= weights[op.kind])
		at -= weights[op.kind++];
	if (op.kind == OP_BOOKMARK)
		op.kind = (uint8_t)pick_rare(sim, random);
	op.word = dice(random, UINT32_MAX);
	return op;
}

static void calm_down(struct sim *w)
{
	sim_trace(w, "faults end");
	w->healing = true;
	w->down = w->api.full = w->api.fixed = false;
	w->faults = 0;
	if (w->sides[1] != NULL) {
		side_end(w, 0);
		w->sides[0] = w->sides[1];
		w->sides[1] = NULL;
	}
	if (w->sides[0]->paused)
		side_pause(w->sides[0], false);
}

/* False: only time is left to do anything. */
static bool heal_step(struct sim *w, uint64_t *random)
{
	switch (dice(random, 4)) {
	case 0:
		if (nature_do(w, random))
			return true;
		break;
	case 1:
		if (side_fire(w->sides[0]))
			return true;
		break;
	case 2:
		if (any_news(w)) {
			tell(w, random);
			return true;
		}
		break;
	default:
		break;
	}
	if (w->calls != NULL)
		serve(w, random);
	else if (any_news(w))
		tell(w, random);
	else
		return side_fire(w->sides[0]) || nature_do(w, random);
	return true;
}

/* All is quiet. True: there is something after all. */
static bool stir(struct sim *w)
{
	bool nudge = w->nudge;

	w->nudge = false;
	if (nudge)
		user_nudge(w);
	return nudge;
}

void sim_heal(struct sim *sim)
{
	uint64_t random = 1, writes, begun = clk_mono_ms(), last = begun;

	calm_down(sim);
	for (int i = 0; sim->verdict.rule[0] == '\0'; i++) {
		uint64_t now = clk_mono_ms(), due = next_due(sim);

		writes = sim->api.n_writes + sim->api.n_events;
		sim->n_steps++;
		if (heal_step(sim, &random)) {
			if (sim->api.n_writes + sim->api.n_events != writes)
				last = now;
		} else if (due != UINT64_MAX && now - last <= QUIET_MS) {
			clk_fake_advance_ms(due > now ? due - now : 1);
		} else if (stir(sim)) {
			last = now;
		} else {
			break;
		}
		if (i > HEAL_TURNS || last - begun > REST_MS)
			verdict_set(&sim->verdict, "invariant 6",
				    "the sets do not come to rest: %zu writes, "
				    "%zu events",
				    sim->api.n_writes, sim->api.n_events);
	}
	sim->rest_ms = last - begun;
	if (sim->verdict.rule[0] == '\0')
		rules_at_rest(&sim->verdict, &sim->api);
}
