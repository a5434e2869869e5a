/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rolling updates: one pod at a time where the server keeps no maxUnavailable
 * (SS-112 to SS-115), else as many as that allows (SS-120 to SS-123).
 */
#include "controller/obj.h"
#include "controller/plan_priv.h"
#include "controller/status.h"

static bool is_new(const struct decider *d, const struct obj_pod *pod)
{
	return pod_is_at(pod, d->plan->update_revision);
}

/* Those that ended were deleted by this very pass, before (SS-104). */
static bool is_leaving(const struct obj_pod *pod)
{
	return pod->obj.deleting || pod_has_ended(pod);
}

/* Old, and not on its way already. */
static bool is_old(const struct decider *d, const struct obj_pod *pod)
{
	return !is_new(d, pod) && !is_leaving(pod);
}

static void take_down(struct decider *d, const struct obj_pod *pod)
{
	struct plan_step *step = plan_add_delete(d, pod, plan_batch_next(d));

	/* SS-098. */
	step->lowers_current = pod_is_at(pod, d->plan->current_revision);
}

/* SS-112: strictly from the top down to the partition. */
static void update_one(struct decider *d)
{
	const struct setspec *set = d->set;
	int64_t low = (int64_t)set->start + set->partition;
	int64_t at = (int64_t)set->start + set->replicas - 1;
	size_t next = d->pods->n_living;

	for (; at >= low; at--, next--) {
		const struct plan_slot *slot;

		/* Missing, so made in this pass, so not available. */
		if (next == 0 || d->pods->living[next - 1].ordinal != at)
			return;
		slot = &d->pods->living[next - 1];
		if (is_old(d, slot->pod)) {
			take_down(d, slot->pod);
			return;
		}
		if (is_leaving(slot->pod) || plan_is_unavailable(d, slot->pod))
			return;
	}
}

/* A pod that only an update can help. */
static bool is_stuck(const struct decider *d, const struct obj_pod *pod)
{
	return is_old(d, pod) && plan_is_unavailable(d, pod);
}

/* SS-121: those missing, the partition's and the new ones, too. */
static int64_t count_unavailable(const struct decider *d)
{
	int64_t n = d->set->replicas - (int64_t)d->pods->n_living;

	for (size_t i = 0; i < d->pods->n_living; i++)
		n += plan_is_unavailable(d, d->pods->living[i].pod);
	return n;
}

/* An old pod in good health. */
static bool is_due(const struct decider *d, const struct obj_pod *pod)
{
	return is_old(d, pod) && !plan_is_unavailable(d, pod);
}

/* From the top down to the partition. */
static void take_down_some(struct decider *d, int64_t most,
			   bool (*which)(const struct decider *d,
					 const struct obj_pod *pod))
{
	int64_t low = (int64_t)d->set->start + d->set->partition;

	for (size_t i = d->pods->n_living; i > 0 && most > 0; i--) {
		const struct plan_slot *slot = &d->pods->living[i - 1];

		if (slot->ordinal < low)
			return;
		if (!which(d, slot->pod))
			continue;
		take_down(d, slot->pod);
		most--;
	}
}

void plan_update(struct decider *d)
{
	int64_t most;

	plan_batch_begin(d);
	if (d->set->max_unavailable == 0) {
		update_one(d);
		return;
	}
	most = d->set->max_unavailable - count_unavailable(d);
	/* SS-122: an ordered set has only healthy pods when it gets here. */
	if (d->set->monotonic) {
		take_down_some(d, most, is_old);
		return;
	}
	/* SS-123: what is stuck goes whatever the budget. */
	take_down_some(d, INT64_MAX, is_stuck);
	take_down_some(d, most, is_due);
}
