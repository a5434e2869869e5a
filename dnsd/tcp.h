/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tcp - DNS over TCP (RFC 7766) for all listening addresses, on one loop.
 *
 * Replies of one connection come in the order of its queries. What a client
 * may make us hold is bounded: one unfinished message, and replies up to
 * TCP_PENDING_MAX; until those are taken, nothing more is read from it.
 *
 * Threads: all on the loop's thread, which need not be registered with RCU
 * beforehand: tcp_new and tcp_free do that; it is online only while it answers.
 * Memory: tcp_free closes all connections, not the listening sockets.
 */
#include <stddef.h>
#include <stdint.h>

#include "dnsd/answer.h"

struct listener;
struct loop;
struct stats;
struct tcp;
struct zone_slot;

struct tcp_config {
	struct loop *loop;
	const struct answer_config *answer;
	const struct zone_slot *slot;
	const struct listener *listeners; /* borrowed */
	size_t n_listeners;
	struct stats *stats;

	/* 0 = default (DNS-183). At a limit the connection that has been
	 * silent for longest gives way. */
	size_t max_connections;	     /* 1000, or less by RLIMIT_NOFILE */
	size_t max_per_source;	     /* half of max_connections */
	uint64_t idle_timeout_ms;    /* 30 s; a quarter when near the limit */
	uint64_t message_timeout_ms; /* 5 s for a message to be complete */
	uint64_t write_timeout_ms;   /* 5 s without the client taking a byte */
};

struct tcp *tcp_new(const struct tcp_config *config);
void tcp_free(struct tcp *tcp);
size_t tcp_connections(const struct tcp *tcp);
