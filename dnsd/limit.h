/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * limit - what a UDP reply becomes when its client has had too many like it:
 * nothing, a cut one, or one that asks for a cookie (DNS-125, 164, 187).
 *
 * Threads: any. Memory: limit_free releases all.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/answer.h"
#include "statefuld/dnsd.h"

struct limit;

/* Never limited: the ranges, and whoever has a good cookie. */
struct limit *limit_new(uint32_t rate, uint32_t slip,
			const struct dnsd_range *exempt, size_t n);
void limit_free(struct limit *limit);

enum limit_deed { LIMIT_PASSED, LIMIT_CUT, LIMIT_DROPPED };

/* Counts the reply at `out` and perhaps writes another in its place. now_s: of
 * any clock that goes on evenly. */
enum limit_deed limit_reply(struct limit *limit, struct answer_env *env,
			    const struct query *query, struct answer *answer,
			    uint8_t *out, uint32_t now_s);
