/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api - the API server of the simulation: objects of one namespace with
 * resourceVersions, and the log of their changes that watches are told.
 *
 * Writes by verbs are what a client may do; api_write() and api_end() are the
 * hands of all else in the world. There are no events to keep: those of
 * Kubernetes are accepted and counted.
 *
 * Threads: none. Memory: api_fini() releases all; things are borrowed until
 * the next write.
 */
#include "controller/kube.h"
#include "tests/sim/thing.h"

struct json;

struct api_log {
	struct thing **all;
	size_t n;
};

struct api {
	uint64_t version, uids;
	struct things live[OBJ_KINDS];
	struct api_log log[OBJ_KINDS];
	/* As a server of 1.20 does: drops newer fields, takes a pod's taken
	 * name for a timeout, answers a patch of another uid with 422, and
	 * tells a deleted object's last version. */
	bool old;
	bool fixed; /* no claim can be resized: 422 */
	bool full;  /* no room for pods and claims: 403 */
	size_t n_writes, n_events, n_doubles;
	/* Told of each Kubernetes event; may be NULL. */
	void (*on_event)(const struct json *event, void *arg);
	void *arg;
};

struct api_reply {
	int http;
	const char *reason;
	struct thing *thing; /* held, or NULL */
};

void api_init(struct api *api);
void api_fini(struct api *api);

/* Which object a path names. `kind` is OBJ_KINDS for events. */
struct api_path {
	int kind;
	char name[128]; /* "" for collections */
	bool status;
};
void api_path_read(struct api_path *ret, const char *path);

/* Carries out one request; body NULL: none. */
struct api_reply api_serve(struct api *api, enum kube_verb verb,
			   const char *path, const char *body);

/* The object in place of its namesake. A new one gets a uid. */
struct thing *api_write(struct api *api, enum obj_kind kind,
			struct json *take_json);
void api_end(struct api *api, struct thing *thing);
/* The object of that uid, of any kind, or NULL. */
struct thing *api_by_uid(const struct api *api, const char *uid);
/* What a DELETE does, by the object's kind and finalizers. */
void api_delete(struct api *api, struct thing *thing, bool now);

struct json *api_meta(struct json *object);
void api_mark_deleting(struct json *object);
/* Whether the object has that finalizer. */
bool api_has_finalizer(const struct thing *thing, const char *name);
/* What the text says; it uses ' for ". */
struct json *api_json(const char *fmt, ...) st_printf(1, 2);
