/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * expect - which missing names will be there soon, so that their absence must
 * not be kept for long (DNS-072). Immutable.
 *
 * Names are filed by a hash alone: two that meet would only have one of them
 * asked for again sooner.
 *
 * Threads: any. Memory: a table is its maker's until published with a version.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct expect;
struct zone_expected;

/* NULL if there is nothing to expect. */
struct expect *expect_new(const struct zone_expected *items, size_t n,
			  uint32_t ttl_s);
void expect_free(struct expect *expect);
/* Either may be NULL. */
bool expect_equals(const struct expect *a, const struct expect *b);

/* Whether the name, lower case, is expected; if so, how long its absence may
 * be kept. depth: its labels below the zone's apex, which alone tell of most
 * misses that they are not. */
bool expect_find(const struct expect *expect, const uint8_t *name, size_t depth,
		 uint32_t *ret_ttl_s);
