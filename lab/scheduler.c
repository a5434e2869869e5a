/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/scheduler.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lab/api.h"
#include "lab/chores.h"
#include "lab/classes.h"
#include "lab/cluster.h"
#include "lab/conditions.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/fit.h"
#include "lab/links.h"
#include "lab/objects.h"
#include "lab/ref.h"
#include "lab/volumes.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define NAME "default-scheduler"
#define NO_HELP                                                                \
	" preemption: 0/1 nodes are available: 1 Preemption is not "           \
	"helpful for scheduling."

struct scheduler {
	const struct env *env;
	struct chores *chores;
	struct links waiting; /* "NAMESPACE/CLAIM" to keys of pods */
};

static bool is_text(const struct json *object, const char *path,
		    const char *text)
{
	const char *have = json_str(object, path);

	return have != NULL && strcmp(have, text) == 0;
}

/* The first consumer is here: the claim may be served on this node. */
static void select_node(struct scheduler *scheduler, const struct ref *ref,
			struct json *claim)
{
	scope_json struct json *class = NULL;
	const char *asked = classes_asked(claim);
	struct json *notes;

	if (asked != NULL)
		class = classes_read(scheduler->env->objects, asked);
	if (!is_text(class, "volumeBindingMode", "WaitForFirstConsumer"))
		return;
	notes = json_child_object(json_child_object(claim, "metadata"),
				  "annotations");
	if (json_get(notes, VOLUMES_SELECTED_NODE) != NULL)
		return;
	json_set_str(notes, VOLUMES_SELECTED_NODE, CLUSTER_NODE);
	(void)deed_put(scheduler->env, ref, "", DEED_SCHEDULER, claim);
}

/* NULL: the claim is there and bound. */
static char *claim_refusal(struct scheduler *scheduler, const char *ns,
			   const char *name)
{
	scope_json struct json *claim = NULL;
	const char *volume;
	struct ref ref;

	if (ref_set(&ref, KIND_PVC, ns, name))
		claim = deed_read(scheduler->env, &ref);
	volume = json_str(claim, "spec.volumeName");
	if (claim == NULL)
		return mem_printf("persistentvolumeclaim \"%s\" not found",
				  name);
	if (ref_is_going(claim))
		return mem_printf("persistentvolumeclaim \"%s\" is being "
				  "deleted",
				  name);
	if (is_text(claim, "status.phase", "Lost"))
		return mem_printf("persistentvolumeclaim \"%s\" bound to "
				  "non-existent persistentvolume \"%s\"",
				  name, volume == NULL ? "" : volume);
	if (is_text(claim, "status.phase", "Bound"))
		return NULL;
	select_node(scheduler, &ref, claim);
	return mem_strdup("pod has unbound immediate PersistentVolumeClaims");
}

static char *refusal(struct scheduler *scheduler, const struct json *pod)
{
	struct ref ref = {.kind = KIND_NODE, .name = CLUSTER_NODE};
	scope_json struct json *node = deed_read(scheduler->env, &ref);
	const char *why;

	if (node == NULL)
		return mem_strdup("no nodes available to schedule pods");
	why = fit_refusal(pod, node);
	if (why != NULL)
		return mem_printf("0/1 nodes are available: %s." NO_HELP, why);
	json_each (volume, json_at(pod, "spec.volumes")) {
		const char *name =
			json_str(volume, "persistentVolumeClaim.claimName");
		scope_free char *text = NULL;

		if (name == NULL)
			continue;
		text = claim_refusal(scheduler, ref_ns(pod), name);
		if (text != NULL)
			return mem_printf(
				"0/1 nodes are available: %s." NO_HELP, text);
	}
	return NULL;
}

static uint64_t refuse(struct scheduler *scheduler, const struct ref *ref,
		       struct json *pod, const char *why)
{
	struct json *status = json_child_object(pod, "status");

	if (!conditions_set(status, "PodScheduled", false, "Unschedulable",
			    why))
		return 0;
	api_tell(scheduler->env->api, pod, NAME, "Warning", "FailedScheduling",
		 "%s", why);
	return deed_put(scheduler->env, ref, "/status", DEED_SCHEDULER, pod)
		       ? 0
		       : DEED_AGAIN_MS;
}

static uint64_t bind(struct scheduler *scheduler, const struct ref *ref,
		     const struct json *pod)
{
	scope_json struct json *binding = json_new_object();
	struct json *meta, *target;
	char path[REF_PATH];
	int code;

	json_set_str(binding, "kind", "Binding");
	json_set_str(binding, "apiVersion", "v1");
	meta = json_child_object(binding, "metadata");
	json_set_str(meta, "name", ref->name);
	json_set_str(meta, "namespace", ref->ns);
	json_set_str(meta, "uid", ref_uid(pod));
	target = json_child_object(binding, "target");
	json_set_str(target, "kind", "Node");
	json_set_str(target, "name", CLUSTER_NODE);
	code = api_do(
		scheduler->env->api, "POST",
		ref_path(ref, "/binding?fieldManager=" DEED_SCHEDULER, path),
		binding, NULL, NULL);
	if (code == 404 || code == 409)
		return 0;
	if (code >= 300)
		return DEED_AGAIN_MS;
	api_tell(scheduler->env->api, pod, NAME, "Normal", "Scheduled",
		 "Successfully assigned %s/%s to %s", ref->ns, ref->name,
		 CLUSTER_NODE);
	return 0;
}

static bool is_ours(const struct json *pod)
{
	const char *node = json_str(pod, "spec.nodeName");

	return (node == NULL || node[0] == '\0') && !ref_is_going(pod) &&
	       is_text(pod, "spec.schedulerName", NAME) &&
	       json_len(json_at(pod, "spec.schedulingGates")) == 0 &&
	       !is_text(pod, "status.phase", "Failed") &&
	       !is_text(pod, "status.phase", "Succeeded");
}

/* Adds or removes the links of a pod's claims to it. */
static void
each_claim(struct scheduler *scheduler, const struct json *pod, const char *key,
	   void (*fn)(struct links *links, const char *from, const char *to))
{
	json_each (volume, json_at(pod, "spec.volumes")) {
		const char *name =
			json_str(volume, "persistentVolumeClaim.claimName");
		char from[REF_TEXT];

		if (name != NULL)
			fn(&scheduler->waiting,
			   ref_text(KIND_PVC, ref_ns(pod), name, from), key);
	}
}

static uint64_t work(const char *key, void *arg)
{
	struct scheduler *scheduler = arg;
	scope_json struct json *pod = NULL;
	scope_free char *why = NULL;
	struct ref ref;

	if (ref_read(key, &ref))
		pod = deed_read(scheduler->env, &ref);
	if (pod == NULL || !is_ours(pod))
		return 0;
	why = refusal(scheduler, pod);
	if (why == NULL)
		return bind(scheduler, &ref, pod);
	each_claim(scheduler, pod, key, links_add);
	return refuse(scheduler, &ref, pod, why);
}

static bool add_unbound(const struct object *object, void *arg)
{
	struct scheduler *scheduler = arg;
	char key[REF_TEXT];

	if (strstr(object->json, "\"nodeName\":\"") == NULL)
		chores_add(scheduler->chores, ref_text_of(object, key), 0);
	return true;
}

static void look_again(const char *key, void *arg)
{
	struct scheduler *scheduler = arg;

	chores_add(scheduler->chores, key, 0);
}

static void claim_changed(struct scheduler *scheduler,
			  const struct object *claim)
{
	char from[REF_TEXT];

	links_take(&scheduler->waiting, ref_text_of(claim, from), look_again,
		   scheduler);
}

static void pod_went(struct scheduler *scheduler, const struct object *object)
{
	scope_json struct json *pod = deed_parse(object);
	char key[REF_TEXT];

	each_claim(scheduler, pod, ref_text_of(object, key), links_remove);
}

static void add_all_unbound(struct scheduler *scheduler)
{
	objects_each(scheduler->env->objects, KIND_POD, NULL, NULL, add_unbound,
		     scheduler);
}

/* The node's heartbeat changes nothing for a pod. */
static bool node_matters(const struct objects_event *event)
{
	scope_json struct json *was = NULL, *is = NULL;

	if (event->was == NULL || event->is == NULL)
		return true;
	was = deed_parse(event->was);
	is = deed_parse(event->is);
	return !json_equal(json_get(was, "spec"), json_get(is, "spec")) ||
	       !json_equal(json_at(was, "metadata.labels"),
			   json_at(is, "metadata.labels")) ||
	       !json_equal(json_at(was, "status.allocatable"),
			   json_at(is, "status.allocatable"));
}

void scheduler_event(struct scheduler *scheduler,
		     const struct objects_event *event)
{
	const struct object *is = event->is;

	if (is != NULL && is->kind == KIND_POD)
		add_unbound(is, scheduler);
	else if (is == NULL && event->was->kind == KIND_POD)
		pod_went(scheduler, event->was);
	else if (is != NULL && is->kind == KIND_PVC)
		claim_changed(scheduler, is);
	else if (is != NULL && is->kind == KIND_NODE && node_matters(event))
		add_all_unbound(scheduler);
}

struct scheduler *scheduler_new(const struct env *env)
{
	struct scheduler *scheduler = mem_zalloc(sizeof(*scheduler));

	scheduler->env = env;
	scheduler->chores = chores_new(env->loop, work, scheduler);
	add_all_unbound(scheduler);
	return scheduler;
}

void scheduler_free(struct scheduler *scheduler)
{
	if (scheduler == NULL)
		return;
	chores_free(scheduler->chores);
	links_fini(&scheduler->waiting);
	free(scheduler);
}
