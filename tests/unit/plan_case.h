/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * plan_case - reads one case of tests/data/plan/ into a plan_world, and
 * prints a plan in the words of those tables.
 *
 * Threads: none. Memory: plan_case_fini() releases all.
 */
#include "controller/lost.h"
#include "controller/plan.h"

struct json;
struct obj;

enum { PLAN_CASE_MAX = 64 };

struct plan_case {
	const struct json *json;
	struct json *set_json;
	struct setspec set;
	struct obj *objs[3 * PLAN_CASE_MAX];
	size_t n_objs;
	struct plan_pod pods[PLAN_CASE_MAX];
	const struct obj_revision *revisions[PLAN_CASE_MAX];
	const struct obj_claim *claims[PLAN_CASE_MAX];
	size_t n_claims;
	struct lost lost;
	struct plan_world world;
	struct plan_known known;
};

/* A file of such cases; the caller's. */
struct json *plan_case_load(const char *path);

void plan_case_init(struct plan_case *c, const struct json *json);
void plan_case_fini(struct plan_case *c);

/* "create web-0 new +data-web-0 | delete web-3, delete web-2": batches divided
 * by bars. Of claims, "+" ones are made, "!" ones are in the way, "=" ones get
 * other owners, "?" ones have a controller that is told of. */
char *plan_case_steps(const struct plan_step *steps, size_t n);
/* "r 3 rd 3 av 3 cu 3 up 3 CR old UR new", zeros left out; with "unwritten"
 * behind it if the status is not worth a write. All steps went well. */
char *plan_case_status(const struct plan_case *c, const struct plan *plan);
