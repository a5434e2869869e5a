/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api - the API server without sockets: a request in, an answer or a stream
 * of watch events out. rest.c carries it over HTTP; the built-in controllers
 * and the node call it directly.
 *
 * Threads: the loop thread. Memory: see each function.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"

struct api;
struct json;
struct loop;
struct objects;
struct status;

struct api_config {
	struct loop *loop;
	struct objects *objects;
	const char *version;	/* "v1.36.2": what /version says */
	unsigned gates;		/* enum rules_gate */
	const char *server_url; /* for /api's serverAddressByClientCIDRs */
};
struct api *api_new(const struct api_config *config);
void api_free(struct api *api);

/* Built-in admission: called for every create (`was` NULL) and update of a
 * main resource after defaults and before validation, to fill what only the
 * server knows: cluster IPs, node ports, finalizers. A refusal is put into
 * `status`. `dry_run`: nothing may be kept in mind. One function; NULL: none.
 */
typedef void (*api_admit_fn)(const struct kind *kind, const struct json *was,
			     struct json *is, bool dry_run,
			     struct status *status, void *arg);
void api_set_admit(struct api *api, api_admit_fn fn, void *arg);

struct api_request {
	const char *method; /* "GET"... */
	const char *path;   /* decoded no further than the raw path */
	const char *query;  /* raw, without '?'; may be NULL */
	const char *content_type, *accept, *user_agent; /* may be NULL */
	const char *body;
	size_t body_len;
};

/* How an answer is given. `done` comes exactly once for what is no watch. For
 * a watch, `begin` comes first, then `chunk`s (one whole event line each), and
 * `end` when the stream ends from our side; or just `done` on an error. */
struct api_sink {
	/* `warning`: values of Warning headers, one a line; NULL: none. */
	void (*done)(int code, const char *content_type, const char *body,
		     size_t len, uint32_t retry_after_s, const char *warning,
		     void *arg);
	void (*begin)(const char *content_type, void *arg);
	/* Returns how many bytes are waiting for the client; above a limit of
	 * the caller's own the stream is ended (slow client). */
	size_t (*chunk)(const char *data, size_t len, void *arg);
	void (*end)(void *arg);
};
struct api_call;
/* Acts and answers; the sink may be called from inside or later (after the
 * disk has it). Returns a handle while anything is still to come, else NULL. */
struct api_call *api_handle(struct api *api, const struct api_request *request,
			    const struct api_sink *sink, void *arg);
/* The client has gone: no further sink calls. */
void api_cancel(struct api_call *call);

/* For the built-in controllers and the node: one request, answered before it
 * returns (durability is not waited for). `path` may carry a query, for
 * instance "?fieldManager=kubelet"; content_type NULL: application/json.
 * Returns the HTTP status; *ret_body (may be NULL) is the answer and the
 * caller's to free; NULL where that is no JSON. Not for watches: see
 * objects_watch_new. */
int api_do(struct api *api, const char *method, const char *path,
	   const struct json *body, const char *content_type,
	   struct json **ret_body);
/* Current content, parsed afresh: the caller's. NULL if there is none. */
struct json *api_read(struct api *api, enum kind_id kind, const char *ns,
		      const char *name);
/* Posts an Event about an object (source component, type, reason, message);
 * repeats raise its count. */
void api_tell(struct api *api, const struct json *about, const char *component,
	      const char *type, const char *reason, const char *fmt, ...)
	st_printf(6, 7);
