/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/claims.h"
#include "controller/identity.h"
#include "controller/lost.h"
#include "controller/obj.h"
#include "controller/plan_priv.h"
#include "controller/retention.h"
#include "controller/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* What is refused now may not be later. */
enum { MAX_LABEL_VALUE = 63, RETRY_MS = 60000 };

void plan_batch_begin(struct decider *d)
{
	d->batch.number++;
	d->batch.size = d->batch.left = 1;
}

uint32_t plan_batch_next(struct decider *d)
{
	struct batcher *b = &d->batch;

	if (b->left == 0) {
		b->number++;
		b->size = b->monotonic ? 1 : b->size * 2;
		if (b->size > PLAN_MAX_BATCH)
			b->size = PLAN_MAX_BATCH;
		b->left = b->size;
	}
	b->left--;
	return b->number;
}

bool plan_is_unavailable(const struct decider *d, const struct obj_pod *pod)
{
	return pod_is_unavailable(pod, d->set->min_ready_s, d->world->now_s);
}

/* SS-071, SS-073: what has to be made, or is in the way, before the pod. */
static void find_claims(const struct decider *d, int32_t ordinal,
			struct plan_claim **ret_claims, size_t *ret_n)
{
	*ret_claims = NULL;
	*ret_n = 0;
	json_each (vct, d->set->vcts) {
		const char *vct_name = json_str(vct, "metadata.name");
		const struct obj_claim *claim;
		char *name;

		if (vct_name == NULL)
			continue;
		name = claims_name(vct_name, d->set->name, ordinal);
		claim = d->world->claim(name, d->world->claim_arg);
		if (claim != NULL && !claim->obj.deleting) {
			free(name);
			continue;
		}
		mem_grow(*ret_claims, *ret_n);
		(*ret_claims)[(*ret_n)++] = (struct plan_claim){
			.name = name,
			.vct = claim ? NULL : vct,
		};
	}
}

/* The claim of a pod for one template; NULL: there is none. */
static const struct obj_claim *claim_of(const struct decider *d,
					const struct json *vct, int32_t ordinal)
{
	const char *vct_name = json_str(vct, "metadata.name");
	scope_free char *name = NULL;

	if (vct_name == NULL)
		return NULL;
	name = claims_name(vct_name, d->set->name, ordinal);
	return d->world->claim(name, d->world->claim_arg);
}

/* SS-084: the claims whose owners are to be changed, or told of. Returns
 * whether any is to be changed. */
static bool find_owned(const struct decider *d, int32_t ordinal,
		       const struct retention_pod *pod,
		       struct plan_owned **ret_owned, size_t *ret_n)
{
	bool any = false;

	*ret_owned = NULL;
	*ret_n = 0;
	if (!d->set->has_retention)
		return false;
	json_each (vct, d->set->vcts) {
		const struct obj_claim *claim = claim_of(d, vct, ordinal);
		struct plan_owned owned = {0};

		if (claim == NULL)
			continue;
		owned.change = !retention_fits(d->set, pod, claim);
		owned.conflict = retention_conflicts(d->set, pod, claim);
		if (!owned.change && !owned.conflict)
			continue;
		any |= owned.change;
		owned.name = mem_strdup(istr_text(claim->obj.name));
		mem_grow(*ret_owned, *ret_n);
		(*ret_owned)[(*ret_n)++] = owned;
	}
	return any;
}

static void drop_owned(struct plan_owned **owned, size_t *n)
{
	while (*n > 0)
		free((*owned)[--*n].name);
	free(*owned);
	*owned = NULL;
}

/* Those of a pod that is there, if any has to be changed. */
static bool find_misfits(const struct decider *d, const struct plan_slot *slot,
			 bool condemned, struct plan_owned **ret_owned,
			 size_t *ret_n)
{
	struct retention_pod pod = {
		.name = istr_text(slot->pod->obj.name),
		.uid = istr_text(slot->pod->obj.uid),
		.condemned = condemned,
	};

	if (find_owned(d, slot->ordinal, &pod, ret_owned, ret_n))
		return true;
	drop_owned(ret_owned, ret_n);
	return false;
}

/* SS-087. */
static bool is_blocked(const struct decider *d, int32_t ordinal)
{
	scope_free char *name = NULL;

	if (!d->set->scaled_deletes)
		return false;
	name = identity_pod_name(d->set->name, ordinal);
	json_each (vct, d->set->vcts) {
		const struct obj_claim *claim = claim_of(d, vct, ordinal);

		if (claim != NULL && retention_blocks(d->set, name, claim))
			return true;
	}
	return false;
}

/* What is not in the DNS need not be waited for. */
static bool has_to_drain(struct decider *d, const struct obj_pod *pod)
{
	const struct plan_world *world = d->world;
	uint64_t wanted_ms = d->set->optin.drain_ms, waited_ms = 0;
	int64_t left_ms;

	if (wanted_ms == 0 || !pod->ready)
		return false;
	if (world->drained_ms != NULL)
		waited_ms = world->drained_ms(istr_text(pod->obj.uid),
					      world->drained_arg);
	if (waited_ms >= wanted_ms)
		return false;
	left_ms = (int64_t)(wanted_ms - waited_ms);
	if (d->plan->drain_ms < 0 || left_ms < d->plan->drain_ms)
		d->plan->drain_ms = left_ms;
	return true;
}

struct plan_step *plan_add_delete(struct decider *d, const struct obj_pod *pod,
				  uint32_t batch)
{
	enum plan_verb verb =
		has_to_drain(d, pod) ? PLAN_DRAIN_POD : PLAN_DELETE_POD;

	return plan_add(d->plan, verb, batch, istr_text(pod->obj.name),
			istr_text(pod->obj.uid));
}

/* SS-066. */
static bool belongs_to_update(const struct setspec *set, int32_t ordinal)
{
	int64_t line = set->has_rolling ? set->partition : set->status.current;

	return !set->rolling || ordinal >= set->start + line;
}

static void create(struct decider *d, int32_t ordinal, uint32_t batch)
{
	bool at_update = belongs_to_update(d->set, ordinal);
	const char *revision = at_update ? d->plan->update_revision
					 : d->plan->current_revision;
	scope_free char *name = identity_pod_name(d->set->name, ordinal);
	struct plan_step *step;

	if (is_blocked(d, ordinal)) {
		d->plan->stale_claim = true;
		return;
	}
	/* The revision is a label's value: a longer one is never let in. */
	if (strlen(revision) > MAX_LABEL_VALUE) {
		d->plan->name_too_long = true;
		return;
	}
	step = plan_add(d->plan, PLAN_CREATE_POD, batch, name, NULL);
	step->ordinal = ordinal;
	step->at_update = at_update;
	find_claims(d, ordinal, &step->claims, &step->n_claims);
	find_owned(d, ordinal, &(struct retention_pod){.name = name},
		   &step->owned, &step->n_owned);
	d->creates++;
}

/* SS-074. */
static void refill_claims(struct decider *d, const struct plan_slot *slot,
			  uint32_t batch)
{
	struct retention_pod pod = {
		.name = istr_text(slot->pod->obj.name),
		.uid = istr_text(slot->pod->obj.uid),
	};
	struct plan_claim *claims;
	struct plan_owned *owned;
	struct plan_step *step;
	size_t n, n_owned;

	find_claims(d, slot->ordinal, &claims, &n);
	find_owned(d, slot->ordinal, &pod, &owned, &n_owned);
	if (n == 0 && n_owned == 0)
		return;
	step = plan_add(d->plan, PLAN_CREATE_CLAIMS, batch,
			istr_text(slot->pod->obj.name),
			istr_text(slot->pod->obj.uid));
	step->ordinal = slot->ordinal;
	step->claims = claims;
	step->n_claims = n;
	step->owned = owned;
	step->n_owned = n_owned;
}

/* SS-109. What concerns the claims of a Pending pod is seen to by
 * refill_claims(). */
static void repair(struct decider *d, const struct plan_slot *slot,
		   uint32_t batch)
{
	bool storage = identity_storage_matches(d->set, slot->pod);
	bool pending = slot->pod->phase == PHASE_PENDING;
	struct plan_owned *owned = NULL;
	struct plan_step *step;
	size_t n_owned = 0;

	if (!pending)
		find_misfits(d, slot, false, &owned, &n_owned);
	if (n_owned == 0 && storage && identity_matches(d->set, slot->pod))
		return;
	step = plan_add(d->plan, PLAN_REPAIR_POD, batch,
			istr_text(slot->pod->obj.name),
			istr_text(slot->pod->obj.uid));
	step->ordinal = slot->ordinal;
	step->owned = owned;
	step->n_owned = n_owned;
	if (!storage && !pending)
		find_claims(d, slot->ordinal, &step->claims, &step->n_claims);
}

/* SS-143, where a set asks for it: a pod that is at no revision which is still
 * wanted, or that never ran, and that would come back at the update's. */
static bool is_left_behind(const struct decider *d,
			   const struct plan_slot *slot)
{
	const struct obj_pod *pod = slot->pod;
	const struct plan *plan = d->plan;

	if (!d->set->optin.recover || !d->set->rolling || pod->ready ||
	    pod->obj.deleting || pod_is_at(pod, plan->update_revision) ||
	    slot->ordinal < (int64_t)d->set->start + d->set->partition ||
	    !belongs_to_update(d->set, slot->ordinal))
		return false;
	return pod->phase == PHASE_PENDING ||
	       !pod_is_at(pod, plan->current_revision);
}

/* One pod that is to stay (SS-104 to SS-109); slot->pod is NULL where it is
 * missing. True: a monotonic set waits here. */
static bool keep_one(struct decider *d, const struct plan_slot *slot)
{
	const struct obj_pod *pod = slot->pod;
	uint32_t batch = plan_batch_next(d);

	if (pod == NULL) {
		create(d, slot->ordinal, batch);
		return true;
	}
	if (pod_has_ended(pod)) {
		if (!pod->obj.deleting)
			plan_add_delete(d, pod, batch);
		return true;
	}
	if (d->set->monotonic && is_left_behind(d, slot)) {
		plan_add_delete(d, pod, batch);
		return true;
	}
	if (pod->phase == PHASE_PENDING)
		refill_claims(d, slot, batch);
	if (d->set->monotonic &&
	    (!pod_is_running_ready(pod) || plan_is_unavailable(d, pod)))
		return true;
	repair(d, slot, batch);
	return false;
}

/* Step 4 of SS-100. True: the pass goes no further. */
static bool keep_living(struct decider *d)
{
	const struct setspec *set = d->set;
	int64_t end = (int64_t)set->start + set->replicas;
	size_t next = 0;

	plan_batch_begin(d);
	for (int64_t at = set->start; at < end; at++) {
		struct plan_slot slot = {.ordinal = (int32_t)at};

		if (at > INT32_MAX)
			return true;
		if (next < d->pods->n_living &&
		    d->pods->living[next].ordinal == at)
			slot = d->pods->living[next++];
		if (keep_one(d, &slot) && set->monotonic)
			return true;
		if (d->creates >= PLAN_MAX_CREATES || d->plan->name_too_long)
			return true;
	}
	return false;
}

/* The condemned pod with the lowest ordinal that is unavailable. The living
 * ones are all available when a monotonic set asks. */
static const struct obj_pod *first_unavailable(const struct decider *d)
{
	for (size_t i = d->pods->n_condemned; i > 0; i--)
		if (plan_is_unavailable(d, d->pods->condemned[i - 1].pod))
			return d->pods->condemned[i - 1].pod;
	return NULL;
}

/* Step 5 of SS-100: all of them, before the first pod goes. */
static void own_condemned(struct decider *d)
{
	plan_batch_begin(d);
	for (size_t i = 0; i < d->pods->n_condemned; i++) {
		const struct plan_slot *slot = &d->pods->condemned[i];
		uint32_t batch = plan_batch_next(d);
		struct plan_owned *owned;
		struct plan_step *step;
		size_t n;

		if (!find_misfits(d, slot, true, &owned, &n))
			continue;
		step = plan_add(d->plan, PLAN_OWN_CLAIMS, batch,
				istr_text(slot->pod->obj.name),
				istr_text(slot->pod->obj.uid));
		step->ordinal = slot->ordinal;
		step->condemned = true;
		step->owned = owned;
		step->n_owned = n;
	}
}

static void come_again(struct decider *d)
{
	if (d->plan->again_ms < 0 || d->plan->again_ms > RETRY_MS)
		d->plan->again_ms = RETRY_MS;
}

static bool has_template(const struct decider *d, const struct lost_claim *lost)
{
	json_each (vct, d->set->vcts) {
		const char *vct_name = json_str(vct, "metadata.name");
		scope_free char *name = NULL;

		if (vct_name == NULL)
			continue;
		name = claims_name(vct_name, d->set->name, lost->ordinal);
		if (strcmp(name, lost->name) == 0)
			return true;
	}
	return false;
}

static bool has_pod(const struct decider *d, int32_t ordinal)
{
	for (size_t i = 0; i < d->pods->n_condemned; i++)
		if (d->pods->condemned[i].ordinal == ordinal)
			return true;
	return false;
}

/* SS-086: the pod is gone, and so is its place. */
static bool is_left_over(const struct decider *d, const struct lost_claim *lost)
{
	const struct obj_claim *claim =
		d->world->claim(lost->name, d->world->claim_arg);

	return d->set->scaled_deletes && !setspec_has(d->set, lost->ordinal) &&
	       !has_pod(d, lost->ordinal) && has_template(d, lost) &&
	       claim != NULL && !claim->obj.deleting &&
	       strcmp(istr_text(claim->obj.uid), lost->uid) == 0 &&
	       retention_is_ours(d->set, claim);
}

static void delete_lost(struct decider *d)
{
	const struct lost *lost = d->world->lost;
	uint32_t batch;

	plan_batch_begin(d);
	batch = plan_batch_next(d);
	for (size_t i = 0; lost && i < lost->n && i < PLAN_MAX_BATCH; i++) {
		const struct lost_claim *claim = &lost->claims[i];

		if (!is_left_over(d, claim))
			continue;
		plan_add(d->plan, PLAN_DELETE_CLAIM, batch, claim->name,
			 claim->uid)
			->ordinal = claim->ordinal;
		come_again(d);
	}
}

/* Step 6 of SS-100: SS-111. */
static bool remove_condemned(struct decider *d)
{
	const struct obj_pod *first = first_unavailable(d);

	plan_batch_begin(d);
	for (size_t i = 0; i < d->pods->n_condemned; i++) {
		const struct obj_pod *pod = d->pods->condemned[i].pod;
		uint32_t batch = plan_batch_next(d);

		if (d->set->monotonic && pod != first &&
		    plan_is_unavailable(d, pod))
			return true;
		if (d->set->monotonic && pod != first &&
		    !pod_is_running_ready(pod))
			return true;
		if (!pod->obj.deleting)
			plan_add_delete(d, pod, batch);
		if (d->set->monotonic)
			return true;
	}
	return false;
}

/* Claims of pods in range that are there and smaller than the set asks for. */
static void resize_claims(struct decider *d)
{
	const struct setspec *set = d->set;

	if (set->optin.resize == NULL)
		return;
	for (size_t i = 0; i < d->pods->n_living; i++) {
		int32_t ordinal = d->pods->living[i].ordinal;

		json_each (vct, set->vcts) {
			const char *name = json_str(vct, "metadata.name"),
				   *text;
			const struct obj_claim *claim =
				claim_of(d, vct, ordinal);
			struct plan_step *step;
			int len;

			if (claim == NULL || claim->obj.deleting ||
			    claim->request == 0 ||
			    claim->request >=
				    optin_size(&set->optin, name, &text, &len))
				continue;
			if (d->plan->n_steps == PLAN_MAX_RESIZES)
				return;
			step = plan_add(d->plan, PLAN_RESIZE_CLAIM, 0,
					istr_text(claim->obj.name),
					istr_text(claim->obj.uid));
			step->vct = name;
			come_again(d);
		}
	}
}

/* SS-091, SS-092: a set that is being deleted counts all it has claimed, any
 * other those that have a place. */
static void count(struct decider *d)
{
	struct set_status *status = &d->plan->status;
	const struct plan_pods *pods = d->pods;
	int32_t min = d->set->min_ready_s;
	int64_t now = d->world->now_s;

	*status = (struct set_status){
		.observed_generation = d->set->generation,
		.current_revision = d->plan->current_revision,
		.update_revision = d->plan->update_revision,
	};
	if (d->set->deleting) {
		for (size_t i = 0; i < pods->n_claimed; i++)
			status_count(status, pods->claimed[i], min, now);
		return;
	}
	for (size_t i = 0; i < pods->n_living; i++)
		status_count(status, pods->living[i].pod, min, now);
	for (size_t i = 0; i < pods->n_condemned; i++)
		status_count(status, pods->condemned[i].pod, min, now);
}

/* SS-136: when the next Ready pod becomes available. */
static int64_t again_ms(const struct decider *d)
{
	int32_t min = d->set->min_ready_s;
	int64_t soonest = -1;

	if (min == 0 || d->plan->status.ready == d->plan->status.available)
		return -1;
	for (size_t i = 0; i < d->pods->n_claimed; i++) {
		const struct obj_pod *pod = d->pods->claimed[i];
		int64_t left = pod->ready_since_s + min - d->world->now_s;

		if (!pod->ready || !pod->has_ready_time || left <= 0)
			continue;
		if (soonest < 0 || left < soonest)
			soonest = left;
	}
	return (soonest < 0 ? min : soonest) * INT64_C(1000);
}

void plan_pods_decide(const struct plan_world *world,
		      const struct plan_pods *pods, struct plan *plan)
{
	struct decider d = {
		.world = world,
		.set = world->set,
		.pods = pods,
		.plan = plan,
		.batch.monotonic = world->set->monotonic,
	};
	bool waits;

	count(&d);
	plan->again_ms = again_ms(&d);
	if (world->set->deleting)
		return;
	/* Creating goes before deleting, scaling before updating. */
	resize_claims(&d);
	waits = keep_living(&d);
	for (size_t i = 0; i < plan->n_steps; i++)
		plan->steps[i].independent = !world->set->monotonic;
	if (waits)
		return;
	own_condemned(&d);
	delete_lost(&d);
	if (remove_condemned(&d))
		return;
	if (world->set->rolling)
		plan_update(&d);
}
