/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/pass.h"

#include <stdlib.h>
#include <string.h>

#include "controller/conditions.h"
#include "controller/drain.h"
#include "controller/lost.h"
#include "controller/plan.h"
#include "controller/selector.h"
#include "controller/setspec.h"
#include "controller/status.h"
#include "controller/store.h"
#include "controller/world.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

enum {
	/* A hash of 32 bits collides once in a set's lifetime at most; more in
	 * one pass means that somebody answers nonsense. */
	MAX_COLLISIONS = 16,
};

enum pass_phase { PASS_ASK, PASS_STATUS, PASS_TRIM, PASS_END };

struct pass {
	struct pass_config config;
	struct json *json;
	struct setspec set;
	struct plan_known known;
	struct plan plan;
	struct act *act;
	int64_t now_s, late_ms; /* and so much past that second */
	enum pass_phase next;	/* when the act is done */
	size_t lowered;		/* see plan_step.lowers_current */
	struct plan_step status_step;
	struct pass_result result;
	struct advice advice;
	struct conditions conditions;
};

static void go_on(struct pass *pass);

struct pass *pass_new(const struct pass_config *config,
		      const struct obj_set *set, struct err *err)
{
	struct pass *pass;
	struct json *json = NULL;
	int64_t now_us;

	if (set->match == NULL) {
		err_set(err, ST_EINVAL, "spec.selector cannot be used");
		return NULL;
	}
	if (json_parse(set->json, set->json_len, &json, err) != 0)
		return NULL;
	pass = mem_zalloc(sizeof(*pass));
	pass->config = *config;
	pass->json = json;
	setspec_read(&pass->set, json);
	if (pass->set.odd_retention)
		log_warn("unknown claim retention policy taken for Retain",
			 "set=%s/%s", pass->set.ns, pass->set.name);
	lost_sweep(config->lost, &pass->set, config->tools->store);
	plan_known_init(&pass->known);
	now_us = clk_wall_us();
	pass->now_s = now_us / 1000000;
	pass->late_ms = now_us / 1000 % 1000;
	pass->result.again_ms = pass->result.drain_ms = -1;
	pass->result.is_news =
		pass->set.generation > pass->set.status.observed_generation;
	return pass;
}

void pass_free(struct pass *pass)
{
	if (pass == NULL)
		return;
	act_free(pass->act);
	advice_fini(&pass->advice);
	plan_fini(&pass->plan);
	plan_known_fini(&pass->known);
	json_free(pass->json);
	free(pass);
}

static void keep_error(struct pass *pass, int code, const struct err *err)
{
	if (code == 0 || pass->result.code != 0)
		return;
	pass->result.code = code;
	pass->result.err = *err;
}

/* What one step tells about the world before the caches do. */
static int on_step(const struct plan_step *step, int code, void *arg)
{
	struct pass *pass = arg;
	struct plan_known *known = &pass->known;

	switch (step->verb) {
	case PLAN_ADOPT_POD:
		if (code == 0)
			plan_known_own(known, step->uid);
		return code == ST_ENOTFOUND ? 0 : code; /* SS-025 */
	case PLAN_ADOPT_REVISION:
		if (code == 0)
			plan_known_own(known, step->uid);
		return code;
	case PLAN_RELEASE_POD:
		if (code == 0)
			plan_known_drop(known, step->uid);
		return code;
	case PLAN_CREATE_REVISION:
		if (code == ST_EEXISTS && known->collisions++ < MAX_COLLISIONS)
			return 0;
		/* fall through */
	case PLAN_RENUMBER_REVISION:
		if (code == 0)
			known->update_revision = mem_strdup(step->name);
		return code;
	case PLAN_RESIZE_CLAIM:
	case PLAN_DELETE_CLAIM:
		/* It was told, and holds up nothing else. */
		return 0;
	case PLAN_DRAIN_POD:
		drain_want(pass->config.drain, step->name, step->uid,
			   clk_mono_ms());
		return code;
	case PLAN_DELETE_POD:
		if (code == 0)
			drain_sent(pass->config.drain, step->uid);
		pass->lowered += code == 0 && step->lowers_current;
		return code;
	default:
		return code;
	}
}

static void on_write(enum obj_kind kind, const char *version, void *arg)
{
	struct pass *pass = arg;

	pass->config.on_write(kind, version, pass->config.arg);
}

static void ask_again(struct pass *pass, int code);

static void on_acted(const struct act_result *result, void *arg)
{
	struct pass *pass = arg;
	int code = result->code;

	keep_error(pass, code, &result->err);
	if (result->retry_after_ms > pass->result.retry_after_ms)
		pass->result.retry_after_ms = result->retry_after_ms;
	act_free(pass->act);
	pass->act = NULL;
	if (pass->next == PASS_ASK)
		ask_again(pass, code);
	go_on(pass);
}

static void act_on(struct pass *pass, const struct plan_step *steps, size_t n)
{
	pass->act = act_new(&(struct act_config){
		.tools = pass->config.tools,
		.set = &pass->set,
		.plan = &pass->plan,
		.steps = steps,
		.n_steps = n,
		.status = &pass->plan.status,
		.on_step = on_step,
		.on_write = on_write,
		.on_done = on_acted,
		.arg = pass,
	});
}

/* The set in the store, if it still is the one this pass began with. */
static const struct obj_set *current_set(const struct pass *pass)
{
	const struct obj_set *set =
		obj_set(store_get(pass->config.tools->store, OBJ_SET,
				  pass->set.ns, pass->set.name));

	if (set == NULL || set->match == NULL ||
	    strcmp(istr_text(set->obj.uid), pass->set.uid) != 0)
		return NULL;
	return set;
}

/* After a stage of writes: SS-020 says which errors end the pass. */
static void ask_again(struct pass *pass, int code)
{
	const struct obj_set *set = current_set(pass);
	struct world world;

	switch (pass->plan.stage) {
	case PLAN_ADOPT:
		pass->known.revisions_adopted = true;
		break;
	case PLAN_CLAIM:
		pass->known.pods_claimed = true;
		break;
	default:
		break;
	}
	if (code == 0)
		return;
	if (pass->plan.stage != PLAN_REVISION || set == NULL) {
		pass->next = PASS_END;
		return;
	}
	plan_fini(&pass->plan);
	world_init(&world, pass->config.tools->store, set, &pass->set,
		   pass->now_s);
	plan_trim_only(&world.plan, &pass->known, &pass->plan);
	world_fini(&world);
	pass->next = PASS_TRIM;
}

static void advise(struct pass *pass, const struct world *world)
{
	advice_fini(&pass->advice);
	advice_find(&world->plan, &pass->plan, world_services(world), world,
		    &pass->advice);
	pass->result.advice = &pass->advice;
}

static uint64_t drained_ms(const char *uid, const void *arg)
{
	const struct pass *pass = arg;

	return drain_waited_ms(pass->config.drain, uid, clk_mono_ms());
}

/* SS-136. The API's times are whole seconds, and so what is due is due at the
 * beginning of one, whenever in a second the pass began. */
static int64_t exact_ms(const struct pass *pass, int64_t again_ms)
{
	return again_ms > pass->late_ms ? again_ms - pass->late_ms : again_ms;
}

static void ask(struct pass *pass)
{
	const struct obj_set *set = current_set(pass);
	struct world world;

	if (set == NULL) {
		pass->next = PASS_END;
		return;
	}
	plan_fini(&pass->plan);
	world_init(&world, pass->config.tools->store, set, &pass->set,
		   pass->now_s);
	world.plan.drained_ms = drained_ms;
	world.plan.drained_arg = pass;
	world.plan.lost = pass->config.lost;
	world.plan.as_served = pass->config.as_served;
	plan_next(&world.plan, &pass->known, &pass->plan);
	if (pass->plan.stage == PLAN_PODS)
		advise(pass, &world);
	world_fini(&world);
	if (pass->plan.stage == PLAN_PODS) {
		keep_error(pass, pass->plan.code, &pass->plan.err);
		pass->result.again_ms = exact_ms(pass, pass->plan.again_ms);
		pass->result.drain_ms = pass->plan.drain_ms;
		pass->result.stale_claim = pass->plan.stale_claim;
		pass->next = pass->plan.code ? PASS_TRIM : PASS_STATUS;
	}
	if (pass->plan.n_steps > 0)
		act_on(pass, pass->plan.steps, pass->plan.n_steps);
}

/* SS-096, SS-097, SS-140. */
static void put_status(struct pass *pass)
{
	struct set_status *status = &pass->plan.status;

	int64_t again_s;

	pass->next = PASS_TRIM;
	while (pass->lowered > 0 && status->current > 0) {
		status->current--;
		pass->lowered--;
	}
	status_complete(status, &pass->set);
	again_s = conditions_judge(&pass->conditions, &pass->set, status,
				   pass->config.progress, pass->now_s);
	if (again_s >= 0 && (pass->result.again_ms < 0 ||
			     again_s * 1000 < pass->result.again_ms))
		pass->result.again_ms = again_s * 1000;
	status->conditions = &pass->conditions;
	if (!status_needs_write(&pass->set, status))
		return;
	pass->status_step = (struct plan_step){.verb = PLAN_WRITE_STATUS};
	act_on(pass, &pass->status_step, 1);
}

static void go_on(struct pass *pass)
{
	while (pass->act == NULL) {
		switch (pass->next) {
		case PASS_ASK:
			ask(pass);
			break;
		case PASS_STATUS:
			put_status(pass);
			break;
		case PASS_TRIM:
			pass->next = PASS_END;
			if (pass->plan.n_trim > 0)
				act_on(pass, pass->plan.trim,
				       pass->plan.n_trim);
			break;
		case PASS_END:
			pass->config.on_done(&pass->result, pass->config.arg);
			return;
		}
	}
}

void pass_go(struct pass *pass)
{
	go_on(pass);
}
