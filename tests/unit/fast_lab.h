/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fast_lab - one query by dnsd/fast.h and by the ordinary path, side by side.
 *
 * Threads: one. Memory: none is kept.
 */
#include "tests/unit/serve_lab.h"

/* Whether the query was taken as a plain one. Then length, octets, RCODE and
 * the turn of rotation are those of the ordinary path, whatever lies behind
 * the packet; a difference aborts. `env` ends as that path leaves it. */
bool fast_lab_compare(struct answer_env *env, const struct zone_slot *slot,
		      const uint8_t *wire, size_t len);
