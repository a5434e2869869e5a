/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_body.h"

#include <stdio.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/api_face.h"
#include "lab/proto.h"
#include "lab/schema.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/yaml.h"

#define SUMMARY_MAX 30

static void unsupported(struct api_ctx *ctx)
{
	status_set(&ctx->status, 415, "UnsupportedMediaType",
		   "the body of the request was in an unknown format - "
		   "accepted media types include: application/json, "
		   "application/yaml");
}

/* The first bytes of a body: as text, or in hex. */
static char *summary(const char *text, size_t len)
{
	size_t n = len < SUMMARY_MAX ? len : SUMMARY_MAX;
	struct buf out;
	bool is_text = n > 0 && text[0] == '{';

	buf_init(&out, 0);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (is_text && c < 0x7f)
			buf_putc(&out, (char)(c < ' ' ? ' ' : c));
		else
			buf_printf(&out, "%02x", c);
	}
	if (n < len)
		buf_puts(&out, " ...");
	return n > 0 ? buf_steal(&out) : mem_strdup("<empty>");
}

static void unrecognized(struct api_ctx *ctx, const char *kind, const char *why)
{
	const char *text = ctx->in->body != NULL ? ctx->in->body : "";
	scope_free char *head = summary(text, ctx->in->body_len);

	status_bad_request(&ctx->status,
			   "the object provided is unrecognized (must be of "
			   "type %s): couldn't get version/kind; json parse "
			   "error: %s (%s)",
			   kind, why, head);
}

static struct json *parse_json(struct api_ctx *ctx, const char *text,
			       size_t len)
{
	const struct kind *kind = ctx->to.kind;
	struct json *json = NULL;
	struct err err = {0};

	if (json_parse(text, len, &json, &err) == 0)
		return json;
	if (strcmp(ctx->in->method, "PATCH") == 0)
		status_bad_request(&ctx->status, "error decoding patch: %s",
				   err_msg(&err));
	else
		unrecognized(ctx, kind != NULL ? kind->kind : "object",
			     len == 0 ? "unexpected end of JSON input"
				      : err_msg(&err));
	return NULL;
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

/* kubectl's create commands send protobuf whatever they ask for. */
static struct json *parse_proto(struct api_ctx *ctx, const char *data,
				size_t len)
{
	struct json *json = NULL;
	struct err err = {0};
	int rc = proto_read(data, len, &json, &err);

	if (rc == ST_EINVAL)
		unsupported(ctx);
	else if (rc != 0)
		status_bad_request(&ctx->status, "%s", err_msg(&err));
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
	case NEGOTIATE_BODY_PROTO:
		return parse_proto(ctx, text, ctx->in->body_len);
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

/* Its part of the internal names of types, which messages show. */
static const char *internal_group(const struct kind *kind, char out[64])
{
	if (*kind->group == '\0' || kind->id == KIND_EVENT)
		return "core";
	snprintf(out, 64, "%.*s", (int)strcspn(kind->group, "."), kind->group);
	return out;
}

static void not_of_kind(struct api_ctx *ctx, const struct json *object,
			const struct kind *kind)
{
	const char *have = json_str(object, "kind");
	const char *group = json_str(object, "apiVersion");
	const char *version = group;
	char internal[64];

	if (have == NULL || *have == '\0')
		have = kind->kind;
	if (group == NULL || *group == '\0')
		version = kind->version;
	else if (strchr(group, '/') != NULL)
		version = strchr(group, '/') + 1;
	if (group != NULL && kinds_by_kind(group, have) == NULL)
		status_bad_request(
			&ctx->status,
			"%.100s in version \"%.100s\" cannot be "
			"handled as a %s: no kind \"%.100s\" is "
			"registered for version \"%.100s\" in scheme "
			"\"pkg/api/legacyscheme/scheme.go:30\"",
			have, version, kind->kind, have, group);
	else
		status_bad_request(
			&ctx->status,
			"%.100s in version \"%.100s\" cannot be "
			"handled as a %s: converting (%.100s.%.100s) "
			"to (%s.%s): unknown conversion",
			have, version, kind->kind, version, have,
			internal_group(kind, internal), kind->kind);
}

/* Other groups than the path's are refused, and so are other kinds. */
static bool is_of(struct api_ctx *ctx, const struct json *object,
		  const char *api_version, const struct kind *kind)
{
	if (json_type(object) != JSON_OBJECT) {
		unrecognized(
			ctx, kind->kind,
			"json: cannot unmarshal into Go value of type "
			"struct { APIVersion string "
			"\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
			"\"json:\\\"kind,omitempty\\\"\" }");
		return false;
	}
	if (same_or_absent(object, "kind", kind->kind) &&
	    same_or_absent(object, "apiVersion", api_version))
		return true;
	not_of_kind(ctx, object, kind);
	return false;
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

	if (body != NEGOTIATE_BODY_JSON && body != NEGOTIATE_BODY_YAML &&
	    body != NEGOTIATE_BODY_PROTO) {
		unsupported(ctx);
		return NULL;
	}
	object = api_body_any(ctx);
	if (object == NULL ||
	    !is_of(ctx, object, kinds_api_version(kind, version), kind))
		return NULL;
	if (body != NEGOTIATE_BODY_JSON)
		check_printed(ctx, kind, object);
	else
		check(ctx, kind, object, ctx->in->body, ctx->in->body_len);
	return api_core_ok(ctx) ? api_face_in(kind, object) : NULL;
}

struct json *api_body_other(struct api_ctx *ctx, const char *api_version,
			    const char *kind)
{
	const char *slash = strchr(api_version, '/');
	const struct kind other = {
		.id = KINDS,
		.kind = kind,
		.group = slash != NULL ? "other" : "",
		.version = slash != NULL ? slash + 1 : api_version,
	};
	struct json *object = api_body_any(ctx);

	if (object != NULL && !is_of(ctx, object, api_version, &other)) {
		json_free(object);
		object = NULL;
	}
	return object;
}

/* A patch is refused as a field of no object. */
static void refuse_patch(struct api_ctx *ctx, const char *text, const char *why)
{
	scope_free char *reason = mem_strdup(why);
	scope_json struct json *value = json_new_str(text);
	scope_free char *quoted = json_print(value);

	ctx->odd = (struct kind){.kind = "", .plural = "", .group = ""};
	status_fini(&ctx->status);
	status_find(&ctx->status, FINDING_INVALID, "patch", quoted, "%s",
		    reason);
	status_invalid_end(&ctx->status, &ctx->odd, "");
}

void api_body_check_patched(struct api_ctx *ctx, const struct kind *kind,
			    struct json *object)
{
	scope_free char *text = json_print(object);
	const char *why = NULL;

	check(ctx, kind, object, text, strlen(text));
	if (api_core_ok(ctx))
		return;
	why = strstr(ctx->status.message, " cannot be handled as a ");
	why = why != NULL ? strstr(why, ": ") : NULL;
	if (why != NULL)
		refuse_patch(ctx, text, why + 2);
}
