/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * event - Events about StatefulSets (SS-180 to SS-185): what becomes of each,
 * as client-go's recorder decides it (SS-184), and the recorder that sends
 * them.
 *
 * Threads: the loop thread; event_judge() itself is pure but for the memory
 * it is given. Memory: bounded, whatever comes in.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_memory;
struct kube;
struct loop;
struct recorder;

enum {
	EVENT_MEMORY = 4096, /* entries of each kind, the latest */
	EVENT_SIMILAR = 10,  /* different messages that still go out alone */
	EVENT_SIMILAR_S = 600,
	EVENT_BURST = 25,
	EVENT_REFILL_S = 300,
	EVENT_QUIET_S = 600, /* a Warning repeated is told again after that */
	EVENT_QUEUE = 1000,  /* waiting to be sent */
};

struct event {
	const char *ns, *set, *uid; /* whom it is about */
	const char *type;	    /* "Normal" or "Warning" */
	const char *reason;
	const char *message;
	const char *source; /* component */
	bool retried;	    /* every retry emits it; see event_judge() */
};

enum event_fate { EVENT_DROP, EVENT_POST, EVENT_PATCH };
struct event_verdict {
	enum event_fate fate;
	char *name;    /* of the Event object */
	char *message; /* perhaps with the prefix of collapsed ones */
	int64_t count;
	int64_t first_us;
};

struct event_memory *event_memory_new(void);
void event_memory_free(struct event_memory *memory);
/* A Warning that is retried, was told and is still so is not told again: not
 * before something went well for the object, or EVENT_QUIET_S passed. */
void event_judge(struct event_memory *memory, const struct event *event,
		 int64_t now_us, struct event_verdict *ret_verdict);
void event_verdict_fini(struct event_verdict *verdict);

/* Sends one after the other; failures are logged and cost nobody anything. */
struct recorder *recorder_new(struct loop *loop, struct kube *kube);
void recorder_free(struct recorder *recorder);
void recorder_emit(struct recorder *recorder, const struct event *event);
