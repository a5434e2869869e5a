/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tcp - DNS over TCP (RFC 7766) and over TLS (RFC 7858) for all listening
 * addresses, on one loop.
 *
 * What a client may make us hold is bounded: one unfinished message, replies
 * up to TCP_PENDING_MAX, and TCP_STREAMS_MAX streams; until those are taken,
 * nothing more is read from it.
 *
 * Threads: all on the loop's thread, which need not be registered with RCU
 * beforehand: tcp_new and tcp_free do that; it is online only while it answers.
 * Memory: tcp_free closes all connections, not the listening sockets.
 */
#include <stddef.h>
#include <stdint.h>

#include "dnsd/answer.h"
#include "dnsd/tcp_stream.h"

struct listener;
struct loop;
struct stats;
struct tcp;
struct tls_server;
struct zone_slot;

enum { TCP_IDLE_MS = 30000 }; /* unless said otherwise */

struct tcp_config {
	struct loop *loop;
	const struct answer_config *answer;
	const struct zone_slot *slot;
	const struct listener *listeners; /* borrowed */
	size_t n_listeners;
	/* TLS is spoken on these, with the certificate of `tls`. */
	const struct listener *dot;
	size_t n_dot;
	const struct tls_server *tls; /* borrowed; see tcp_set_tls */
	struct stats *stats;
	struct tcp_hook hook; /* all zero: none */

	/* 0 = default (DNS-183). At a limit the connection that has been
	 * silent for longest gives way. */
	size_t max_connections;	     /* 1000; see tcp_new */
	size_t max_per_source;	     /* half of max_connections */
	uint64_t idle_timeout_ms;    /* 30 s; a quarter when near the limit */
	uint64_t message_timeout_ms; /* 5 s for a message to be complete */
	uint64_t write_timeout_ms;   /* 5 s without the client taking a byte */
};

/* Raises the soft limit of open files, if need be, so that max_connections can
 * be held; where the hard limit forbids it there will be fewer, and the log
 * says so. */
struct tcp *tcp_new(const struct tcp_config *config);
void tcp_free(struct tcp *tcp);
/* New connections get that certificate, old ones keep theirs. Borrowed until
 * the next call or tcp_free. */
void tcp_set_tls(struct tcp *tcp, const struct tls_server *tls);
size_t tcp_connections(const struct tcp *tcp);
