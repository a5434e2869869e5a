/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * loop_fake - defines the functions of statefuld/loop.h that a reconciler
 * uses, for a world that moves the clock itself. Nothing fires by itself.
 *
 * Threads: none. Memory: timers belong to whoever made them.
 */
#include <stdbool.h>
#include <stdint.h>

struct loop;

/* When the next timer is due, by clk_mono_ms(); UINT64_MAX: none is set. */
uint64_t loop_fake_due(const struct loop *loop);
/* Fires the one that has been due longest, if any is due. */
bool loop_fake_fire(struct loop *loop);
/* What was asked for "soon": to be called after every call into a user. */
void loop_fake_flush(struct loop *loop);
