/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fast - the plain questions of a batch of packets, answered at once.
 *
 * Nearly all that comes is one question of class IN for an ordinary type,
 * with no record or one OPT without options, and nearly all answers are one
 * RRset or the SOA of a denial that fit without truncation. These are read
 * here in one pass that makes the key of the trie while it checks the packet,
 * and looked up all together. Everything else is left to query_parse and
 * answer_write; what is answered here has the very octets that those would
 * give, which tests/unit/test_fast.c and tests/fuzz/fuzz_fast.c insist on.
 *
 * Threads: any that is online with RCU while the version is in use. Memory:
 * no heap; an ask borrows the packet.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/answer.h"
#include "dnsd/key.h"
#include "dnsd/zone.h"
#include "statefuld/name.h"

enum {
	/* Octets behind a packet that may be read, and behind a reply that may
	 * be written; what they hold does not matter. */
	FAST_PAD = 64,
	FAST_BATCH = 64,
};

struct fast_ask {
	const uint8_t *wire;
	uint16_t question_end; /* where records would begin */
	uint16_t qtype;
	uint16_t edns_size;
	bool has_edns, wants_dnssec;
	struct zone_hit hit;
	struct key key;
	/* The name, lower case; more than a name has room for is used. */
	uint8_t name[NAME_MAX_LEN + 33];
};

/* Whether the packet is a plain question. */
bool fast_read(struct fast_ask *ret_ask, const uint8_t *wire, size_t len);

/* Looks all up; n is FAST_BATCH at most. */
void fast_find(const struct zone_version *version, struct fast_ask **asks,
	       size_t n);

/* Whether the answer is a plain one too: then it was written. If not, nothing
 * has happened, but to `out`. */
bool fast_write(struct answer_env *env, const struct zone_version *version,
		const struct fast_ask *ask, uint8_t *out,
		struct answer *ret_answer);
