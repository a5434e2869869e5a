/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/reconcile.h"

#include <stdlib.h>
#include <string.h>

#include "controller/adviser.h"
#include "controller/affected.h"
#include "controller/event.h"
#include "controller/growth.h"
#include "controller/pass.h"
#include "controller/queue.h"
#include "controller/reconcile_priv.h"
#include "controller/store.h"
#include "statefuld/clk.h"
#include "statefuld/controller.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

enum {
	/* Passes begun before the loop gets to look at its sockets. */
	TURN_PASSES = 32,
};

void reconcile_schedule(struct reconcile *r)
{
	uint64_t wait_ms;

	if (!r->begun || r->wake || r->n_passes >= RECONCILE_PASSES)
		return;
	wait_ms = queue_wait_ms(r->queue, clk_mono_ms());
	/* Not before the next turn: what events do to the zone comes first. */
	if (wait_ms != UINT64_MAX)
		loop_timer_set(r->turn, wait_ms);
}

static char *key_of(const struct obj *set)
{
	return mem_printf("%s/%s", istr_text(set->ns), istr_text(set->name));
}

static void add_key(struct reconcile *r, const struct obj *set, int32_t after_s)
{
	scope_free char *key = key_of(set);

	if (after_s > 0)
		queue_add_at(r->queue, key,
			     clk_mono_ms() + (uint64_t)after_s * 1000);
	else
		queue_add(r->queue, key);
	reconcile_schedule(r);
}

static void on_affected(const struct obj_set *set, int32_t after_s, void *arg)
{
	add_key(arg, &set->obj, after_s);
}

/* SS-003. */
static void on_set(const struct obj *was, const struct obj *is, void *arg)
{
	struct reconcile *r = arg;

	if (r->begun)
		add_key(r, is ? is : was, 0);
}

static struct work *work_of(struct reconcile *r, const char *key)
{
	struct work *work = strmap_get(&r->works, key);

	if (work != NULL)
		return work;
	work = mem_zalloc(sizeof(*work));
	work->owner = r;
	work->key = mem_strdup(key);
	strmap_put(&r->works, key, work);
	return work;
}

/* SS-086. */
static void remember_lost(struct reconcile *r, const struct obj *pod)
{
	const struct obj_set *set = affected_owner(r->config.store, pod);
	scope_free char *key = NULL;

	if (set == NULL || obj_pod(pod)->n_claims == 0)
		return;
	key = key_of(&set->obj);
	lost_add(&work_of(r, key)->lost, obj_pod(pod), r->config.store);
}

static void on_pod(const struct obj *was, const struct obj *is, void *arg)
{
	struct reconcile *r = arg;

	if (!r->begun)
		return;
	if (is == NULL)
		remember_lost(r, was);
	affected_by_pod(r->config.store, was, is, on_affected, r);
}

static void on_claim(const struct obj *was, const struct obj *is, void *arg)
{
	struct reconcile *r = arg;

	if (r->begun)
		growth_tell(r->config.store, r->tools.recorder, was, is);
	if (r->begun)
		affected_by_claim(r->config.store, was, is, on_affected, r);
}

/* What advice there is about the Service may have changed. */
static void on_service(const struct obj *was, const struct obj *is, void *arg)
{
	struct reconcile *r = arg;

	if (r->begun)
		affected_by_service(r->config.store, is ? is : was, on_affected,
				    r);
}

static bool add_set(const struct obj *set, void *arg)
{
	add_key(arg, set, 0);
	return true;
}

/* SS-001. */
static void on_synced(enum obj_kind kind, void *arg)
{
	static const enum obj_kind needed[] = {OBJ_SET, OBJ_POD, OBJ_CLAIM,
					       OBJ_REVISION};
	struct reconcile *r = arg;

	(void)kind;
	if (r->begun || !r->active)
		return;
	for (size_t i = 0; i < st_array_len(needed); i++)
		if (!store_is_synced(r->config.store, needed[i]))
			return;
	r->begun = true;
	log_info("reconciling", "sets=%zu",
		 store_count(r->config.store, OBJ_SET));
	store_each(r->config.store, OBJ_SET, add_set, r);
}

static void work_free(struct work *work)
{
	pass_free(work->pass);
	advice_notes_fini(&work->notes);
	drain_fini(&work->drain);
	lost_fini(&work->lost);
	free(work->key);
	free(work->uid);
	free(work);
}

static void unpark(struct work *work)
{
	if (work->parked)
		work->owner->n_parked--;
	work->parked = false;
}

static void work_drop(struct work *work)
{
	unpark(work);
	reconcile_refused(work, false);
	strmap_take(&work->owner->works, work->key);
	work_free(work);
}

/* SS-011: a cache that does not yet show what this set's passes wrote. Also
 * forgets what it shows. */
static bool is_behind(struct work *work)
{
	bool behind = false;

	for (int kind = 0; kind < OBJ_KINDS; kind++) {
		if (work->written[kind] > work->owner->seen[kind])
			behind = true;
		else
			work->written[kind] = 0;
	}
	return behind;
}

static void drop_idle(struct work *work)
{
	if (work->pass == NULL && work->notes.n == 0 && work->drain.n == 0 &&
	    work->lost.n == 0 && work->progress.since_s == 0 &&
	    work->last_code == 0 && work->look_ms == 0 && !is_behind(work))
		work_drop(work);
}

static bool is_number(const char *text)
{
	return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

static void on_write(enum obj_kind kind, const char *version, void *arg)
{
	struct work *work = arg;
	uint64_t number;

	if (!is_number(version))
		return;
	number = strtoull(version, NULL, 10);
	if (number > work->written[kind])
		work->written[kind] = number;
}

static void on_pass_done(const struct pass_result *result, void *arg)
{
	struct work *work = arg;
	struct reconcile *r = work->owner;

	reconcile_pass_ended(work, result);
	queue_done(r->queue, work->key);
	pass_free(work->pass);
	work->pass = NULL;
	r->n_passes--;
	drop_idle(work);
	reconcile_schedule(r);
}

static void begin_pass(struct work *work, const struct obj_set *set)
{
	struct reconcile *r = work->owner;
	struct pass_config config = {
		.tools = &r->tools,
		.drain = &work->drain,
		.lost = &work->lost,
		.progress = &work->progress,
		.as_served = r->config.as_served,
		.on_write = on_write,
		.on_done = on_pass_done,
		.arg = work,
	};
	struct err err;

	work->pass = pass_new(&config, set, &err);
	if (work->pass == NULL) {
		/* SS-010: only an edit can help, and that is an event. */
		log_warn("set cannot be used", "set=%s error=%s", work->key,
			 log_q(err_msg(&err)));
		queue_forget(r->queue, work->key);
		queue_done(r->queue, work->key);
		drop_idle(work);
		return;
	}
	work->room = false;
	r->n_passes++;
	pass_go(work->pass);
}

static void park(struct work *work)
{
	if (!work->parked)
		work->owner->n_parked++;
	work->parked = true;
	queue_done(work->owner->queue, work->key);
}

static const struct obj_set *set_of(const struct reconcile *r, const char *key)
{
	const char *slash = strchr(key, '/');
	scope_free char *ns = mem_strndup(key, (size_t)(slash - key));

	return obj_set(store_get(r->config.store, OBJ_SET, ns, slash + 1));
}

static void work_on(struct reconcile *r, const char *key)
{
	struct work *work = work_of(r, key);
	const struct obj_set *set = set_of(r, key);

	unpark(work);
	if (set == NULL) {
		queue_forget(r->queue, key);
		queue_done(r->queue, key);
		work_drop(work);
		return;
	}
	if (work->uid == NULL ||
	    strcmp(work->uid, istr_text(set->obj.uid)) != 0) {
		free(work->uid);
		work->uid = mem_strdup(istr_text(set->obj.uid));
		memcpy(work->written, r->written, sizeof(work->written));
		advice_notes_fini(&work->notes);
		drain_fini(&work->drain);
		work->progress = (struct progress){0};
	}
	if (is_behind(work))
		park(work);
	else
		begin_pass(work, set);
}

/* Sets whose writes have come back meanwhile. */
static void wake_parked(struct reconcile *r)
{
	struct work *work;
	size_t at = 0;

	r->wake = false;
	if (r->n_parked == 0)
		return;
	while ((work = strmap_next(&r->works, &at)) != NULL) {
		if (!work->parked || is_behind(work))
			continue;
		unpark(work);
		queue_add(r->queue, work->key);
	}
}

static void on_turn(void *arg)
{
	struct reconcile *r = arg;
	uint64_t now_ms = clk_mono_ms();
	const char *key;

	wake_parked(r);
	for (int i = 0; i < TURN_PASSES && r->n_passes < RECONCILE_PASSES;
	     i++) {
		key = queue_take(r->queue, now_ms);
		if (key == NULL)
			break;
		work_on(r, key);
	}
	reconcile_schedule(r);
}

void reconcile_seen(struct reconcile *reconcile, enum obj_kind kind,
		    const char *resource_version)
{
	uint64_t number;

	if (resource_version == NULL || !is_number(resource_version))
		return;
	number = strtoull(resource_version, NULL, 10);
	if (number <= reconcile->seen[kind])
		return;
	reconcile->seen[kind] = number;
	if (reconcile->n_parked == 0)
		return;
	reconcile->wake = true;
	loop_timer_set(reconcile->turn, 0);
}

void reconcile_stats(const struct reconcile *reconcile,
		     struct controller_stats *stats)
{
	stats->queue_len = queue_len(reconcile->queue);
	queue_counts(reconcile->queue, &stats->queue_adds,
		     &stats->queue_retries);
	stats->passes_under_way = reconcile->n_passes;
	stats->passes_done = reconcile->n_done;
	stats->passes_failed = reconcile->n_failed;
}

struct reconcile *reconcile_new(const struct reconcile_config *config)
{
	struct reconcile *r = mem_zalloc(sizeof(*r));

	r->config = *config;
	r->tools = (struct act_tools){
		.loop = config->loop,
		.kube = config->kube,
		.store = config->store,
		.recorder = recorder_new(config->loop, config->kube),
		.withdraw = config->withdraw,
		.restore = config->restore,
		.arg = config->arg,
	};
	r->adviser = adviser_new(config->kube, r->tools.recorder);
	r->active = true;
	r->queue = queue_new();
	strmap_init(&r->works);
	r->turn = loop_timer_new(config->loop, on_turn, r);
	store_subscribe(config->store, OBJ_SET, on_set, r);
	store_subscribe(config->store, OBJ_POD, on_pod, r);
	store_subscribe(config->store, OBJ_CLAIM, on_claim, r);
	store_subscribe(config->store, OBJ_SERVICE, on_service, r);
	store_on_synced(config->store, on_synced, r);
	return r;
}

static void remember_writes(const struct work *work)
{
	uint64_t *written = work->owner->written;

	for (int kind = 0; kind < OBJ_KINDS; kind++)
		if (work->written[kind] > written[kind])
			written[kind] = work->written[kind];
}

static void drop_works(struct reconcile *r)
{
	struct work *work;
	size_t at = 0;

	while ((work = strmap_next(&r->works, &at)) != NULL) {
		remember_writes(work);
		reconcile_refused(work, false);
		work_free(work);
	}
	strmap_fini(&r->works);
	queue_free(r->queue);
	adviser_free(r->adviser);
	recorder_free(r->tools.recorder);
}

void reconcile_set_active(struct reconcile *reconcile, bool active)
{
	struct reconcile *r = reconcile;

	if (r->active == active)
		return;
	r->active = active;
	if (active) {
		on_synced(OBJ_SET, r);
		return;
	}
	r->begun = false;
	r->n_passes = r->n_parked = 0;
	r->wake = false;
	loop_timer_cancel(r->turn);
	drop_works(r);
	strmap_init(&r->works);
	r->queue = queue_new();
	r->tools.recorder = recorder_new(r->config.loop, r->config.kube);
	r->adviser = adviser_new(r->config.kube, r->tools.recorder);
}

void reconcile_free(struct reconcile *reconcile)
{
	if (reconcile == NULL)
		return;
	drop_works(reconcile);
	loop_timer_free(reconcile->turn);
	free(reconcile);
}
