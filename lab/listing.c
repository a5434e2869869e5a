/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/listing.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/api_face.h"
#include "lab/api_reply.h"
#include "lab/base64.h"
#include "lab/objects.h"
#include "lab/rules.h"
#include "lab/sieve.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static bool has_own_fields(const struct kind *kind)
{
	switch (kind->id) {
	case KIND_POD:
	case KIND_NODE:
	case KIND_EVENT:
	case KIND_NAMESPACE:
	case KIND_SECRET:
	case KIND_SERVICE:
		return true;
	default:
		return false;
	}
}

static bool check_fields(struct api_ctx *ctx, const struct sieve *fields)
{
	const char *key;

	for (size_t i = 0; (key = sieve_key(fields, i)) != NULL; i++) {
		if (rules_has_field(ctx->to.kind, key))
			continue;
		if (has_own_fields(ctx->to.kind))
			status_bad_request(&ctx->status,
					   "field label not supported: %.200s",
					   key);
		else
			status_bad_request(&ctx->status,
					   "\"%.200s\" is not a known field "
					   "selector: only \"metadata.name\", "
					   "\"metadata.namespace\"",
					   key);
		return false;
	}
	return true;
}

bool listing_init(struct listing_filter *filter, struct api_ctx *ctx)
{
	struct err err = {0};

	*filter = (struct listing_filter){
		.kind = ctx->to.kind,
		.ns = *ctx->to.ns != '\0' ? mem_strdup(ctx->to.ns) : NULL,
		.name = mem_strdup(ctx->to.name),
	};
	if (sieve_parse_labels(api_path_param(&ctx->params, "labelSelector"),
			       &filter->labels, &err) != 0 ||
	    sieve_parse_fields(api_path_param(&ctx->params, "fieldSelector"),
			       &filter->fields, &err) != 0)
		status_bad_request(&ctx->status, "%s", err_msg(&err));
	if (api_core_ok(ctx) && check_fields(ctx, filter->fields))
		return true;
	listing_fini(filter);
	return false;
}

void listing_fini(struct listing_filter *filter)
{
	free(filter->ns);
	free(filter->name);
	sieve_free(filter->labels);
	sieve_free(filter->fields);
	*filter = (struct listing_filter){0};
}

struct field_ctx {
	const struct kind *kind;
	const struct object *object;
	const struct json *shown;
	struct json *own; /* what has been parsed on the way */
};

static const char *field_value(const char *key, void *arg)
{
	struct field_ctx *f = arg;
	struct json *stored = NULL;

	if (strcmp(key, "metadata.name") == 0)
		return f->object->name;
	if (strcmp(key, "metadata.namespace") == 0)
		return f->object->ns;
	if (f->shown == NULL && json_parse(f->object->json, f->object->json_len,
					   &stored, NULL) == 0) {
		f->shown = f->own = stored;
		if (!api_face_is_stored(f->kind)) {
			f->shown = f->own = api_face_out(f->kind, stored);
			json_free(stored);
		}
	}
	return rules_field(f->kind, f->shown, key);
}

bool listing_matches(const struct listing_filter *filter,
		     const struct object *object, const struct json *parsed)
{
	struct field_ctx f = {
		.kind = filter->kind,
		.object = object,
		.shown = api_face_is_stored(filter->kind) ? parsed : NULL,
	};
	bool match;

	if ((filter->ns != NULL && strcmp(filter->ns, object->ns) != 0) ||
	    (filter->name != NULL && strcmp(filter->name, object->name) != 0) ||
	    !sieve_match_labels(filter->labels, object->labels))
		return false;
	match = sieve_match(filter->fields, field_value, &f);
	json_free(f.own);
	return match;
}

bool listing_version(struct api_ctx *ctx, const char *text, bool *ret_given,
		     uint64_t *ret_version)
{
	char *end;

	*ret_given = text != NULL && *text != '\0';
	*ret_version = 0;
	if (!*ret_given)
		return true;
	errno = 0;
	*ret_version = strtoull(text, &end, 10);
	if (errno == 0 && isdigit((unsigned char)*text) && *end == '\0')
		return true;
	status_bad_request(&ctx->status,
			   "resourceVersion: Invalid value: \"%.100s\": "
			   "strconv.ParseUint: parsing \"%.100s\": invalid "
			   "syntax",
			   text, text);
	return false;
}

/* Where a list goes on: the version of its first page, and the last key. */
struct cursor {
	uint64_t version;
	char *after; /* NULL: from the beginning */
};

static char *cursor_text(const struct cursor *cursor)
{
	scope_json struct json *json = json_new_object();
	scope_free char *text = NULL;

	json_set_str(json, "v", "meta.k8s.io/v1");
	json_set_int(json, "rv", (int64_t)cursor->version);
	json_set_str(json, "start", cursor->after);
	text = json_print(json);
	return base64_url_encode(text, strlen(text));
}

static bool cursor_read(struct cursor *cursor, const char *text)
{
	size_t len = 0;
	scope_free char *plain = base64_url_decode(text, &len);
	scope_json struct json *json = NULL;
	const char *version = NULL, *start;

	if (plain == NULL || json_parse(plain, len, &json, NULL) != 0)
		return false;
	version = json_str(json, "v");
	start = json_str(json, "start");
	if (version == NULL || strcmp(version, "meta.k8s.io/v1") != 0 ||
	    start == NULL || strchr(start, '/') == NULL)
		return false;
	cursor->version = (uint64_t)json_int(json, "rv", 0);
	cursor->after = mem_strdup(start);
	return true;
}

static void expired(struct api_ctx *ctx, const char *message)
{
	status_set(&ctx->status, 410, "Expired", "%s", message);
}

/* The first page's version stays the list's: a watch from it sees all that
 * later pages may have missed. */
static bool take_cursor(struct api_ctx *ctx, struct cursor *cursor)
{
	const char *text = api_path_param(&ctx->params, "continue");
	const char *version = api_path_param(&ctx->params, "resourceVersion");

	cursor->version = objects_version(ctx->api->objects);
	if (text == NULL || *text == '\0')
		return true;
	if (version != NULL && *version != '\0' && strcmp(version, "0") != 0) {
		status_bad_request(&ctx->status,
				   "specifying resource version is not allowed "
				   "when using continue");
		return false;
	}
	if (!cursor_read(cursor, text)) {
		status_bad_request(&ctx->status,
				   "invalid continue token: continue key is "
				   "not valid");
		return false;
	}
	if (cursor->version >= objects_oldest(ctx->api->objects) &&
	    cursor->version <= objects_version(ctx->api->objects))
		return true;
	expired(ctx, "The provided continue parameter is too old to display a "
		     "consistent list result. You can start a new list without "
		     "the continue parameter.");
	return false;
}

static void too_large(struct api_ctx *ctx, uint64_t asked, uint64_t current)
{
	status_set(&ctx->status, 504, "Timeout",
		   "Too large resource version: %" PRIu64 ", current: %" PRIu64,
		   asked, current);
	ctx->status.retry_after_s = 1;
	mem_grow(ctx->status.causes, ctx->status.n_causes);
	ctx->status.causes[ctx->status.n_causes++] = (struct status_cause){
		.reason = mem_strdup("ResourceVersionTooLarge"),
		.message = mem_strdup("Too large resource version"),
	};
}

static void match_forbidden(struct api_ctx *ctx, const char *why)
{
	status_find(&ctx->status, FINDING_FORBIDDEN, "resourceVersionMatch",
		    NULL, "%s", why);
	api_core_bad_options(ctx, "ListOptions");
}

static void match_unknown(struct api_ctx *ctx, const char *match)
{
	scope_free char *quoted = mem_printf("\"%.100s\"", match);

	status_find(&ctx->status, FINDING_NOT_SUPPORTED, "resourceVersionMatch",
		    quoted, "supported values: \"Exact\", \"NotOlderThan\"");
	api_core_bad_options(ctx, "ListOptions");
}

static bool check_match(struct api_ctx *ctx, bool given, uint64_t version)
{
	const char *match =
		api_path_param(&ctx->params, "resourceVersionMatch");
	uint64_t current = objects_version(ctx->api->objects);
	bool exact = match != NULL && strcmp(match, "Exact") == 0;

	if (given && version > current) {
		too_large(ctx, version, current);
		return false;
	}
	if (match == NULL || *match == '\0')
		return true;
	if (!given)
		match_forbidden(ctx, "resourceVersionMatch is forbidden unless "
				     "resourceVersion is provided");
	else if (exact && version == 0)
		match_forbidden(ctx, "resourceVersionMatch \"exact\" is "
				     "forbidden for resourceVersion \"0\"");
	else if (exact && version < current)
		expired(ctx, "The resourceVersion for the provided list is "
			     "too old.");
	else if (!exact && strcmp(match, "NotOlderThan") != 0)
		match_unknown(ctx, match);
	return api_core_ok(ctx);
}

struct page {
	struct api_ctx *ctx;
	const struct listing_filter *filter;
	struct api_reply_form form;
	struct buf items;
	size_t n, limit, left; /* limit 0: none */
	char *last;	       /* key of the last item, once it is full */
};

static void add_item(struct page *page, const struct object *object)
{
	if (page->n++ > 0)
		buf_putc(&page->items, ',');
	api_reply_item(&page->items, &page->form, object->json,
		       object->json_len, true);
	if (page->n == page->limit)
		page->last = mem_printf("%s/%s", object->ns, object->name);
}

/* A full page looks on, to know whether (and how much) there is more. */
static bool on_object(const struct object *object, void *arg)
{
	struct page *page = arg;
	const struct listing_filter *filter = page->filter;

	if (!listing_matches(filter, object, NULL))
		return true;
	if (page->limit == 0 || page->n < page->limit) {
		add_item(page, object);
		return true;
	}
	page->left++;
	return filter->labels == NULL && filter->fields == NULL;
}

static void fill(struct page *page, const char *after)
{
	const struct objects *objects = page->ctx->api->objects;
	const struct listing_filter *filter = page->filter;
	const char *name = sieve_exact(filter->fields, "metadata.name");
	const struct object *object;

	if (name == NULL || after != NULL ||
	    (filter->ns == NULL && filter->kind->namespaced)) {
		objects_each(objects, filter->kind->id, filter->ns, after,
			     on_object, page);
		return;
	}
	object = objects_get(objects, filter->kind->id,
			     filter->ns != NULL ? filter->ns : "", name);
	if (object != NULL)
		on_object(object, page);
}

static char *list_metadata(const struct page *page, struct cursor *cursor)
{
	scope_json struct json *json = json_new_object();
	char version[24];

	snprintf(version, sizeof(version), "%" PRIu64, cursor->version);
	json_set_str(json, "resourceVersion", version);
	if (page->left > 0) {
		struct cursor next = {cursor->version, page->last};
		scope_free char *token = cursor_text(&next);

		json_set_str(json, "continue", token);
		if (page->filter->labels == NULL &&
		    page->filter->fields == NULL)
			json_set_int(json, "remainingItemCount",
				     (int64_t)page->left);
	}
	return json_print(json);
}

static void put_list(struct page *page, const char *metadata)
{
	struct api_ctx *ctx = page->ctx;
	const char *items = page->items.data != NULL ? page->items.data : "";
	bool partial = ctx->form.form == NEGOTIATE_PARTIAL;
	char version[64];

	api_reply_text(ctx, 200, "application/json", "");
	if (ctx->form.form == NEGOTIATE_TABLE)
		api_reply_table(&ctx->body, &page->form, metadata, items, true);
	else
		buf_printf(&ctx->body,
			   "{\"kind\":\"%sList\",\"apiVersion\":\"%s\","
			   "\"metadata\":%s,\"items\":[",
			   partial ? "PartialObjectMetadata"
				   : ctx->to.kind->kind,
			   partial ? ctx->form.api_version
				   : kinds_api_version(ctx->to.kind, version),
			   metadata);
	if (ctx->form.form != NEGOTIATE_TABLE) {
		buf_put(&ctx->body, items, page->items.len);
		buf_puts(&ctx->body, "]}");
	}
	buf_putc(&ctx->body, '\n');
}

static size_t limit_of(struct api_ctx *ctx, bool cached)
{
	const char *text = api_path_param(&ctx->params, "limit");
	long long limit = text != NULL ? strtoll(text, NULL, 10) : 0;

	/* What a real server has in its cache it gives as a whole. */
	return cached || limit < 0 ? 0 : (size_t)limit;
}

static void reply(struct api_ctx *ctx, const struct listing_filter *filter,
		  struct cursor *cursor, bool cached)
{
	struct page page = {
		.ctx = ctx,
		.filter = filter,
		.limit = limit_of(ctx, cached),
		.form = {.kind = ctx->to.kind,
			 .form = ctx->form,
			 .include = api_reply_include(ctx),
			 .now_s = clk_wall_s()},
	};
	scope_free char *metadata = NULL;

	buf_init(&page.items, 0);
	fill(&page, cursor->after);
	metadata = list_metadata(&page, cursor);
	put_list(&page, metadata);
	buf_fini(&page.items);
	free(page.last);
}

void listing_reply(struct api_ctx *ctx)
{
	struct listing_filter filter;
	struct cursor cursor = {0};
	bool given;
	uint64_t version;

	if (!listing_version(ctx,
			     api_path_param(&ctx->params, "resourceVersion"),
			     &given, &version) ||
	    !check_match(ctx, given, version) || !take_cursor(ctx, &cursor) ||
	    !listing_init(&filter, ctx)) {
		free(cursor.after);
		return;
	}
	reply(ctx, &filter, &cursor,
	      given && version == 0 && cursor.after == NULL);
	listing_fini(&filter);
	free(cursor.after);
}
