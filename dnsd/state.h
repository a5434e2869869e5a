/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * state - the last zones in a folder, for a start without API server.
 *
 * The file is written on a thread of its own, under another name, synced, and
 * then put in the place of the old one; so there is always one whole file. It
 * is written after changes, at most every five seconds, and less often where
 * that takes long: writing takes a twentieth of the time at most.
 *
 * Threads: the loop thread. Memory: the path is copied.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct err;
struct loop;
struct state;
struct zone_slot;

enum { STATE_EVERY_MS = 5000, STATE_MAX_BYTES = 1 << 30 };

/* Checks that the folder can be written to, or makes it. */
st_must_check int state_new(struct loop *loop, struct zone_slot *slot,
			    const char *dir, struct state **ret_state,
			    struct err *err);
/* Puts what the file has into the zones, and makes them ready. Static names
 * that are there already stay as they are. 0 and ret->saved_s 0: there is no
 * file. ST_EPARSE, -errno: the file is left out, and nothing has changed. */
st_must_check int state_restore(struct state *state, struct dnsd_restored *ret,
				struct err *err);
/* From now on. */
void state_keep(struct state *state);
/* Writes what is not written yet, and ends. */
void state_free(struct state *state);

void state_counts(const struct state *state, struct dnsd_state_counts *ret);
