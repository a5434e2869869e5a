/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * history - the last so many watch events, each as the line that is sent.
 *
 * Events are numbered one after another over all kinds (their place); a watch
 * holds the place of the event that it sends next.
 *
 * Threads: one. Memory: the history owns the lines; a borrowed event is valid
 * until the next history_add or history_forget.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/e2e/scripted/world.h"

struct history;

struct history_event {
	enum world_kind kind;
	uint64_t version;
	char *line; /* ends in a newline */
	size_t len;
};

/* Keeps at most `keep` events, 1 or more. `version` is the world's now. */
struct history *history_new(size_t keep, uint64_t version);
void history_free(struct history *history);
/* Versions never go down. */
void history_add(struct history *history, enum world_kind kind,
		 uint64_t version, char *take_line, size_t len);
/* Drops all events, as a compaction does: nobody can resume from a version
 * before `version`. */
void history_forget(struct history *history, uint64_t version);

/* Place of the first event after that version. False if events after it were
 * dropped: answer 410. */
bool history_find(const struct history *history, uint64_t version,
		  uint64_t *ret_place);
/* Place of the next event to come. */
uint64_t history_end(const struct history *history);
/* NULL where there is none yet; *ret_lost when it was dropped. */
const struct history_event *history_at(const struct history *history,
				       uint64_t place, bool *ret_lost);
