/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_evict.h"

#include <string.h>

#include "lab/api_body.h"
#include "lab/api_core.h"
#include "lab/api_delete.h"
#include "lab/api_reply.h"
#include "lab/api_write.h"
#include "lab/conditions.h"
#include "lab/objects.h"
#include "lab/pdb.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"

struct search {
	const struct object *pod;
	struct json *budget; /* the first that covers the pod */
	size_t n;
};

static bool on_budget(const struct object *object, void *arg)
{
	struct search *search = arg;
	scope_json struct json *budget = api_write_parse(object);

	if (!pdb_covers(budget, search->pod->labels))
		return true;
	if (search->n++ == 0) {
		search->budget = budget;
		budget = NULL;
	}
	return true;
}

/* What is left to disrupt is counted down here; disrupt.c counts it anew. */
static bool use_budget(struct api_ctx *ctx, struct json *budget)
{
	return pdb_take(budget, ctx->to.name, clk_wall_us(), &ctx->status) &&
	       api_write_raw(ctx, kinds_stored(KIND_PDB), budget, NULL);
}

static bool check_budgets(struct api_ctx *ctx, const struct object *object,
			  const struct json *pod)
{
	struct search search = {.pod = object};
	bool may = true;

	if (pdb_is_free(pod))
		return true;
	objects_each(ctx->api->objects, KIND_PDB, ctx->to.ns, NULL, on_budget,
		     &search);
	if (search.n > 1) {
		/* Without a reason: so does a real server. */
		status_set(&ctx->status, 500, "",
			   "This pod has more than one PodDisruptionBudget, "
			   "which the eviction subresource does not support.");
		may = false;
	} else if (search.n == 1 && !pdb_spares(search.budget, pod)) {
		may = use_budget(ctx, search.budget);
	}
	json_free(search.budget);
	return may;
}

/* Tells those who look at the pod why it goes. */
static void mark(struct json *pod)
{
	conditions_set(json_child_object(pod, "status"), "DisruptionTarget",
		       true, "EvictionByEvictionAPI", "Eviction API: evicting");
}

static bool asks_dry_run(const struct json *options)
{
	return json_len(json_get(options, "dryRun")) > 0;
}

static bool check_name(struct api_ctx *ctx, const struct json *eviction)
{
	const char *name = json_str(eviction, "metadata.name");

	if (name == NULL || strcmp(name, ctx->to.name) == 0)
		return true;
	status_bad_request(&ctx->status, "name in URL does not match name in "
					 "Eviction object");
	return false;
}

void api_evict_act(struct api_ctx *ctx)
{
	scope_json struct json *eviction =
		api_body_other(ctx, "policy/v1", "Eviction");
	const struct json *options = json_get(eviction, "deleteOptions");
	scope_json struct json *pod = NULL;
	const struct object *object;

	if (eviction == NULL || !check_name(ctx, eviction))
		return;
	ctx->dry_run |= asks_dry_run(options);
	object = api_write_find(ctx);
	if (object == NULL)
		return;
	pod = api_write_parse(object);
	if (!check_budgets(ctx, object, pod))
		return;
	mark(pod);
	/* Writing the budget may have moved it. */
	object = api_write_find(ctx);
	if (object != NULL)
		api_delete_by_options(ctx, object, options, pod);
	if (api_core_ok(ctx))
		api_reply_success(ctx, 201, NULL, NULL, NULL);
}
