/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * server_impl - what server.c and conn.c share: the server's state, and
 * connections as the server sees them.
 *
 * Threads: the loop thread. Memory: a connection frees itself when it ends.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tests/e2e/scripted/server.h"

struct conn;

struct server_counts {
	uint64_t lists, pages, watches; /* pages: lists with a token */
};

struct server {
	struct server_config config;
	struct world world;
	struct stream_source source;
	struct history *history;
	struct conn *conns;
	struct loop_fd *listen_event;
	struct loop_timer *tick;
	int listen_fd;
	uint16_t port;

	/* Faults under way. */
	uint32_t truncate; /* kinds, as bits */
	uint32_t expire_left;
	uint32_t throttle_left, throttle_s;
	uint64_t storm_until_ms, hang_until_ms, away_until_ms;

	/* Changes. */
	uint64_t hold_until_ms[WORLD_KINDS]; /* a list in pages is read */
	struct command *waiting;
	size_t n_waiting;
	uint32_t rate;
	double owed; /* changes due and not yet made */
	uint64_t last_tick_ms;

	struct server_counts counts[WORLD_KINDS];
	uint64_t writes, others, bytes;
};

/* Takes the descriptor. */
void conn_accept(struct server *server, int take_fd);
void conn_free(struct conn *conn);
struct conn *conn_next(const struct conn *conn);
/* Sends what there is to send. May free the connection. */
void conn_pump(struct conn *conn);
/* What is being sent; mode STREAM_NONE between answers. */
const struct stream *conn_stream(const struct conn *conn);
/* Sends these bytes on an open watch; then closes the connection in the middle
 * of the answer (`cut`), ends the answer properly (`end`), or goes on. */
enum conn_after { CONN_CUT, CONN_END, CONN_GO_ON };
void conn_inject(struct conn *conn, const char *data, size_t len,
		 enum conn_after after);
