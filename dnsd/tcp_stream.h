/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tcp_stream - a reply on a TCP connection that is of many messages, or that
 * is not there yet: a zone transfer, an answer that somebody else has to be
 * asked for.
 *
 * A hook sees every query before it is answered and may begin a stream for it.
 * Messages are pulled one at a time, only while the client takes what it was
 * sent, in turn with the other streams of the connection, which goes on
 * answering queries meanwhile (RFC 7766 6.2.1.1, RFC 5936 4.2). At most
 * TCP_STREAMS_MAX are under way on a connection; then nothing more is read
 * from it.
 *
 * Threads: the loop thread of TCP. It is registered with RCU, online while the
 * hook runs and offline while next() does. Memory: a stream is freed by its
 * own free(), when it is over or its connection is.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "dnsd/query.h"

struct zone_version;

enum { TCP_STREAMS_MAX = 32 };

struct tcp_stream {
	/* Writes the next message to `out`, which has room for WIRE_MESSAGE
	 * octets, and gives its length; 0: the stream is over; -EAGAIN: there
	 * is none yet, tcp_stream_ready() will tell; other negative codes: the
	 * connection is to be cut. */
	ssize_t (*next)(struct tcp_stream *stream, uint8_t *out);
	void (*free)(struct tcp_stream *stream);

	/* The connection's own. */
	struct tcp_stream *link;
	bool is_waiting;
	void (*wake)(void *arg);
	void *wake_arg;
};

/* Ends the wait that -EAGAIN began. May be called while there is none. */
void tcp_stream_ready(struct tcp_stream *stream);

/* Who asks, and how. */
struct tcp_client {
	const struct sockaddr_storage *addr;
	bool is_tls;
	/* TLS 1.3 with ALPN `dot`: what a transfer needs (RFC 9103 8.4). */
	bool is_xot;
};

/* All of it is valid during the call only. */
struct tcp_ask {
	const struct tcp_client *client;
	const struct zone_version *version; /* NULL where there are no zones */
	const struct query *query;
	enum query_kind kind; /* never QUERY_DROP */
	const uint8_t *wire;
	size_t len;
};

struct tcp_hook {
	/* NULL: the query is answered as any other. */
	struct tcp_stream *(*begin)(const struct tcp_ask *ask, void *arg);
	void *arg;
};

/* Those of one connection, next to be pulled first. */
struct tcp_streams {
	struct tcp_stream *first;
	size_t n;
};
void tcp_streams_add(struct tcp_streams *streams, struct tcp_stream *take);
void tcp_streams_fini(struct tcp_streams *streams);
/* Whether one of them may have a message. */
bool tcp_streams_are_ready(const struct tcp_streams *streams);
/* The next message of the one whose turn it is; as next(), but 0 where none
 * has one now. */
ssize_t tcp_streams_next(struct tcp_streams *streams, uint8_t *out);
