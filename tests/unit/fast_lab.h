/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fast_lab - one query by dnsd/fast.h and by the ordinary path, side by side.
 *
 * Threads: one. Memory: fast_lab_fini releases what is recalled; the slot is
 * the caller's.
 */
#include "tests/unit/serve_lab.h"

struct recall;

struct fast_lab {
	const struct zone_slot *slot;
	struct recall *recall;
};

struct fast_lab fast_lab(const struct zone_slot *slot);
void fast_lab_fini(struct fast_lab *lab);

/* Whether the query was taken as a plain one. Then length, octets, RCODE and
 * the turn of rotation are those of the ordinary path, whatever lies behind
 * the packet, and also the second time, when the answer may be recalled; a
 * difference aborts. `env` ends as that path leaves it. */
bool fast_lab_compare(struct answer_env *env, const struct fast_lab *lab,
		      const uint8_t *wire, size_t len);
