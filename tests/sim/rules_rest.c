/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests for claims, revisions and status.
 */
#include <inttypes.h>
#include <string.h>

#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/sim/rules.h"

/* Names our set, or the pod that the claim is for. */
static bool is_our_ref(const struct judged *j, const struct json *ref,
		       const char *pod)
{
	const char *kind = json_str(ref, "kind"), *name = json_str(ref, "name");

	return (thing_says(kind, "StatefulSet") &&
		thing_says(name, j->set->name)) ||
	       (thing_says(kind, "Pod") && thing_says(name, pod));
}

/* Invariant 4: what is put on a claim decides over its life. */
static void check_new_owner(struct judge *judge, const struct judged *j,
			    const struct json *ref, int64_t ordinal,
			    const char *claim)
{
	const char *uid = json_str(ref, "uid");
	bool of_pod = thing_says(json_str(ref, "kind"), "Pod");
	const struct thing *pod = rules_pod_at(j, ordinal);
	bool condemned = !rules_in_range(j->set, ordinal);

	if (of_pod && (!j->set->set.scaled_deletes || !condemned))
		verdict_set(judge->verdict, "invariant 4",
			    "%s is to go with its pod, which is not scaled "
			    "away",
			    claim);
	if (of_pod && (pod == NULL || !thing_says(uid, pod->uid)))
		verdict_set(judge->verdict, "invariant 4",
			    "%s is to go with a pod unknown", claim);
	if (!of_pod && (!j->set->set.deleted_deletes ||
			(condemned && j->set->set.scaled_deletes)))
		verdict_set(judge->verdict, "SS-080",
			    "%s is to go with the set", claim);
	if (!of_pod && !thing_says(uid, j->uid))
		verdict_set(judge->verdict, "invariant 4",
			    "%s is to go with another set", claim);
}

static void check_owners(struct judge *judge, const struct judged *j,
			 const struct thing *was, const struct thing *is)
{
	const char *refs = "metadata.ownerReferences";
	scope_free char *pod =
		mem_printf("%s-%" PRId64, j->set->name, is->number);

	json_each (ref, json_at(was->json, refs)) {
		const char *uid = json_str(ref, "uid");

		if (!is_our_ref(j, ref, pod) && thing_owner(is, uid) == NULL)
			verdict_set(judge->verdict, "SS-082",
				    "%s loses a stranger's owner", was->name);
		if (thing_says(json_str(ref, "kind"), "StatefulSet") &&
		    is_our_ref(j, ref, pod) && !thing_says(uid, j->uid))
			verdict_set(judge->verdict, "SS-081",
				    "%s goes with an earlier set, and is taken",
				    was->name);
	}
	json_each (ref, json_at(is->json, refs))
		if (thing_owner(was, json_str(ref, "uid")) == NULL)
			check_new_owner(judge, j, ref, is->number, is->name);
}

/* The template that a claim of this set is made from. */
static const char *template_of(const struct judged *j, const char *claim)
{
	int at = rules_set_of(j->set->name, OBJ_SET);

	for (int i = 0; rules_claims[at][i] != NULL; i++)
		if (strncmp(claim, rules_claims[at][i],
			    strlen(rules_claims[at][i])) == 0)
			return rules_claims[at][i];
	return "";
}

/* A request is raised to what the set asks for, and never lowered; nothing
 * else is changed (SS-071). */
static void check_resize(struct judge *judge, const struct judged *j,
			 const struct thing *was, const struct thing *is)
{
	int64_t wanted = thing_wanted_mi(j->set, template_of(j, was->name));
	scope_json struct json *raised = json_dup(json_get(was->json, "spec"));

	if (is->asked_mi <= was->asked_mi || is->asked_mi != wanted ||
	    !rules_in_range(j->set, was->number))
		verdict_set(judge->verdict, "claim size",
			    "%s is resized from %" PRId64 "Mi to %" PRId64
			    "Mi, and is to have %" PRId64,
			    was->name, was->asked_mi, is->asked_mi, wanted);
	json_set(raised, "resources",
		 json_dup(json_at(is->json, "spec.resources")));
	if (!json_equal(raised, json_get(is->json, "spec")))
		verdict_set(judge->verdict, "SS-071",
			    "the spec of %s is changed", was->name);
}

static void check_claim_put(struct judge *judge, const struct judged *j,
			    const struct json *body, const char *name)
{
	const struct thing *was =
		things_find(&judge->side->api->live[OBJ_CLAIM], name);
	struct thing *is = thing_new(OBJ_CLAIM, json_dup(body), false);
	/* One that changed meanwhile will meet a conflict. */
	bool current = was != NULL && is->version == was->version &&
		       thing_says(is->uid, was->uid);
	bool resized = current && !json_equal(json_get(is->json, "spec"),
					      json_get(was->json, "spec"));

	if (j->set->deleting ||
	    (current && !resized && !j->set->set.has_retention))
		verdict_set(judge->verdict, "SS-150", "%s is written", name);
	if (resized)
		check_resize(judge, j, was, is);
	if (current)
		check_owners(judge, j, was, is);
	if (current && json_equal(is->json, was->json))
		verdict_set(judge->verdict, "SS-012", "%s is written as it was",
			    name);
	thing_drop(is);
}

static void check_claim_post(struct judge *judge, const struct judged *j,
			     const struct json *body)
{
	struct thing *claim = thing_new(OBJ_CLAIM, json_dup(body), false);
	int64_t wanted = thing_wanted_mi(j->set, template_of(j, claim->name));

	if (j->set->deleting || !rules_in_range(j->set, claim->number))
		verdict_set(judge->verdict, "SS-075", "%s is made",
			    claim->name);
	if (things_find(&j->claims, claim->name) != NULL)
		verdict_set(judge->verdict, "SS-071",
			    "%s is made, though it is there", claim->name);
	if (!thing_says(claim->app, j->set->name))
		verdict_set(judge->verdict, "SS-070", "labels of %s",
			    claim->name);
	if (claim->asked_mi != 0 &&
	    claim->asked_mi != (wanted > 1024 ? wanted : 1024))
		verdict_set(judge->verdict, "claim size",
			    "%s is made with %" PRId64
			    "Mi, and is to have %" PRId64,
			    claim->name, claim->asked_mi, wanted);
	thing_drop(claim);
}

void rules_claims_kept(const struct judge *judge, struct judged *j)
{
	const struct side_feed *feeds = judge->side->feeds;
	const struct things *claims = &feeds[2].view;
	int at = rules_set_of(j->set->name, OBJ_SET);
	struct uids kept = {.n = 0};

	for (size_t i = 0; i < claims->n; i++) {
		const struct thing *claim = claims->all[i];
		scope_free char *pod =
			mem_printf("%s-%" PRId64, j->set->name, claim->number);

		if (rules_set_of(claim->name, OBJ_CLAIM) == at &&
		    !rules_in_range(j->set, claim->number) &&
		    things_find(&feeds[1].view, pod) == NULL &&
		    (!j->set->set.scaled_deletes ||
		     uids_have(&j->kept, claim->uid)))
			uids_add(&kept, claim->uid);
	}
	j->kept = kept;
}

/* A pod of this set had the claim once. */
static bool was_used(const struct judge *judge, const struct judged *j,
		     const struct thing *claim, const char *pod)
{
	const struct api_log *claims = &judge->side->api->log[OBJ_CLAIM];
	const struct api_log *pods = &judge->side->api->log[OBJ_POD];
	uint64_t since = UINT64_MAX;

	for (size_t i = claims->n; i > 0; i--)
		if (thing_says(claims->all[i - 1]->uid, claim->uid))
			since = claims->all[i - 1]->version;
	for (size_t i = 0; i < pods->n; i++)
		if (pods->all[i]->version > since &&
		    thing_says(pods->all[i]->name, pod) &&
		    thing_says(pods->all[i]->controller, j->uid))
			return true;
	return false;
}

static bool has_other_owner(const struct judged *j, const struct thing *claim)
{
	json_each (ref, json_at(claim->json, "metadata.ownerReferences"))
		if (!thing_says(json_str(ref, "uid"), j->uid))
			return true;
	return false;
}

/* Invariant 4, SS-086: only a claim of an ordinal that is no more, under
 * whenScaled: Delete, after its pod was seen, and with the server's word that
 * neither it nor its place is there again. */
static void check_claim_delete(struct judge *judge, const struct judged *j,
			       struct kube_call *call, const struct json *body,
			       const char *name)
{
	const struct thing *claim = things_find(&j->claims, name);
	const struct json *only = json_get(body, "preconditions");
	scope_free char *pod = NULL;
	const char *why = NULL;

	if (claim == NULL) {
		verdict_set(judge->verdict, "invariant 4",
			    "%s is deleted, which there is not", name);
		return;
	}
	pod = mem_printf("%s-%" PRId64, j->set->name, claim->number);
	if (!j->set->set.scaled_deletes || j->set->deleting)
		why = "by no policy";
	else if (rules_in_range(j->set, claim->number) ||
		 things_find(&j->pods, pod) != NULL)
		why = "and its pod or place is there";
	else if (uids_have(&j->kept, claim->uid))
		why = "which was scaled away and retained";
	else if (has_other_owner(j, claim))
		why = "which somebody else owns";
	else if (!was_used(judge, j, claim, pod))
		why = "which no pod of the set had";
	else if (!uids_have(&j->absent, pod) ||
		 j->live_generation != j->set->set.generation)
		why = "without a look at pod and set";
	else if (!thing_says(json_str(only, "uid"), claim->uid) ||
		 json_str(only, "resourceVersion") == NULL)
		why = "whatever it is by now";
	if (why != NULL)
		verdict_set(judge->verdict, "invariant 4", "%s is deleted, %s",
			    name, why);
	call->about = mem_strdup(claim->uid);
}

void rules_claim_sent(struct judge *judge, struct judged *j,
		      struct kube_call *call, const struct json *body,
		      const char *name)
{
	if (call->verb == KUBE_POST)
		check_claim_post(judge, j, body);
	else if (call->verb == KUBE_DELETE)
		check_claim_delete(judge, j, call, body, name);
	else
		check_claim_put(judge, j, body, name);
}

/* SS-022. */
static bool is_our_revision(const struct judged *j, const struct thing *r)
{
	return thing_says(r->app, j->set->name) &&
	       (r->controller == NULL || thing_says(r->controller, j->uid));
}

static int64_t highest(const struct judged *j)
{
	int64_t number = 0;

	for (size_t i = 0; i < j->revisions.n; i++)
		if (is_our_revision(j, j->revisions.all[i]) &&
		    j->revisions.all[i]->number > number)
			number = j->revisions.all[i]->number;
	return number;
}

static void check_revision_write(struct judge *judge, const struct judged *j,
				 const struct json *body, bool post)
{
	struct thing *r = thing_new(OBJ_REVISION, json_dup(body), false);

	if (!thing_says(r->image, j->set->set.image))
		verdict_set(judge->verdict, "SS-030",
			    "%s holds %s, and the set %s", r->name,
			    r->image ? r->image : "-", j->set->set.image);
	if (r->number != highest(j) + 1)
		verdict_set(judge->verdict, "SS-034",
			    "%s is to be number %" PRId64 " after %" PRId64,
			    r->name, r->number, highest(j));
	for (size_t i = 0; post && i < j->revisions.n; i++)
		if (is_our_revision(j, j->revisions.all[i]) &&
		    thing_says(j->revisions.all[i]->image, r->image))
			verdict_set(judge->verdict, "invariant 5",
				    "%s is made beside %s of the same data",
				    r->name, j->revisions.all[i]->name);
	thing_drop(r);
}

/* SS-035. */
static bool is_newer(const struct thing *a, const struct thing *b)
{
	const char *field = "metadata.creationTimestamp";
	int order;

	if (a->number != b->number)
		return a->number > b->number;
	order = strcmp(json_str(a->json, field), json_str(b->json, field));
	return order != 0 ? order > 0 : strcmp(a->name, b->name) > 0;
}

/* Of the set's template, and none newer is. */
static bool is_update(const struct judged *j, const struct thing *r)
{
	if (j->posted[0] != '\0')
		return thing_says(j->posted, r->name);
	if (!thing_says(j->set->set.image, r->image))
		return false;
	for (size_t i = 0; i < j->revisions.n; i++) {
		const struct thing *o = j->revisions.all[i];

		if (is_our_revision(j, o) && is_newer(o, r) &&
		    thing_says(o->image, r->image))
			return false;
	}
	return true;
}

/* SS-039. */
static bool is_live(const struct judged *j, const struct thing *r)
{
	const struct json *status = j->set->set.status;

	if (thing_says(json_str(status, "currentRevision"), r->name) ||
	    is_update(j, r))
		return true;
	for (size_t i = 0; i < j->pods.n; i++)
		if (rules_claimed(j, j->pods.all[i]) &&
		    thing_at(j->pods.all[i], r->name))
			return true;
	return false;
}

static void check_trim(struct judge *judge, struct judged *j,
		       struct kube_call *call, const char *name)
{
	const struct thing *r = things_find(&j->revisions, name);
	int64_t spare = 0;

	if (r == NULL || !is_our_revision(j, r) || is_live(j, r)) {
		verdict_set(judge->verdict, "SS-039",
			    "%s is deleted, which is in use", name);
		return;
	}
	call->about = mem_strdup(r->uid);
	for (size_t i = 0; i < j->revisions.n; i++) {
		const struct thing *o = j->revisions.all[i];

		if (!is_our_revision(j, o) || is_live(j, o) ||
		    uids_have(&j->deleted, o->name))
			continue;
		spare++;
		/* What status names is kept by a pass that got no further
		 * than the revisions. */
		if (is_newer(r, o) &&
		    !thing_says(json_str(j->set->set.status, "updateRevision"),
				o->name))
			verdict_set(judge->verdict, "SS-039",
				    "%s is deleted before the older %s", name,
				    o->name);
	}
	if (j->set->set.limit < 0 || spare <= j->set->set.limit)
		verdict_set(judge->verdict, "SS-039",
			    "%s is deleted below the limit", name);
	uids_add(&j->deleted, name);
}

void rules_revision_sent(struct judge *judge, struct judged *j,
			 struct kube_call *call, const struct json *body,
			 const char *name)
{
	if (call->verb == KUBE_DELETE)
		check_trim(judge, j, call, name);
	else if (call->verb == KUBE_PATCH_STRATEGIC && !j->live)
		verdict_set(judge->verdict, "SS-021",
			    "%s is adopted without a look at the set", name);
	else if (call->verb == KUBE_POST || call->verb == KUBE_PUT)
		check_revision_write(judge, j, body, call->verb == KUBE_POST);
}

struct counts {
	int64_t replicas, ready, available, current, updated;
};

/* SS-090, SS-091. */
static struct counts count(const struct judged *j, const char *current,
			   const char *update)
{
	struct counts n = {0};

	for (size_t i = 0; i < j->pods.n; i++) {
		const struct thing *pod = j->pods.all[i];
		bool ready = thing_has_phase(pod, "Running") && pod->pod.ready;

		if (!rules_claimed(j, pod) || pod->pod.phase == NULL)
			continue;
		n.replicas++;
		n.ready += ready;
		n.available += ready &&
			       thing_is_available(pod, j->set->set.min_ready_s,
						  j->now_s);
		n.current += !pod->deleting && thing_at(pod, current);
		n.updated += !pod->deleting && thing_at(pod, update);
	}
	return n;
}

/* SS-140. */
static bool is_complete(const struct judged *j, const struct counts *n)
{
	return n->updated == n->replicas && n->ready == n->replicas &&
	       n->replicas == j->set->set.replicas;
}

static void check_counts(struct judge *judge, const struct judged *j,
			 const struct json *status)
{
	const char *stored = json_str(j->set->set.status, "currentRevision");
	const char *current = json_str(status, "currentRevision");
	const char *update = json_str(status, "updateRevision");
	const struct thing *old = things_find(&j->revisions, stored);
	bool kept = old != NULL && is_our_revision(j, old);
	struct counts n = count(j, kept ? stored : update, update);
	int64_t is = json_int(status, "currentReplicas", 0);
	bool complete = is_complete(j, &n);
	const char *want = complete || !kept ? update : stored;

	if (json_int(status, "replicas", -1) != n.replicas ||
	    json_int(status, "readyReplicas", 0) != n.ready ||
	    json_int(status, "availableReplicas", -1) != n.available ||
	    json_int(status, "updatedReplicas", 0) != n.updated)
		verdict_set(judge->verdict, "SS-091",
			    "the status of %s counts other pods than there are",
			    j->set->name);
	if (complete ? is != n.updated
		     : is > n.current || is < n.current - (int64_t)j->lowered)
		verdict_set(judge->verdict, "SS-098",
			    "currentReplicas of %s are %" PRId64
			    ", not %" PRId64,
			    j->set->name, is, n.current);
	if (!thing_says(current, want))
		verdict_set(judge->verdict, "SS-140",
			    "currentRevision of %s is %s, not %s", j->set->name,
			    current ? current : "-", want ? want : "-");
}

static const struct json *stranger(const struct json *status)
{
	json_each (c, json_get(status, "conditions"))
		if (thing_says(json_str(c, "type"), "Stranger"))
			return c;
	return NULL;
}

void rules_status_sent(struct judge *judge, struct judged *j,
		       const struct json *body)
{
	const struct json *status = json_get(body, "status");
	const struct thing *update =
		things_find(&judge->side->api->live[OBJ_REVISION],
			    json_str(status, "updateRevision"));

	/* After a conflict it is the same on a set that has changed. */
	if (j->statuses++ > 0)
		return;
	if (json_int(status, "observedGeneration", 0) != j->set->set.generation)
		verdict_set(judge->verdict, "SS-093",
			    "observedGeneration of %s", j->set->name);
	if (update != NULL && thing_says(update->controller, j->uid) &&
	    !thing_says(update->image, j->set->set.image))
		verdict_set(judge->verdict, "SS-093", "updateRevision of %s",
			    j->set->name);
	if (stranger(j->set->set.status) != NULL && stranger(status) == NULL)
		verdict_set(judge->verdict, "SS-093",
			    "conditions of %s are wiped", j->set->name);
	if (json_equal(j->set->set.status, status))
		verdict_set(judge->verdict, "SS-097",
			    "the status of %s is written as it was",
			    j->set->name);
	check_counts(judge, j, status);
}
