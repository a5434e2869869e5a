/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/quota.h"

#include <stdlib.h>

#include "controller/strmap.h"
#include "controller/watch.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

/* Who waited once often waits again soon. */
enum { LINGER_MS = 60 * 1000 };

struct quota {
	struct quota_config config;
	struct watch *watch; /* NULL: nobody waits, or there is nothing */
	struct strmap seen;  /* "namespace/name" to the object */
	struct loop_timer *timer;
	bool wanted, missing;
};

static char *key_of(const struct json *object)
{
	const char *ns = json_str(object, "metadata.namespace");
	const char *name = json_str(object, "metadata.name");

	return mem_printf("%s/%s", ns ? ns : "", name ? name : "");
}

static void forget(struct quota *quota)
{
	struct json *json;
	size_t at = 0;

	while ((json = strmap_next(&quota->seen, &at)) != NULL)
		json_free(json);
	strmap_fini(&quota->seen);
	strmap_init(&quota->seen);
}

static void remember(struct quota *quota, const char *key,
		     const struct json *object)
{
	json_free(strmap_take(&quota->seen, key));
	if (object != NULL)
		strmap_put(&quota->seen, key, json_dup(object));
}

static void on_list_begin(void *arg)
{
	forget(arg);
}

static void on_list_item(const struct json *object, void *arg)
{
	scope_free char *key = key_of(object);

	remember(arg, key, object);
}

/* Between the refusal and the list there may have been a change. */
static void on_list_end(const char *resource_version st_unused, void *arg)
{
	const struct quota *quota = arg;

	quota->config.room(NULL, quota->config.arg);
}

static void on_list_abort(void *arg st_unused)
{
}

static void on_event(enum watch_event event, const struct json *object,
		     void *arg)
{
	struct quota *quota = arg;
	const char *ns = json_str(object, "metadata.namespace");
	scope_free char *key = key_of(object);
	const struct json *was = strmap_get(&quota->seen, key);
	bool gone = event == WATCH_DELETED;
	bool room = gone || (was != NULL && quota_has_room(was, object));

	remember(quota, key, gone ? NULL : object);
	if (room && ns != NULL)
		quota->config.room(ns, quota->config.arg);
}

static void on_progress(const char *resource_version st_unused,
			void *arg st_unused)
{
}

static void on_missing(void *arg)
{
	struct quota *quota = arg;

	quota->missing = true;
	log_warn("resourcequotas cannot be read", "lost=%s fix=%s",
		 log_q("what a quota refuses is tried once a minute"),
		 log_q("allow list and watch, and start again"));
	loop_timer_soon(quota->timer);
}

static const struct watch_ops ops = {
	.list_begin = on_list_begin,
	.list_item = on_list_item,
	.list_end = on_list_end,
	.list_abort = on_list_abort,
	.event = on_event,
	.progress = on_progress,
	.missing = on_missing,
};

/* A watch cannot be freed by what it calls. */
static void on_timer(void *arg)
{
	struct quota *quota = arg;

	if (quota->wanted && !quota->missing)
		return;
	watch_free(quota->watch);
	quota->watch = NULL;
	forget(quota);
}

void quota_want(struct quota *quota, bool wanted)
{
	quota->wanted = wanted;
	if (quota->missing)
		return;
	if (!wanted) {
		loop_timer_set(quota->timer, LINGER_MS);
		return;
	}
	loop_timer_cancel(quota->timer);
	if (quota->watch == NULL)
		quota->watch = watch_new(&(struct watch_config){
			.kube = quota->config.kube,
			.path = "/api/v1/resourcequotas",
			.kind = "resourcequotas",
			.ops = &ops,
			.arg = quota,
			.is_optional = true,
		});
}

struct quota *quota_new(const struct quota_config *config)
{
	struct quota *quota = mem_zalloc(sizeof(*quota));

	quota->config = *config;
	quota->timer = loop_timer_new(config->loop, on_timer, quota);
	strmap_init(&quota->seen);
	return quota;
}

void quota_free(struct quota *quota)
{
	if (quota == NULL)
		return;
	watch_free(quota->watch);
	loop_timer_free(quota->timer);
	forget(quota);
	strmap_fini(&quota->seen);
	free(quota);
}
