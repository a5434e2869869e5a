/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * side - one statefuld of the simulation: the real store and the real
 * reconciler, with lists, watches and requests that go as slowly and as badly
 * as the world wants. Defines kube_send() and kube_cancel() itself.
 *
 * Threads: none. Memory: a side's requests outlive it, as the server may act
 * on them still; side_call_free() ends one.
 */
#include <stdbool.h>
#include <stdint.h>

#include "controller/kube.h"
#include "tests/sim/api.h"

struct loop;
struct reconcile;
struct side;
struct store;

enum { SIDE_KINDS = 4 };
extern const enum obj_kind side_kinds[SIDE_KINDS];

/* How a kind comes to the store. */
struct side_feed {
	size_t at; /* of the log: what is told next */
	bool listing;
	struct things list; /* as it was when the list began */
	size_t listed;	    /* items told */
	size_t list_end;    /* of the log, then */
	uint64_t version;   /* of the list */
	uint64_t seen;	    /* the store was told that it has all up to it */
	struct thing *last; /* event, to be told twice */
	/* What the store was told, and so must hold. */
	struct things view;
};

struct kube_call {
	struct kube_call *next;
	struct side *side; /* NULL: it was canceled, or its side is gone */
	enum kube_verb verb;
	char *path, *body;
	kube_fn fn;
	void *arg;
	bool done; /* by the server; the answer is on its way */
	bool lost; /* it never comes: the connection broke */
	struct api_reply reply;
	uint32_t retry_after_ms;
	char *about; /* uid of the object that its sender had in mind, or NULL
		      */
};

/* What judges a side. */
struct side_watch {
	void (*sent)(struct side *side, struct kube_call *call);
	void (*answered)(struct side *side, const struct kube_call *call);
	/* The pod's records leave the zone, or come back. */
	void (*withdrawn)(struct side *side, const char *pod, bool back);
};

struct side {
	struct api *api;
	struct kube_call **calls; /* of the world */
	struct loop *loop;
	struct store *store;
	struct reconcile *reconcile;
	struct side_feed feeds[SIDE_KINDS];
	bool paused; /* it is not the leader */
	bool wants_quota;
	bool frozen; /* hears nothing any more, and does not know */
	const struct side_watch *watch;
	void *judge; /* the watch's own */
};

/* The side that is now being run; for those who are called from inside. */
extern struct side *side_active;

struct side *side_new(struct api *api, struct kube_call **calls,
		      const struct side_watch *watch, void *judge);
void side_free(struct side *side);

/* Each tells the store one more thing of a kind; false: there is none. */
bool side_tell(struct side *side, int kind);
bool side_has_news(const struct side *side, int kind);
/* The last event once more; a bookmark, if nothing is left to be told. */
void side_repeat(struct side *side, int kind);
void side_bookmark(struct side *side, int kind);
/* 410 Gone, or a broken list: the kind is listed anew. */
void side_cut(struct side *side, int kind);
void side_pause(struct side *side, bool paused);
/* There is room in the namespace's quota again; heard by who wants to. */
void side_room(struct side *side, const char *ns);
/* Fires one timer that is due. */
bool side_fire(struct side *side);

/* Carries the request out, or does not (`lost` ones never reach the server);
 * the answer follows with side_answer(). */
void side_serve(struct api *api, struct kube_call *call);
void side_refuse(struct kube_call *call, int http, const char *reason);
/* Takes the call out of the list, tells its side and frees it. */
void side_answer(struct kube_call **calls, struct kube_call *call);
void side_call_free(struct kube_call *call);
