/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_evict.h"

#include <string.h>

#include "lab/api_body.h"
#include "lab/api_core.h"
#include "lab/api_delete.h"
#include "lab/api_reply.h"
#include "lab/api_write.h"
#include "lab/objects.h"
#include "lab/sieve.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct search {
	const struct object *pod;
	struct json *budget; /* the first that covers the pod */
	size_t n;
};

static bool on_budget(const struct object *object, void *arg)
{
	struct search *search = arg;
	scope_json struct json *budget = api_write_parse(object);
	const struct json *wanted = json_at(budget, "spec.selector");
	scope_sieve struct sieve *selector = NULL;

	if (wanted == NULL)
		return true;
	selector = sieve_from_json(wanted);
	if (!sieve_match_labels(selector, search->pod->labels))
		return true;
	if (search->n++ == 0) {
		search->budget = budget;
		budget = NULL;
	}
	return true;
}

static bool is(const struct json *object, const char *path, const char *text)
{
	const char *have = json_str(object, path);

	return have != NULL && strcmp(have, text) == 0;
}

static bool is_ready(const struct json *pod)
{
	json_each (condition, json_at(pod, "status.conditions")) {
		if (is(condition, "type", "Ready"))
			return is(condition, "status", "True");
	}
	return false;
}

/* Pods that serve nothing, or that are going, cost no disruption. */
static bool is_free(const struct json *pod, const struct json *budget)
{
	if (is(pod, "status.phase", "Succeeded") ||
	    is(pod, "status.phase", "Failed") ||
	    is(pod, "status.phase", "Pending") ||
	    json_at(pod, "metadata.deletionTimestamp") != NULL)
		return true;
	if (is_ready(pod))
		return false;
	return is(budget, "spec.unhealthyPodEvictionPolicy", "AlwaysAllow") ||
	       json_int(budget, "status.currentHealthy", 0) >=
		       json_int(budget, "status.desiredHealthy", 0);
}

static void too_many(struct api_ctx *ctx, const struct json *budget)
{
	const char *name = json_str(budget, "metadata.name");
	struct status_cause *cause;

	status_set(&ctx->status, 429, "TooManyRequests",
		   "Cannot evict pod as it would violate the pod's disruption "
		   "budget.");
	mem_grow(ctx->status.causes, ctx->status.n_causes);
	cause = &ctx->status.causes[ctx->status.n_causes++];
	*cause = (struct status_cause){
		.reason = mem_strdup("DisruptionBudget"),
		.message = mem_printf(
			"The disruption budget %s needs %lld healthy pods and "
			"has %lld currently",
			name != NULL ? name : "",
			(long long)json_int(budget, "status.desiredHealthy", 0),
			(long long)json_int(budget, "status.currentHealthy",
					    0)),
	};
}

/* What is left to disrupt is counted down here; who keeps the budgets counts
 * it anew. */
static bool use_budget(struct api_ctx *ctx, struct json *budget)
{
	int64_t left = json_int(budget, "status.disruptionsAllowed", 0);
	struct json *status;

	if (left <= 0) {
		too_many(ctx, budget);
		return false;
	}
	status = json_child_object(budget, "status");
	json_set_int(status, "disruptionsAllowed", left - 1);
	return api_write_raw(ctx, kinds_stored(KIND_PDB), budget, NULL);
}

static bool check_budgets(struct api_ctx *ctx, const struct object *object)
{
	scope_json struct json *pod = api_write_parse(object);
	struct search search = {.pod = object};
	bool may = true;

	objects_each(ctx->api->objects, KIND_PDB, ctx->to.ns, NULL, on_budget,
		     &search);
	if (search.n > 1) {
		status_set(&ctx->status, 500, "InternalError",
			   "This pod has more than one PodDisruptionBudget, "
			   "which the eviction subresource does not support.");
		may = false;
	} else if (search.n == 1 && !is_free(pod, search.budget)) {
		may = use_budget(ctx, search.budget);
	}
	json_free(search.budget);
	return may;
}

static bool asks_dry_run(const struct json *options)
{
	return json_len(json_get(options, "dryRun")) > 0;
}

void api_evict_act(struct api_ctx *ctx)
{
	scope_json struct json *eviction =
		api_body_other(ctx, "policy/v1", "Eviction");
	const struct json *options = json_get(eviction, "deleteOptions");
	const char *name = json_str(eviction, "metadata.name");
	const struct object *object;

	if (eviction == NULL)
		return;
	if (name != NULL && strcmp(name, ctx->to.name) != 0) {
		status_bad_request(&ctx->status,
				   "name in URL does not match name in "
				   "Eviction object: %.300s, %.300s",
				   ctx->to.name, name);
		return;
	}
	ctx->dry_run |= asks_dry_run(options);
	object = api_write_find(ctx);
	if (object == NULL || !check_budgets(ctx, object))
		return;
	object = api_write_find(ctx);
	if (object != NULL)
		api_delete_by_options(ctx, object, options);
	if (api_core_ok(ctx))
		api_reply_success(ctx, 201, NULL, NULL, NULL);
}
