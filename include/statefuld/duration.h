/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * duration - times as people write them: "300ms", "1.5s", "1m30s".
 *
 * Threads: any. Memory: no heap.
 */
#include <stdint.h>

#include "statefuld/attr.h"

struct err;

/* Milliseconds up to `max_ms`. Each number needs its unit, ms, s, m or h; 0
 * may go without. ST_EINVAL. */
st_must_check int duration_parse(uint64_t *ret_ms, const char *text,
				 uint64_t max_ms, struct err *err);
