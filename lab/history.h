/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * history - the newest writes, in order, and those who watch them.
 *
 * A write is open until history_close says that it will stay; only then it
 * is told. Events go when there are too many, or when the contents that
 * nothing but the history keeps are too large; those that a watcher has yet to
 * be told stay.
 *
 * Threads: the loop thread. Memory: the history holds references to contents.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/objects.h"
#include "statefuld/attr.h"

struct content;

struct history_event {
	uint64_t version;
	struct content *was, *is, *last; /* as in struct objects_event */
	size_t cost;			 /* bytes; the history's own */
};

struct history {
	struct history_event *ring;
	size_t cap;	 /* a power of 2, or 0 */
	uint64_t first;	 /* events are numbered; this one is the oldest, */
	uint64_t open;	 /* the first that may still be taken back, */
	uint64_t end;	 /* and the number that the next will get */
	uint64_t oldest; /* version from which a watch may start */
	size_t bytes;
	size_t max_events, max_bytes;
	struct objects_watch *watches, *watches_last;
	bool is_telling;
};

/* `version` is the newest one so far. */
void history_init(struct history *history, uint64_t version);
/* All watches must have been freed. */
void history_fini(struct history *history);

/* Takes the three references over. */
void history_add(struct history *history, struct history_event take_event);
/* The open events, oldest first. NULL behind the last. */
const struct history_event *history_open(const struct history *history,
					 size_t at);
void history_close(struct history *history);
/* Drops the newest open event. */
void history_take_back(struct history *history);
/* Drops all closed events: whoever asks for them must list again. */
void history_forget(struct history *history, uint64_t version);

/* Tells closed events to the watches. Returns whether some have more to
 * come: call again soon. */
bool history_tell(struct history *history);

struct objects_watch *history_watch(struct history *history, enum kind_id kind,
				    uint64_t since, objects_watch_fn fn,
				    void *arg);
/* Whether a watch has yet to be told something. */
bool history_has_news(const struct history *history);
