/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pace - so many of something a second: a bucket of tokens.
 *
 * Time comes in as a value, monotonic milliseconds. Threads: belongs to one.
 * Memory: embedded, nothing to release.
 */
#include <stdint.h>

struct pace {
	uint32_t rate;	/* a second; 0: no limit */
	uint32_t burst; /* what the bucket holds */
	double tokens;
	uint64_t filled_ms;
};

/* The bucket is full. burst 0: as much as the rate. */
void pace_init(struct pace *pace, uint32_t rate, uint32_t burst,
	       uint64_t now_ms);
/* 0: now, and a token was taken. Else none was, and in so many milliseconds
 * there will be one. */
uint64_t pace_take(struct pace *pace, uint64_t now_ms);
