/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/api_face.h"
#include "lab/objects.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

void api_reply_text(struct api_ctx *ctx, int code, const char *content_type,
		    const char *text)
{
	ctx->code = code;
	ctx->content_type = content_type;
	buf_clear(&ctx->body);
	buf_puts(&ctx->body, text);
}

static void reply_begin(struct api_ctx *ctx, int code)
{
	ctx->code = code;
	ctx->content_type = "application/json";
	buf_clear(&ctx->body);
}

void api_reply_json(struct api_ctx *ctx, int code, const struct json *json)
{
	scope_free char *text = json_print(json);

	reply_begin(ctx, code);
	buf_puts(&ctx->body, text);
	buf_putc(&ctx->body, '\n');
}

enum table_include api_reply_include(const struct api_ctx *ctx)
{
	const char *include = api_path_param(&ctx->params, "includeObject");

	if (include != NULL && strcmp(include, "Object") == 0)
		return TABLE_OBJECT;
	if (include != NULL && strcmp(include, "None") == 0)
		return TABLE_NONE;
	return TABLE_METADATA;
}

static void put_json(struct buf *out, struct json *take_json)
{
	scope_json struct json *json = take_json;
	scope_free char *text = json_print(json);

	buf_puts(out, text);
}

static struct json *partial(const struct negotiated *form,
			    const struct json *object)
{
	struct json *result = json_new_object();

	json_set_str(result, "kind", "PartialObjectMetadata");
	json_set_str(result, "apiVersion", form->api_version);
	json_set(result, "metadata", json_dup(json_get(object, "metadata")));
	return result;
}

/* Items of a typed list do not say their kind: it is the list's. Stored texts
 * begin with it. */
static void put_text(struct buf *out, const struct kind *kind, const char *text,
		     size_t len, bool in_list)
{
	char version[64], head[256];
	int n = snprintf(head, sizeof(head),
			 "{\"kind\":\"%s\",\"apiVersion\":\"%s\",", kind->kind,
			 kinds_api_version(kind, version));
	size_t skip = (size_t)n;

	if (in_list && len > skip && memcmp(text, head, skip) == 0) {
		buf_putc(out, '{');
		buf_put(out, text + skip, len - skip);
	} else {
		buf_put(out, text, len);
	}
}

static void put_parsed(struct buf *out, const struct api_reply_form *form,
		       const struct json *object, bool in_list)
{
	struct json *shown = api_face_out(form->kind, object);
	scope_free char *text = NULL;

	switch (form->form.form) {
	case NEGOTIATE_TABLE:
		put_json(out, table_row(form->kind, shown, form->include,
					form->now_s));
		break;
	case NEGOTIATE_PARTIAL:
		put_json(out, partial(&form->form, shown));
		break;
	default:
		text = json_print(shown);
		put_text(out, form->kind, text, strlen(text), in_list);
	}
	json_free(shown);
}

void api_reply_item(struct buf *out, const struct api_reply_form *form,
		    const char *text, size_t len, bool in_list)
{
	scope_json struct json *object = NULL;

	if (form->form.form == NEGOTIATE_OBJECT &&
	    api_face_is_stored(form->kind)) {
		put_text(out, form->kind, text, len, in_list);
		return;
	}
	if (json_parse(text, len, &object, NULL) == 0)
		put_parsed(out, form, object, in_list);
}

void api_reply_table(struct buf *out, const struct api_reply_form *form,
		     const char *metadata, const char *rows, bool columns)
{
	buf_printf(out,
		   "{\"kind\":\"Table\",\"apiVersion\":\"%s\",\"metadata\":%s,"
		   "\"columnDefinitions\":",
		   form->form.api_version, metadata);
	if (columns)
		put_json(out, table_columns(form->kind));
	else
		buf_puts(out, "[]");
	buf_puts(out, ",\"rows\":[");
	buf_puts(out, rows);
	buf_puts(out, "]}");
}

static struct api_reply_form form_of(const struct api_ctx *ctx)
{
	return (struct api_reply_form){
		.kind = ctx->to.kind,
		.form = ctx->form,
		.include = api_reply_include(ctx),
		.now_s = clk_wall_s(),
	};
}

static void put_one(struct api_ctx *ctx, const struct api_reply_form *form,
		    const char *item, const char *version)
{
	scope_free char *metadata = mem_printf("{\"resourceVersion\":\"%s\"}",
					       version != NULL ? version : "");

	if (form->form.form == NEGOTIATE_TABLE)
		api_reply_table(&ctx->body, form, metadata, item, true);
	else
		buf_puts(&ctx->body, item);
	buf_putc(&ctx->body, '\n');
}

void api_reply_object(struct api_ctx *ctx, int code, const struct json *object)
{
	struct api_reply_form form = form_of(ctx);
	scope_buf struct buf item;

	buf_init(&item, 0);
	put_parsed(&item, &form, object, false);
	reply_begin(ctx, code);
	put_one(ctx, &form, item.data,
		json_str(object, "metadata.resourceVersion"));
}

void api_reply_stored(struct api_ctx *ctx, int code,
		      const struct object *object)
{
	struct api_reply_form form = form_of(ctx);
	scope_buf struct buf item;
	char version[24];

	buf_init(&item, 0);
	api_reply_item(&item, &form, object->json, object->json_len, false);
	snprintf(version, sizeof(version), "%" PRIu64, object->version);
	reply_begin(ctx, code);
	put_one(ctx, &form, item.data != NULL ? item.data : "", version);
}

void api_reply_success(struct api_ctx *ctx, int code, const struct kind *kind,
		       const char *name, const char *uid)
{
	scope_json struct json *status = json_new_object();

	json_set_str(status, "kind", "Status");
	json_set_str(status, "apiVersion", "v1");
	json_child_object(status, "metadata");
	json_set_str(status, "status", "Success");
	if (kind != NULL) {
		struct json *details = json_child_object(status, "details");

		json_set_str(details, "name", name);
		if (*kind->group != '\0')
			json_set_str(details, "group", kind->group);
		json_set_str(details, "kind", kind->plural);
		json_set_str(details, "uid", uid);
	} else {
		json_set_int(status, "code", code);
	}
	api_reply_json(ctx, code, status);
}

/* Failures of the server as such, not of a resource, have empty details. */
static bool is_generic(int code)
{
	return code == 404 || code == 405 || code == 406;
}

void api_reply_failure(struct api_ctx *ctx)
{
	scope_json struct json *json = status_json(&ctx->status);

	if (is_generic(ctx->status.code) && json_get(json, "details") == NULL) {
		json_remove(json, "code");
		json_child_object(json, "details");
		json_set_int(json, "code", ctx->status.code);
	}
	api_reply_json(ctx, ctx->status.code, json);
}
