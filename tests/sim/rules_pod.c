/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/sim/rules.h"

static const char *text(const char *s)
{
	return s ? s : "-";
}

/* SS-107: 0 to n-1 are all there, running, ready, available, and stay. */
static bool all_good_below(const struct judged *j, int64_t ordinal)
{
	for (int64_t i = j->set->set.start; i < ordinal; i++)
		if (!rules_good(j, rules_pod_at(j, i)))
			return false;
	return true;
}

static bool all_good(const struct judged *j)
{
	return all_good_below(j, j->set->set.start + j->set->set.replicas);
}

static const struct thing *revision_named(const struct judged *j,
					  const char *name)
{
	const struct thing *r = things_find(&j->revisions, name);

	if (r == NULL || !thing_says(r->app, j->set->name) ||
	    (r->controller != NULL && !thing_says(r->controller, j->uid)))
		return NULL;
	return r;
}

/* SS-066: whether a new pod is made from the current revision; that is, the
 * one that status names, while there is such a one. */
static const char *old_revision(const struct judged *j, int64_t ordinal)
{
	const struct thing_set *set = &j->set->set;
	const char *current = json_str(set->status, "currentRevision");
	int64_t line = set->partition >= 0
			       ? set->partition
			       : json_int(set->status, "currentReplicas", 0);

	if (!set->rolling || ordinal >= set->start + line)
		return NULL;
	return revision_named(j, current) != NULL ? current : NULL;
}

static void check_template(struct judge *judge, const struct judged *j,
			   const struct thing *pod)
{
	const char *old = old_revision(j, pod->number);
	const struct thing *made_from = things_find(
		&judge->side->api->live[OBJ_REVISION], pod->pod.revision);

	if (old != NULL && !thing_at(pod, old))
		verdict_set(judge->verdict, "SS-066",
			    "%s is made at %s instead of the current %s",
			    pod->name, text(pod->pod.revision), old);
	if (old == NULL && !thing_says(pod->pod.image, j->set->set.image))
		verdict_set(judge->verdict, "SS-066",
			    "%s is made from %s instead of the new %s",
			    pod->name, text(pod->pod.image),
			    text(j->set->set.image));
	if (made_from != NULL &&
	    !thing_says(made_from->image, pod->pod.image) &&
	    thing_says(made_from->controller, j->uid))
		verdict_set(judge->verdict, "SS-063",
			    "%s has the image %s and the label %s", pod->name,
			    text(pod->pod.image), text(pod->pod.revision));
}

static bool has_ref(const struct thing *thing, const char *uid)
{
	const struct json *ref = thing_owner(thing, uid);

	return ref != NULL && json_bool(ref, "controller", false) &&
	       json_bool(ref, "blockOwnerDeletion", false);
}

static void check_labels(struct judge *judge, const struct judged *j,
			 const struct thing *pod)
{
	const struct json *labels = json_at(pod->json, "metadata.labels");
	char index[24];

	snprintf(index, sizeof(index), "%lld", (long long)pod->number);
	if (!thing_says(pod->pod.label, pod->name) ||
	    !thing_says(json_value_str(json_get(
				labels, "apps.kubernetes.io/pod-index")),
			index) ||
	    !thing_says(json_str(pod->json, "spec.hostname"), pod->name))
		verdict_set(judge->verdict, "SS-062", "labels of %s",
			    pod->name);
	if (!has_ref(pod, j->uid))
		verdict_set(judge->verdict, "SS-064",
			    "%s is not owned by its set", pod->name);
}

/* SS-071, SS-073, SS-087. */
static void check_claims(struct judge *judge, const struct judged *j,
			 const struct thing *pod)
{
	int at = rules_set_of(j->set->name, OBJ_SET);

	for (int i = 0; rules_claims[at][i] != NULL; i++) {
		scope_free char *name =
			mem_printf("%s-%s", rules_claims[at][i], pod->name);
		const struct thing *claim = things_find(&j->claims, name);

		if (claim == NULL ? !uids_have(&j->made, name)
				  : claim->deleting)
			verdict_set(judge->verdict, "SS-071",
				    "%s is made without its claim %s",
				    pod->name, name);
		if (claim == NULL || !j->set->set.scaled_deletes)
			continue;
		json_each (ref,
			   json_at(claim->json, "metadata.ownerReferences"))
			if (thing_says(json_str(ref, "kind"), "Pod") &&
			    thing_says(json_str(ref, "name"), pod->name))
				verdict_set(judge->verdict, "SS-087",
					    "%s is made, though %s goes with "
					    "its predecessor",
					    pod->name, name);
	}
}

static void check_create(struct judge *judge, const struct judged *j,
			 const struct json *body)
{
	struct thing *pod = thing_new(OBJ_POD, json_dup(body), false);

	if (j->set->deleting)
		verdict_set(judge->verdict, "SS-150",
			    "%s is made for a set that is leaving", pod->name);
	if (pod->number < 0 || !rules_in_range(j->set, pod->number) ||
	    !thing_is_member(pod, j->set->name))
		verdict_set(judge->verdict, "SS-061", "%s is not of the set",
			    pod->name);
	else if (rules_pod_at(j, pod->number) != NULL)
		verdict_set(judge->verdict, "one pod per ordinal",
			    "%s is made, though it is there", pod->name);
	else if (!j->set->set.parallel && !all_good_below(j, pod->number))
		verdict_set(judge->verdict, "SS-107",
			    "%s is made before all below are available",
			    pod->name);
	check_labels(judge, j, pod);
	check_template(judge, j, pod);
	check_claims(judge, j, pod);
	thing_drop(pod);
}

/* SS-111. */
static bool is_first_unavailable(const struct judged *j,
				 const struct thing *pod)
{
	for (size_t i = 0; i < j->pods.n; i++) {
		const struct thing *p = j->pods.all[i];

		if (rules_claimed(j, p) && p->number < pod->number &&
		    !rules_in_range(j->set, p->number) &&
		    (p->deleting ||
		     !thing_is_available(p, j->set->set.min_ready_s, j->now_s)))
			return false;
	}
	return true;
}

static bool is_condemned(const struct judged *j, const struct thing *pod)
{
	return rules_claimed(j, pod) && !rules_in_range(j->set, pod->number);
}

/* SS-084 d: the claims go with the pod, so they must be its own by now. */
static void check_owned(struct judge *judge, const struct judged *j,
			const struct thing *pod)
{
	int at = rules_set_of(j->set->name, OBJ_SET);

	if (!j->set->set.has_retention || !j->set->set.scaled_deletes)
		return;
	for (int i = 0; rules_claims[at][i] != NULL; i++) {
		scope_free char *name =
			mem_printf("%s-%s", rules_claims[at][i], pod->name);
		const struct thing *claim = things_find(&j->claims, name);
		bool other = false;

		if (claim == NULL || uids_have(&j->owned, name))
			continue;
		json_each (ref,
			   json_at(claim->json, "metadata.ownerReferences"))
			other |= !thing_says(json_str(ref, "uid"), pod->uid) &&
				 !thing_says(json_str(ref, "uid"), j->uid);
		/* Another owner is somebody else's business (SS-083), and
		 * what the live claim said was looked at. */
		if (!other && thing_owner(claim, pod->uid) == NULL &&
		    things_find(&judge->side->api->live[OBJ_CLAIM], name) ==
			    claim)
			verdict_set(judge->verdict, "SS-084",
				    "%s goes before %s is to go with it",
				    pod->name, name);
	}
}

static void check_scale_down(struct judge *judge, const struct judged *j,
			     const struct thing *pod)
{
	check_owned(judge, j, pod);
	if (j->set->set.parallel)
		return;
	if (!all_good(j))
		verdict_set(judge->verdict, "SS-107",
			    "%s goes while a pod in range is not available",
			    pod->name);
	for (size_t i = 0; i < j->pods.n; i++)
		if (j->pods.all[i]->number > pod->number &&
		    is_condemned(j, j->pods.all[i]))
			verdict_set(judge->verdict, "SS-111",
				    "%s goes before %s is gone", pod->name,
				    j->pods.all[i]->name);
	if (!rules_good(j, pod) && !is_first_unavailable(j, pod))
		verdict_set(judge->verdict, "SS-111",
			    "%s goes, which is broken, and not the first one",
			    pod->name);
}

/* SS-120. */
static int64_t budget(const struct thing_set *set)
{
	const char *max = set->max_unavailable;
	int64_t n;

	if (set->max_number[0] != '\0')
		max = set->max_number;
	if (max == NULL || set->partition < 0)
		return 1;
	n = strtol(max, NULL, 10);
	if (strchr(max, '%') != NULL)
		n = n * set->replicas / 100;
	return n < 1 ? 1 : n;
}

/* SS-112: all above are at the new revision and available. */
static bool is_next_in_order(const struct judged *j, const struct thing *pod,
			     const char *update)
{
	int64_t end = j->set->set.start + j->set->set.replicas;

	for (int64_t i = pod->number + 1; i < end; i++) {
		const struct thing *p = rules_pod_at(j, i);

		if (p == NULL || p->deleting || !thing_at(p, update) ||
		    !thing_is_available(p, j->set->set.min_ready_s, j->now_s))
			return false;
	}
	return true;
}

/* SS-122, SS-123: as many as may be away besides those that are. */
static bool is_in_budget(const struct judged *j, const struct thing *pod)
{
	const struct thing_set *set = &j->set->set;
	int64_t away = 0;

	for (int64_t i = set->start; i < set->start + set->replicas; i++) {
		const struct thing *p = rules_pod_at(j, i);

		away += p == NULL || p->deleting ||
			!thing_is_available(p, set->min_ready_s, j->now_s);
	}
	if (set->parallel &&
	    !thing_is_available(pod, set->min_ready_s, j->now_s))
		return true;
	return away + (int64_t)j->updated_good < budget(set);
}

/* The revision that a deletion for an update makes way for. */
static const char *update_revision(const struct judge *judge,
				   const struct judged *j)
{
	const struct things *all = &judge->side->api->live[OBJ_REVISION];

	for (size_t i = 0; i < all->n; i++)
		if (thing_says(all->all[i]->controller, j->uid) &&
		    thing_says(all->all[i]->image, j->set->set.image))
			return all->all[i]->name;
	return NULL;
}

/* SS-143, where the set asks for it: the first pod that is not available. */
static bool is_recovery(const struct judged *j, const struct thing *pod)
{
	return j->set->set.recovers && !j->set->set.parallel &&
	       !pod->pod.ready && all_good_below(j, pod->number);
}

/* For all that the side was told since it decided. */
static bool is_there_still(const struct judge *judge, const struct thing *pod)
{
	const struct thing *is =
		things_find(&judge->side->feeds[1].view, pod->name);

	return is != NULL && thing_says(is->uid, pod->uid);
}

static void check_update(struct judge *judge, struct judged *j,
			 const struct thing *pod)
{
	const struct thing_set *set = &j->set->set;
	const char *update = update_revision(judge, j);
	int64_t low = set->start + (set->partition > 0 ? set->partition : 0);

	if (!set->rolling || pod->number < low)
		verdict_set(judge->verdict, "invariant 3",
			    "%s is replaced, which strategy or partition "
			    "forbid",
			    pod->name);
	if (update != NULL && thing_at(pod, update))
		verdict_set(judge->verdict, "SS-112",
			    "%s is replaced, and is at %s", pod->name, update);
	if (!set->parallel && !all_good(j) && !is_recovery(j, pod))
		verdict_set(judge->verdict, "SS-107",
			    "%s is replaced while a pod is not available",
			    pod->name);
	for (size_t i = 0; i < j->pods.n && !is_recovery(j, pod); i++)
		if (is_condemned(j, j->pods.all[i]) &&
		    !j->pods.all[i]->deleting &&
		    is_there_still(judge, j->pods.all[i]) &&
		    !uids_have(&judge->drained.uids, j->pods.all[i]->uid) &&
		    !uids_have(&j->deleted, j->pods.all[i]->name))
			verdict_set(judge->verdict, "SS-100",
				    "%s is replaced before %s was scaled away",
				    pod->name, j->pods.all[i]->name);
	if (!is_recovery(j, pod) &&
	    !(update != NULL && j->updates == 0 &&
	      is_next_in_order(j, pod, update)) &&
	    !is_in_budget(j, pod) && update != NULL)
		verdict_set(judge->verdict, "invariant 3",
			    "%s is replaced, one more than may be away",
			    pod->name);
	j->updates++;
	j->updated_good += thing_is_available(pod, set->min_ready_s, j->now_s);
	j->lowered += thing_says(json_str(set->status, "currentRevision"),
				 pod->pod.revision);
}

static void check_delete(struct judge *judge, struct judged *j,
			 struct kube_call *call, const struct json *body,
			 const char *name)
{
	const struct thing *pod = things_find(&j->pods, name);
	bool ended;

	if (pod == NULL || !rules_claimed(j, pod)) {
		verdict_set(judge->verdict, "SS-024",
			    "%s is deleted, which is not the set's", name);
		return;
	}
	call->about = mem_strdup(pod->uid);
	if (!uids_have(&judge->withdrawn, name))
		verdict_set(judge->verdict, "records first",
			    "%s is deleted, and its records are in the zone",
			    name);
	if (j->set->set.drains && pod->pod.ready &&
	    rules_drained_ms(judge, pod->uid) < RULES_DRAIN_MS)
		verdict_set(judge->verdict, "drain",
			    "%s is deleted before caches have run out", name);
	uids_drop(&judge->withdrawn, name);
	ended = thing_has_phase(pod, "Failed") ||
		thing_has_phase(pod, "Succeeded");
	if (json_int(body, "gracePeriodSeconds", -1) == 0)
		verdict_set(judge->verdict, "invariant 1",
			    "%s is deleted by force", name);
	if (j->set->deleting)
		verdict_set(judge->verdict, "SS-150",
			    "%s is deleted by a set that is leaving", name);
	if (pod->deleting || uids_have(&j->deleted, name))
		verdict_set(judge->verdict, "SS-104", "%s is deleted twice",
			    name);
	if (!rules_in_range(j->set, pod->number))
		check_scale_down(judge, j, pod);
	else if (!ended)
		check_update(judge, j, pod);
	else if (!j->set->set.parallel && !all_good_below(j, pod->number))
		verdict_set(judge->verdict, "SS-107",
			    "%s is deleted before all below are available",
			    name);
	uids_add(&j->deleted, name);
}

/* SS-024. */
static void check_patch(struct judge *judge, const struct judged *j,
			const struct json *body, const char *name)
{
	const struct thing *pod = things_find(&j->pods, name);
	const struct json *ref =
		json_first(json_at(body, "metadata.ownerReferences"));
	bool release = json_get(ref, "$patch") != NULL;
	bool member;

	if (pod == NULL ||
	    !thing_says(json_str(body, "metadata.uid"), pod->uid)) {
		verdict_set(judge->verdict, "SS-024",
			    "a patch of %s without its uid", name);
		return;
	}
	member = thing_is_member(pod, j->set->name);
	if (j->set->deleting)
		verdict_set(judge->verdict, "SS-150",
			    "%s is claimed by a set that is leaving", name);
	if (release && (member || !thing_says(pod->controller, j->uid)))
		verdict_set(judge->verdict, "SS-024", "%s is released", name);
	if (!release && (!member || pod->controller != NULL || pod->deleting))
		verdict_set(judge->verdict, "SS-024", "%s is adopted", name);
	if (!release && !j->live)
		verdict_set(judge->verdict, "SS-021",
			    "%s is adopted without a look at the set", name);
}

/* SS-109. */
static void check_put(struct judge *judge, const struct judged *j,
		      const struct json *body, const char *name)
{
	const struct thing *pod = things_find(&j->pods, name);

	if (pod == NULL || !rules_claimed(j, pod) ||
	    !thing_says(json_str(body, "metadata.uid"), pod->uid) ||
	    !rules_in_range(j->set, pod->number) || j->set->deleting)
		verdict_set(judge->verdict, "SS-109", "%s is written", name);
}

void rules_pod_sent(struct judge *judge, struct judged *j,
		    struct kube_call *call, const struct json *body,
		    const char *name)
{
	switch (call->verb) {
	case KUBE_POST:
		check_create(judge, j, body);
		break;
	case KUBE_DELETE:
		check_delete(judge, j, call, body, name);
		break;
	case KUBE_PUT:
		check_put(judge, j, body, name);
		break;
	default:
		check_patch(judge, j, body, name);
		break;
	}
}
