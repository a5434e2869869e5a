/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kube_stream - what watch.c needs of kube beyond single requests: bodies as
 * they arrive, and the state of the server that all watches share.
 *
 * Threads: the loop thread. Memory: as kube.h.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "controller/kube.h"

struct kube_stream_ops {
	/* The server said 2xx; the body follows. */
	void (*open)(void *arg);
	/* Not 0: no more of it is wanted; `done` then gets ST_ECANCELED. */
	int (*data)(const char *data, size_t len, void *arg);
	/* Code 0: the body ended as it should. */
	void (*done)(const struct kube_answer *answer, void *arg);
};
/* A GET without a time limit. `ops` must stay. */
struct kube_call *kube_stream(struct kube *kube, const char *path,
			      const struct kube_stream_ops *ops, void *arg);

struct loop *kube_loop(const struct kube *kube);

/* The connection of that call is in doubt: what is sent from now on goes over
 * another one. */
void kube_suspect(struct kube *kube, const struct kube_call *call);

/* One watch's view of the server. The first in trouble makes one line in the
 * log, the last to be well again another; a server that comes and goes is not
 * told more than once in ten seconds. */
struct kube_member {
	TAILQ_ENTRY(kube_member) link;
	bool in_trouble;
	/* Another member has come out of trouble: worth a try now. */
	void (*retry)(void *arg);
	void *arg;
};
/* `retry` and `arg` are set by the caller, who leaves before it goes away. */
void kube_join(struct kube *kube, struct kube_member *member);
void kube_leave(struct kube *kube, struct kube_member *member);
/* `event` names the line. */
void kube_trouble(struct kube *kube, struct kube_member *member,
		  const char *event, const char *cause);
void kube_well(struct kube *kube, struct kube_member *member);

/* Whether this server sends initial events on a watch (sendInitialEvents). */
enum kube_ability { KUBE_UNKNOWN, KUBE_ABLE, KUBE_UNABLE };
enum kube_ability kube_watch_list(const struct kube *kube);
void kube_set_watch_list(struct kube *kube, enum kube_ability ability);
