/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/controller_priv.h"

#include <inttypes.h>

#include "controller/feeder.h"
#include "controller/kube.h"
#include "controller/reconcile.h"
#include "controller/store.h"
#include "controller/watch.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"

/* DNS-085: how often each kind is listed for the sake of it. */
enum { AUDIT_MS = 10 * 60 * 1000 };

static const struct kind {
	const char *name; /* for log lines */
	const char *path;
	const char *old_path; /* where that one is missing; or NULL */
	int needed_by;
} kinds[OBJ_KINDS] = {
	[OBJ_NAMESPACE] = {.name = "namespaces",
			   .path = "/api/v1/namespaces",
			   .needed_by = FOR_DNS},
	[OBJ_SERVICE] = {.name = "services",
			 .path = "/api/v1/services",
			 .needed_by = FOR_DNS},
	[OBJ_POD] = {.name = "pods",
		     .path = "/api/v1/pods",
		     .needed_by = FOR_PODS | FOR_SETS},
	[OBJ_SLICE] = {.name = "endpointslices",
		       .path = "/apis/discovery.k8s.io/v1/endpointslices",
		       .old_path =
			       "/apis/discovery.k8s.io/v1beta1/endpointslices",
		       .needed_by = FOR_SLICES},
	[OBJ_SET] = {.name = "statefulsets",
		     .path = "/apis/apps/v1/statefulsets",
		     .needed_by = FOR_SETS | FOR_PENDING},
	[OBJ_CLAIM] = {.name = "persistentvolumeclaims",
		       .path = "/api/v1/persistentvolumeclaims",
		       .needed_by = FOR_SETS},
	[OBJ_REVISION] = {.name = "controllerrevisions",
			  .path = "/apis/apps/v1/controllerrevisions",
			  .needed_by = FOR_SETS},
};

/* A watch that is this quiet is not believed to be well any more. */
enum { QUIET_MS = 160 * 1000 };

static void seen(struct feed *feed, const char *version)
{
	feed->seen = audit_newer(feed->seen, version);
	if (feed->controller->reconcile != NULL)
		reconcile_seen(feed->controller->reconcile, feed->kind,
			       version);
}

static void on_list_begin(void *arg)
{
	struct feed *feed = arg;

	if (feed->is_auditing)
		audit_begin(&feed->audit, feed->seen);
	store_list_begin(feed->controller->store, feed->kind);
}

static void on_list_item(const struct json *object, void *arg)
{
	struct feed *feed = arg;

	feed->items++;
	store_put(feed->controller->store, feed->kind, object);
}

/* What was missed is in the store by now. */
static void end_audit(struct feed *feed, const char *resource_version)
{
	uint32_t missed = audit_end(&feed->audit, resource_version);

	feed->is_auditing = false;
	feed->audits++;
	feed->missed += missed;
	if (missed > 0)
		log_warn("watch had missed changes",
			 "kind=%s missed=%" PRIu32 " action=repaired",
			 kinds[feed->kind].name, missed);
}

static void on_list_end(const char *resource_version, void *arg)
{
	struct feed *feed = arg;

	feed->lists++;
	/* First, so that nobody who hears of changes waits for them. */
	seen(feed, resource_version);
	store_list_end_at(feed->controller->store, feed->kind,
			  resource_version);
	if (feed->audit.is_on)
		end_audit(feed, resource_version);
	if (feed->kind == OBJ_SLICE)
		feeder_slices_listed(feed->controller->feeder);
}

static void on_list_abort(void *arg)
{
	const struct feed *feed = arg;

	store_list_abort(feed->controller->store, feed->kind);
}

static void on_event(enum watch_event event, const struct json *object,
		     void *arg)
{
	struct feed *feed = arg;

	feed->events++;
	if (event == WATCH_DELETED)
		store_delete(feed->controller->store, feed->kind, object);
	else
		store_put(feed->controller->store, feed->kind, object);
	seen(feed, json_str(object, "metadata.resourceVersion"));
}

static void on_progress(const char *resource_version, void *arg)
{
	struct feed *feed = arg;

	feed->bookmarks++;
	seen(feed, resource_version);
}

static void on_missing(void *arg)
{
	struct feed *feed = arg;

	feed->ended = true;
	loop_timer_set(feed->controller->timer, 0);
}

static const struct watch_ops feed_ops = {
	.list_begin = on_list_begin,
	.list_item = on_list_item,
	.list_end = on_list_end,
	.list_abort = on_list_abort,
	.event = on_event,
	.progress = on_progress,
	.missing = on_missing,
};

static bool needs(const struct controller *controller, int kind)
{
	return (kinds[kind].needed_by & controller->needs) != 0;
}

/* Who serves DNS alone may not be allowed to see sets, and needs them for
 * little. */
static bool is_optional(const struct controller *controller, int kind)
{
	return (kinds[kind].needed_by & controller->needs) == FOR_PENDING;
}

static void feed_start(struct feed *feed)
{
	const struct kind *kind = &kinds[feed->kind];

	feed->watch = watch_new(&(struct watch_config){
		.kube = feed->controller->kube,
		.path = feed->old ? kind->old_path : kind->path,
		.kind = kind->name,
		.ops = &feed_ops,
		.is_optional = is_optional(feed->controller, feed->kind),
		.arg = feed,
	});
}

/* A path that this server lacks: an older one is tried, and then the kind is
 * taken to be empty. */
static void take_missing(struct feed *feed)
{
	const struct kind *kind = &kinds[feed->kind];

	if (kind->old_path != NULL && !feed->old) {
		feed->old = true;
		feed_start(feed);
		return;
	}
	if (is_optional(feed->controller, feed->kind))
		log_warn("statefulsets cannot be read", "lost=%s fix=%s",
			 log_q("names that are to come are denied for the "
			       "whole negative TTL"),
			 log_q("allow list and watch, and start again"));
	else
		log_warn("server lacks a kind", "kind=%s", kind->name);
	store_set_missing(feed->controller->store, feed->kind);
}

static void on_timer(void *arg)
{
	struct controller *controller = arg;

	for (int i = 0; i < OBJ_KINDS; i++) {
		struct feed *feed = &controller->feeds[i];
		bool ended = feed->ended, again = feed->again;

		if (!ended && !again)
			continue;
		feed->ended = feed->again = false;
		watch_free(feed->watch);
		feed->watch = NULL;
		if (ended)
			take_missing(feed);
		else
			feed_start(feed);
	}
}

/* Which slices are worth keeping is told by their Services. */
static bool comes_second(const struct controller *controller, int kind)
{
	return kind == OBJ_SLICE && (controller->needs & FOR_PODS);
}

static void on_change(const struct obj *was, const struct obj *is, void *arg)
{
	struct feed *feed = arg;

	audit_change(&feed->audit, was, is);
}

static void set_audit_timer(struct controller *controller)
{
	uint32_t step_ms = AUDIT_MS / OBJ_KINDS;

	loop_timer_set(controller->audit_timer,
		       step_ms - step_ms / 10 + clk_random(step_ms / 5));
}

/* One kind after the other. Slices may be left out of the store or come back
 * with each list (store_skip), so that nothing can be said of them where pods
 * come first. */
static void on_audit(void *arg)
{
	struct controller *controller = arg;
	struct feed *feed;

	controller->audited = (controller->audited + 1) % OBJ_KINDS;
	feed = &controller->feeds[controller->audited];
	set_audit_timer(controller);
	if (!feed->watch || !watch_is_open(feed->watch) ||
	    !store_is_synced(controller->store, feed->kind) ||
	    comes_second(controller, feed->kind))
		return;
	feed->again = feed->is_auditing = true;
	loop_timer_set(controller->timer, 0);
}

void controller_want_slices(void *arg)
{
	struct controller *controller = arg;
	struct feed *feed = &controller->feeds[OBJ_SLICE];

	if (feed->watch == NULL)
		return;
	feed->again = true;
	loop_timer_set(controller->timer, 0);
}

static void on_synced(enum obj_kind kind, void *arg)
{
	struct controller *controller = arg;
	struct feed *feed = &controller->feeds[OBJ_SLICE];

	if (kind == OBJ_SERVICE && feed->watch == NULL &&
	    comes_second(controller, OBJ_SLICE))
		feed_start(feed);
}

void controller_make_feeds(struct controller *controller, struct loop *loop)
{
	controller->timer = loop_timer_new(loop, on_timer, controller);
	controller->audit_timer = loop_timer_new(loop, on_audit, controller);
	for (int i = 0; i < OBJ_KINDS; i++)
		store_subscribe(controller->store, (enum obj_kind)i, on_change,
				&controller->feeds[i]);
	store_on_synced(controller->store, on_synced, controller);
}

void controller_start_feeds(struct controller *controller)
{
	set_audit_timer(controller);
	for (int i = 0; i < OBJ_KINDS; i++) {
		struct feed *feed = &controller->feeds[i];

		feed->controller = controller;
		feed->kind = (enum obj_kind)i;
		if (needs(controller, i) && !comes_second(controller, i))
			feed_start(feed);
	}
}

void controller_free_feeds(struct controller *controller)
{
	for (int i = 0; i < OBJ_KINDS; i++)
		watch_free(controller->feeds[i].watch);
	loop_timer_free(controller->timer);
	loop_timer_free(controller->audit_timer);
}

static bool is_heard(const struct watch *watch)
{
	return watch_is_open(watch) && watch_silent_ms(watch) < QUIET_MS;
}

uint64_t controller_silent_ms(const struct controller *controller)
{
	uint64_t longest = 0;

	for (int i = 0; i < OBJ_KINDS; i++) {
		const struct watch *watch = controller->feeds[i].watch;

		if (watch && !is_heard(watch) &&
		    watch_silent_ms(watch) > longest)
			longest = watch_silent_ms(watch);
	}
	return longest;
}

_Static_assert((int)CONTROLLER_WATCHES == (int)OBJ_KINDS,
	       "one watch for each kind");

static void fill_watch(const struct feed *feed,
		       struct controller_watch_stats *ret)
{
	const struct store *store = feed->controller->store;

	*ret = (struct controller_watch_stats){
		.kind = kinds[feed->kind].name,
		.is_synced = store_is_synced(store, feed->kind),
		.is_connected = feed->watch && watch_is_open(feed->watch),
		.objects = store_count(store, feed->kind),
		.items = feed->items,
		.events = feed->events,
		.bookmarks = feed->bookmarks,
		.lists = feed->lists,
		.audits = feed->audits,
		.missed = feed->missed,
		.silent_ms = feed->watch ? watch_silent_ms(feed->watch) : 0,
	};
}

void controller_fill_watches(const struct controller *controller,
			     struct controller_stats *ret)
{
	for (int i = 0; i < OBJ_KINDS; i++)
		if (needs(controller, i) && controller->feeds[i].controller)
			fill_watch(&controller->feeds[i],
				   &ret->watches[ret->n_watches++]);
}
