/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/protect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/chores.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/objects.h"
#include "lab/ref.h"
#include "lab/rules.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct protect {
	const struct env *env;
	struct chores *chores;
};

struct search {
	const char *claim;
	char quoted[272]; /* how a pod that uses it must name it */
	bool is_found;
};

static bool names_claim(const struct json *pod, const char *claim)
{
	json_each (volume, json_at(pod, "spec.volumes")) {
		const char *name =
			json_str(volume, "persistentVolumeClaim.claimName");

		if (name != NULL && strcmp(name, claim) == 0)
			return true;
	}
	return false;
}

/* A pod that has no node yet does not count: it will not start on a claim
 * that is being deleted. */
static bool look_at_pod(const struct object *object, void *arg)
{
	struct search *search = arg;
	scope_json struct json *pod = NULL;
	const char *node;

	if (strstr(object->json, search->quoted) == NULL)
		return true;
	pod = deed_parse(object);
	node = json_str(pod, "spec.nodeName");
	search->is_found = node != NULL && node[0] != '\0' &&
			   names_claim(pod, search->claim);
	return !search->is_found;
}

static bool is_used(struct protect *protect, const struct ref *claim)
{
	struct search search = {.claim = claim->name};

	snprintf(search.quoted, sizeof(search.quoted), "\"claimName\":\"%s\"",
		 claim->name);
	objects_each(protect->env->objects, KIND_POD, claim->ns, NULL,
		     look_at_pod, &search);
	return search.is_found;
}

static bool is_free(struct protect *protect, const struct ref *ref,
		    const struct json *object)
{
	const char *phase = json_str(object, "status.phase");

	if (ref->kind == KIND_PVC)
		return !is_used(protect, ref);
	return phase == NULL || strcmp(phase, "Bound") != 0;
}

static const char *finalizer_of(enum kind_id kind)
{
	return kind == KIND_PVC ? RULES_PVC_PROTECTION : RULES_PV_PROTECTION;
}

static uint64_t work(const char *key, void *arg)
{
	struct protect *protect = arg;
	scope_json struct json *object = NULL;
	struct ref ref;

	if (ref_read(key, &ref))
		object = deed_read(protect->env, &ref);
	if (object == NULL || !ref_is_going(object) ||
	    !ref_has_finalizer(object, finalizer_of(ref.kind)) ||
	    !is_free(protect, &ref, object))
		return 0;
	ref_drop_finalizer(object, finalizer_of(ref.kind));
	return deed_put(protect->env, &ref, "", DEED_CONTROLLERS, object)
		       ? 0
		       : DEED_AGAIN_MS;
}

static bool add_if_going(const struct object *object, void *arg)
{
	struct protect *protect = arg;
	char key[REF_TEXT];

	if (strstr(object->json, "\"deletionTimestamp\"") != NULL)
		chores_add(protect->chores, ref_text_of(object, key), 0);
	return true;
}

static void pod_went(struct protect *protect, const struct object *object)
{
	scope_json struct json *pod = NULL;

	if (strstr(object->json, "\"claimName\"") == NULL)
		return;
	pod = deed_parse(object);
	json_each (volume, json_at(pod, "spec.volumes")) {
		const char *name =
			json_str(volume, "persistentVolumeClaim.claimName");
		const struct object *claim =
			name == NULL ? NULL
				     : objects_get(protect->env->objects,
						   KIND_PVC, object->ns, name);

		if (claim != NULL)
			add_if_going(claim, protect);
	}
}

void protect_event(struct protect *protect, const struct objects_event *event)
{
	const struct object *object = event->is;

	if (object == NULL && event->was->kind == KIND_POD)
		pod_went(protect, event->was);
	if (object != NULL &&
	    (object->kind == KIND_PVC || object->kind == KIND_PV))
		add_if_going(object, protect);
}

struct protect *protect_new(const struct env *env)
{
	struct protect *protect = mem_zalloc(sizeof(*protect));

	protect->env = env;
	protect->chores = chores_new(env->loop, work, protect);
	objects_each(env->objects, KIND_PVC, NULL, NULL, add_if_going, protect);
	objects_each(env->objects, KIND_PV, NULL, NULL, add_if_going, protect);
	return protect;
}

void protect_free(struct protect *protect)
{
	if (protect == NULL)
		return;
	chores_free(protect->chores);
	free(protect);
}
