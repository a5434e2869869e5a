/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/plan.h"

#include <stdlib.h>
#include <string.h>

#include "controller/advice.h"
#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/plan_priv.h"
#include "controller/revision.h"
#include "controller/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

void plan_known_init(struct plan_known *known)
{
	*known = (struct plan_known){0};
}

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

void plan_known_fini(struct plan_known *known)
{
	free_texts(known->owned, known->n_owned);
	free_texts(known->gone, known->n_gone);
	free(known->update_revision);
	*known = (struct plan_known){0};
}

void plan_known_own(struct plan_known *known, const char *uid)
{
	mem_grow(known->owned, known->n_owned);
	known->owned[known->n_owned++] = mem_strdup(uid);
}

void plan_known_drop(struct plan_known *known, const char *uid)
{
	mem_grow(known->gone, known->n_gone);
	known->gone[known->n_gone++] = mem_strdup(uid);
}

static bool listed(char *const *uids, size_t n, const struct istr *uid)
{
	for (size_t i = 0; i < n; i++)
		if (uid != NULL && strcmp(uids[i], istr_text(uid)) == 0)
			return true;
	return false;
}

static bool is_ours(const struct setspec *set, const struct obj *obj)
{
	return obj->owner->kind != NULL && obj->owner->uid != NULL &&
	       strcmp(istr_text(obj->owner->uid), set->uid) == 0;
}

struct plan_step *plan_add(struct plan *plan, enum plan_verb verb,
			   uint32_t batch, const char *name, const char *uid)
{
	struct plan_step *step;

	mem_grow(plan->steps, plan->n_steps);
	step = &plan->steps[plan->n_steps++];
	*step = (struct plan_step){
		.verb = verb,
		.batch = batch,
		.name = mem_strdup(name),
		.uid = mem_strdup(uid),
		.ordinal = IDENTITY_NO_ORDINAL,
	};
	return step;
}

static void free_steps(struct plan_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(steps[i].name);
		free(steps[i].uid);
		free(steps[i].data);
		free(steps[i].hash);
		free(steps[i].changes);
		for (size_t c = 0; c < steps[i].n_claims; c++)
			free(steps[i].claims[c].name);
		free(steps[i].claims);
		for (size_t c = 0; c < steps[i].n_owned; c++)
			free(steps[i].owned[c].name);
		free(steps[i].owned);
	}
	free(steps);
}

void plan_fini(struct plan *plan)
{
	free_steps(plan->steps, plan->n_steps);
	free_steps(plan->trim, plan->n_trim);
	free(plan->current_revision);
	free(plan->update_revision);
	json_free(plan->current_template);
	*plan = (struct plan){0};
}

/* SS-022. One after the other: each waits for the one before. */
static void adopt_revisions(const struct plan_world *world, struct plan *plan)
{
	for (size_t i = 0; i < world->n_revisions; i++) {
		const struct obj *obj = &world->revisions[i]->obj;

		if (obj->owner->kind == NULL)
			plan_add(plan, PLAN_ADOPT_REVISION,
				 (uint32_t)plan->n_steps, istr_text(obj->name),
				 istr_text(obj->uid));
	}
}

static bool matches(const struct setspec *set, const struct plan_pod *pod)
{
	int32_t ordinal;

	return pod->selected &&
	       identity_is_member(set->name, istr_text(pod->pod->obj.name),
				  &ordinal);
}

/* SS-024. In large batches, as a failure with one pod does not keep the others
 * from being looked at (SS-025). */
static void claim_pods(const struct plan_world *world, struct plan *plan)
{
	const struct setspec *set = world->set;

	if (set->deleting)
		return;
	for (size_t i = 0; i < world->n_pods; i++) {
		const struct plan_pod *pod = &world->pods[i];
		const struct obj *obj = &pod->pod->obj;
		bool match = matches(set, pod), ours = is_ours(set, obj);
		uint32_t batch = (uint32_t)plan->n_steps / PLAN_MAX_BATCH;

		if (ours && !match)
			plan_add(plan, PLAN_RELEASE_POD, batch,
				 istr_text(obj->name), istr_text(obj->uid));
		else if (obj->owner->kind == NULL && match && !obj->deleting)
			plan_add(plan, PLAN_ADOPT_POD, batch,
				 istr_text(obj->name), istr_text(obj->uid));
	}
}

static bool is_claimed(const struct plan_world *world,
		       const struct plan_known *known,
		       const struct plan_pod *pod)
{
	const struct obj *obj = &pod->pod->obj;

	if (listed(known->gone, known->n_gone, obj->uid))
		return false;
	return matches(world->set, pod) &&
	       (is_ours(world->set, obj) ||
		(obj->owner->kind == NULL &&
		 listed(known->owned, known->n_owned, obj->uid)));
}

static int up(const void *a, const void *b)
{
	const struct plan_slot *x = a, *y = b;

	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static int down(const void *a, const void *b)
{
	return up(b, a);
}

/* "web-1" and "web-01" parse to one ordinal; the proper name stays. */
static void drop_doubles(const struct setspec *set, struct plan_pods *pods)
{
	size_t n = 0;

	for (size_t i = 0; i < pods->n_living; i++) {
		struct plan_slot *slot = &pods->living[i];
		scope_free char *name = NULL;

		if (n == 0 || pods->living[n - 1].ordinal != slot->ordinal) {
			pods->living[n++] = *slot;
			continue;
		}
		name = identity_pod_name(set->name, slot->ordinal);
		if (strcmp(name, istr_text(slot->pod->obj.name)) == 0)
			pods->living[n - 1] = *slot;
	}
	pods->n_living = n;
}

void plan_pods_init(struct plan_pods *pods, const struct plan_world *world,
		    const struct plan_known *known)
{
	const struct setspec *set = world->set;
	int64_t end = (int64_t)set->start + set->replicas;

	*pods = (struct plan_pods){
		.claimed = mem_calloc(world->n_pods + 1, sizeof(void *)),
		.living =
			mem_calloc(world->n_pods + 1, sizeof(struct plan_slot)),
		.condemned =
			mem_calloc(world->n_pods + 1, sizeof(struct plan_slot)),
	};
	for (size_t i = 0; i < world->n_pods; i++) {
		struct plan_slot slot = {.pod = world->pods[i].pod};

		if (!is_claimed(world, known, &world->pods[i]))
			continue;
		pods->claimed[pods->n_claimed++] = slot.pod;
		identity_is_member(set->name, istr_text(slot.pod->obj.name),
				   &slot.ordinal);
		if (slot.ordinal >= set->start && slot.ordinal < end)
			pods->living[pods->n_living++] = slot;
		else if (slot.ordinal >= 0)
			pods->condemned[pods->n_condemned++] = slot;
	}
	sort_items(pods->living, pods->n_living, sizeof(*pods->living), up);
	sort_items(pods->condemned, pods->n_condemned, sizeof(*pods->condemned),
		   down);
	drop_doubles(set, pods);
}

void plan_pods_fini(struct plan_pods *pods)
{
	free(pods->claimed);
	free(pods->living);
	free(pods->condemned);
}

static int by_age(const void *a, const void *b)
{
	const struct obj_revision *const *x = a, *const *y = b;

	return revision_cmp(*x, *y);
}

/* The set's revisions, oldest first: those it has, and those just adopted. */
static const struct obj_revision **history(const struct plan_world *world,
					   size_t *ret_n)
{
	const struct obj_revision **list =
		mem_calloc(world->n_revisions + 1, sizeof(*list));

	if (world->n_revisions > 0)
		memcpy(list, world->revisions,
		       world->n_revisions * sizeof(*list));
	sort_items(list, world->n_revisions, sizeof(*list), by_age);
	*ret_n = world->n_revisions;
	return list;
}

static bool holds(const struct obj_revision *revision, const char *data)
{
	scope_json struct json *json = NULL;
	scope_free char *stored = NULL;

	if (json_parse(revision->json, revision->json_len, &json, NULL) != 0)
		return false;
	stored = revision_stored_data(json);
	return strcmp(stored, data) == 0;
}

static void propose(const struct setspec *set, const struct plan_known *known,
		    char **take_data, int64_t number, struct plan *plan)
{
	char first[REVISION_HASH_SIZE], hash[REVISION_HASH_SIZE];
	char name[REVISION_NAME_SIZE];
	struct plan_step *step;

	revision_hash(first, *take_data, set->status.collisions);
	revision_hash(hash, *take_data,
		      set->status.collisions + known->collisions);
	revision_name(name, set->name, hash);
	step = plan_add(plan, PLAN_CREATE_REVISION, 0, name, NULL);
	step->number = number;
	step->data = *take_data;
	step->hash = mem_strdup(first);
	*take_data = NULL;
}

/* The place in the list, from 1, of the newest that holds the data; 0: none. */
static size_t newest_with(const struct obj_revision **list, size_t n,
			  const char *data)
{
	while (n > 0 && !holds(list[n - 1], data))
		n--;
	return n;
}

static char *changes_since(const struct obj_revision *revision,
			   const struct json *template)
{
	scope_json struct json *json = NULL, *was = NULL;

	if (json_parse(revision->json, revision->json_len, &json, NULL) != 0 ||
	    revision_template(json, &was, NULL) != 0)
		return NULL;
	return advice_changes(was, template);
}

/* What to write: as the newest revision has it, so that whoever wrote that
 * one knows ours again. */
static char *data_to_write(const struct plan_world *world,
			   const struct obj_revision *newest)
{
	const struct json *template = world->set->template;
	scope_json struct json *json = NULL;
	bool as_served = world->as_served;

	if (!as_served && newest != NULL &&
	    json_parse(newest->json, newest->json_len, &json, NULL) == 0)
		as_served = revision_has_null_time(json);
	return as_served ? revision_served_data(template)
			 : revision_data(template);
}

/* Whether the garbage collector took the very revision from a set that is
 * leaving: it would take another, too. */
static bool is_collected(const struct setspec *set, const char *data)
{
	char hash[REVISION_HASH_SIZE], name[REVISION_NAME_SIZE];

	if (!set->deleting || set->status.update_revision == NULL)
		return false;
	revision_hash(hash, data, set->status.collisions);
	revision_name(name, set->name, hash);
	return strcmp(name, set->status.update_revision) == 0;
}

/* SS-036. Sets the plan's update revision if it is known without a write;
 * otherwise adds the write. */
static void choose_revision(const struct plan_world *world,
			    const struct plan_known *known, struct plan *plan)
{
	const struct setspec *set = world->set;
	scope_free char *data = revision_data(set->template);
	size_t n;
	scope_free const struct obj_revision **list = history(world, &n);
	int64_t next = n ? list[n - 1]->revision + 1 : 1;
	size_t at = newest_with(list, n, data);
	const struct obj *obj = at ? &list[at - 1]->obj : NULL;

	if (obj == NULL) {
		scope_free char *written =
			data_to_write(world, n ? list[n - 1] : NULL);

		if (is_collected(set, written)) {
			plan->update_revision =
				mem_strdup(set->status.update_revision);
			return;
		}
		propose(set, known, &written, next, plan);
		if (n > 0)
			plan->steps[0].changes =
				changes_since(list[n - 1], set->template);
	} else if (at == n) {
		plan->update_revision = mem_strdup(istr_text(obj->name));
	} else {
		plan_add(plan, PLAN_RENUMBER_REVISION, 0, istr_text(obj->name),
			 istr_text(obj->uid))
			->number = next;
	}
}

static const struct obj_revision *find(const struct plan_world *world,
				       const char *name)
{
	for (size_t i = 0; name && i < world->n_revisions; i++)
		if (strcmp(istr_text(world->revisions[i]->obj.name), name) == 0)
			return world->revisions[i];
	return NULL;
}

/* SS-038, SS-041. */
static int choose_current(const struct plan_world *world, struct plan *plan)
{
	const struct obj_revision *current =
		find(world, world->set->status.current_revision);
	scope_json struct json *json = NULL;
	int rc;

	plan->current_revision = mem_strdup(
		current ? istr_text(current->obj.name) : plan->update_revision);
	if (current == NULL ||
	    strcmp(plan->current_revision, plan->update_revision) == 0)
		return 0;
	rc = json_parse(current->json, current->json_len, &json, &plan->err);
	if (rc == 0)
		rc = revision_template(json, &plan->current_template,
				       &plan->err);
	return rc;
}

static bool is_live(const struct plan_pods *pods, const char *const *names,
		    size_t n_names, const char *name)
{
	for (size_t i = 0; i < n_names; i++)
		if (names[i] && strcmp(names[i], name) == 0)
			return true;
	for (size_t i = 0; i < pods->n_claimed; i++)
		if (pod_is_at(pods->claimed[i], name))
			return true;
	return false;
}

/* SS-039: the oldest of those that nothing refers to. */
static void trim(const struct plan_world *world, const struct plan_pods *pods,
		 const char *const *names, size_t n_names, struct plan *plan)
{
	size_t n, spare = 0;
	scope_free const struct obj_revision **list = history(world, &n);
	int64_t limit = world->set->history_limit;
	struct plan doomed = {0};

	if (limit < 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (!is_live(pods, names, n_names,
			     istr_text(list[i]->obj.name)))
			list[spare++] = list[i];
	for (size_t i = 0; i + (uint64_t)limit < spare; i++)
		plan_add(&doomed, PLAN_DELETE_REVISION, (uint32_t)i,
			 istr_text(list[i]->obj.name),
			 istr_text(list[i]->obj.uid));
	plan->trim = doomed.steps;
	plan->n_trim = doomed.n_steps;
}

void plan_trim_only(const struct plan_world *world,
		    const struct plan_known *known, struct plan *ret_plan)
{
	scope_free char *data = revision_data(world->set->template);
	size_t n;
	scope_free const struct obj_revision **list = history(world, &n);
	size_t at = newest_with(list, n, data);
	/* The one that was to be the update revision is so in the next pass. */
	const char *names[] = {world->set->status.current_revision,
			       world->set->status.update_revision,
			       known->update_revision,
			       at ? istr_text(list[at - 1]->obj.name) : NULL};
	struct plan_pods pods;

	*ret_plan = (struct plan){
		.stage = PLAN_PODS, .again_ms = -1, .drain_ms = -1};
	plan_pods_init(&pods, world, known);
	trim(world, &pods, names, st_array_len(names), ret_plan);
	plan_pods_fini(&pods);
}

static void decide_pods(const struct plan_world *world,
			const struct plan_known *known, struct plan *plan)
{
	const char *names[4] = {NULL};
	struct plan_pods pods;

	plan_pods_init(&pods, world, known);
	plan->code = choose_current(world, plan);
	if (plan->code == 0)
		plan_pods_decide(world, &pods, plan);
	names[0] = plan->current_revision;
	names[1] = plan->update_revision;
	/* What status still names is live until it names something else. */
	names[2] = plan->code ? world->set->status.current_revision : NULL;
	trim(world, &pods, names, st_array_len(names), plan);
	plan_pods_fini(&pods);
	plan->status.current_revision = plan->current_revision;
	plan->status.update_revision = plan->update_revision;
	plan->status.collisions =
		world->set->status.collisions + known->collisions;
}

void plan_next(const struct plan_world *world, const struct plan_known *known,
	       struct plan *ret_plan)
{
	struct plan *plan = ret_plan;

	*plan = (struct plan){
		.stage = PLAN_ADOPT, .again_ms = -1, .drain_ms = -1};
	if (!known->revisions_adopted)
		adopt_revisions(world, plan);
	if (plan->n_steps > 0)
		return;
	plan->stage = PLAN_CLAIM;
	if (!known->pods_claimed)
		claim_pods(world, plan);
	if (plan->n_steps > 0)
		return;
	plan->stage = PLAN_REVISION;
	plan->update_revision = mem_strdup(known->update_revision);
	if (plan->update_revision == NULL)
		choose_revision(world, known, plan);
	if (plan->n_steps > 0)
		return;
	plan->stage = PLAN_PODS;
	decide_pods(world, known, plan);
}

int plan_check_live(const struct setspec *set, const struct json *live,
		    struct err *err)
{
	const char *uid = json_str(live, "metadata.uid");
	const char *leaving = json_str(live, "metadata.deletionTimestamp");

	if (uid == NULL || strcmp(uid, set->uid) != 0)
		return err_set(err, ST_ESTALE,
			       "original StatefulSet %s/%s is gone: got uid "
			       "%s, wanted %s",
			       set->ns, set->name, uid ? uid : "", set->uid);
	if (leaving != NULL)
		return err_set(err, ST_ESTALE,
			       "%s/%s has just been deleted at %s", set->ns,
			       set->name, leaving);
	return 0;
}
