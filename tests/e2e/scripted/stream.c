/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/scripted/stream.h"

#include <inttypes.h>

#include "statefuld/buf.h"
#include "tests/e2e/scripted/history.h"
#include "tests/e2e/scripted/render.h"

enum { PIECE = 64 << 10 };

/* The index behind the last object of the page. */
static uint32_t page_end(const struct world *world, enum world_kind kind,
			 uint32_t begin, uint32_t limit)
{
	uint32_t count = world_count(world, kind);
	uint32_t at = begin < count ? begin : count;

	for (uint32_t n = 0; at < count && (limit == 0 || n < limit); at++)
		n += world_exists(world, kind, at);
	return at;
}

bool stream_begin_list(struct stream *s, const struct stream_source *from,
		       const struct request *request, struct buf *out)
{
	/* As API servers do: "any version" is served from the cache, whole. */
	bool any = request->has_version && request->version == 0;
	uint32_t limit = any ? 0 : request->limit;
	uint32_t count = world_count(from->world, request->kind);
	char token[40];

	*s = (struct stream){
		.mode = STREAM_LIST, .kind = request->kind, .in_items = true};
	s->next = request->has_token ? request->token_index : 0;
	s->end = page_end(from->world, s->kind, s->next, limit);
	s->middle = s->next + (s->end - s->next) / 2;
	s->version = request->has_token ? request->token_version
					: from->world->version;
	buf_printf(out,
		   "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{"
		   "\"resourceVersion\":\"%" PRIu64 "\"",
		   render_kind(s->kind), render_api_version(s->kind),
		   s->version);
	if (s->end < count) {
		request_token(token, s->version, s->end);
		buf_printf(out,
			   ",\"continue\":\"%s\",\"remainingItemCount\":%u",
			   token, count - s->end);
	}
	buf_puts(out, "},\"items\":[");
	return s->end < count;
}

bool stream_begin_watch(struct stream *s, const struct stream_source *from,
			const struct request *request, uint64_t now_ms)
{
	bool resumes = request->has_version && request->version != 0;

	*s = (struct stream){.mode = STREAM_WATCH,
			     .kind = request->kind,
			     .bookmarks = request->bookmarks,
			     .version = from->world->version,
			     .place = history_end(from->history)};
	if (request->timeout_s != 0)
		s->end_ms = now_ms + UINT64_C(1000) * request->timeout_s;
	if (request->initial_events || !resumes) {
		s->in_items = true;
		s->says_end = request->initial_events;
		s->end = world_count(from->world, s->kind);
		s->middle = s->end / 2;
		return true;
	}
	return history_find(from->history, request->version, &s->place);
}

bool stream_is_listing(const struct stream *stream)
{
	return stream->in_items;
}

void stream_put_event(const struct stream_source *from, const char *type,
		      enum world_kind kind, uint32_t index, struct buf *out)
{
	buf_puts(out, "{\"type\":\"");
	buf_puts(out, type);
	buf_puts(out, "\",\"object\":");
	render_object(from->render, kind, index, true, out);
	buf_puts(out, "}\n");
}

void stream_put_gone(struct buf *out)
{
	buf_puts(out, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\","
		      "\"apiVersion\":\"v1\",\"metadata\":{},"
		      "\"status\":\"Failure\",\"message\":\"too old resource "
		      "version\",\"reason\":\"Expired\",\"code\":410}}\n");
}

static void put_bookmark(const struct stream *s, bool is_end, struct buf *out)
{
	buf_printf(out,
		   "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"%s\","
		   "\"apiVersion\":\"%s\",\"metadata\":{"
		   "\"resourceVersion\":\"%" PRIu64 "\","
		   "\"creationTimestamp\":null%s}}}\n",
		   render_kind(s->kind), render_api_version(s->kind),
		   s->version,
		   is_end ? ",\"annotations\":{\"k8s.io/initial-events-end\":"
			    "\"true\"}"
			  : "");
}

static void put_item(struct stream *s, const struct stream_source *from,
		     struct buf *out)
{
	if (s->mode == STREAM_WATCH) {
		stream_put_event(from, "ADDED", s->kind, s->next, out);
		return;
	}
	if (s->has_item)
		buf_putc(out, ',');
	render_object(from->render, s->kind, s->next, false, out);
	s->has_item = true;
}

static enum stream_state end_items(struct stream *s, struct buf *out)
{
	s->in_items = false;
	if (s->mode == STREAM_LIST) {
		buf_puts(out, "]}\n");
		return STREAM_DONE;
	}
	if (s->says_end)
		put_bookmark(s, true, out);
	return STREAM_MORE;
}

static enum stream_state
fill_items(struct stream *s, const struct stream_source *from, struct buf *out)
{
	for (; s->next < s->end; s->next++) {
		if (out->len >= PIECE)
			return STREAM_MORE;
		if (s->truncate && s->next >= s->middle)
			return STREAM_BREAK;
		if (world_exists(from->world, s->kind, s->next))
			put_item(s, from, out);
	}
	return end_items(s, out);
}

static enum stream_state
fill_events(struct stream *s, const struct stream_source *from, struct buf *out)
{
	uint64_t end = history_end(from->history);
	bool lost = false;

	for (; s->place < end; s->place++) {
		const struct history_event *event =
			history_at(from->history, s->place, &lost);

		if (lost) {
			stream_put_gone(out);
			return STREAM_DONE;
		}
		if (out->len >= PIECE)
			return STREAM_MORE;
		if (event->kind == s->kind)
			buf_put(out, event->line, event->len);
	}
	s->version = from->world->version;
	return STREAM_IDLE;
}

static void fill_bookmark(struct stream *s, uint64_t now_ms, struct buf *out)
{
	if (!s->bookmarks || s->bookmark_every_ms == 0)
		return;
	if (s->bookmark_ms != 0 && now_ms >= s->bookmark_ms)
		put_bookmark(s, false, out);
	if (s->bookmark_ms == 0 || now_ms >= s->bookmark_ms)
		s->bookmark_ms = now_ms + s->bookmark_every_ms;
}

enum stream_state stream_fill(struct stream *s,
			      const struct stream_source *from, uint64_t now_ms,
			      struct buf *out)
{
	enum stream_state state;

	if (s->in_items)
		return fill_items(s, from, out);
	state = fill_events(s, from, out);
	if (state != STREAM_IDLE)
		return state;
	fill_bookmark(s, now_ms, out);
	return s->end_ms != 0 && now_ms >= s->end_ms ? STREAM_DONE
						     : STREAM_IDLE;
}
