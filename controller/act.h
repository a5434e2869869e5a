/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * act - carries out the steps of a plan: requests, in-place retries, events.
 *
 * Batches run one after the other, the steps of one at the same time, but not
 * more than ACT_MAX_RUNS: with as many sets as are worked on together that is
 * what one HTTP/2 connection carries, and no set takes another's share. After
 * a batch with an error no further one is begun, but for steps that are
 * independent. A batch that has begun is always finished.
 *
 * Threads: the loop thread. Memory: what the config points to must outlive
 * the act; act_free() cancels what is under way (the server may have acted
 * all the same).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/obj.h"
#include "controller/plan.h"
#include "statefuld/err.h"

/* Of one set; a step has one request under way. */
enum { ACT_MAX_RUNS = 10 };

struct act;
struct kube;
struct loop;
struct recorder;
struct store;

/* What acting needs of the world; the same for every set. */
struct act_tools {
	struct loop *loop;
	struct kube *kube;
	const struct store *store; /* re-read on conflicts */
	struct recorder *recorder;
	/* Called before a pod is deleted, so that its records go first; and
	 * when it was not deleted after all. May be NULL. */
	void (*withdraw)(const char *ns, const char *pod, void *arg);
	void (*restore)(const char *ns, const char *pod, void *arg);
	void *arg;
};

struct act_result {
	int code; /* of the first step that failed, or 0 */
	struct err err;
	uint32_t retry_after_ms;
};

struct act_config {
	const struct act_tools *tools;
	const struct setspec *set;
	const struct plan *plan; /* revisions and templates for new pods */
	const struct plan_step *steps;
	size_t n_steps;
	const struct set_status *status; /* for PLAN_WRITE_STATUS */

	/* A step is over. Returns the code that counts: 0 where this error is
	 * none for the pass. */
	int (*on_step)(const struct plan_step *step, int code, void *arg);
	/* An object was written and has this resourceVersion. */
	void (*on_write)(enum obj_kind kind, const char *version, void *arg);
	/* All done; never called from inside act_new(). The act may be freed
	 * here. */
	void (*on_done)(const struct act_result *result, void *arg);
	void *arg;
};

/* The config is copied. n_steps is not 0. */
struct act *act_new(const struct act_config *config);
void act_free(struct act *act);
