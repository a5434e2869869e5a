/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_sub.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/api_body.h"
#include "lab/api_core.h"
#include "lab/api_evict.h"
#include "lab/api_inside.h"
#include "lab/api_patch.h"
#include "lab/api_reply.h"
#include "lab/api_write.h"
#include "lab/objects.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

static void copy(struct json *to, const struct json *from, const char *name)
{
	const struct json *value = json_get(from, name);

	if (value != NULL)
		json_set(to, name, json_dup(value));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The texts in order, which are freed. */
static char *join_sorted(char **texts, size_t n)
{
	struct buf out;

	buf_init(&out, 0);
	if (n > 0)
		sort_items(texts, n, sizeof(*texts), by_text);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&out, "%s%s", i > 0 ? "," : "", texts[i]);
		free(texts[i]);
	}
	free(texts);
	return buf_steal(&out);
}

static char *join_values(const struct json *values)
{
	char **texts = NULL;
	size_t n = 0;

	json_each (value, values) {
		const char *text = json_value_str(value);

		mem_grow(texts, n);
		texts[n++] = mem_strdup(text != NULL ? text : "");
	}
	return join_sorted(texts, n);
}

static char *expression_text(const struct json *expression)
{
	const char *key = json_str(expression, "key");
	const char *op = json_str(expression, "operator");
	scope_free char *values = NULL;

	if (key == NULL || op == NULL)
		return mem_strdup("");
	if (strcmp(op, "Exists") == 0)
		return mem_strdup(key);
	if (strcmp(op, "DoesNotExist") == 0)
		return mem_printf("!%s", key);
	values = join_values(json_get(expression, "values"));
	return mem_printf("%s %s (%s)", key,
			  strcmp(op, "NotIn") == 0 ? "notin" : "in", values);
}

/* As text: what Scale's status.selector holds. */
static char *selector_text(const struct json *selector)
{
	char **texts = NULL;
	size_t n = 0;

	json_each (label, json_get(selector, "matchLabels")) {
		const char *value = json_value_str(label);

		mem_grow(texts, n);
		texts[n++] = mem_printf("%s=%s", json_name(label),
					value != NULL ? value : "");
	}
	json_each (expression, json_get(selector, "matchExpressions")) {
		mem_grow(texts, n);
		texts[n++] = expression_text(expression);
	}
	return join_sorted(texts, n);
}

static struct json *scale_of(const struct json *set)
{
	static const char *const names[] = {"name", "namespace", "uid",
					    "resourceVersion",
					    "creationTimestamp"};
	struct json *scale = json_new_object();
	struct json *metadata, *status;
	scope_free char *selector =
		selector_text(json_at(set, "spec.selector"));

	json_set_str(scale, "kind", "Scale");
	json_set_str(scale, "apiVersion", "autoscaling/v1");
	metadata = json_child_object(scale, "metadata");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		copy(metadata, json_get(set, "metadata"), names[i]);
	json_set_int(json_child_object(scale, "spec"), "replicas",
		     json_int(set, "spec.replicas", 0));
	status = json_child_object(scale, "status");
	json_set_int(status, "replicas", json_int(set, "status.replicas", 0));
	json_set_str(status, "selector", selector);
	return scale;
}

static bool check_scale(struct api_ctx *ctx, const struct json *scale)
{
	const struct json *replicas = json_at(scale, "spec.replicas");
	int64_t n = json_value_int(replicas, 0);
	scope_free char *text = NULL;

	if (replicas != NULL && json_type(replicas) != JSON_NUMBER) {
		status_bad_request(&ctx->status,
				   "Scale in version \"v1\" cannot be handled "
				   "as a Scale: json: cannot unmarshal into Go "
				   "struct field ScaleSpec.spec.replicas of "
				   "type int32");
		return false;
	}
	if (n >= 0)
		return true;
	text = json_print(replicas);
	ctx->odd = (struct kind){
		.kind = "Scale", .plural = "scales", .group = "autoscaling"};
	status_find(&ctx->status, FINDING_INVALID, "spec.replicas", text,
		    "must be greater than or equal to 0");
	status_invalid_end(&ctx->status, &ctx->odd, ctx->to.name);
	return false;
}

/* NULL: ctx->status says why. */
static struct json *new_scale(struct api_ctx *ctx, const struct json *set)
{
	struct json *scale;

	if (strcmp(ctx->in->method, "PATCH") == 0)
		scale = api_patch_plain(ctx, scale_of(set));
	else
		scale = api_body_other(ctx, "autoscaling/v1", "Scale");
	if (scale != NULL && check_scale(ctx, scale))
		return scale;
	json_free(scale);
	return NULL;
}

static void write_scale(struct api_ctx *ctx, const struct object *object,
			struct json *take_set)
{
	struct json *set = take_set;
	scope_json struct json *scale = new_scale(ctx, set);
	scope_json struct json *is = NULL;
	scope_json struct json *answer = NULL;
	const char *version;

	if (scale == NULL) {
		json_free(set);
		return;
	}
	version = json_str(scale, "metadata.resourceVersion");
	json_set_int(json_child_object(set, "spec"), "replicas",
		     json_int(scale, "spec.replicas", 0));
	if (version != NULL)
		json_set_str(json_child_object(set, "metadata"),
			     "resourceVersion", version);
	if (!api_write_store(ctx, ctx->to.kind, object, set, "scale", &is))
		return;
	answer = scale_of(is);
	api_reply_json(ctx, 200, answer);
}

static void act_scale(struct api_ctx *ctx)
{
	const struct object *object = api_write_find(ctx);
	struct json *set;

	if (object == NULL)
		return;
	set = api_write_parse(object);
	if (strcmp(ctx->in->method, "GET") != 0) {
		write_scale(ctx, object, set);
		return;
	}
	scope_json struct json *scale = scale_of(set);
	json_free(set);
	api_reply_json(ctx, 200, scale);
}

static void set_scheduled(struct json *pod)
{
	struct json *list = json_child_array(json_child_object(pod, "status"),
					     "conditions");
	struct json *condition;
	char now[32];

	json_each (have, list) {
		const char *type = json_str(have, "type");

		if (type != NULL && strcmp(type, "PodScheduled") == 0)
			return;
	}
	condition = json_new_object();
	clk_format(now, clk_wall_us(), 0);
	json_set_str(condition, "type", "PodScheduled");
	json_set_str(condition, "status", "True");
	json_set(condition, "lastProbeTime", json_new_null());
	json_set_str(condition, "lastTransitionTime", now);
	json_push(list, condition);
}

static bool check_binding(struct api_ctx *ctx, const struct json *pod,
			  const struct json *binding)
{
	const char *node = json_str(binding, "target.name");
	const char *has = json_str(pod, "spec.nodeName");
	scope_free char *why = NULL;

	if (node == NULL || *node == '\0') {
		status_set(&ctx->status, 422, "Invalid",
			   "Binding \"%s\" is invalid: target.name: Required "
			   "value",
			   ctx->to.name);
		return false;
	}
	if (json_at(pod, "metadata.deletionTimestamp") != NULL)
		why = mem_printf("pod %s is being deleted, cannot be assigned "
				 "to a host",
				 ctx->to.name);
	else if (has != NULL && *has != '\0')
		why = mem_printf("pod %s is already assigned to node \"%s\"",
				 ctx->to.name, has);
	if (why != NULL) {
		ctx->odd = *ctx->to.kind;
		ctx->odd.plural = "pods/binding";
		status_conflict(&ctx->status, &ctx->odd, ctx->to.name, why);
	}
	return why == NULL;
}

static void bind(struct api_ctx *ctx, const struct json *binding)
{
	const struct object *object = api_write_find(ctx);
	scope_json struct json *pod = NULL;

	if (object == NULL)
		return;
	pod = api_write_parse(object);
	if (!check_binding(ctx, pod, binding))
		return;
	json_set_str(json_child_object(pod, "spec"), "nodeName",
		     json_str(binding, "target.name"));
	json_each (annotation, json_at(binding, "metadata.annotations"))
		json_set(json_child_object(json_child_object(pod, "metadata"),
					   "annotations"),
			 json_name(annotation), json_dup(annotation));
	set_scheduled(pod);
	if (api_write_raw(ctx, ctx->to.kind, pod, NULL))
		api_reply_success(ctx, 201, NULL, NULL, NULL);
}

static void act_binding(struct api_ctx *ctx)
{
	scope_json struct json *binding = api_body_other(ctx, "v1", "Binding");

	if (binding != NULL)
		bind(ctx, binding);
}

void api_sub_bind_any(struct api_ctx *ctx)
{
	scope_json struct json *binding = api_body_other(ctx, "v1", "Binding");
	const char *name = json_str(binding, "metadata.name");

	if (binding == NULL)
		return;
	if (name == NULL) {
		status_bad_request(&ctx->status,
				   "name must be provided in a Binding");
		return;
	}
	ctx->to.kind = kinds_stored(KIND_POD);
	ctx->to.name = mem_strdup(name);
	bind(ctx, binding);
}

bool api_sub_act(struct api_ctx *ctx)
{
	static const struct {
		const char *sub;
		unsigned int has;
		const char *methods;
		void (*act)(struct api_ctx *ctx);
	} subs[] = {
		{"scale", KIND_HAS_SCALE, "GET PUT PATCH", act_scale},
		{"binding", KIND_HAS_BINDING, "POST", act_binding},
		{"eviction", KIND_HAS_EVICTION, "POST", api_evict_act},
		{"log", KIND_HAS_LOG, "GET", api_inside_log},
		{"exec", KIND_HAS_LOG, "GET POST", api_inside_refuse},
		{"attach", KIND_HAS_LOG, "GET POST", api_inside_refuse},
		{"portforward", KIND_HAS_LOG, "GET POST", api_inside_ports},
	};

	for (size_t i = 0; i < sizeof(subs) / sizeof(subs[0]); i++) {
		if (strcmp(ctx->to.sub, subs[i].sub) != 0 ||
		    (ctx->to.kind->has & subs[i].has) == 0)
			continue;
		if (strstr(subs[i].methods, ctx->in->method) != NULL)
			subs[i].act(ctx);
		else
			status_set(&ctx->status, 405, "MethodNotAllowed",
				   "the server does not allow this method on "
				   "the requested resource");
		return true;
	}
	return false;
}
