/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/side.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "controller/kube_status.h"
#include "controller/reconcile.h"
#include "controller/store.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/sim/loop_fake.h"

struct side *side_active;

const enum obj_kind side_kinds[SIDE_KINDS] = {OBJ_SET, OBJ_POD, OBJ_CLAIM,
					      OBJ_REVISION};

/* The side is what its reconciler takes for kube. */
static struct side *side_of(struct kube *kube)
{
	return (struct side *)(void *)kube;
}

struct kube_call *kube_send(struct kube *kube, enum kube_verb verb,
			    const char *path, const char *body, kube_fn fn,
			    void *arg)
{
	struct side *side = side_of(kube);
	struct kube_call *call = mem_zalloc(sizeof(*call));
	struct kube_call **end = side->calls;

	call->side = side;
	call->verb = verb;
	call->path = mem_strdup(path);
	call->body = mem_strdup(body);
	call->fn = fn;
	call->arg = arg;
	while (*end != NULL)
		end = &(*end)->next;
	*end = call;
	side->watch->sent(side, call);
	return call;
}

void kube_cancel(struct kube_call *call)
{
	call->side = NULL;
}

void side_call_free(struct kube_call *call)
{
	thing_drop(call->reply.thing);
	free(call->path);
	free(call->body);
	free(call->about);
	free(call);
}

static void enter(struct side *side)
{
	side_active = side;
}

static void leave(struct side *side)
{
	loop_fake_flush(side->loop);
	side_active = NULL;
}

void side_serve(struct api *api, struct kube_call *call)
{
	call->done = true;
	call->reply = api_serve(api, call->verb, call->path, call->body);
}

void side_refuse(struct kube_call *call, int http, const char *reason)
{
	call->done = true;
	call->reply = (struct api_reply){.http = http, .reason = reason};
	call->lost = http == 0;
}

static void tell_answer(struct kube_call *call)
{
	struct side *side = call->side;
	struct api_reply *reply = &call->reply;
	struct err err = {0};
	int code = 0;

	if (call->lost) {
		thing_drop(reply->thing);
		*reply = (struct api_reply){.reason = ""};
		code = ST_ENET;
	} else if (reply->http >= 300) {
		code = kube_status_code(reply->http, reply->reason);
	}
	if (code != 0)
		err_set(&err, code, "%s",
			code == ST_EFORBIDDEN ? "exceeded quota"
					      : err_str(code));
	side->watch->answered(side, call);
	enter(side);
	call->fn(
		&(struct kube_answer){
			.code = code,
			.http = reply->http,
			.body = reply->thing ? reply->thing->json : NULL,
			.reason = reply->reason,
			.retry_after_ms = call->retry_after_ms,
			.err = &err,
		},
		call->arg);
	leave(side);
}

void side_answer(struct kube_call **calls, struct kube_call *call)
{
	while (*calls != call)
		calls = &(*calls)->next;
	*calls = call->next;
	if (call->side != NULL)
		tell_answer(call);
	side_call_free(call);
}

static void list_begin(struct side *side, int kind)
{
	struct side_feed *feed = &side->feeds[kind];

	feed->listing = true;
	things_copy(&feed->list, &side->api->live[side_kinds[kind]]);
	feed->listed = 0;
	feed->list_end = side->api->log[side_kinds[kind]].n;
	feed->version = side->api->version;
	store_list_begin(side->store, side_kinds[kind]);
}

static void withdraw(const char *ns, const char *pod, void *arg)
{
	struct side *side = arg;

	(void)ns;
	side->watch->withdrawn(side, pod, false);
}

static void restore(const char *ns, const char *pod, void *arg)
{
	struct side *side = arg;

	(void)ns;
	side->watch->withdrawn(side, pod, true);
}

static void want_quota(bool wanted, void *arg)
{
	struct side *side = arg;

	side->wants_quota = wanted;
}

struct side *side_new(struct api *api, struct kube_call **calls,
		      const struct side_watch *watch, void *judge)
{
	struct side *side = mem_zalloc(sizeof(*side));

	side->api = api;
	side->calls = calls;
	side->watch = watch;
	side->judge = judge;
	side->loop = loop_new();
	side->store = store_new();
	side->reconcile = reconcile_new(&(struct reconcile_config){
		.loop = side->loop,
		.store = side->store,
		.kube = (struct kube *)(void *)side,
		.withdraw = withdraw,
		.restore = restore,
		.arg = side,
		.want_quota = want_quota,
		.quota_arg = side,
	});
	for (int kind = 0; kind < SIDE_KINDS; kind++)
		list_begin(side, kind);
	return side;
}

void side_free(struct side *side)
{
	if (side == NULL)
		return;
	reconcile_free(side->reconcile);
	store_free(side->store);
	loop_free(side->loop);
	for (struct kube_call *c = *side->calls; c != NULL; c = c->next)
		if (c->side == side)
			c->side = NULL;
	for (int kind = 0; kind < SIDE_KINDS; kind++) {
		things_clear(&side->feeds[kind].list);
		things_clear(&side->feeds[kind].view);
		thing_drop(side->feeds[kind].last);
	}
	free(side);
}

static void seen(struct side *side, int kind, uint64_t version)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, version);
	if (version > side->feeds[kind].seen)
		side->feeds[kind].seen = version;
	reconcile_seen(side->reconcile, side_kinds[kind], text);
}

static void list_finish(struct side *side, int kind)
{
	struct side_feed *feed = &side->feeds[kind];
	char version[24];

	feed->listing = false;
	feed->at = feed->list_end;
	things_copy(&feed->view, &feed->list);
	things_clear(&feed->list);
	seen(side, kind, feed->version);
	snprintf(version, sizeof(version), "%" PRIu64, feed->version);
	store_list_end_at(side->store, side_kinds[kind], version);
}

static void tell_event(struct side *side, int kind, struct thing *thing)
{
	struct side_feed *feed = &side->feeds[kind];

	if (thing->gone) {
		things_remove(&feed->view, thing->name);
		store_delete(side->store, side_kinds[kind], thing->json);
	} else {
		things_put(&feed->view, thing);
		store_put(side->store, side_kinds[kind], thing->json);
	}
	seen(side, kind, thing->version);
}

static void tell(struct side *side, int kind)
{
	struct side_feed *feed = &side->feeds[kind];
	const struct api_log *log = &side->api->log[side_kinds[kind]];
	struct thing *thing;

	if (feed->listing && feed->listed < feed->list.n) {
		thing = feed->list.all[feed->listed++];
		things_put(&feed->view, thing);
		store_put(side->store, side_kinds[kind], thing->json);
		return;
	}
	if (feed->listing) {
		list_finish(side, kind);
		return;
	}
	thing = log->all[feed->at++];
	thing_drop(feed->last);
	feed->last = thing_hold(thing);
	tell_event(side, kind, thing);
}

bool side_has_news(const struct side *side, int kind)
{
	const struct side_feed *feed = &side->feeds[kind];

	return !side->frozen &&
	       (feed->listing || feed->at < side->api->log[side_kinds[kind]].n);
}

bool side_tell(struct side *side, int kind)
{
	if (!side_has_news(side, kind))
		return false;
	enter(side);
	tell(side, kind);
	leave(side);
	return true;
}

void side_repeat(struct side *side, int kind)
{
	struct side_feed *feed = &side->feeds[kind];

	if (side->frozen || feed->listing || feed->last == NULL)
		return;
	enter(side);
	tell_event(side, kind, feed->last);
	leave(side);
}

void side_bookmark(struct side *side, int kind)
{
	if (side->frozen || side_has_news(side, kind))
		return;
	enter(side);
	seen(side, kind, side->api->version);
	leave(side);
}

void side_cut(struct side *side, int kind)
{
	struct side_feed *feed = &side->feeds[kind];

	if (side->frozen)
		return;
	enter(side);
	if (feed->listing)
		store_list_abort(side->store, side_kinds[kind]);
	thing_drop(feed->last);
	feed->last = NULL;
	list_begin(side, kind);
	leave(side);
}

void side_pause(struct side *side, bool paused)
{
	side->paused = paused;
	enter(side);
	reconcile_set_active(side->reconcile, !paused);
	leave(side);
}

bool side_fire(struct side *side)
{
	bool fired;

	enter(side);
	fired = loop_fake_fire(side->loop);
	leave(side);
	return fired;
}

void side_room(struct side *side, const char *ns)
{
	if (side->frozen || !side->wants_quota)
		return;
	enter(side);
	reconcile_room(side->reconcile, ns);
	leave(side);
}
