/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_body.h"

#include <string.h>

#include "lab/api_core.h"
#include "lab/api_face.h"
#include "lab/schema.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/yaml.h"

static void unsupported(struct api_ctx *ctx)
{
	status_set(&ctx->status, 415, "UnsupportedMediaType",
		   "the body of the request was in an unknown format - "
		   "accepted media types include: application/json, "
		   "application/yaml");
}

static struct json *parse_json(struct api_ctx *ctx, const char *text,
			       size_t len)
{
	struct json *json = NULL;
	struct err err = {0};

	if (json_parse(text, len, &json, &err) != 0)
		status_bad_request(&ctx->status,
				   "the object provided is unrecognized: "
				   "couldn't get version/kind; json parse "
				   "error: %s",
				   err_msg(&err));
	return json;
}

static struct json *parse_yaml(struct api_ctx *ctx, const char *text,
			       size_t len)
{
	struct json *json = NULL;
	struct err err = {0};

	if (yaml_parse(text, len, &json, &err) != 0)
		status_bad_request(&ctx->status, "error decoding YAML: %s",
				   err_msg(&err));
	return json;
}

struct json *api_body_any(struct api_ctx *ctx)
{
	const char *text = ctx->in->body != NULL ? ctx->in->body : "";

	switch (negotiate_content(ctx->in->content_type)) {
	case NEGOTIATE_BODY_JSON:
	case NEGOTIATE_BODY_JSON_PATCH:
	case NEGOTIATE_BODY_MERGE:
	case NEGOTIATE_BODY_STRATEGIC:
		return parse_json(ctx, text, ctx->in->body_len);
	case NEGOTIATE_BODY_YAML:
	case NEGOTIATE_BODY_APPLY:
		return parse_yaml(ctx, text, ctx->in->body_len);
	default:
		unsupported(ctx);
		return NULL;
	}
}

static void put_quoted(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		if ((unsigned char)*text >= ' ')
			buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

/* RFC 9111 in its first form: 299 is a miscellaneous persistent warning. */
static void on_finding(enum schema_finding what, const char *path,
		       const char *text, void *arg)
{
	struct api_ctx *ctx = arg;

	(void)what;
	(void)path;
	buf_puts(&ctx->warnings, "299 - ");
	put_quoted(&ctx->warnings, text);
	buf_putc(&ctx->warnings, '\n');
}

static bool same_or_absent(const struct json *object, const char *member,
			   const char *value)
{
	const char *text = json_str(object, member);

	return text == NULL || *text == '\0' || strcmp(text, value) == 0;
}

/* Other groups than the path's are refused, and so are other kinds. */
static bool is_of(struct api_ctx *ctx, const struct json *object,
		  const char *api_version, const char *kind)
{
	const char *text = json_str(object, "kind");

	if (json_type(object) != JSON_OBJECT) {
		status_bad_request(&ctx->status,
				   "the object provided is unrecognized (must "
				   "be of type %s): couldn't get version/kind; "
				   "json parse error: it is no object",
				   kind);
		return false;
	}
	if (!same_or_absent(object, "kind", kind)) {
		status_bad_request(&ctx->status,
				   "%.100s in version \"%s\" cannot be handled "
				   "as a %s: converting (%.100s) to (%s): "
				   "unknown conversion",
				   text, api_version, kind, text, kind);
		return false;
	}
	if (!same_or_absent(object, "apiVersion", api_version)) {
		status_bad_request(&ctx->status,
				   "the API version in the data (%.100s) does "
				   "not match the expected API version (%s)",
				   json_str(object, "apiVersion"), api_version);
		return false;
	}
	return true;
}

/* Unknown and duplicate fields are refused or warned of, as the request's
 * fieldValidation says; wrong types are refused in any case. */
static void check(struct api_ctx *ctx, const struct kind *kind,
		  struct json *object, const char *text, size_t len)
{
	scope_free char *refusal = schema_refusal(kind, text, len, object,
						  ctx->checking == API_STRICT);

	if (refusal != NULL) {
		status_bad_request(&ctx->status, "%s", refusal);
		return;
	}
	if (ctx->checking == API_WARN)
		schema_strict(schema_of(kind), text, len, on_finding, ctx);
	schema_prune(kind, object);
}

/* What is not JSON text, or no object's, is checked as it was understood. */
static void check_printed(struct api_ctx *ctx, const struct kind *kind,
			  struct json *object)
{
	scope_free char *text = json_print(object);

	check(ctx, kind, object, text, strlen(text));
}

struct json *api_body_object(struct api_ctx *ctx, const struct kind *kind)
{
	scope_json struct json *object = NULL;
	char version[64];
	enum negotiate_body body = negotiate_content(ctx->in->content_type);

	if (body != NEGOTIATE_BODY_JSON && body != NEGOTIATE_BODY_YAML) {
		unsupported(ctx);
		return NULL;
	}
	object = api_body_any(ctx);
	if (object == NULL ||
	    !is_of(ctx, object, kinds_api_version(kind, version), kind->kind))
		return NULL;
	if (body == NEGOTIATE_BODY_YAML)
		check_printed(ctx, kind, object);
	else
		check(ctx, kind, object, ctx->in->body, ctx->in->body_len);
	return api_core_ok(ctx) ? api_face_in(kind, object) : NULL;
}

struct json *api_body_other(struct api_ctx *ctx, const char *api_version,
			    const char *kind)
{
	struct json *object = api_body_any(ctx);

	if (object != NULL && !is_of(ctx, object, api_version, kind)) {
		json_free(object);
		object = NULL;
	}
	return object;
}

void api_body_check_patched(struct api_ctx *ctx, const struct kind *kind,
			    struct json *object)
{
	check_printed(ctx, kind, object);
}
