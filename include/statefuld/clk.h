/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * clk - the only source of time and of jitter; tests put a fake in its place.
 *
 * Threads: any for reading; faking is for single-threaded tests. Memory: none.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

uint64_t clk_mono_ns(void);
uint64_t clk_mono_ms(void);
int64_t clk_wall_s(void);
int64_t clk_wall_us(void);

/* From now on both clocks stand still at these values. */
void clk_fake(uint64_t mono_ns, int64_t wall_us);
void clk_fake_advance_ms(uint64_t ms);
void clk_real(void);

/* Uniform in [0, bound); bound 0 gives 0. Seeded from the kernel; clk_seed
 * makes it repeatable for tests. */
uint32_t clk_random(uint32_t bound);
void clk_seed(uint64_t seed);

/* RFC 3339 "2026-01-02T03:04:05Z", with microseconds if asked: ISO text that
 * the API takes for Time and MicroTime. `out` needs 32 bytes. */
void clk_format(char out[32], int64_t wall_us, int with_us);
/* Reads RFC 3339 (fraction and offset allowed). ST_EPARSE otherwise. */
st_must_check int clk_parse(const char *text, int64_t *ret_wall_us);
