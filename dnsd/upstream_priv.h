/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * upstream_priv - what the two sides of upstream share.
 *
 * Threads: as said at each field. Memory: owned by the upstream.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "dnsd/answer.h"
#include "dnsd/outside.h"
#include "dnsd/upstream.h"
#include "statefuld/buf.h"

enum { UPSTREAM_CONTROL = 64 };

/* A query that waits. */
struct upstream_job {
	struct upstream_job *next;
	int n_rounds;
	struct sockaddr_storage from;
	/* UDP */
	int fd;
	socklen_t from_len;
	size_t control_len;
	_Alignas(8) uint8_t control[UPSTREAM_CONTROL];
	/* TCP; NULL for UDP */
	struct upstream_late *late;
	bool is_tls, is_xot;
	size_t len;
	uint8_t wire[];
};

struct upstream_lookup {
	struct upstream_lookup *next;
	struct upstream *upstream;
	struct upstream_ask *ask;
	struct name name;
	uint16_t qtype;
	struct upstream_job *jobs;
};

struct upstream_kept {
	struct outside outside; /* qtype 0: nothing */
	uint64_t since_ms;
};

/* A reply by TCP that is to come: the TCP thread's alone. */
struct upstream_late {
	struct tcp_stream base;
	struct upstream_late *next, **link;
	bool is_gone; /* its connection is */
	bool is_there;
	/* The upstream's thread fills these before it tells. */
	size_t len;
	uint8_t *reply;
};

struct upstream {
	struct upstream_config config;
	struct loop *loop;
	pthread_t thread;
	bool is_running;
	atomic_uint n_jobs;
	/* From any thread. */
	pthread_mutex_t lock;
	struct upstream_job *handed; /* under it, newest first */
	/* The thread's own. */
	struct upstream_lookup *lookups;
	size_t turn;
	struct upstream_kept kept[UPSTREAM_CACHE];
	uint8_t *out; /* room for any reply */
	/* The TCP thread's. */
	struct loop *tcp_loop;
	uint16_t keepalive_ds;
	struct upstream_late *lates;
	uint8_t *scratch;
};

/* Consumes the job where it says true. */
bool upstream_hand_over(struct upstream *upstream, struct upstream_job *job);
/* From the upstream's thread. */
void upstream_late_tell(struct upstream *upstream, struct upstream_late *late,
			const uint8_t *reply, size_t len);
void upstream_lates_free(struct upstream *upstream);
