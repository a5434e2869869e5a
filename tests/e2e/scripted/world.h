/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * world - the objects that a scripted API server pretends to hold: headless
 * Services with their StatefulSets, pods, claims, revisions and slices.
 *
 * An object is a kind and an index; what it looks like follows from those and
 * from the few facts that can change. Indices are in the order of namespace
 * and name, as lists of an API server are.
 *
 * Threads: one. Memory: the world owns its tables.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

enum world_kind {
	WORLD_NAMESPACE,
	WORLD_SERVICE,
	WORLD_POD,
	WORLD_SLICE,
	WORLD_SET,
	WORLD_CLAIM,
	WORLD_REVISION,
	WORLD_KINDS,
};

struct world_shape {
	uint32_t pods;	      /* 1 to 4 million */
	uint32_t per_service; /* pods of a Service, 1 to 1000 */
	uint32_t namespaces;  /* at least 1 */
	uint32_t sets;	      /* only this many Services have a StatefulSet */
};

struct world_pod {
	uint64_t version; /* resourceVersion */
	uint16_t birth;	  /* times it was created anew: makes the uid */
	uint16_t life;	  /* grows with each new address */
	bool is_ready, is_gone;
};

struct world {
	struct world_shape shape;
	uint32_t services;
	uint64_t version; /* the newest resourceVersion */
	uint64_t first_version[WORLD_KINDS];
	struct world_pod *pods;
	uint64_t *slice_versions;
};

struct err;

/* ST_EINVAL with the field that is out of range. */
st_must_check int world_init(struct world *world,
			     const struct world_shape *shape, struct err *err);
void world_fini(struct world *world);

uint32_t world_count(const struct world *world, enum world_kind kind);
/* False for a pod that was deleted. */
bool world_exists(const struct world *world, enum world_kind kind,
		  uint32_t index);
uint64_t world_version_of(const struct world *world, enum world_kind kind,
			  uint32_t index);
uint32_t world_namespace_of(const struct world *world, uint32_t service);
uint32_t world_pods_of(const struct world *world, uint32_t service);
/* IPv4, host order; no two living pods share one. */
uint32_t world_address(const struct world *world, uint32_t pod);

enum world_change {
	WORLD_READY,
	WORLD_UNREADY,
	WORLD_MOVE, /* another address, ready */
	WORLD_DELETE,
	WORLD_CREATE,
};
/* Changes a pod. False, and nothing happens, if there is no such pod or it is
 * like that already. The pod and its slice get new versions, in this order:
 * version - 1 and version. */
bool world_change_pod(struct world *world, enum world_change change,
		      uint32_t pod);
