/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * stream - the body of a list or watch under way, made piece by piece.
 *
 * A list is consistent because the world stands still while it is read: see
 * stream_is_listing.
 *
 * Threads: one. Memory: a stream owns nothing.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tests/e2e/scripted/request.h"
#include "tests/e2e/scripted/world.h"

struct buf;
struct history;
struct render;

enum stream_mode { STREAM_NONE, STREAM_LIST, STREAM_WATCH };

struct stream {
	enum stream_mode mode;
	enum world_kind kind;
	bool in_items; /* still sending items of the state at the start */
	bool says_end; /* a watch-list: tell when that is over */
	bool truncate; /* break off half-way through the items */
	bool has_item; /* one was sent */
	bool bookmarks;
	uint32_t next, end; /* items left */
	uint32_t middle;
	uint64_t version;
	uint64_t place;	      /* in the history, for watches */
	uint64_t end_ms;      /* 0: no end by time */
	uint64_t bookmark_ms; /* the next one */
	uint32_t bookmark_every_ms;
};

/* What streams read from. */
struct stream_source {
	const struct world *world;
	struct render *render;
	const struct history *history;
};

/* The page that the request wants; true if it is not the last one. */
bool stream_begin_list(struct stream *stream, const struct stream_source *from,
		       const struct request *request, struct buf *out);
/* False: the version asked for is too old, send stream_put_gone. */
bool stream_begin_watch(struct stream *stream, const struct stream_source *from,
			const struct request *request, uint64_t now_ms);

enum stream_state {
	STREAM_MORE, /* call again when there is room */
	STREAM_IDLE, /* nothing to send now */
	STREAM_DONE, /* the body is whole */
	STREAM_BREAK /* cut the connection, as asked */
};
/* Appends the next piece, some 64 KiB at most. */
enum stream_state stream_fill(struct stream *stream,
			      const struct stream_source *from, uint64_t now_ms,
			      struct buf *out);
bool stream_is_listing(const struct stream *stream);
/* A watch's ERROR event for a version that is too old. */
void stream_put_gone(struct buf *out);
/* A line of a watch with this object. */
void stream_put_event(const struct stream_source *from, const char *type,
		      enum world_kind kind, uint32_t index, struct buf *out);
