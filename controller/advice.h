/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * advice - what somebody should hear about a set beyond what
 * kube-controller-manager tells: mistakes in its spec, a Service that does not
 * fit, a rollout that cannot move and what frees it.
 *
 * advice_find() says what is so now; advice_due() compares that with what was
 * told already, so that each finding is told once while it lasts, and again
 * when it comes back.
 *
 * Threads: any; pure. Memory: findings and notes own their texts.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;
struct obj_service;
struct plan;
struct plan_world;

enum {
	/* Objects applied together come one after the other. */
	ADVICE_SETTLE_S = 5,
	/* A pod that does not get ready: at another revision than the update's
	 * it has no hope of its own, any other may just be slow. */
	ADVICE_HOPELESS_S = 10,
	ADVICE_SLOW_S = 60,
};

struct finding {
	const char *reason; /* of the event */
	char *text;	    /* its message; or what comes before the time */
	char *fix;	    /* what comes after it; NULL: no time is told */
	char *pod;	    /* the one to look at for more; or NULL */
	int64_t since_s;    /* 0: since it was first seen */
	uint32_t after_s;   /* not told earlier than that */
	/* Not told of a set that was there before us, so that a restart makes
	 * no noise. */
	bool only_news;
};

struct advice {
	struct finding *findings;
	size_t n;
};

/* A Service of the set's namespace; NULL: there is none. */
typedef const struct obj_service *(*advice_service_fn)(const char *name,
						       const void *arg);
/* `service` NULL: Services are not known. The plan is that of PLAN_PODS. */
void advice_find(const struct plan_world *world, const struct plan *plan,
		 advice_service_fn service, const void *arg,
		 struct advice *ret_advice);
void advice_fini(struct advice *advice);
void advice_move(struct advice *to, struct advice *from);

struct advice_note {
	uint64_t key;
	int64_t first_s;
	bool told;
};
struct advice_notes {
	struct advice_note *notes;
	size_t n;
	bool begun;
};
void advice_notes_fini(struct advice_notes *notes);
/* Takes in what is found now. Calls tell for each finding that is due, with
 * the time since when it is so. Returns after how many seconds to look again;
 * -1: no need. */
int64_t advice_due(struct advice_notes *notes, const struct advice *advice,
		   bool is_news, int64_t now_s,
		   void (*tell)(const struct finding *finding, int64_t since_s,
				void *arg),
		   void *arg);

/* Why a pod does not get ready, from its status; NULL: it does not say. */
char *advice_why(const struct json *pod);
/* The event's message. `why` may be NULL. */
char *advice_message(const struct finding *finding, int64_t since_s,
		     const char *why);
/* The paths in which two templates differ: "spec.containers[main].image, ...";
 * NULL: in none. */
char *advice_changes(const struct json *was, const struct json *is);
