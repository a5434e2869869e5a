/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * upstream_ask - one question to other servers, over the network: by UDP, each
 * time from a port, with an ID and in upper and lower case of its own, and by
 * TCP what does not fit (RFC 5452).
 *
 * Threads: that of the loop. Memory: an ask is freed by its owner, also from
 * inside done().
 */
#include <stddef.h>
#include <stdint.h>

#include "dnsd/outside.h"
#include "statefuld/dnsd.h"

struct loop;
struct upstream_ask;

struct upstream_ask_config {
	struct loop *loop;
	const struct dnsd_listen *servers; /* borrowed */
	size_t n_servers;
	size_t first; /* who is asked first */
	/* Called once, later; takes what `outside` owns. */
	void (*done)(struct outside *take_outside, void *arg);
	void *arg;
};

/* How long it takes at most, so that clients still wait for it (DNS-093). */
enum { UPSTREAM_TRIES = 2, UPSTREAM_TRY_MS = 850 };

struct upstream_ask *upstream_ask_new(const struct upstream_ask_config *config,
				      const struct name *name, uint16_t qtype);
void upstream_ask_free(struct upstream_ask *ask);

enum upstream_verdict {
	UPSTREAM_FOREIGN, /* not a reply to this query: as if it had not come */
	UPSTREAM_REPLY,
	UPSTREAM_USELESS, /* an error: somebody else may know */
	UPSTREAM_BY_TCP,  /* cut, or the name came back in another case */
};
/* Pure. The query is what was sent. */
enum upstream_verdict upstream_judge(const uint8_t *query, size_t question_len,
				     const uint8_t *wire, size_t len);
