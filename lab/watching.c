/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/watching.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/api_reply.h"
#include "lab/listing.h"
#include "lab/objects.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

/* As a real server: an open watch ends after half an hour to an hour. */
#define DEFAULT_S     1800
#define BOOKMARK_MS   60000
#define BACKLOG_MAX   (16u << 20) /* beyond the first objects */
#define TIMEOUT_MAX_S (7 * 24 * 3600)

struct watching {
	struct watching_to to;
	struct api *api;
	struct listing_filter filter;
	struct api_reply_form form;
	struct objects_watch *watch;
	struct loop_timer *bookmark, *end;
	uint64_t since; /* events up to here are not told */
	bool bookmarks, over, has_columns;
	size_t first_bytes; /* what the first objects took */
};

static void end_soon(struct watching *w)
{
	w->over = true;
	loop_timer_soon(w->end);
}

static void send(struct watching *w, const char *type, const char *object)
{
	scope_buf struct buf line;
	size_t waiting;

	buf_init(&line, 0);
	buf_printf(&line, "{\"type\":\"%s\",\"object\":", type);
	buf_puts(&line, object);
	buf_puts(&line, "}\n");
	waiting = w->to.sink.chunk(line.data, line.len, w->to.sink_arg);
	if (waiting > BACKLOG_MAX + w->first_bytes && !w->over)
		end_soon(w);
}

/* The definitions of columns are in a Table's first event alone. */
static void put_table(struct watching *w, struct buf *out, const char *row,
		      uint64_t version)
{
	char metadata[64];

	snprintf(metadata, sizeof(metadata),
		 "{\"resourceVersion\":\"%" PRIu64 "\"}", version);
	api_reply_table(out, &w->form, metadata, row, !w->has_columns);
	w->has_columns = true;
}

static void tell(struct watching *w, const char *type, const char *text,
		 size_t len, uint64_t version)
{
	scope_buf struct buf item, table;

	buf_init(&item, 0);
	buf_init(&table, 0);
	w->form.now_s = clk_wall_s();
	api_reply_item(&item, &w->form, text, len, false);
	if (w->form.form.form == NEGOTIATE_TABLE)
		put_table(w, &table, item.data != NULL ? item.data : "",
			  version);
	send(w, type, table.data != NULL ? table.data : item.data);
}

static void tell_object(struct watching *w, const char *type,
			const struct object *object)
{
	tell(w, type, object->json, object->json_len, object->version);
}

/* One that no longer matches goes, for this client: as it was, but with the
 * version of now. */
static void tell_left(struct watching *w, const struct objects_event *event)
{
	scope_json struct json *json = NULL;
	scope_free char *text = NULL;
	char version[24];

	if (json_parse(event->was->json, event->was->json_len, &json, NULL) !=
	    0)
		return;
	snprintf(version, sizeof(version), "%" PRIu64, event->version);
	json_set_str(json_child_object(json, "metadata"), "resourceVersion",
		     version);
	text = json_print(json);
	tell(w, "DELETED", text, strlen(text), event->version);
}

static void on_event(const struct objects_event *event, void *arg)
{
	struct watching *w = arg;
	bool had, has;

	if (w->over || event->version <= w->since)
		return;
	had = event->was != NULL &&
	      listing_matches(&w->filter, event->was, NULL);
	has = event->is != NULL && listing_matches(&w->filter, event->is, NULL);
	if (has)
		tell_object(w, had ? "MODIFIED" : "ADDED", event->is);
	else if (had && event->is == NULL)
		tell_object(w, "DELETED", event->last);
	else if (had)
		tell_left(w, event);
}

static void send_bookmark(struct watching *w, uint64_t version, bool first)
{
	const struct kind *kind = w->form.kind;
	scope_buf struct buf out;
	char api_version[64];
	bool partial = w->form.form.form == NEGOTIATE_PARTIAL;

	buf_init(&out, 0);
	if (w->form.form.form == NEGOTIATE_TABLE) {
		put_table(w, &out, "", version);
		send(w, "BOOKMARK", out.data);
		return;
	}
	buf_printf(&out,
		   "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{"
		   "\"resourceVersion\":\"%" PRIu64 "\"%s}}",
		   partial ? "PartialObjectMetadata" : kind->kind,
		   partial ? w->form.form.api_version
			   : kinds_api_version(kind, api_version),
		   version,
		   first ? ",\"annotations\":{\"k8s.io/initial-events-end\":"
			   "\"true\"}"
			 : "");
	send(w, "BOOKMARK", out.data);
}

static void on_bookmark(void *arg)
{
	struct watching *w = arg;

	send_bookmark(w, objects_version(w->api->objects), false);
	loop_timer_set(w->bookmark, BOOKMARK_MS);
}

/* Nothing is after this: the owner frees. */
static void on_end(void *arg)
{
	struct watching *w = arg;

	if (w->bookmarks && !w->over)
		send_bookmark(w, objects_version(w->api->objects), false);
	w->over = true;
	w->to.over(w->to.over_arg);
}

static bool on_first(const struct object *object, void *arg)
{
	struct watching *w = arg;

	if (listing_matches(&w->filter, object, NULL)) {
		w->first_bytes += object->json_len * 4 + 4096;
		tell_object(w, "ADDED", object);
	}
	return true;
}

static void send_error(struct watching *w, const struct status *status)
{
	scope_json struct json *json = status_json(status);
	scope_free char *text = json_print(json);

	send(w, "ERROR", text);
	end_soon(w);
}

static void send_expired(struct watching *w, uint64_t asked)
{
	struct status status;

	status_init(&status);
	status_set(&status, 410, "Expired",
		   "too old resource version: %" PRIu64 " (%" PRIu64 ")", asked,
		   objects_oldest(w->api->objects));
	send_error(w, &status);
	status_fini(&status);
}

struct start {
	bool given; /* a version to start after, */
	uint64_t version;
	bool first;	/* with the objects that are there */
	bool first_end; /* and a bookmark behind them */
};

static bool forbidden(struct api_ctx *ctx, const char *why)
{
	status_find(&ctx->status, FINDING_FORBIDDEN, "resourceVersionMatch",
		    NULL, "%s", why);
	api_core_bad_options(ctx, "ListOptions");
	return false;
}

static bool check_match(struct api_ctx *ctx, bool asks_first)
{
	const char *match =
		api_path_param(&ctx->params, "resourceVersionMatch");
	bool given = match != NULL && *match != '\0';

	if (!asks_first && given)
		return forbidden(ctx, "resourceVersionMatch is forbidden for "
				      "watch unless sendInitialEvents is "
				      "provided");
	if (asks_first && (!given || strcmp(match, "NotOlderThan") != 0))
		return forbidden(ctx, "sendInitialEvents requires setting "
				      "resourceVersionMatch to NotOlderThan");
	return true;
}

static bool read_start(struct api_ctx *ctx, struct start *start)
{
	const char *first = api_path_param(&ctx->params, "sendInitialEvents");
	bool asks = first != NULL && *first != '\0';

	if (!listing_version(ctx,
			     api_path_param(&ctx->params, "resourceVersion"),
			     &start->given, &start->version) ||
	    !check_match(ctx, asks))
		return false;
	start->first = !start->given || start->version == 0;
	if (asks) {
		start->first = api_path_flag(&ctx->params, "sendInitialEvents");
		start->first_end = start->first;
	}
	return true;
}

static void send_first(struct watching *w, const struct start *start)
{
	struct objects *objects = w->api->objects;

	objects_each(objects, w->filter.kind->id, w->filter.ns, NULL, on_first,
		     w);
	if (start->first_end && w->bookmarks)
		send_bookmark(w, objects_version(objects), true);
}

static void begin(struct watching *w, const struct start *start)
{
	struct objects *objects = w->api->objects;
	uint64_t current = objects_version(objects);
	bool from_now =
		start->first || start->version == 0 || start->version > current;
	struct err err = {0};

	w->since = start->version > current ? start->version : 0;
	w->to.sink.begin("application/json", w->to.sink_arg);
	if (start->first)
		send_first(w, start);
	if (objects_watch_new(objects, w->filter.kind->id,
			      from_now ? current : start->version, on_event, w,
			      &w->watch, &err) != 0)
		send_expired(w, start->version);
}

static uint64_t lifetime_ms(struct api_ctx *ctx)
{
	const char *text = api_path_param(&ctx->params, "timeoutSeconds");
	long long s = text != NULL ? strtoll(text, NULL, 10) : 0;

	if (s <= 0)
		return (DEFAULT_S + (uint64_t)clk_random(DEFAULT_S)) * 1000u;
	return (uint64_t)(s < TIMEOUT_MAX_S ? s : TIMEOUT_MAX_S) * 1000u;
}

struct watching *watching_new(struct api_ctx *ctx, const struct watching_to *to)
{
	struct start start = {0};
	struct listing_filter filter;
	struct watching *w;

	if (!read_start(ctx, &start) || !listing_init(&filter, ctx))
		return NULL;
	w = mem_zalloc(sizeof(*w));
	w->to = *to;
	w->api = ctx->api;
	w->filter = filter;
	w->form = (struct api_reply_form){.kind = ctx->to.kind,
					  .form = ctx->form,
					  .include = api_reply_include(ctx)};
	w->bookmarks = api_path_flag(&ctx->params, "allowWatchBookmarks");
	w->end = loop_timer_new(w->api->loop, on_end, w);
	w->bookmark = loop_timer_new(w->api->loop, on_bookmark, w);
	loop_timer_set(w->end, lifetime_ms(ctx));
	if (w->bookmarks)
		loop_timer_set(w->bookmark, BOOKMARK_MS);
	begin(w, &start);
	return w;
}

void watching_free(struct watching *w)
{
	if (w == NULL)
		return;
	objects_watch_free(w->watch);
	loop_timer_free(w->bookmark);
	loop_timer_free(w->end);
	listing_fini(&w->filter);
	free(w);
}
