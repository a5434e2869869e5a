/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_inside.h"

#include <string.h>

#include "lab/api_core.h"
#include "lab/api_reply.h"
#include "lab/api_write.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static const struct json *container_named(const struct json *pod,
					  const char *name)
{
	static const char *const lists[] = {"spec.containers",
					    "spec.initContainers"};

	for (size_t i = 0; i < 2; i++) {
		json_each (container, json_at(pod, lists[i])) {
			const char *have = json_str(container, "name");

			if (name == NULL ||
			    (have != NULL && !strcmp(have, name)))
				return container;
		}
	}
	return NULL;
}

static bool has_ended_before(const struct json *pod, const char *container)
{
	static const char *const lists[] = {"status.containerStatuses",
					    "status.initContainerStatuses"};

	for (size_t i = 0; i < 2; i++) {
		json_each (status, json_at(pod, lists[i])) {
			const char *name = json_str(status, "name");

			if (name != NULL && strcmp(name, container) == 0)
				return json_at(status,
					       "lastState.terminated") != NULL;
		}
	}
	return false;
}

static bool check_log(struct api_ctx *ctx, const struct json *pod,
		      const char *container)
{
	const char *node = json_str(pod, "spec.nodeName");

	if (container == NULL && json_len(json_at(pod, "spec.containers")) > 1)
		status_bad_request(&ctx->status,
				   "a container name must be specified for "
				   "pod %s",
				   ctx->to.name);
	else if (container_named(pod, container) == NULL)
		status_bad_request(&ctx->status,
				   "container %.100s is not valid for pod %s",
				   container != NULL ? container : "",
				   ctx->to.name);
	else if (node == NULL || *node == '\0')
		status_bad_request(&ctx->status,
				   "pod %s does not have a host assigned",
				   ctx->to.name);
	return api_core_ok(ctx);
}

/* There are no processes behind these pods, and so no output. */
void api_inside_log(struct api_ctx *ctx)
{
	const struct object *object = api_write_find(ctx);
	const char *container = api_path_param(&ctx->params, "container");
	scope_json struct json *pod = NULL;
	scope_free char *text = NULL;

	if (object == NULL)
		return;
	pod = api_write_parse(object);
	if (!check_log(ctx, pod, container))
		return;
	container = json_str(container_named(pod, container), "name");
	if (api_path_flag(&ctx->params, "previous") &&
	    !has_ended_before(pod, container)) {
		status_bad_request(&ctx->status,
				   "previous terminated container \"%s\" in "
				   "pod \"%s\" not found",
				   container, ctx->to.name);
		return;
	}
	text = mem_printf(
		"container %s of pod %s/%s is simulated and writes no log\n",
		container, ctx->to.ns, ctx->to.name);
	api_reply_text(ctx, 200, "text/plain", text);
}

void api_inside_refuse(struct api_ctx *ctx)
{
	if (api_write_find(ctx) == NULL)
		return;
	status_bad_request(
		&ctx->status,
		"pod %s/%s is simulated: no process runs in its containers. "
		"\"kubectl annotate pod\" with lab.statefuld.dev/ready, "
		"ready-delay, fail-once or crash-loop plays what one would "
		"do; to run programs, use a cluster with real nodes",
		ctx->to.ns, ctx->to.name);
}

void api_inside_ports(struct api_ctx *ctx)
{
	const struct object *object = api_write_find(ctx);
	scope_json struct json *pod = NULL;
	scope_free char *hint = NULL;
	const char *ip;

	if (object == NULL)
		return;
	pod = api_write_parse(object);
	ip = json_str(pod, "status.podIP");
	/* Loopback addresses are all this machine's. */
	if (ip != NULL && strncmp(ip, "127.", 4) == 0)
		hint = mem_printf(". A program that you start on this machine "
				  "may listen on its address, %s",
				  ip);
	status_bad_request(&ctx->status,
			   "pod %s/%s is simulated and listens on no port%s",
			   ctx->to.ns, ctx->to.name, hint != NULL ? hint : "");
}
