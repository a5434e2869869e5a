/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * plan_priv - shared by the files of plan, and by nobody else.
 *
 * Threads: any; pure. Memory: steps added belong to the plan.
 */
#include "controller/plan.h"

struct plan_step *plan_add(struct plan *plan, enum plan_verb verb,
			   uint32_t batch, const char *name, const char *uid);

/* Claimed pods with an ordinal, by place. Slots are sorted: living ones
 * ascending, condemned ones descending (SS-100). */
struct plan_slot {
	const struct obj_pod *pod;
	int32_t ordinal;
};
struct plan_pods {
	const struct obj_pod **claimed; /* all of them, in no order */
	size_t n_claimed;
	struct plan_slot *living;
	size_t n_living;
	struct plan_slot *condemned;
	size_t n_condemned;
};
void plan_pods_init(struct plan_pods *pods, const struct plan_world *world,
		    const struct plan_known *known);
void plan_pods_fini(struct plan_pods *pods);

/* Which steps run at the same time: a monotonic set does one after the other,
 * a Parallel one takes 1, 2, 4, ... of the pods looked at (SS-101). */
struct batcher {
	bool monotonic;
	uint32_t number, size, left;
};

/* The stage PLAN_PODS while it is being decided. */
struct decider {
	const struct plan_world *world;
	const struct setspec *set;
	const struct plan_pods *pods;
	struct plan *plan;
	struct batcher batch;
	size_t creates;
};
void plan_batch_begin(struct decider *d);
/* The batch of the pod now looked at. */
uint32_t plan_batch_next(struct decider *d);
bool plan_is_unavailable(const struct decider *d, const struct obj_pod *pod);
struct plan_step *plan_add_delete(struct decider *d, const struct obj_pod *pod,
				  uint32_t batch);

/* Step 8 of SS-100: pods that a rolling update takes down. */
void plan_update(struct decider *d);

/* Steps and status of the stage PLAN_PODS. The plan knows its revisions. */
void plan_pods_decide(const struct plan_world *world,
		      const struct plan_pods *pods, struct plan *plan);
