/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/world.h"

#include <stdlib.h>

#include "controller/obj.h"
#include "controller/selector.h"
#include "controller/store.h"
#include "statefuld/mem.h"

static bool add_pod(const struct obj *obj, void *arg)
{
	struct world *world = arg;
	size_t n = world->plan.n_pods++;

	mem_grow(world->pods, n);
	world->pods[n] = (struct plan_pod){
		.pod = obj_pod(obj),
		.selected = selector_matches(world->set->match, obj->labels,
					     obj->n_labels),
	};
	return true;
}

static bool add_orphan_pod(const struct obj *obj, void *arg)
{
	struct world *world = arg;

	if (selector_matches(world->set->match, obj->labels, obj->n_labels))
		add_pod(obj, arg);
	return true;
}

static bool add_revision(const struct obj *obj, void *arg)
{
	struct world *world = arg;

	if (!selector_matches(world->set->match, obj->labels, obj->n_labels))
		return true;
	mem_grow(world->revisions, world->plan.n_revisions);
	world->revisions[world->plan.n_revisions++] = obj_revision(obj);
	return true;
}

static const struct obj_claim *find_claim(const char *name, const void *arg)
{
	const struct world *world = arg;

	return obj_claim(
		store_get(world->store, OBJ_CLAIM, world->plan.set->ns, name));
}

void world_init(struct world *world, const struct store *store,
		const struct obj_set *set, const struct setspec *spec,
		int64_t now_s)
{
	*world = (struct world){
		.plan.set = spec,
		.plan.now_s = now_s,
		.plan.claim = find_claim,
		.plan.claim_arg = world,
		.store = store,
		.set = set,
	};
	store_each_owned(store, OBJ_POD, spec->uid, add_pod, world);
	store_each_orphan(store, OBJ_POD, spec->ns, add_orphan_pod, world);
	store_each_owned(store, OBJ_REVISION, spec->uid, add_revision, world);
	store_each_orphan(store, OBJ_REVISION, spec->ns, add_revision, world);
	world->plan.pods = world->pods;
	world->plan.revisions = world->revisions;
}

static const struct obj_service *find_service(const char *name, const void *arg)
{
	const struct world *world = arg;

	return obj_service(store_get(world->store, OBJ_SERVICE,
				     world->plan.set->ns, name));
}

advice_service_fn world_services(const struct world *world)
{
	return store_is_synced(world->store, OBJ_SERVICE) ? find_service : NULL;
}

void world_fini(struct world *world)
{
	free(world->pods);
	free(world->revisions);
}
