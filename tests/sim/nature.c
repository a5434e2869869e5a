/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cluster does by itself: scheduler, kubelets, the garbage collector
 * and the protection of claims.
 */
#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "tests/sim/sim.h"

static const struct thing *update(struct sim *w, const struct thing *thing,
				  struct json *take_json)
{
	return api_write(&w->api, thing->kind, take_json);
}

static void set_ready(struct json *pod, bool ready)
{
	struct json *status = json_child_object(pod, "status");
	struct json *list = json_new_array(), *c = json_new_object();
	char now[32];

	clk_format(now, clk_wall_us(), false);
	json_set_str(c, "type", "Ready");
	json_set_str(c, "status", ready ? "True" : "False");
	json_set_str(c, "lastTransitionTime", now);
	json_push(list, c);
	json_set(status, "conditions", list);
}

static void set_phase(struct json *pod, const char *phase)
{
	json_set_str(json_child_object(pod, "status"), "phase", phase);
}

static bool lacks_claim(const struct sim *w, const struct thing *pod)
{
	json_each (v, json_at(pod->json, "spec.volumes")) {
		const char *name =
			json_str(v, "persistentVolumeClaim.claimName");

		if (name != NULL &&
		    things_find(&w->api.live[OBJ_CLAIM], name) == NULL)
			return true;
	}
	return false;
}

static bool schedule(struct sim *w, const struct thing *pod)
{
	struct json *json;

	if (lacks_claim(w, pod))
		return false;
	json = json_dup(pod->json);
	json_set_str(json_child_object(json, "spec"), "nodeName", "node");
	sim_trace(w, "pod %s is scheduled", pod->name);
	update(w, pod, json);
	return true;
}

static bool start(struct sim *w, const struct thing *pod)
{
	struct json *json = json_dup(pod->json);

	set_phase(json, "Running");
	set_ready(json, false);
	sim_trace(w, "pod %s runs", pod->name);
	update(w, pod, json);
	return true;
}

static bool get_ready(struct sim *w, const struct thing *pod)
{
	struct json *json;

	if (!w->healing && thing_says(pod->pod.image, "app:bad"))
		return false;
	json = json_dup(pod->json);
	set_ready(json, true);
	sim_trace(w, "pod %s is ready", pod->name);
	update(w, pod, json);
	return true;
}

static bool suffer(struct sim *w, const struct thing *pod, uint64_t *random)
{
	static const char *const ends[] = {"Failed", "Succeeded", "Failed"};
	uint32_t fate = dice(random, 48);
	struct json *json;

	if (w->healing || fate > 5)
		return false;
	json = json_dup(pod->json);
	set_ready(json, false);
	if (fate < 3)
		set_phase(json, ends[fate]);
	sim_trace(w, "pod %s %s", pod->name,
		  fate < 3 ? "has ended" : "is not ready");
	update(w, pod, json);
	return true;
}

static bool has_ended(const struct thing *pod)
{
	return thing_has_phase(pod, "Failed") ||
	       thing_has_phase(pod, "Succeeded");
}

/* A pod of other volumes cannot be repaired (SS-110). */
static bool is_beyond_repair(const struct thing *set, const struct thing *pod)
{
	int at = rules_set_of(set->name, OBJ_SET);
	size_t n = 0;

	while (rules_claims[at][n] != NULL)
		n++;
	return json_len(json_at(pod->json, "spec.volumes")) < n;
}

/* In an untroubled world nobody holds a name that a set wants, and pods that
 * were scaled away and are beyond help are removed by hand (SS-111). */
static bool is_in_the_way(const struct sim *w, const struct thing *pod)
{
	const struct things *sets = &w->api.live[OBJ_SET];
	const struct thing *set = api_by_uid(&w->api, pod->controller);

	if (!w->healing)
		return false;
	if (set != NULL)
		return is_beyond_repair(set, pod) ||
		       (!rules_in_range(set, pod->number) &&
			(has_ended(pod) || lacks_claim(w, pod)));
	for (size_t i = 0; i < sets->n; i++)
		if (!sets->all[i]->deleting &&
		    thing_is_member(pod, sets->all[i]->name))
			return false;
	return pod->controller == NULL;
}

/* Its containers may end some time before the pod is gone. */
static bool end_first(struct sim *w, const struct thing *pod, uint64_t *random)
{
	struct json *json;

	if (!pod->deleting || w->healing || has_ended(pod) ||
	    dice(random, 4) > 0)
		return false;
	json = json_dup(pod->json);
	set_ready(json, false);
	set_phase(json, dice(random, 2) ? "Failed" : "Succeeded");
	sim_trace(w, "pod %s has ended, and is going", pod->name);
	update(w, pod, json);
	return true;
}

static bool tend_pod(struct sim *w, struct thing *pod, uint64_t *random)
{
	if (end_first(w, pod, random))
		return true;
	if (pod->deleting || is_in_the_way(w, pod)) {
		sim_trace(w, "pod %s is gone", pod->name);
		api_end(&w->api, pod);
		return true;
	}
	if (has_ended(pod))
		return false;
	if (pod->pod.node == NULL)
		return schedule(w, pod);
	if (thing_has_phase(pod, "Pending"))
		return start(w, pod);
	return pod->pod.ready ? suffer(w, pod, random) : get_ready(w, pod);
}

static bool is_in_use(const struct sim *w, const char *claim)
{
	const struct things *pods = &w->api.live[OBJ_POD];

	for (size_t i = 0; i < pods->n; i++)
		json_each (v, json_at(pods->all[i]->json, "spec.volumes"))
			if (thing_says(json_str(v, "persistentVolumeClaim."
						   "claimName"),
				       claim))
				return true;
	return false;
}

static void strip_owner(struct sim *w, const struct thing *thing,
			const char *uid)
{
	struct json *json = json_dup(thing->json);
	struct json *kept = json_new_array();

	json_each (ref, json_at(thing->json, "metadata.ownerReferences"))
		if (!thing_says(json_str(ref, "uid"), uid))
			json_push(kept, json_dup(ref));
	if (json_len(kept) > 0) {
		json_set(api_meta(json), "ownerReferences", kept);
	} else {
		json_free(kept);
		json_remove(api_meta(json), "ownerReferences");
	}
	sim_trace(w, "%s loses its owner %s", thing->name, uid);
	update(w, thing, json);
}

static bool is_there(const struct sim *w, const char *uid)
{
	return uid == NULL || strncmp(uid, "stranger", 8) == 0 ||
	       api_by_uid(&w->api, uid) != NULL;
}

/* Owners that are gone: the thing goes with the last of them. */
static bool collect(struct sim *w, struct thing *thing)
{
	const struct json *refs =
		json_at(thing->json, "metadata.ownerReferences");
	const char *lost = NULL;
	size_t n = 0;

	if (thing->deleting)
		return false;
	json_each (ref, refs) {
		if (is_there(w, json_str(ref, "uid")))
			continue;
		lost = json_str(ref, "uid");
		n++;
	}
	if (n == 0)
		return false;
	if (n < json_len(refs)) {
		strip_owner(w, thing, lost);
		return true;
	}
	sim_trace(w, "the collector deletes %s", thing->name);
	api_delete(&w->api, thing, false);
	return true;
}

static const enum obj_kind dependents[] = {OBJ_POD, OBJ_REVISION, OBJ_CLAIM};

/* The next object that belongs to the set and for which there is something
 * to do; *ret_any: there is one at all. */
static struct thing *next_dependent(const struct sim *w, const char *uid,
				    bool also_leaving, bool *ret_any)
{
	*ret_any = false;
	for (size_t k = 0; k < st_array_len(dependents); k++) {
		const struct things *all = &w->api.live[dependents[k]];

		for (size_t i = 0; i < all->n; i++) {
			if (thing_owner(all->all[i], uid) == NULL)
				continue;
			*ret_any = true;
			if (also_leaving || !all->all[i]->deleting)
				return all->all[i];
		}
	}
	return NULL;
}

/* SS-152, SS-153. */
static bool end_set(struct sim *w, struct thing *set)
{
	bool orphan = api_has_finalizer(set, "orphan"), any;
	struct thing *next;

	if (!set->deleting)
		return false;
	next = next_dependent(w, set->uid, orphan, &any);
	if (next != NULL && orphan) {
		strip_owner(w, next, set->uid);
	} else if (next != NULL) {
		sim_trace(w, "the collector deletes %s", next->name);
		api_delete(&w->api, next, false);
	} else if (any) {
		return false;
	} else {
		sim_trace(w, "set %s is gone", set->name);
		api_end(&w->api, set);
	}
	return true;
}

static bool grow(struct sim *w, const struct thing *claim)
{
	struct json *json;

	if (claim->deleting || claim->has_mi >= claim->asked_mi)
		return false;
	json = json_dup(claim->json);
	json_set_str(json_child_object(json_child_object(json, "status"),
				       "capacity"),
		     "storage",
		     json_str(json, "spec.resources.requests.storage"));
	sim_trace(w, "claim %s has its size", claim->name);
	update(w, claim, json);
	return true;
}

static bool free_claim(struct sim *w, struct thing *claim)
{
	if (!claim->deleting || is_in_use(w, claim->name))
		return false;
	sim_trace(w, "claim %s is gone", claim->name);
	api_end(&w->api, claim);
	return true;
}

static bool tend(struct sim *w, struct thing *thing, uint64_t *random)
{
	if (collect(w, thing))
		return true;
	switch (thing->kind) {
	case OBJ_POD:
		return tend_pod(w, thing, random);
	case OBJ_CLAIM:
		return grow(w, thing) || free_claim(w, thing);
	case OBJ_SET:
		return end_set(w, thing);
	default:
		return false;
	}
}

bool nature_do(struct sim *sim, uint64_t *random)
{
	size_t total = 0, at;

	for (int k = 0; k < SIDE_KINDS; k++)
		total += sim->api.live[side_kinds[k]].n;
	if (total == 0)
		return false;
	at = dice(random, (uint32_t)total);
	for (size_t n = 0; n < total; n++, at++) {
		size_t i = at % total;
		int k = 0;

		while (i >= sim->api.live[side_kinds[k]].n)
			i -= sim->api.live[side_kinds[k++]].n;
		if (tend(sim, sim->api.live[side_kinds[k]].all[i], random))
			return true;
	}
	return false;
}
