/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tcp_conn - one TCP connection, plain or with TLS: frames in, replies out.
 *
 * Replies come in the order of the queries, but for those that take a stream
 * (dnsd/tcp_stream.h).
 *
 * Threads: one. Memory: the connection owns its descriptor, its session and
 * what it could not finish; in the common case that is nothing, as a whole
 * query is read, answered and written in buffers that all connections share.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/answer.h"
#include "dnsd/tcp_stream.h"
#include "dnsd/wire.h"
#include "statefuld/buf.h"

struct stats;
struct tls;
struct zone_slot;

enum {
	TCP_FRAME_MAX = 2 + WIRE_MESSAGE,
	TCP_READ_LEN = 65536,
	/* Replies that are collected for one write: any one has room, and
	 * behind it more while they are short. */
	TCP_PENDING_MAX = 2 * TCP_FRAME_MAX,
};

/* What the connections of a thread share. */
struct tcp_work {
	struct answer_env env;
	const struct zone_slot *slot;
	struct stats *stats;
	struct tcp_hook hook; /* begin may be NULL */
	uint32_t n_batches;
	uint32_t n_answered; /* of the batch under way */
	struct query query;
	uint8_t in[TCP_READ_LEN];
	uint8_t out[TCP_PENDING_MAX];
};

struct tcp_limits {
	uint64_t idle_ms, message_ms, write_ms;
};

struct tcp_conn {
	int fd;
	struct tls *tls; /* NULL: plain */
	struct tcp_client client;
	bool has_more;	    /* octets may wait in the session */
	bool has_ended;	    /* the client will send no more */
	struct buf in, out; /* what is unfinished */
	struct tcp_streams streams;
	void (*wake)(void *arg); /* a stream that waited is ready */
	void *wake_arg;
	uint64_t active_ms;   /* last whole query, or begin */
	uint64_t message_ms;  /* begin of the unfinished query */
	uint64_t progress_ms; /* last time the client took something */
};

/* from: borrowed for as long as the connection lives. */
void tcp_conn_init(struct tcp_conn *conn, int take_fd, struct tls *take_tls,
		   const struct sockaddr_storage *from, uint64_t now_ms);
void tcp_conn_fini(struct tcp_conn *conn);

/* Does what can be done without blocking. False: close it, as it failed, is
 * finished or broke the framing (DNS-111). Uses RCU: the thread is registered
 * and offline. */
bool tcp_conn_serve(struct tcp_conn *conn, struct tcp_work *work,
		    uint64_t now_ms);

/* LOOP_READ, LOOP_WRITE or both: what to wait for. 0: for a stream alone. */
int tcp_conn_wants(const struct tcp_conn *conn);
/* Whether its time is over (DNS-183). */
bool tcp_conn_is_overdue(const struct tcp_conn *conn,
			 const struct tcp_limits *limits, uint64_t now_ms);
