/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/advice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "controller/hash.h"
#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/plan.h"
#include "controller/setspec.h"
#include "controller/status.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct search {
	const struct plan_world *world;
	const struct setspec *set;
	const struct plan *plan;
	struct advice *advice;
};

static struct finding *add(struct advice *advice, const char *reason,
			   char *take_text)
{
	struct finding *finding;

	mem_grow(advice->findings, advice->n);
	finding = &advice->findings[advice->n++];
	*finding = (struct finding){.reason = reason, .text = take_text};
	return finding;
}

void advice_fini(struct advice *advice)
{
	for (size_t i = 0; i < advice->n; i++) {
		free(advice->findings[i].text);
		free(advice->findings[i].fix);
		free(advice->findings[i].pod);
	}
	free(advice->findings);
	*advice = (struct advice){0};
}

void advice_move(struct advice *to, struct advice *from)
{
	advice_fini(to);
	*to = *from;
	*from = (struct advice){0};
}

/* SS-069. */
static void find_long_name(struct search *s)
{
	if (s->plan->name_too_long)
		add(s->advice, "NameTooLong",
		    mem_strdup("No pod can be created: the name of the set and "
			       "its revision's hash do not fit into the 63 "
			       "characters of the label "
			       "controller-revision-hash; use a name of at "
			       "most 52 characters"));
}

/* SS-066. */
static void find_bare_update(struct search *s)
{
	struct finding *finding;

	if (!s->set->rolling || s->set->has_rolling ||
	    json_str(s->set->json, "spec.updateStrategy.type") == NULL)
		return;
	finding = add(
		s->advice, "BareRollingUpdate",
		mem_strdup("spec.updateStrategy has the type RollingUpdate "
			   "but no rollingUpdate: a pod that is lost in the "
			   "middle of an update may come back at the old "
			   "revision; add rollingUpdate: {partition: 0}"));
	finding->only_news = true;
}

/* SS-131: as with OnDelete, and somebody expects otherwise. */
static void find_unknown_strategy(struct search *s)
{
	const char *type = json_str(s->set->json, "spec.updateStrategy.type");

	if (type == NULL || s->set->rolling || strcmp(type, "OnDelete") == 0)
		return;
	add(s->advice, "UnknownStrategy",
	    mem_printf("spec.updateStrategy has the type %.64s, which is not "
		       "known: pods are replaced only once they are deleted; "
		       "use RollingUpdate or OnDelete",
		       type));
}

static void add_fault(char *take_text, void *arg)
{
	struct search *s = arg;

	add(s->advice, "BadAnnotation", take_text);
}

static bool selects(const struct obj_service *service,
		    const struct setspec *set)
{
	const struct json *labels = json_at(set->template, "metadata.labels");

	for (uint32_t i = 0; i < service->n_selector; i++) {
		const char *value = json_value_str(
			json_get(labels, istr_text(service->selector[i].key)));

		if (value == NULL ||
		    strcmp(value, istr_text(service->selector[i].value)) != 0)
			return false;
	}
	return true;
}

static void find_service(struct search *s, advice_service_fn fn,
			 const void *arg)
{
	const char *name = json_str(s->set->json, "spec.serviceName");
	const struct obj_service *service;
	struct finding *finding;

	if (fn == NULL || name == NULL || *name == '\0')
		return;
	service = fn(name, arg);
	if (service == NULL)
		finding = add(s->advice, "ServiceMissing",
			      mem_printf("There is no Service %s, which "
					 "spec.serviceName names: the pods "
					 "have no DNS names; create it, "
					 "headless, with a selector that fits "
					 "the pods",
					 name));
	else if (service->has_selector && !selects(service, s->set))
		finding = add(s->advice, "ServiceSelectsOthers",
			      mem_printf("Service %s, which spec.serviceName "
					 "names, does not select the pods of "
					 "this set: they have no DNS names; "
					 "make its selector fit the labels of "
					 "spec.template",
					 name));
	else
		return;
	finding->after_s = ADVICE_SETTLE_S;
	finding->only_news = true;
}

static bool is_member(const struct search *s, const struct plan_pod *pod,
		      int32_t *ret_ordinal)
{
	const struct istr *owner = pod->pod->obj.owner->uid;

	return pod->selected && owner != NULL &&
	       strcmp(istr_text(owner), s->set->uid) == 0 &&
	       identity_is_member(s->set->name, istr_text(pod->pod->obj.name),
				  ret_ordinal);
}

static bool is_well(const struct search *s, const struct obj_pod *pod)
{
	return pod_is_running_ready(pod) &&
	       !pod_is_unavailable(pod, s->set->min_ready_s, s->world->now_s);
}

/* The pod that an ordered set waits for: the lowest one in range that is not
 * well, else, where pods are to go, the condemned one that has to get well
 * first (SS-107, SS-111). `ret_left`: there is an update or a scale-up or
 * -down yet to be done. */
static const struct obj_pod *find_blocker(const struct search *s,
					  bool *ret_left)
{
	const struct setspec *set = s->set;
	int64_t end = (int64_t)set->start + set->replicas, n = 0;
	const struct obj_pod *lowest = NULL, *condemned = NULL;
	int32_t ordinal, low = 0, high = 0;

	*ret_left = false;
	for (size_t i = 0; i < s->world->n_pods; i++) {
		const struct obj_pod *pod = s->world->pods[i].pod;

		if (!is_member(s, &s->world->pods[i], &ordinal) || ordinal < 0)
			continue;
		if (ordinal < set->start || ordinal >= end) {
			*ret_left = true;
			if (!is_well(s, pod) &&
			    (condemned == NULL || ordinal > high)) {
				condemned = pod;
				high = ordinal;
			}
			continue;
		}
		n++;
		if (set->rolling && ordinal >= set->start + set->partition &&
		    !pod_is_at(pod, s->plan->update_revision))
			*ret_left = true;
		if (!is_well(s, pod) && (lowest == NULL || ordinal < low)) {
			lowest = pod;
			low = ordinal;
		}
	}
	*ret_left |= n < set->replicas;
	return lowest ? lowest : condemned;
}

static const char *state_of(const struct obj_pod *pod)
{
	if (pod->obj.deleting)
		return "terminating and does not end";
	switch (pod->phase) {
	case PHASE_PENDING:
		return "Pending";
	case PHASE_RUNNING:
		return pod->ready ? "not yet available" : "not ready";
	default:
		return "neither running nor gone";
	}
}

/* The kubectl command that ends the wait. */
static char *fix_of(const struct search *s, const struct obj_pod *pod)
{
	const char *ns = s->set->ns, *name = istr_text(pod->obj.name);

	if (pod->obj.deleting)
		return mem_printf("if its node is gone for good: kubectl "
				  "delete pod %s -n %s --grace-period=0 "
				  "--force",
				  name, ns);
	if (!pod_is_at(pod, s->plan->update_revision))
		return mem_printf("it is at revision %s and not at %s, and "
				  "will be replaced once it is ready or "
				  "deleted: kubectl delete pod %s -n %s",
				  pod_revision(pod), s->plan->update_revision,
				  name, ns);
	if (strcmp(s->plan->update_revision, s->plan->current_revision) != 0)
		return mem_printf("see kubectl describe pod %s -n %s; to go "
				  "back: kubectl rollout undo statefulset %s "
				  "-n %s && kubectl delete pod %s -n %s",
				  name, ns, s->set->name, ns, name, ns);
	return mem_printf("see kubectl describe pod %s -n %s; to have it "
			  "made anew: kubectl delete pod %s -n %s",
			  name, ns, name, ns);
}

/* SS-107, SS-143: no deadline ends such a wait. */
static void find_blocked(struct search *s)
{
	struct finding *finding;
	const struct obj_pod *pod;
	bool left;

	if (!s->set->monotonic || s->plan->n_steps > 0)
		return;
	pod = find_blocker(s, &left);
	if (pod == NULL || !left || (pod->ready && !pod->obj.deleting))
		return;
	finding = add(s->advice, "Blocked",
		      mem_printf("The set waits for pod %s, which is %s",
				 istr_text(pod->obj.name), state_of(pod)));
	finding->fix = fix_of(s, pod);
	finding->pod = mem_strdup(istr_text(pod->obj.name));
	finding->since_s = pod->has_ready_time && !pod->obj.deleting
				   ? pod->ready_since_s
				   : 0;
	finding->after_s =
		pod->obj.deleting || pod_is_at(pod, s->plan->update_revision)
			? ADVICE_SLOW_S
			: ADVICE_HOPELESS_S;
}

void advice_find(const struct plan_world *world, const struct plan *plan,
		 advice_service_fn service, const void *arg,
		 struct advice *ret_advice)
{
	struct search s = {
		.world = world,
		.set = world->set,
		.plan = plan,
		.advice = ret_advice,
	};

	*ret_advice = (struct advice){0};
	if (world->set->deleting || plan->code != 0)
		return;
	find_long_name(&s);
	find_unknown_strategy(&s);
	find_bare_update(&s);
	optin_faults(json_at(world->set->json, "metadata.annotations"),
		     add_fault, &s);
	find_service(&s, service, arg);
	find_blocked(&s);
}

void advice_notes_fini(struct advice_notes *notes)
{
	free(notes->notes);
	*notes = (struct advice_notes){0};
}

static uint64_t key_of(const struct finding *finding)
{
	uint64_t hash = hash_bytes(hash_seed(), finding->reason,
				   strlen(finding->reason));

	hash = hash_bytes(hash, finding->text, strlen(finding->text));
	if (finding->fix != NULL)
		hash = hash_bytes(hash, finding->fix, strlen(finding->fix));
	return hash;
}

static struct advice_note *note_of(struct advice_notes *notes, uint64_t key)
{
	for (size_t i = 0; i < notes->n; i++)
		if (notes->notes[i].key == key)
			return &notes->notes[i];
	return NULL;
}

/* Goes on with those found now alone: what ended is news when it returns. */
static void note_all(struct advice_notes *notes, const struct advice *advice,
		     bool is_news, int64_t now_s)
{
	struct advice_notes fresh = {.begun = true};

	for (size_t i = 0; i < advice->n; i++) {
		const struct finding *finding = &advice->findings[i];
		uint64_t key = key_of(finding);
		const struct advice_note *old = note_of(notes, key);

		mem_grow(fresh.notes, fresh.n);
		fresh.notes[fresh.n++] =
			old ? *old
			    : (struct advice_note){
				      .key = key,
				      .first_s = now_s,
				      .told = finding->only_news && !is_news &&
					      !notes->begun,
			      };
	}
	advice_notes_fini(notes);
	*notes = fresh;
}

int64_t advice_due(struct advice_notes *notes, const struct advice *advice,
		   bool is_news, int64_t now_s,
		   void (*tell)(const struct finding *finding, int64_t since_s,
				void *arg),
		   void *arg)
{
	int64_t soonest = -1;

	note_all(notes, advice, is_news, now_s);
	/* As many notes as findings, in the same order. */
	st_assert(notes->n == advice->n &&
		  (notes->n == 0 || notes->notes != NULL));
	for (size_t i = 0; i < advice->n; i++) {
		const struct finding *finding = &advice->findings[i];
		struct advice_note *note = &notes->notes[i];
		int64_t since =
			finding->since_s ? finding->since_s : note->first_s;
		int64_t left = since + finding->after_s - now_s;

		if (note->told)
			continue;
		if (left <= 0) {
			note->told = true;
			tell(finding, since, arg);
		} else if (soonest < 0 || left < soonest) {
			soonest = left;
		}
	}
	return soonest;
}

char *advice_message(const struct finding *finding, int64_t since_s,
		     const char *why)
{
	char since[32];

	if (finding->fix == NULL)
		return mem_strdup(finding->text);
	clk_format(since, since_s * 1000000, 0);
	return mem_printf("%s since %s%s%s; %s", finding->text, since,
			  why ? ": " : "", why ? why : "", finding->fix);
}
