/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_model - drives the zones with operations read from bytes, beside a
 * model that is a plain list, and compares the two after every commit. A
 * difference aborts.
 *
 * Threads: one. Memory: the zones stay for the next input, but for every
 * hundredth, after which they are freed, and everything must have come back.
 */
#include <stddef.h>
#include <stdint.h>

void zone_model_run(const uint8_t *data, size_t size);
