/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_patch.h"

#include <string.h>

#include "lab/api_body.h"
#include "lab/api_core.h"
#include "lab/api_face.h"
#include "lab/api_write.h"
#include "lab/managed.h"
#include "lab/patch.h"
#include "lab/schema.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"

static void unsupported(struct api_ctx *ctx)
{
	status_set(&ctx->status, 415, "UnsupportedMediaType",
		   "the body of the request was in an unknown format - "
		   "accepted media types include: "
		   "application/json-patch+json, application/merge-patch+json, "
		   "application/strategic-merge-patch+json, "
		   "application/apply-patch+yaml");
}

static int patch(struct api_ctx *ctx, const struct kind *kind,
		 struct json **doc, const struct json *change)
{
	switch (negotiate_content(ctx->in->content_type)) {
	case NEGOTIATE_BODY_JSON_PATCH:
		return patch_json(doc, change, &ctx->status);
	case NEGOTIATE_BODY_MERGE:
		return patch_merge(*doc, change, &ctx->status);
	case NEGOTIATE_BODY_STRATEGIC:
		if (kind != NULL)
			return patch_strategic(*doc, change, schema_of(kind),
					       &ctx->status);
		return patch_merge(*doc, change, &ctx->status);
	default:
		unsupported(ctx);
		return -1;
	}
}

static bool is_patch(const struct api_ctx *ctx)
{
	switch (negotiate_content(ctx->in->content_type)) {
	case NEGOTIATE_BODY_JSON_PATCH:
	case NEGOTIATE_BODY_MERGE:
	case NEGOTIATE_BODY_STRATEGIC:
		return true;
	default:
		return false;
	}
}

struct json *api_patch_plain(struct api_ctx *ctx, struct json *take_doc)
{
	struct json *doc = take_doc;
	scope_json struct json *change = NULL;

	if (!is_patch(ctx))
		unsupported(ctx);
	else
		change = api_body_any(ctx);
	if (change != NULL && patch(ctx, NULL, &doc, change) == 0 &&
	    api_core_ok(ctx))
		return doc;
	json_free(doc);
	return NULL;
}

static bool must_be_object(struct api_ctx *ctx, const struct json *doc)
{
	if (json_type(doc) == JSON_OBJECT)
		return true;
	status_bad_request(&ctx->status,
			   "the patched document is no JSON object");
	return false;
}

static struct json *patched(struct api_ctx *ctx, const struct kind *kind,
			    const struct object *object)
{
	scope_json struct json *change = api_body_any(ctx);
	scope_json struct json *live = NULL;
	scope_json struct json *doc = NULL;

	if (change == NULL)
		return NULL;
	live = api_write_parse(object);
	doc = api_face_out(kind, live);
	if (patch(ctx, kind, &doc, change) != 0 || !api_core_ok(ctx) ||
	    !must_be_object(ctx, doc))
		return NULL;
	api_body_check_patched(ctx, kind, doc);
	return api_core_ok(ctx) ? api_face_in(kind, doc) : NULL;
}

static bool check_apply(struct api_ctx *ctx)
{
	const char *manager = api_path_param(&ctx->params, "fieldManager");

	if (manager != NULL && *manager != '\0')
		return true;
	status_find(&ctx->status, FINDING_REQUIRED, "fieldManager", NULL,
		    "is required for apply patch");
	api_core_bad_options(ctx, "PatchOptions");
	return false;
}

static bool check_applied(struct api_ctx *ctx, const struct kind *kind,
			  const struct json *applied)
{
	char version[64];
	const char *have = json_str(applied, "apiVersion");
	const char *name = json_str(applied, "metadata.name");

	if (!must_be_object(ctx, applied))
		return false;
	kinds_api_version(kind, version);
	if (have == NULL || json_str(applied, "kind") == NULL ||
	    strcmp(have, version) != 0)
		status_bad_request(&ctx->status,
				   "Incorrect version specified in apply "
				   "patch. Specified patch version: %.100s, "
				   "expected: %s",
				   have != NULL ? have : "", version);
	else if (name != NULL && strcmp(name, ctx->to.name) != 0)
		status_bad_request(&ctx->status,
				   "the name of the object (%.300s) does not "
				   "match the name on the URL (%.300s)",
				   name, ctx->to.name);
	else if (json_at(applied, "metadata.managedFields") != NULL)
		status_bad_request(&ctx->status,
				   "metadata.managedFields must be nil");
	return api_core_ok(ctx);
}

static struct json *server_side(struct api_ctx *ctx, const struct kind *kind,
				const struct object *object)
{
	scope_json struct json *applied = NULL;
	scope_json struct json *live = NULL;
	scope_json struct json *merged = NULL;

	if (!check_apply(ctx))
		return NULL;
	applied = api_body_any(ctx);
	if (applied == NULL || !check_applied(ctx, kind, applied))
		return NULL;
	api_body_check_patched(ctx, kind, applied);
	if (!api_core_ok(ctx))
		return NULL;
	if (object != NULL) {
		scope_json struct json *stored = api_write_parse(object);

		live = api_face_out(kind, stored);
	}
	if (managed_apply(kind, live, applied, ctx->manager,
			  api_path_flag(&ctx->params, "force"), ctx->to.sub,
			  clk_wall_s(), &merged, &ctx->status) != 0)
		return NULL;
	ctx->applied = true;
	return api_face_in(kind, merged);
}

struct json *api_patch_apply(struct api_ctx *ctx, const struct kind *kind,
			     const struct object *object)
{
	if (negotiate_content(ctx->in->content_type) == NEGOTIATE_BODY_APPLY)
		return server_side(ctx, kind, object);
	if (is_patch(ctx))
		return patched(ctx, kind, object);
	unsupported(ctx);
	return NULL;
}
