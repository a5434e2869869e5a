/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fast - the plain questions of a batch of packets, answered at once.
 *
 * Nearly all that comes is one question of class IN for an ordinary type,
 * with no record or one OPT without options, and nearly all answers are one
 * RRset or the SOA of a denial that fit without truncation. These are read
 * here in one pass. Most were asked lately, and what they got is at hand
 * (dnsd/recall.h); the others are looked up all together. Everything else is
 * left to query_parse and answer_write; what is answered here has the very
 * octets that those would give, which tests/unit/test_fast.c and
 * tests/fuzz/fuzz_fast.c insist on.
 *
 * Threads: any that is online with RCU while the version is in use. Memory:
 * no heap; an ask borrows the packet, the version, and what is recalled.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "dnsd/answer.h"
#include "dnsd/key.h"
#include "dnsd/recall.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/name.h"

enum {
	/* Octets behind a packet that may be read, and behind a reply that may
	 * be written; what they hold does not matter. */
	FAST_PAD = 64,
	FAST_BATCH = 64,
};

/* How far an ask has come. */
enum fast_state {
	FAST_OTHER,   /* not plain */
	FAST_UNKNOWN, /* fast_find is to say */
	FAST_KNOWN,   /* `find` says what to answer */
};

struct fast_ask {
	enum fast_state state;
	const uint8_t *wire;
	uint16_t question_end; /* where records would begin */
	uint16_t edns_size;
	bool has_edns, wants_dnssec;
	struct recall_ask ask; /* of what is in `name` */
	struct recall_find find;
	/* The name, lower case; more than a name has room for is used. */
	uint8_t name[NAME_MAX_LEN + 33];
	struct key key; /* unless it was recalled */
};

/* Says which of the packets, as recvmmsg gave them, are plain questions, and
 * lists those whose answer is not recalled; returns how many those are. */
size_t fast_read(struct fast_ask *ret_asks, const struct recall *recall,
		 const struct zone_version *version, const struct mmsghdr *in,
		 size_t n, struct fast_ask **ret_unknown);

/* Looks those up; n is FAST_BATCH at most. */
void fast_find(const struct zone_version *version, struct fast_ask **asks,
	       size_t n);

/* Writes the answer, which is ask->find, of an ask that is FAST_KNOWN. Returns
 * its length, or 0 if it is not plain: then nothing has happened, but to
 * `out`. */
size_t fast_write(struct answer_env *env, const struct fast_ask *ask,
		  uint8_t *out);

static inline uint16_t fast_rcode(const struct fast_ask *ask)
{
	return ask->find.is_missing ? RCODE_NXDOMAIN : RCODE_NOERROR;
}

static inline uint16_t fast_type(const struct fast_ask *ask)
{
	return wire_get16(ask->wire + ask->question_end - 4);
}
