/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api.h"

#include <ctype.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/api_delete.h"
#include "lab/api_misc.h"
#include "lab/api_none.h"
#include "lab/api_reply.h"
#include "lab/api_review.h"
#include "lab/api_sub.h"
#include "lab/api_write.h"
#include "lab/listing.h"
#include "lab/objects.h"
#include "lab/watching.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* An answer that waits for the disk, or a watch. */
struct api_call {
	struct api *api;
	struct api_call *prev, *next;
	struct api_sink sink;
	void *arg;
	struct watching *watching;
	/* For the disk: */
	struct api_ctx *ctx;
	bool canceled, inside; /* inside api_handle */
};

static void call_link(struct api_call *call, struct api *api)
{
	call->api = api;
	call->next = api->calls;
	if (call->next != NULL)
		call->next->prev = call;
	api->calls = call;
}

static void call_free(struct api_call *call)
{
	if (call->prev != NULL)
		call->prev->next = call->next;
	else
		call->api->calls = call->next;
	if (call->next != NULL)
		call->next->prev = call->prev;
	watching_free(call->watching);
	if (call->ctx != NULL) {
		api_core_fini(call->ctx);
		free(call->ctx);
	}
	free(call);
}

struct api *api_new(const struct api_config *config)
{
	struct api *api = mem_zalloc(sizeof(*api));

	api->loop = config->loop;
	api->objects = config->objects;
	api->gates = config->gates;
	api->version = mem_strdup(config->version);
	api->server_url = mem_strdup(
		config->server_url != NULL ? config->server_url : "");
	return api;
}

void api_free(struct api *api)
{
	if (api == NULL)
		return;
	while (api->calls != NULL)
		call_free(api->calls);
	for (size_t i = 0; i < API_TOLD; i++) {
		free(api->told[i].ns);
		free(api->told[i].name);
	}
	free(api->version);
	free(api->server_url);
	free(api);
}

void api_set_admit(struct api *api, api_admit_fn fn, void *arg)
{
	api->admit = fn;
	api->admit_arg = arg;
}

/* A client that names no manager is known by its program's name. */
static void read_manager(struct api_ctx *ctx)
{
	const char *given = api_path_param(&ctx->params, "fieldManager");
	const char *agent = ctx->in->user_agent;
	size_t len;

	if (given != NULL && strlen(given) > API_MANAGER_MAX) {
		status_find(&ctx->status, FINDING_TOO_LONG, "fieldManager",
			    NULL, "may not be more than %d bytes",
			    API_MANAGER_MAX);
		return;
	}
	if (given == NULL || *given == '\0')
		given = agent != NULL && *agent != '\0' ? agent : "unknown";
	len = given == agent ? strcspn(given, "/") : strlen(given);
	if (len > API_MANAGER_MAX)
		len = API_MANAGER_MAX;
	for (size_t i = 0; i < len; i++)
		ctx->manager[i] =
			(char)(isprint((unsigned char)given[i]) ? given[i]
								: '?');
	ctx->manager[len] = '\0';
}

static void read_checking(struct api_ctx *ctx)
{
	const char *text = api_path_param(&ctx->params, "fieldValidation");
	scope_free char *quoted =
		mem_printf("\"%.100s\"", text != NULL ? text : "");

	ctx->checking = API_WARN;
	if (text == NULL || *text == '\0' || strcmp(text, "Warn") == 0)
		return;
	if (strcmp(text, "Strict") == 0)
		ctx->checking = API_STRICT;
	else if (strcmp(text, "Ignore") == 0)
		ctx->checking = API_IGNORE;
	else
		status_find(&ctx->status, FINDING_NOT_SUPPORTED,
			    "fieldValidation", quoted,
			    "supported values: \"\", \"Ignore\", \"Strict\", "
			    "\"Warn\"");
}

static void read_dry_run(struct api_ctx *ctx)
{
	const char *text = api_path_param(&ctx->params, "dryRun");
	scope_free char *quoted =
		mem_printf("[\"%.100s\"]", text != NULL ? text : "");

	if (text == NULL || *text == '\0')
		return;
	ctx->dry_run = strcmp(text, "All") == 0;
	if (!ctx->dry_run)
		status_find(&ctx->status, FINDING_NOT_SUPPORTED, "dryRun",
			    quoted, "supported values: \"All\"");
}

/* Numbers that lists and watches take. */
static void read_numbers(struct api_ctx *ctx)
{
	static const char *const names[] = {"limit", "timeoutSeconds"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text = api_path_param(&ctx->params, names[i]);
		char *end;

		if (text == NULL || *text == '\0')
			continue;
		strtoll(text, &end, 10);
		if (*end != '\0')
			status_bad_request(&ctx->status,
					   "strconv.ParseInt: parsing "
					   "\"%.100s\": invalid syntax",
					   text);
	}
}

static const char *options_kind(const char *method)
{
	if (strcmp(method, "PATCH") == 0)
		return "PatchOptions";
	if (strcmp(method, "PUT") == 0)
		return "UpdateOptions";
	return strcmp(method, "DELETE") == 0 ? "DeleteOptions"
					     : "CreateOptions";
}

void api_core_init(struct api_ctx *ctx, struct api *api,
		   const struct api_request *request)
{
	*ctx = (struct api_ctx){.api = api, .in = request};
	status_init(&ctx->status);
	buf_init(&ctx->body, 0);
	buf_init(&ctx->warnings, 0);
	api_path_params(request->query, &ctx->params);
	api_path_parse(request->path, &ctx->to);
	ctx->form = negotiate_accept(request->accept);
	read_manager(ctx);
	read_checking(ctx);
	read_dry_run(ctx);
	api_core_bad_options(ctx, options_kind(request->method));
	if (api_core_ok(ctx))
		read_numbers(ctx);
}

void api_core_fini(struct api_ctx *ctx)
{
	status_fini(&ctx->status);
	buf_fini(&ctx->body);
	buf_fini(&ctx->warnings);
	api_path_params_fini(&ctx->params);
	api_path_fini(&ctx->to);
}

void api_core_bad_options(struct api_ctx *ctx, const char *kind)
{
	ctx->odd = (struct kind){
		.kind = kind, .plural = kind, .group = "meta.k8s.io"};
	status_invalid_end(&ctx->status, &ctx->odd, "");
}

static void not_allowed(struct api_ctx *ctx)
{
	status_set(&ctx->status, 405, "MethodNotAllowed",
		   "the server does not allow this method on the requested "
		   "resource");
}

static void no_resource(struct api_ctx *ctx)
{
	status_set(&ctx->status, 404, "NotFound",
		   "the server could not find the requested resource");
}

static bool is_method(const struct api_ctx *ctx, const char *method)
{
	return strcmp(ctx->in->method, method) == 0;
}

static void get(struct api_ctx *ctx)
{
	const struct object *object = api_write_find(ctx);

	if (object != NULL)
		api_reply_stored(ctx, 200, object);
}

static void act_collection(struct api_ctx *ctx)
{
	bool everywhere = ctx->to.kind->namespaced && *ctx->to.ns == '\0';

	if (is_method(ctx, "GET"))
		listing_reply(ctx);
	else if (is_method(ctx, "POST") && !everywhere)
		api_write_create(ctx);
	else if (is_method(ctx, "DELETE") && !everywhere &&
		 ctx->to.kind->id != KIND_NAMESPACE)
		api_delete_collection(ctx);
	else
		not_allowed(ctx);
}

static void act_object(struct api_ctx *ctx)
{
	if (is_method(ctx, "GET"))
		get(ctx);
	else if (is_method(ctx, "PUT"))
		api_write_update(ctx);
	else if (is_method(ctx, "PATCH"))
		api_write_patch(ctx);
	else if (is_method(ctx, "DELETE") && ctx->to.sub == NULL)
		api_delete_one(ctx);
	else
		not_allowed(ctx);
}

/* Which subresources are a part of their object: the rules know which. */
static bool is_part(const struct api_ctx *ctx)
{
	const struct kind *kind = ctx->to.kind;

	return (strcmp(ctx->to.sub, "status") == 0 &&
		(kind->has & KIND_HAS_STATUS)) ||
	       (strcmp(ctx->to.sub, "finalize") == 0 &&
		(kind->has & KIND_HAS_FINALIZE) && is_method(ctx, "PUT"));
}

static void act_resource(struct api_ctx *ctx)
{
	if (ctx->form.form == NEGOTIATE_NONE && is_method(ctx, "GET") &&
	    ctx->to.sub != NULL && strcmp(ctx->to.sub, "log") == 0)
		ctx->form.form = NEGOTIATE_OBJECT;
	if (ctx->form.form == NEGOTIATE_NONE) {
		status_set(&ctx->status, 406, "NotAcceptable",
			   "only the following media types are accepted: "
			   "application/json");
		return;
	}
	if (ctx->to.name == NULL)
		act_collection(ctx);
	else if (ctx->to.sub == NULL || is_part(ctx))
		act_object(ctx);
	else if (!api_sub_act(ctx))
		no_resource(ctx);
}

static void act(struct api_ctx *ctx)
{
	if (ctx->to.is == API_PATH_RESOURCE)
		act_resource(ctx);
	else if (ctx->to.is == API_PATH_REVIEW && is_method(ctx, "POST"))
		api_review_act(ctx);
	else if (ctx->to.is == API_PATH_REVIEW)
		not_allowed(ctx);
	else if (ctx->to.is == API_PATH_BINDINGS && is_method(ctx, "POST"))
		api_sub_bind_any(ctx);
	else if (ctx->to.is == API_PATH_BINDINGS)
		not_allowed(ctx);
	else if (api_misc_act(ctx) || api_none_act(ctx) || api_none_refuse(ctx))
		return;
	else if (ctx->to.is == API_PATH_NO_KIND)
		no_resource(ctx);
	else
		api_reply_text(ctx, 404, "text/plain; charset=utf-8",
			       "404 page not found\n");
}

/* The whole answer to what is no watch, and when it may be given. */
static void run(struct api_ctx *ctx)
{
	if (api_core_ok(ctx))
		act(ctx);
	if (!api_core_ok(ctx))
		api_reply_failure(ctx);
}

static bool is_watch(const struct api_ctx *ctx)
{
	return ctx->to.is == API_PATH_RESOURCE && is_method(ctx, "GET") &&
	       ctx->to.sub == NULL && api_core_ok(ctx) &&
	       ctx->form.form != NEGOTIATE_NONE &&
	       api_path_flag(&ctx->params, "watch");
}

static void give(const struct api_ctx *ctx, const struct api_sink *sink,
		 void *arg)
{
	sink->done(ctx->code, ctx->content_type,
		   ctx->body.data != NULL ? ctx->body.data : "", ctx->body.len,
		   ctx->status.retry_after_s,
		   ctx->warnings.len > 0 ? ctx->warnings.data : NULL, arg);
}

static void on_watch_over(void *arg)
{
	struct api_call *call = arg;
	struct api_sink sink = call->sink;
	void *sink_arg = call->arg;

	call_free(call);
	sink.end(sink_arg);
}

static struct api_call *watch(struct api *api, struct api_ctx *ctx,
			      const struct api_sink *sink, void *arg)
{
	struct api_call *call = mem_zalloc(sizeof(*call));
	struct watching_to to = {*sink, arg, on_watch_over, call};

	call_link(call, api);
	call->sink = *sink;
	call->arg = arg;
	call->watching = watching_new(ctx, &to);
	if (call->watching != NULL)
		return call;
	call_free(call);
	api_reply_failure(ctx);
	give(ctx, sink, arg);
	return NULL;
}

/* What the disk did not take has not happened. */
static void on_flushed(int code, void *arg)
{
	struct api_call *call = arg;
	struct api_ctx *ctx = call->ctx;

	if (code != 0 && !call->canceled) {
		status_set(&ctx->status, 500, "InternalError",
			   "Internal error occurred: the data could not be "
			   "written to disk");
		api_reply_failure(ctx);
	}
	if (!call->canceled)
		give(ctx, &call->sink, call->arg);
	call->ctx = ctx;
	if (!call->inside) {
		call_free(call);
	} else {
		call->inside = false;
	}
}

/* true: answered already. */
static bool wait_for_disk(struct api_call *call)
{
	call->inside = true;
	objects_flush(call->api->objects, on_flushed, call);
	if (!call->inside)
		return true;
	call->inside = false;
	return false;
}

struct api_call *api_handle(struct api *api, const struct api_request *request,
			    const struct api_sink *sink, void *arg)
{
	struct api_ctx *ctx = mem_alloc(sizeof(*ctx));
	struct api_call *call = NULL;

	api_core_init(ctx, api, request);
	if (is_watch(ctx)) {
		call = watch(api, ctx, sink, arg);
	} else {
		run(ctx);
		if (ctx->wrote) {
			call = mem_zalloc(sizeof(*call));
			call_link(call, api);
			call->sink = *sink;
			call->arg = arg;
			call->ctx = ctx;
			if (!wait_for_disk(call))
				return call;
			call_free(call);
			return NULL;
		}
		give(ctx, sink, arg);
	}
	api_core_fini(ctx);
	free(ctx);
	return call;
}

void api_cancel(struct api_call *call)
{
	if (call == NULL)
		return;
	/* The store keeps the call until it has flushed. */
	if (call->ctx != NULL)
		call->canceled = true;
	else
		call_free(call);
}

int api_do(struct api *api, const char *method, const char *path,
	   const struct json *body, const char *content_type,
	   struct json **ret_body)
{
	size_t len = strcspn(path, "?");
	scope_free char *plain = mem_strndup(path, len);
	scope_free char *text = body != NULL ? json_print(body) : NULL;
	struct api_request request = {
		.method = method,
		.path = plain,
		.query = path[len] == '?' ? path + len + 1 : NULL,
		.content_type = content_type,
		.user_agent = "statefuld",
		.body = text,
		.body_len = text != NULL ? strlen(text) : 0,
	};
	struct api_ctx ctx;
	int code;

	api_core_init(&ctx, api, &request);
	run(&ctx);
	code = ctx.code;
	if (ret_body != NULL) {
		*ret_body = NULL;
		if (ctx.body.data != NULL &&
		    json_parse(ctx.body.data, ctx.body.len, ret_body, NULL) !=
			    0)
			*ret_body = NULL;
	}
	api_core_fini(&ctx);
	return code;
}

struct json *api_read(struct api *api, enum kind_id kind, const char *ns,
		      const char *name)
{
	const struct object *object =
		objects_get(api->objects, kind, ns != NULL ? ns : "", name);

	return object != NULL ? api_write_parse(object) : NULL;
}
