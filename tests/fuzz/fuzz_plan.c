/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set, pods, revisions and claims of any form: planning comes to an end,
 * and every object it asks for can be built.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "controller/canon.h"
#include "controller/claims.h"
#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/plan.h"
#include "controller/revision.h"
#include "controller/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum { MAX_OBJS = 16, MAX_ROUNDS = 8 };

struct input {
	struct obj *pods[MAX_OBJS], *revisions[MAX_OBJS], *claims[MAX_OBJS];
	size_t n_pods, n_revisions, n_claims;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t decode(enum obj_kind kind, const struct json *list,
		     struct obj **ret_objs)
{
	size_t n = 0;

	json_each (item, list) {
		if (n < MAX_OBJS &&
		    obj_decode(kind, item, &ret_objs[n], NULL) == 0)
			n++;
	}
	return n;
}

static const struct obj_claim *find_claim(const char *name, const void *arg)
{
	const struct input *in = arg;

	for (size_t i = 0; i < in->n_claims; i++)
		if (strcmp(istr_text(in->claims[i]->name), name) == 0)
			return obj_claim(in->claims[i]);
	return NULL;
}

static void build(const struct setspec *set, const struct plan *plan,
		  const struct plan_step *step)
{
	scope_json struct json *object = NULL;
	scope_free char *text = NULL;

	st_assert(step->name != NULL);
	for (size_t i = 0; i < step->n_claims; i++)
		if (step->claims[i].vct != NULL)
			json_free(claims_build(set, step->claims[i].vct,
					       step->ordinal));
	if (step->verb == PLAN_CREATE_POD)
		object = identity_pod(set, set->template, plan->update_revision,
				      step->ordinal);
	else if (step->verb == PLAN_CREATE_REVISION)
		object = revision_build(set, step->data, step->name, step->hash,
					step->number);
	else
		return;
	text = canon_print(object);
	st_assert(text[0] == '{');
}

/* As if every step had gone well. */
static void note(struct plan_known *known, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->verb == PLAN_ADOPT_POD ||
		    step->verb == PLAN_ADOPT_REVISION)
			plan_known_own(known, step->uid);
		if (step->verb == PLAN_RELEASE_POD)
			plan_known_drop(known, step->uid);
	}
	if (plan->stage == PLAN_ADOPT)
		known->revisions_adopted = true;
	if (plan->stage == PLAN_CLAIM)
		known->pods_claimed = true;
	if (plan->stage == PLAN_REVISION)
		known->update_revision = mem_strdup(plan->steps[0].name);
}

static bool one_round(const struct plan_world *world, struct plan_known *known)
{
	scope_free char *status = NULL;
	struct plan plan;
	bool last;

	plan_next(world, known, &plan);
	last = plan.stage == PLAN_PODS;
	st_assert(last || plan.n_steps > 0);
	st_assert(plan.n_steps <= PLAN_MAX_CREATES + 2 * MAX_OBJS);
	for (size_t i = 0; i < plan.n_steps; i++)
		build(world->set, &plan, &plan.steps[i]);
	if (last && plan.code == 0) {
		status_complete(&plan.status, world->set);
		status = status_body(world->set->json, &plan.status);
		st_assert(plan.status.replicas >= plan.status.ready);
	}
	note(known, &plan);
	plan_fini(&plan);
	return last;
}

static void plan_all(const struct json *set_json, const struct input *in)
{
	const struct obj_revision *revisions[MAX_OBJS];
	struct plan_pod pods[MAX_OBJS];
	struct plan_known known;
	struct setspec set;
	struct plan_world world = {
		.set = &set,
		.pods = pods,
		.n_pods = in->n_pods,
		.revisions = revisions,
		.n_revisions = in->n_revisions,
		.claim = find_claim,
		.claim_arg = in,
		.now_s = 1767225600,
	};
	int rounds = 0;

	setspec_read(&set, set_json);
	for (size_t i = 0; i < in->n_pods; i++)
		pods[i] = (struct plan_pod){
			.pod = obj_pod(in->pods[i]),
			.selected = in->pods[i]->n_labels > 0,
		};
	for (size_t i = 0; i < in->n_revisions; i++)
		revisions[i] = obj_revision(in->revisions[i]);
	plan_known_init(&known);
	while (!one_round(&world, &known))
		st_assert(++rounds < MAX_ROUNDS);
	plan_known_fini(&known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_json struct json *root = NULL;
	struct input in = {0};

	/* A set in the store is an object; nothing more is sure. */
	if (json_parse((const char *)data, size, &root, NULL) != 0 ||
	    json_type(json_get(root, "set")) != JSON_OBJECT)
		return 0;
	in.n_pods = decode(OBJ_POD, json_get(root, "pods"), in.pods);
	in.n_revisions =
		decode(OBJ_REVISION, json_get(root, "revisions"), in.revisions);
	in.n_claims = decode(OBJ_CLAIM, json_get(root, "claims"), in.claims);
	plan_all(json_get(root, "set"), &in);
	for (size_t i = 0; i < MAX_OBJS; i++) {
		if (in.pods[i] != NULL)
			obj_free(in.pods[i]);
		if (in.revisions[i] != NULL)
			obj_free(in.revisions[i]);
		if (in.claims[i] != NULL)
			obj_free(in.claims[i]);
	}
	return 0;
}
