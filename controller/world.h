/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * world - what the store shows of one set, gathered for the plan.
 *
 * Threads: the loop thread. Memory: views are the store's, so a world is good
 * for one question to the plan, until control returns to the loop.
 */
#include <stdint.h>

#include "controller/advice.h"
#include "controller/plan.h"

struct obj_set;
struct store;

struct world {
	struct plan_world plan; /* points into what follows */
	struct plan_pod *pods;
	const struct obj_revision **revisions;
	const struct store *store;
	const struct obj_set *set;
};

/* `set` is the view that now is in the store, `spec` the set as the pass
 * began with it. The set's selector has been parsed. */
void world_init(struct world *world, const struct store *store,
		const struct obj_set *set, const struct setspec *spec,
		int64_t now_s);
/* How to look up Services, with the world as its argument; NULL while they are
 * not known. */
advice_service_fn world_services(const struct world *world);
void world_fini(struct world *world);
