/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/scripted/world.h"

#include <stdlib.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	PODS_MAX = 4000000,
	PER_SERVICE_MAX = 1000,
	ADDRESSES = 0xfffffe, /* hosts of 10.0.0.0/8 */
	VERSION_BASE = 1000,
};

static int check_shape(const struct world_shape *shape, struct err *err)
{
	if (shape->pods < 1 || shape->pods > PODS_MAX)
		return err_set(err, ST_EINVAL, "pods: want 1 to %d", PODS_MAX);
	if (shape->per_service < 1 || shape->per_service > PER_SERVICE_MAX)
		return err_set(err, ST_EINVAL, "per-service: want 1 to %d",
			       PER_SERVICE_MAX);
	if (shape->namespaces < 1)
		return err_set(err, ST_EINVAL, "namespaces: want at least 1");
	return 0;
}

/* Versions as if the objects had been made kind by kind. */
static void number_objects(struct world *world)
{
	uint64_t version = VERSION_BASE;

	for (int kind = 0; kind < WORLD_KINDS; kind++) {
		world->first_version[kind] = version;
		version += world_count(world, kind);
	}
	world->version = version - 1;
	for (uint32_t i = 0; i < world->shape.pods; i++)
		world->pods[i].version = world->first_version[WORLD_POD] + i;
	for (uint32_t i = 0; i < world->services; i++)
		world->slice_versions[i] =
			world->first_version[WORLD_SLICE] + i;
}

int world_init(struct world *world, const struct world_shape *shape,
	       struct err *err)
{
	int rc = check_shape(shape, err);

	if (rc)
		return rc;
	*world = (struct world){.shape = *shape};
	world->services =
		(shape->pods + shape->per_service - 1) / shape->per_service;
	if (world->shape.namespaces > world->services)
		world->shape.namespaces = world->services;
	if (world->shape.sets > world->services)
		world->shape.sets = world->services;
	world->pods = mem_calloc(shape->pods, sizeof(*world->pods));
	for (uint32_t i = 0; i < shape->pods; i++)
		world->pods[i].is_ready = true;
	world->slice_versions =
		mem_calloc(world->services, sizeof(*world->slice_versions));
	number_objects(world);
	return 0;
}

void world_fini(struct world *world)
{
	free(world->pods);
	free(world->slice_versions);
	*world = (struct world){0};
}

uint32_t world_count(const struct world *world, enum world_kind kind)
{
	uint32_t pods = world->shape.pods;
	uint32_t in_sets = world->shape.sets * world->shape.per_service;

	switch (kind) {
	case WORLD_NAMESPACE:
		return world->shape.namespaces;
	case WORLD_SERVICE:
	case WORLD_SLICE:
		return world->services;
	case WORLD_POD:
		return pods;
	case WORLD_SET:
	case WORLD_REVISION:
		return world->shape.sets;
	case WORLD_CLAIM:
		return in_sets < pods ? in_sets : pods;
	case WORLD_KINDS:
		break;
	}
	return 0;
}

bool world_exists(const struct world *world, enum world_kind kind,
		  uint32_t index)
{
	if (index >= world_count(world, kind))
		return false;
	return kind != WORLD_POD || !world->pods[index].is_gone;
}

uint64_t world_version_of(const struct world *world, enum world_kind kind,
			  uint32_t index)
{
	if (kind == WORLD_POD)
		return world->pods[index].version;
	if (kind == WORLD_SLICE)
		return world->slice_versions[index];
	return world->first_version[kind] + index;
}

uint32_t world_namespace_of(const struct world *world, uint32_t service)
{
	return (uint32_t)((uint64_t)service * world->shape.namespaces /
			  world->services);
}

uint32_t world_pods_of(const struct world *world, uint32_t service)
{
	uint32_t left = world->shape.pods - service * world->shape.per_service;

	return left < world->shape.per_service ? left
					       : world->shape.per_service;
}

/* Each life has an address block of its own, so that a pod's new address was
 * never another living pod's; the blocks are used again when they run out. */
uint32_t world_address(const struct world *world, uint32_t pod)
{
	uint32_t blocks = ADDRESSES / world->shape.pods;
	uint32_t block = world->pods[pod].life % blocks;

	return (UINT32_C(10) << 24) + 1 + block * world->shape.pods + pod;
}

static bool is_like_that(const struct world_pod *pod, enum world_change change)
{
	switch (change) {
	case WORLD_READY:
		return pod->is_gone || pod->is_ready;
	case WORLD_UNREADY:
		return pod->is_gone || !pod->is_ready;
	case WORLD_MOVE:
	case WORLD_DELETE:
		return pod->is_gone;
	case WORLD_CREATE:
		return !pod->is_gone;
	}
	return true;
}

bool world_change_pod(struct world *world, enum world_change change,
		      uint32_t pod)
{
	struct world_pod *p;

	if (pod >= world->shape.pods)
		return false;
	p = &world->pods[pod];
	if (is_like_that(p, change))
		return false;
	p->is_ready = change != WORLD_UNREADY && change != WORLD_DELETE;
	p->is_gone = change == WORLD_DELETE;
	if (change == WORLD_MOVE || change == WORLD_CREATE)
		p->life++;
	if (change == WORLD_CREATE)
		p->birth++;
	p->version = ++world->version;
	world->slice_versions[pod / world->shape.per_service] =
		++world->version;
	return true;
}
