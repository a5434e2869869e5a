/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * watching - a client's watch: the first objects, then an event line for each
 * change that concerns it, bookmarks between.
 *
 * Threads: the loop thread. Memory: a watching is the caller's until it is
 * over; it is freed by watching_free in any case.
 */
#include "lab/api.h"

struct api_ctx;
struct watching;

/* The stream has ended from our side: the sink's `end` comes next. May be
 * called in a later turn alone. */
typedef void (*watching_over_fn)(void *arg);

struct watching_to {
	struct api_sink sink;
	void *sink_arg;
	watching_over_fn over;
	void *over_arg;
};

/* NULL: ctx->status says why. Else the sink's `begin` and the first events
 * have been called. */
struct watching *watching_new(struct api_ctx *ctx,
			      const struct watching_to *to);
/* No calls come any more. */
void watching_free(struct watching *watching);
