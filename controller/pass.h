/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pass - one run of the controller for one set: asks the plan, has it carried
 * out, asks again, and writes status and trims history at the end (SS-020).
 *
 * Threads: the loop thread. Memory: a pass holds its own copy of the set, so
 * the store may change under it; pods, claims and revisions are looked up
 * again for every question to the plan.
 */
#include <stdbool.h>
#include <stdint.h>

#include "controller/act.h"
#include "controller/advice.h"
#include "controller/obj.h"
#include "statefuld/err.h"

struct drain;
struct lost;
struct pass;
struct progress;

struct pass_result {
	int code; /* the first error, or 0 */
	struct err err;
	uint32_t retry_after_ms;
	int64_t again_ms; /* without an error: come back then; -1: no need */
	bool stale_claim; /* see plan.stale_claim */
	/* What is to be told of the set; borrowed from the pass. NULL: it did
	 * not get so far. */
	const struct advice *advice;
	/* Without an error: pods that drain are due then; -1: there are none.
	 */
	int64_t drain_ms;
	bool is_news; /* nobody has looked at this generation before */
};

struct pass_config {
	const struct act_tools *tools;
	/* What is kept of the set from pass to pass. */
	struct drain *drain;
	struct lost *lost;
	struct progress *progress;
	bool as_served; /* see plan_world */
	void (*on_write)(enum obj_kind kind, const char *version, void *arg);
	/* Called once, perhaps from inside pass_go(). The pass may be freed
	 * here. */
	void (*on_done)(const struct pass_result *result, void *arg);
	void *arg;
};

/* The tools must outlive the pass. NULL and `err`: the set's JSON or selector
 * is of no use. */
struct pass *pass_new(const struct pass_config *config,
		      const struct obj_set *set, struct err *err);
void pass_go(struct pass *pass);
void pass_free(struct pass *pass);
