/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * age - how long ago, as people read it: "7s", "3m20s", "5d4h".
 *
 * Threads: any; pure. Memory: the caller's.
 */
#include <stdint.h>

enum { AGE_MAX = 32 };

/* A duration; up to a second in the future counts as 0s, since clocks
 * differ a little, more is "<invalid>". */
const char *age_text(int64_t seconds, char out[AGE_MAX]);
/* Since a time of RFC 3339; "<unknown>" without one. */
const char *age_since(const char *time, int64_t now_s, char out[AGE_MAX]);
