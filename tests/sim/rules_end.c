/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariant 6: what has to be true of every set when all is quiet.
 */
#include <inttypes.h>
#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/sim/rules.h"

struct rest {
	struct verdict *verdict;
	const struct api *api;
	const struct thing *set;
	const struct thing *update; /* its newest revision */
};

static bool is_pod_of(const struct rest *r, const struct thing *pod)
{
	return thing_says(pod->controller, r->set->uid);
}

static void check_pod(const struct rest *r, int64_t ordinal)
{
	const struct thing_set *set = &r->set->set;
	scope_free char *name =
		mem_printf("%s-%" PRId64, r->set->name, ordinal);
	const struct thing *pod = things_find(&r->api->live[OBJ_POD], name);
	int64_t low = set->start + (set->partition > 0 ? set->partition : 0);

	if (pod == NULL || !is_pod_of(r, pod) ||
	    !thing_is_good(pod, set->min_ready_s, clk_wall_s()))
		verdict_set(r->verdict, "at rest, pods", "%s is %s", name,
			    pod == NULL		 ? "missing"
			    : !is_pod_of(r, pod) ? "not the set's"
						 : "not available");
	else if (set->rolling && ordinal >= low &&
		 !thing_says(pod->pod.image, set->image))
		verdict_set(r->verdict, "at rest, update", "%s has %s, not %s",
			    name, pod->pod.image, set->image);
	else if (!thing_says(pod->pod.label, name))
		verdict_set(r->verdict, "at rest, identity", "label of %s",
			    name);
}

/* SS-080, where nobody else has a say (SS-081, SS-083). */
static void check_claim_owner(const struct rest *r, const struct thing *claim)
{
	const struct thing_set *set = &r->set->set;
	bool of_set = thing_owner(claim, r->set->uid) != NULL;

	if (!set->has_retention)
		return;
	json_each (ref, json_at(claim->json, "metadata.ownerReferences"))
		if (!thing_says(json_str(ref, "uid"), r->set->uid) &&
		    (set->scaled_deletes || set->deleted_deletes))
			return;
	if (of_set != set->deleted_deletes)
		verdict_set(r->verdict, "at rest, retention",
			    "%s %s with the set", claim->name,
			    of_set ? "goes" : "does not go");
}

static void check_claims(const struct rest *r, int64_t ordinal)
{
	int at = rules_set_of(r->set->name, OBJ_SET);

	for (int i = 0; rules_claims[at][i] != NULL; i++) {
		scope_free char *name =
			mem_printf("%s-%s-%" PRId64, rules_claims[at][i],
				   r->set->name, ordinal);
		const struct thing *claim =
			things_find(&r->api->live[OBJ_CLAIM], name);

		if (claim == NULL)
			verdict_set(r->verdict, "at rest, claims",
				    "%s is missing", name);
		else
			check_claim_owner(r, claim);
		if (claim != NULL && !claim->deleting &&
		    claim->asked_mi <
			    thing_wanted_mi(r->set, rules_claims[at][i]))
			verdict_set(r->verdict, "at rest, claim size",
				    "%s is smaller than asked for", name);
	}
}

static void check_strays(const struct rest *r)
{
	const struct things *pods = &r->api->live[OBJ_POD];

	for (size_t i = 0; i < pods->n; i++) {
		const struct thing *pod = pods->all[i];

		if (is_pod_of(r, pod) && (!rules_in_range(r->set, pod->number)))
			verdict_set(r->verdict, "at rest, scale",
				    "%s is still there", pod->name);
		if (pod->controller == NULL &&
		    thing_is_member(pod, r->set->name))
			verdict_set(r->verdict, "at rest, adoption",
				    "%s is nobody's", pod->name);
	}
}

static bool is_revision_of(const struct rest *r, const struct thing *revision)
{
	return thing_says(revision->controller, r->set->uid);
}

static bool is_used(const struct rest *r, const char *revision)
{
	const struct things *pods = &r->api->live[OBJ_POD];
	const struct json *status = r->set->set.status;

	for (size_t i = 0; i < pods->n; i++)
		if (is_pod_of(r, pods->all[i]) &&
		    thing_at(pods->all[i], revision))
			return true;
	return thing_says(json_str(status, "currentRevision"), revision) ||
	       thing_says(json_str(status, "updateRevision"), revision);
}

static void check_revisions(struct rest *r)
{
	const struct things *all = &r->api->live[OBJ_REVISION];
	int64_t spare = 0, limit = r->set->set.limit;
	/* With a stranger in the way, two leaders may go round differently. */
	bool collided = json_int(r->set->set.status, "collisionCount", 0) > 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct thing *a = all->all[i];

		if (!is_revision_of(r, a))
			continue;
		spare += !is_used(r, a->name);
		if (thing_says(a->image, r->set->set.image) &&
		    (r->update == NULL || a->number > r->update->number))
			r->update = a;
		for (size_t k = 0; k < i && !collided; k++)
			if (is_revision_of(r, all->all[k]) &&
			    thing_says(all->all[k]->image, a->image))
				verdict_set(r->verdict, "invariant 5",
					    "%s and %s hold the same", a->name,
					    all->all[k]->name);
	}
	if (r->update == NULL)
		verdict_set(r->verdict, "at rest, revision",
			    "%s has none of its template", r->set->name);
	if (limit >= 0 && spare > limit)
		verdict_set(r->verdict, "at rest, history",
			    "%s keeps %" PRId64
			    " spare revisions, not %" PRId64,
			    r->set->name, spare, limit);
}

static int64_t count_at(const struct rest *r, const char *revision)
{
	const struct things *pods = &r->api->live[OBJ_POD];
	int64_t n = 0;

	for (size_t i = 0; i < pods->n; i++)
		n += is_pod_of(r, pods->all[i]) &&
		     (revision == NULL || thing_at(pods->all[i], revision));
	return n;
}

static void expect(const struct rest *r, const char *field, int64_t want)
{
	int64_t is = json_int(r->set->set.status, field, 0);

	if (is != want)
		verdict_set(r->verdict, "at rest, status",
			    "%s of %s is %" PRId64 ", not %" PRId64, field,
			    r->set->name, is, want);
}

static void check_status(const struct rest *r)
{
	const struct json *status = r->set->set.status;
	int64_t n = count_at(r, NULL);
	int64_t updated = r->update ? count_at(r, r->update->name) : 0;
	const char *current = json_str(status, "currentRevision");

	expect(r, "observedGeneration", r->set->set.generation);
	expect(r, "replicas", n);
	expect(r, "readyReplicas", n);
	if (!r->api->old)
		expect(r, "availableReplicas", n);
	expect(r, "updatedReplicas", updated);
	expect(r, "currentReplicas", count_at(r, current));
	if (r->update != NULL &&
	    !thing_says(json_str(status, "updateRevision"), r->update->name))
		verdict_set(r->verdict, "at rest, status",
			    "updateRevision of %s", r->set->name);
	if (r->update != NULL && updated == n &&
	    !thing_says(current, r->update->name))
		verdict_set(r->verdict, "at rest, status",
			    "%s is at %s, and currentRevision says %s",
			    r->set->name, r->update->name,
			    current ? current : "-");
}

void rules_at_rest(struct verdict *verdict, const struct api *api)
{
	const struct things *sets = &api->live[OBJ_SET];

	for (size_t i = 0; i < sets->n; i++) {
		struct rest r = {
			.verdict = verdict, .api = api, .set = sets->all[i]};
		int64_t first = r.set->set.start;
		int64_t end = first + r.set->set.replicas;

		if (r.set->deleting)
			verdict_set(verdict, "at rest, deletion",
				    "%s is still there", r.set->name);
		for (int64_t at = first; at < end; at++) {
			check_pod(&r, at);
			check_claims(&r, at);
		}
		check_strays(&r);
		check_revisions(&r);
		check_status(&r);
	}
}
