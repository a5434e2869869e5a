/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * upstream - answers that need to know of names in no zone of ours, where a
 * CNAME leads to (DNS-054): the query is handed over, other servers are asked,
 * and the reply goes out later, while all other queries go on.
 *
 * Threads: one of its own; upstream_take_udp from any, the hook from that of
 * TCP. Memory: what is handed over is copied.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/tcp_stream.h"
#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct answer_config;
struct loop;
struct msghdr;
struct stats;
struct upstream;
struct zone_slot;

struct upstream_config {
	const struct answer_config *answer;
	const struct zone_slot *slot;
	struct stats *stats; /* of its thread */
	const struct dnsd_listen *servers;
	size_t n_servers;
};

enum {
	UPSTREAM_JOBS = 1024,  /* queries that wait at the same time */
	UPSTREAM_CACHE = 1024, /* names of which something is kept */
};

st_must_check int upstream_start(const struct upstream_config *config,
				 struct upstream **ret_upstream);
/* Drops what waits. The sockets may be closed after this alone. */
void upstream_stop(struct upstream *upstream);
/* After the TCP thread has ended, too. */
void upstream_free(struct upstream *upstream);

/* A datagram with the query, and where it came from; its control data, if any,
 * becomes the reply's. False: too many wait. */
bool upstream_take_udp(struct upstream *upstream, int fd,
		       const struct msghdr *msg, size_t len);

/* For queries by TCP. `loop` is that of the TCP thread; the hook is valid
 * until upstream_free. */
struct tcp_hook upstream_hook(struct upstream *upstream, struct loop *loop,
			      uint16_t keepalive_ds);
