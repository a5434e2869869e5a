/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/api.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static const char protection[] = "kubernetes.io/pvc-protection";

static const char *const resources[OBJ_KINDS + 1] = {
	[OBJ_POD] = "pods",
	[OBJ_SET] = "statefulsets",
	[OBJ_CLAIM] = "persistentvolumeclaims",
	[OBJ_REVISION] = "controllerrevisions",
	[OBJ_KINDS] = "events",
};

void api_init(struct api *api)
{
	*api = (struct api){.version = 100};
}

void api_fini(struct api *api)
{
	for (int kind = 0; kind < OBJ_KINDS; kind++) {
		things_clear(&api->live[kind]);
		for (size_t i = 0; i < api->log[kind].n; i++)
			thing_drop(api->log[kind].all[i]);
		free(api->log[kind].all);
	}
}

struct json *api_json(const char *fmt, ...)
{
	char text[4096];
	struct json *json = NULL;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	st_assert(n > 0 && (size_t)n < sizeof(text));
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	st_assert(json_parse(text, (size_t)n, &json, NULL) == 0);
	return json;
}

struct json *api_meta(struct json *object)
{
	return json_child_object(object, "metadata");
}

static void stamp(struct api *api, struct json *object)
{
	char version[24];

	snprintf(version, sizeof(version), "%" PRIu64, ++api->version);
	json_set_str(api_meta(object), "resourceVersion", version);
}

static void record(struct api *api, struct thing *take_thing)
{
	struct api_log *log = &api->log[take_thing->kind];

	mem_grow(log->all, log->n);
	log->all[log->n++] = take_thing;
}

struct thing *api_write(struct api *api, enum obj_kind kind,
			struct json *take_json)
{
	struct json *meta = api_meta(take_json);
	struct thing *thing;
	char text[32];

	if (json_get(meta, "uid") == NULL) {
		snprintf(text, sizeof(text), "uid-%" PRIu64, ++api->uids);
		json_set_str(meta, "uid", text);
		clk_format(text, clk_wall_us(), false);
		json_set_str(meta, "creationTimestamp", text);
	}
	stamp(api, take_json);
	thing = thing_new(kind, take_json, false);
	things_put(&api->live[kind], thing);
	record(api, thing);
	return thing;
}

void api_end(struct api *api, struct thing *thing)
{
	struct json *last = json_dup(thing->json);
	enum obj_kind kind = thing->kind;

	stamp(api, last);
	things_remove(&api->live[kind], thing->name);
	record(api, thing_new(kind, last, true));
}

struct thing *api_by_uid(const struct api *api, const char *uid)
{
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		for (size_t i = 0; i < api->live[kind].n; i++)
			if (thing_says(api->live[kind].all[i]->uid, uid))
				return api->live[kind].all[i];
	return NULL;
}

bool api_has_finalizer(const struct thing *thing, const char *name)
{
	json_each (f, json_at(thing->json, "metadata.finalizers"))
		if (thing_says(json_value_str(f), name))
			return true;
	return false;
}

void api_mark_deleting(struct json *object)
{
	char now[32];

	clk_format(now, clk_wall_us(), false);
	json_set_str(api_meta(object), "deletionTimestamp", now);
}

void api_delete(struct api *api, struct thing *thing, bool now)
{
	bool ended = thing_has_phase(thing, "Failed") ||
		     thing_has_phase(thing, "Succeeded");
	bool waits = thing->kind == OBJ_POD
			     ? thing->pod.node != NULL && !ended && !now
			     : api_has_finalizer(thing, protection);
	struct json *object;

	if (!waits) {
		api_end(api, thing);
		return;
	}
	if (thing->deleting)
		return;
	object = json_dup(thing->json);
	api_mark_deleting(object);
	api_write(api, thing->kind, object);
}

void api_path_read(struct api_path *ret, const char *path)
{
	const char *at = strstr(path, "/namespaces/ns/");
	char resource[64] = "", rest[64] = "";

	*ret = (struct api_path){.kind = -1};
	st_assert(at != NULL);
	st_assert(sscanf(at, "/namespaces/ns/%63[^/]/%127[^/]/%63s", resource,
			 ret->name, rest) >= 1);
	ret->status = strcmp(rest, "status") == 0;
	for (int kind = 0; kind <= OBJ_KINDS; kind++)
		if (resources[kind] && strcmp(resources[kind], resource) == 0)
			ret->kind = kind;
	st_assert(ret->kind >= 0);
}

static struct api_reply no(int http, const char *reason)
{
	return (struct api_reply){.http = http, .reason = reason};
}

static struct api_reply yes(int http, struct thing *thing)
{
	return (struct api_reply){
		.http = http, .reason = "", .thing = thing_hold(thing)};
}

static struct api_reply do_post(struct api *api, enum obj_kind kind,
				struct json *take_body)
{
	scope_json struct json *body = take_body;
	const char *name = json_str(body, "metadata.name");
	struct json *meta = api_meta(body), *object;

	if (api->full && (kind == OBJ_POD || kind == OBJ_CLAIM))
		return no(403, "Forbidden");
	if (things_find(&api->live[kind], name) != NULL) {
		api->n_doubles++;
		return api->old && kind == OBJ_POD ? no(500, "ServerTimeout")
						   : no(409, "AlreadyExists");
	}
	json_set_str(meta, "namespace", "ns");
	if (kind == OBJ_POD)
		json_set_str(json_child_object(body, "status"), "phase",
			     "Pending");
	if (kind == OBJ_CLAIM)
		json_push(json_child_array(meta, "finalizers"),
			  json_new_str(protection));
	object = body;
	body = NULL;
	return yes(201, api_write(api, kind, object));
}

static bool is_negative(const struct json *status)
{
	static const char *const counts[] = {
		"replicas", "readyReplicas", "currentReplicas",
		"updatedReplicas", "availableReplicas"};
	int64_t all = json_int(status, "replicas", 0);

	for (size_t i = 0; i < st_array_len(counts); i++) {
		int64_t n = json_int(status, counts[i], 0);

		if (n < 0 || n > all)
			return true;
	}
	return json_int(status, "availableReplicas", 0) >
	       json_int(status, "readyReplicas", 0);
}

/* SS-194. NULL: refused. */
static struct json *with_status(const struct api *api,
				const struct thing *thing,
				const struct json *body)
{
	struct json *object, *status;
	int64_t collisions = json_int(body, "status.collisionCount", 0);

	if (is_negative(json_get(body, "status")) ||
	    collisions < json_int(thing->json, "status.collisionCount", 0))
		return NULL;
	status = json_dup(json_get(body, "status"));
	if (api->old)
		json_remove(status, "availableReplicas");
	object = json_dup(thing->json);
	json_set(object, "status", status);
	return object;
}

/* A pod's spec is fixed but for its image. */
static struct json *with_rest(const struct api *api, const struct thing *thing,
			      const struct json *body)
{
	bool resized = thing->kind == OBJ_CLAIM &&
		       !json_equal(json_get(body, "spec"),
				   json_get(thing->json, "spec"));
	struct json *object;

	if (resized && api->fixed)
		return NULL;
	if (thing->kind == OBJ_POD &&
	    !json_equal(json_at(body, "spec.volumes"),
			json_at(thing->json, "spec.volumes")))
		return NULL;
	object = json_dup(body);
	if (json_get(thing->json, "status") != NULL)
		json_set(object, "status",
			 json_dup(json_get(thing->json, "status")));
	return object;
}

static struct api_reply do_put(struct api *api, struct thing *thing,
			       const struct json *body, bool status)
{
	const char *sent = json_str(body, "metadata.resourceVersion");
	const char *uid = json_str(body, "metadata.uid");
	const char *have = json_str(thing->json, "metadata.resourceVersion");
	struct json *object;

	if (!thing_says(sent, have) || !thing_says(uid, thing->uid))
		return no(409, "Conflict");
	object = status ? with_status(api, thing, body)
			: with_rest(api, thing, body);
	if (object == NULL)
		return no(422, "Invalid");
	if (json_equal(object, thing->json)) {
		json_free(object);
		return yes(200, thing);
	}
	return yes(200, api_write(api, thing->kind, object));
}

static struct json *merged_owners(const struct thing *thing,
				  const struct json *patch)
{
	const struct json *refs = json_at(patch, "metadata.ownerReferences");
	struct json *owners = json_new_array();

	json_each (ref, json_at(thing->json, "metadata.ownerReferences")) {
		bool kept = true;

		json_each (p, refs)
			if (thing_says(json_str(p, "uid"),
				       json_str(ref, "uid")))
				kept = false;
		if (kept)
			json_push(owners, json_dup(ref));
	}
	json_each (p, refs)
		if (json_get(p, "$patch") == NULL)
			json_push(owners, json_dup(p));
	return owners;
}

static struct api_reply do_patch(struct api *api, struct thing *thing,
				 const struct json *body)
{
	const char *uid = json_str(body, "metadata.uid");
	struct json *object, *owners;

	if (uid != NULL && !thing_says(uid, thing->uid))
		return api->old ? no(422, "Invalid") : no(409, "Conflict");
	owners = merged_owners(thing, body);
	object = json_dup(thing->json);
	if (json_len(owners) > 0) {
		json_set(api_meta(object), "ownerReferences", owners);
	} else {
		json_free(owners);
		json_remove(api_meta(object), "ownerReferences");
	}
	if (json_equal(object, thing->json)) {
		json_free(object);
		return yes(200, thing);
	}
	return yes(200, api_write(api, thing->kind, object));
}

/* The object as the DELETE left it, gone or not. */
static struct thing *left(const struct api *api, enum obj_kind kind,
			  const char *name)
{
	const struct api_log *log = &api->log[kind];
	struct thing *thing = things_find(&api->live[kind], name);

	return thing != NULL ? thing : log->all[log->n - 1];
}

static struct api_reply do_delete(struct api *api, struct thing *thing,
				  const struct json *body)
{
	const struct json *only = json_get(body, "preconditions");
	const char *uid = json_str(only, "uid");
	const char *version = json_str(only, "resourceVersion");
	bool now = json_int(body, "gracePeriodSeconds", -1) == 0;
	enum obj_kind kind = thing->kind;
	struct api_reply reply;

	if ((uid != NULL && !thing_says(uid, thing->uid)) ||
	    (version != NULL &&
	     !thing_says(version,
			 json_str(thing->json, "metadata.resourceVersion"))))
		return no(409, "Conflict");
	reply = yes(200, thing);
	api_delete(api, thing, now);
	if (api->old && kind == OBJ_POD)
		return reply;
	/* Others are answered with a mere Status. */
	if (kind != OBJ_POD && kind != OBJ_CLAIM) {
		thing_drop(reply.thing);
		return no(200, "");
	}
	thing = left(api, kind, reply.thing->name);
	thing_drop(reply.thing);
	return yes(200, thing);
}

static struct api_reply serve(struct api *api, enum kube_verb verb,
			      const struct api_path *path,
			      struct json *take_body)
{
	scope_json struct json *body = take_body;
	enum obj_kind kind = (enum obj_kind)path->kind;
	struct json *given = body;
	struct thing *thing;

	if (verb == KUBE_POST) {
		body = NULL;
		return do_post(api, kind, given);
	}
	thing = things_find(&api->live[kind], path->name);
	if (thing == NULL)
		return no(404, "NotFound");
	switch (verb) {
	case KUBE_GET:
		return yes(200, thing);
	case KUBE_PUT:
		return do_put(api, thing, body, path->status);
	case KUBE_DELETE:
		return do_delete(api, thing, body);
	default:
		return do_patch(api, thing, body);
	}
}

struct api_reply api_serve(struct api *api, enum kube_verb verb,
			   const char *path, const char *body)
{
	struct json *json = NULL;
	struct api_path where;
	bool is_event;

	api_path_read(&where, path);
	is_event = where.kind == OBJ_KINDS;
	if (body != NULL && (!is_event || api->on_event != NULL))
		st_assert(json_parse(body, strlen(body), &json, NULL) == 0);
	if (!is_event) {
		api->n_writes += verb != KUBE_GET;
		return serve(api, verb, &where, json);
	}
	api->n_events++;
	if (api->on_event != NULL)
		api->on_event(json, api->arg);
	json_free(json);
	return (struct api_reply){.http = 201, .reason = ""};
}
