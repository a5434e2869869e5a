/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cluster.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/kube.h"
#include "controller/reconcile.h"
#include "controller/store.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

enum { MAX_THINGS = 512, MAX_NEWS = 4096, RUN_MS = 10000 };

static const char *const resources[OBJ_KINDS + 1] = {
	[OBJ_POD] = "pods",
	[OBJ_SET] = "statefulsets",
	[OBJ_CLAIM] = "persistentvolumeclaims",
	[OBJ_REVISION] = "controllerrevisions",
	[OBJ_KINDS] = "events",
};

struct thing {
	int kind; /* OBJ_KINDS: an event */
	char *name;
	struct json *json;
};

/* What the store has not been told yet. */
struct news {
	int kind;
	bool gone;
	struct json *json;
};

struct kube_call {
	struct kube_call *next;
	enum kube_verb verb;
	char *path, *body;
	kube_fn fn;
	void *arg;
};

struct cluster {
	struct loop *loop;
	struct store *store;
	struct reconcile *reconcile;
	struct thing things[MAX_THINGS];
	size_t n_things;
	struct news news[MAX_NEWS];
	size_t n_news, next_news;
	struct kube_call *calls;
	uint64_t version, uids, random;
	enum cluster_fault fault;
	int fault_at, requests, writes, doubles;
	char broken[256];
};

/* The cluster is what its reconciler takes for kube. */
static struct cluster *cluster_of(struct kube *kube)
{
	return (struct cluster *)(void *)kube;
}

struct kube_call *kube_send(struct kube *kube, enum kube_verb verb,
			    const char *path, const char *body, kube_fn fn,
			    void *arg)
{
	struct cluster *c = cluster_of(kube);
	struct kube_call *call = mem_zalloc(sizeof(*call));
	struct kube_call **end = &c->calls;

	call->verb = verb;
	call->path = mem_strdup(path);
	call->body = mem_strdup(body);
	call->fn = fn;
	call->arg = arg;
	while (*end != NULL)
		end = &(*end)->next;
	*end = call;
	return call;
}

void kube_cancel(struct kube_call *call)
{
	call->fn = NULL;
}

static uint32_t dice(struct cluster *c, uint32_t sides)
{
	c->random = c->random * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(c->random >> 33) % sides;
}

static struct thing *find(const struct cluster *c, int kind, const char *name)
{
	for (size_t i = 0; i < c->n_things; i++)
		if (c->things[i].kind == kind &&
		    strcmp(c->things[i].name, name) == 0)
			return (struct thing *)(uintptr_t)&c->things[i];
	return NULL;
}

static void tell(struct cluster *c, int kind, const struct json *json,
		 bool gone)
{
	if (kind == OBJ_KINDS)
		return;
	st_assert(c->n_news < MAX_NEWS);
	c->news[c->n_news++] = (struct news){
		.kind = kind, .gone = gone, .json = json_dup(json)};
}

static void stamp(struct cluster *c, struct json *json)
{
	char version[24];

	snprintf(version, sizeof(version), "%" PRIu64, ++c->version);
	json_set_str(json_child_object(json, "metadata"), "resourceVersion",
		     version);
}

static void changed(struct cluster *c, struct thing *thing)
{
	stamp(c, thing->json);
	tell(c, thing->kind, thing->json, false);
}

static struct thing *add(struct cluster *c, int kind, struct json *take_json)
{
	struct thing *thing = &c->things[c->n_things++];
	struct json *meta = json_child_object(take_json, "metadata");
	char uid[24];

	st_assert(c->n_things <= MAX_THINGS);
	snprintf(uid, sizeof(uid), "uid-%" PRIu64, ++c->uids);
	json_set_str(meta, "uid", uid);
	json_set_str(meta, "creationTimestamp", "2026-01-01T00:00:00Z");
	if (kind == OBJ_POD)
		json_set_str(json_child_object(take_json, "status"), "phase",
			     "Pending");
	if (kind == OBJ_SET)
		json_set_int(meta, "generation", 1);
	*thing = (struct thing){
		.kind = kind,
		.name = mem_strdup(json_str(take_json, "metadata.name")),
		.json = take_json,
	};
	changed(c, thing);
	return thing;
}

static void drop(struct cluster *c, struct thing *thing)
{
	stamp(c, thing->json);
	tell(c, thing->kind, thing->json, true);
	free(thing->name);
	json_free(thing->json);
	*thing = c->things[--c->n_things];
}

static void breaks(struct cluster *c, const char *rule, const char *name)
{
	if (c->broken[0] == '\0')
		snprintf(c->broken, sizeof(c->broken), "%s: %s", rule, name);
}

static bool is_ready(const struct json *pod)
{
	return json_str(pod, "metadata.deletionTimestamp") == NULL &&
	       json_len(json_at(pod, "status.conditions")) > 0;
}

/* Invariant: an ordered set's pod is never made before all below are ready. */
static void check_order(struct cluster *c, const char *pod)
{
	long ordinal = strtol(strrchr(pod, '-') + 1, NULL, 10);
	const struct thing *set = find(c, OBJ_SET, "web");
	const char *policy =
		set ? json_str(set->json, "spec.podManagementPolicy") : NULL;

	if (policy != NULL && strcmp(policy, "Parallel") == 0)
		return;
	for (long i = 0; i < ordinal; i++) {
		scope_free char *name = mem_printf("web-%ld", i);
		const struct thing *below = find(c, OBJ_POD, name);

		if (below == NULL || !is_ready(below->json))
			breaks(c, "made before one below was ready", pod);
	}
}

struct reply {
	int code, http;
	const char *reason;
	struct json *body;
};

static struct reply no(int code, int http, const char *reason)
{
	return (struct reply){.code = code, .http = http, .reason = reason};
}

static struct reply yes(const struct json *json)
{
	return (struct reply){.http = 200, .body = json_dup(json)};
}

static struct reply do_post(struct cluster *c, int kind,
			    const struct json *body)
{
	const char *name = json_str(body, "metadata.name");

	c->doubles += find(c, kind, name) != NULL;
	if (find(c, kind, name) != NULL)
		return kind == OBJ_POD ? no(ST_ESERVER, 500, "ServerTimeout")
				       : no(ST_EEXISTS, 409, "AlreadyExists");
	if (kind == OBJ_POD)
		check_order(c, name);
	return yes(add(c, kind, json_dup(body))->json);
}

static struct reply do_put(struct cluster *c, struct thing *thing,
			   const struct json *body, bool status)
{
	const char *sent = json_str(body, "metadata.resourceVersion");
	const char *have = json_str(thing->json, "metadata.resourceVersion");

	if (sent == NULL || strcmp(sent, have) != 0)
		return no(ST_ECONFLICT, 409, "Conflict");
	if (status) {
		json_set(thing->json, "status",
			 json_dup(json_get(body, "status")));
	} else {
		json_free(thing->json);
		thing->json = json_dup(body);
	}
	changed(c, thing);
	return yes(thing->json);
}

static struct reply do_patch(struct cluster *c, struct thing *thing,
			     const struct json *body)
{
	const char *uid = json_str(body, "metadata.uid");
	const struct json *ref =
		json_first(json_at(body, "metadata.ownerReferences"));
	struct json *refs, *meta = json_child_object(thing->json, "metadata");

	if (thing->kind == OBJ_KINDS)
		return yes(thing->json);
	if (uid == NULL || strcmp(uid, json_str(meta, "uid")) != 0)
		return no(ST_EREFUSED, 422, "Invalid");
	refs = json_new_array();
	if (json_str(ref, "$patch") == NULL)
		json_push(refs, json_dup(ref));
	json_set(meta, "ownerReferences", refs);
	changed(c, thing);
	return yes(thing->json);
}

static struct reply do_delete(struct cluster *c, struct thing *thing)
{
	struct reply reply = yes(thing->json);

	if (thing->kind == OBJ_CLAIM)
		breaks(c, "claim deleted", thing->name);
	if (thing->kind != OBJ_POD) {
		drop(c, thing);
	} else if (!json_at(thing->json, "metadata.deletionTimestamp")) {
		json_set_str(json_child_object(thing->json, "metadata"),
			     "deletionTimestamp", "2026-01-01T00:00:00Z");
		changed(c, thing);
	}
	return reply;
}

/* Reads ".../namespaces/ns/RESOURCE/NAME/status". */
static int parse_path(const char *path, char name[256], bool *ret_status)
{
	const char *at = strstr(path, "/namespaces/ns/");
	char resource[64] = "", rest[64] = "";

	st_assert(at != NULL);
	name[0] = '\0';
	st_assert(sscanf(at, "/namespaces/ns/%63[^/]/%255[^/]/%63s", resource,
			 name, rest) >= 1);
	*ret_status = strcmp(rest, "status") == 0;
	for (int kind = 0; kind <= OBJ_KINDS; kind++)
		if (resources[kind] && strcmp(resources[kind], resource) == 0)
			return kind;
	st_assert(false);
}

static struct reply carry_out(struct cluster *c, const struct kube_call *call)
{
	scope_json struct json *body = NULL;
	char name[256];
	bool status;
	int kind = parse_path(call->path, name, &status);
	struct thing *thing = find(c, kind, name);

	if (call->body != NULL)
		st_assert(json_parse(call->body, strlen(call->body), &body,
				     NULL) == 0);
	if (call->verb != KUBE_GET && kind != OBJ_KINDS)
		c->writes++;
	if (call->verb == KUBE_POST)
		return do_post(c, kind, body);
	if (thing == NULL)
		return no(ST_ENOTFOUND, 404, "NotFound");
	switch (call->verb) {
	case KUBE_GET:
		return yes(thing->json);
	case KUBE_PUT:
		return do_put(c, thing, body, status);
	case KUBE_DELETE:
		return do_delete(c, thing);
	default:
		return do_patch(c, thing, body);
	}
}

static struct reply serve(struct cluster *c, const struct kube_call *call)
{
	enum cluster_fault fault =
		c->requests++ == c->fault_at ? c->fault : FAULT_NONE;
	struct reply reply;

	switch (fault) {
	case FAULT_REFUSED:
		return no(ST_ESERVER, 500, "InternalError");
	case FAULT_CONFLICT:
		return no(ST_ECONFLICT, 409, "Conflict");
	case FAULT_THROTTLED:
		return no(ST_ETHROTTLE, 429, "TooManyRequests");
	case FAULT_LOST:
		reply = carry_out(c, call);
		json_free(reply.body);
		return no(ST_ENET, 0, "");
	default:
		return carry_out(c, call);
	}
}

static void answer(struct cluster *c, struct kube_call *call)
{
	struct reply reply = serve(c, call);
	struct err err = {0};

	if (reply.code != 0)
		err_set(&err, reply.code, "%s", err_str(reply.code));
	if (call->fn != NULL)
		call->fn(
			&(struct kube_answer){
				.code = reply.code,
				.http = reply.http,
				.body = reply.body,
				.reason = reply.reason ? reply.reason : "",
				.retry_after_ms = reply.http == 429 ? 2 : 0,
				.err = &err,
			},
			call->arg);
	json_free(reply.body);
	free(call->path);
	free(call->body);
	free(call);
}

/* Each kind has a watch of its own: the order holds within a kind only. */
static struct news *next_news(struct cluster *c)
{
	size_t first = c->next_news;
	int kind = c->news[first + dice(c, (uint32_t)(c->n_news - first))].kind;

	while (c->news[first].kind != kind)
		first++;
	return &c->news[first];
}

static void tell_next(struct cluster *c)
{
	struct news *at = next_news(c), news = *at;
	scope_json struct json *json = news.json;

	/* What comes before it moves up. */
	memmove(&c->news[c->next_news + 1], &c->news[c->next_news],
		(size_t)(at - &c->news[c->next_news]) * sizeof(news));
	c->next_news++;
	if (news.gone)
		store_delete(c->store, (enum obj_kind)news.kind, json);
	else
		store_put(c->store, (enum obj_kind)news.kind, json);
	reconcile_seen(c->reconcile, (enum obj_kind)news.kind,
		       json_str(json, "metadata.resourceVersion"));
	if (c->next_news == c->n_news)
		c->next_news = c->n_news = 0;
}

static void make_ready(struct cluster *c, struct thing *pod)
{
	struct json *status = json_child_object(pod->json, "status");
	struct json *ready = json_new_object();

	json_set_str(status, "phase", "Running");
	json_set_str(ready, "type", "Ready");
	json_set_str(ready, "status", "True");
	json_set_str(ready, "lastTransitionTime", "2026-01-01T00:00:00Z");
	json_push(json_child_array(status, "conditions"), ready);
	changed(c, pod);
}

/* Now and then a pod gets ready, and one that is to go, goes. Whether there
 * was anything to do. */
static bool kubelet(struct cluster *c)
{
	bool busy = false;

	for (size_t i = c->n_things; i > 0; i--) {
		struct thing *thing = &c->things[i - 1];
		bool leaving = json_at(thing->json,
				       "metadata.deletionTimestamp") != NULL;

		if (thing->kind != OBJ_POD ||
		    (is_ready(thing->json) && !leaving))
			continue;
		busy = true;
		if (dice(c, 8) > 0)
			continue;
		if (leaving)
			drop(c, thing);
		else
			make_ready(c, thing);
	}
	return busy;
}

/* One of the calls under way, whichever. */
static void serve_one(struct cluster *c)
{
	struct kube_call **at = &c->calls, *call;

	while ((*at)->next != NULL && dice(c, 2) == 0)
		at = &(*at)->next;
	call = *at;
	*at = call->next;
	answer(c, call);
}

static void turn(struct cluster *c)
{
	bool busy;

	if (c->calls != NULL && dice(c, 3) > 0)
		serve_one(c);
	if (c->next_news < c->n_news && dice(c, 3) > 0)
		tell_next(c);
	busy = kubelet(c) || c->calls || c->next_news < c->n_news;
	loop_turn(c->loop, busy ? 0 : 1);
}

bool cluster_run(struct cluster *cluster,
		 bool (*settled)(const struct cluster *cluster))
{
	uint64_t end_ms = clk_mono_ms() + RUN_MS;

	while (!settled(cluster)) {
		if (clk_mono_ms() > end_ms)
			return false;
		turn(cluster);
	}
	return true;
}

void cluster_idle(struct cluster *cluster, int ms)
{
	uint64_t end_ms = clk_mono_ms() + (uint64_t)ms;

	while (clk_mono_ms() < end_ms || cluster->calls)
		turn(cluster);
}

struct cluster *cluster_new(uint64_t seed, enum cluster_fault fault,
			    int fault_at)
{
	struct cluster *c = mem_zalloc(sizeof(*c));

	c->random = seed;
	c->fault = fault;
	c->fault_at = fault_at;
	c->loop = loop_new();
	c->store = store_new();
	c->reconcile = reconcile_new(&(struct reconcile_config){
		.loop = c->loop,
		.store = c->store,
		.kube = (struct kube *)(void *)c,
	});
	for (int kind = 0; kind < OBJ_KINDS; kind++) {
		store_list_begin(c->store, (enum obj_kind)kind);
		store_list_end(c->store, (enum obj_kind)kind);
	}
	return c;
}

void cluster_free(struct cluster *cluster)
{
	reconcile_free(cluster->reconcile);
	store_free(cluster->store);
	loop_free(cluster->loop);
	while (cluster->calls != NULL) {
		struct kube_call *call = cluster->calls;

		cluster->calls = call->next;
		free(call->path);
		free(call->body);
		free(call);
	}
	while (cluster->next_news < cluster->n_news)
		json_free(cluster->news[cluster->next_news++].json);
	for (size_t i = 0; i < cluster->n_things; i++) {
		free(cluster->things[i].name);
		json_free(cluster->things[i].json);
	}
	free(cluster);
}

void cluster_apply(struct cluster *cluster, enum obj_kind kind,
		   const char *text)
{
	struct json *json = NULL;
	struct thing *thing;
	int64_t generation;

	st_assert(json_parse(text, strlen(text), &json, NULL) == 0);
	thing = find(cluster, kind, json_str(json, "metadata.name"));
	if (thing == NULL) {
		add(cluster, kind, json);
		return;
	}
	generation = json_int(thing->json, "metadata.generation", 1);
	json_set(thing->json, "spec", json_dup(json_get(json, "spec")));
	json_set_int(json_child_object(thing->json, "metadata"), "generation",
		     generation + 1);
	json_free(json);
	changed(cluster, thing);
}

void cluster_remove(struct cluster *cluster, enum obj_kind kind,
		    const char *name)
{
	drop(cluster, find(cluster, kind, name));
}

const struct json *cluster_get(const struct cluster *cluster,
			       enum obj_kind kind, const char *name)
{
	const struct thing *thing = find(cluster, kind, name);

	return thing ? thing->json : NULL;
}

int cluster_count(const struct cluster *cluster, enum obj_kind kind)
{
	int n = 0;

	for (size_t i = 0; i < cluster->n_things; i++)
		n += cluster->things[i].kind == (int)kind;
	return n;
}

int cluster_requests(const struct cluster *cluster)
{
	return cluster->requests;
}

int cluster_writes(const struct cluster *cluster)
{
	return cluster->writes;
}

int cluster_doubles(const struct cluster *cluster)
{
	return cluster->doubles;
}

bool cluster_has_event(const struct cluster *cluster, const char *reason)
{
	for (size_t i = 0; i < cluster->n_things; i++) {
		const char *has = json_str(cluster->things[i].json, "reason");

		if (has != NULL && strcmp(has, reason) == 0)
			return true;
	}
	return false;
}

const char *cluster_broken(const struct cluster *cluster)
{
	return cluster->broken[0] ? cluster->broken : NULL;
}
