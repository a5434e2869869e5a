/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/nslife.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lab/chores.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/objects.h"
#include "lab/ref.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define FINALIZER "kubernetes"
#define ACCOUNT	  "default"

struct nslife {
	const struct env *env;
	struct chores *chores;
};

struct remains {
	char **keys; /* of what is not going yet */
	size_t n;
	size_t n_left; /* all that is still there */
};

static bool note(const struct object *object, void *arg)
{
	struct remains *content = arg;
	char key[REF_TEXT];
	scope_json struct json *parsed = NULL;

	content->n_left++;
	if (strstr(object->json, "\"deletionTimestamp\"") != NULL) {
		parsed = deed_parse(object);
		if (ref_is_going(parsed))
			return true;
	}
	mem_grow(content->keys, content->n);
	content->keys[content->n++] = mem_strdup(ref_text_of(object, key));
	return true;
}

static void look(struct nslife *nslife, const char *ns, struct remains *content)
{
	for (int kind = 0; kind < KINDS; kind++) {
		if (kinds_stored((enum kind_id)kind)->namespaced)
			objects_each(nslife->env->objects, (enum kind_id)kind,
				     ns, NULL, note, content);
	}
}

static void remains_fini(struct remains *content)
{
	for (size_t i = 0; i < content->n; i++)
		free(content->keys[i]);
	free(content->keys);
}

/* Returns how much is left. */
static size_t empty(struct nslife *nslife, const char *ns)
{
	struct remains content = {0}, left = {0};
	struct ref ref;

	look(nslife, ns, &content);
	for (size_t i = 0; i < content.n; i++) {
		if (ref_read(content.keys[i], &ref))
			(void)deed_delete(nslife->env, &ref, NULL, "Background",
					  -1);
	}
	remains_fini(&content);
	look(nslife, ns, &left);
	remains_fini(&left);
	return left.n_left;
}

/* Where deleting alone did not say so. */
static void tell_phase(struct nslife *nslife, const struct ref *ref)
{
	scope_json struct json *object = deed_read(nslife->env, ref);
	const char *phase = json_str(object, "status.phase");

	if (object == NULL ||
	    (phase != NULL && strcmp(phase, "Terminating") == 0))
		return;
	json_set_str(json_child_object(object, "status"), "phase",
		     "Terminating");
	(void)deed_put(nslife->env, ref, "/status", DEED_CONTROLLERS, object);
}

static uint64_t let_go(struct nslife *nslife, const struct ref *ref)
{
	scope_json struct json *object = deed_read(nslife->env, ref);
	struct json *left = json_new_array();

	json_each (item, json_at(object, "spec.finalizers")) {
		const char *text = json_value_str(item);

		if (text != NULL && strcmp(text, FINALIZER) != 0)
			json_push(left, json_new_str(text));
	}
	if (object == NULL ||
	    json_len(left) == json_len(json_at(object, "spec.finalizers"))) {
		json_free(left);
		return 0;
	}
	json_set(json_child_object(object, "spec"), "finalizers", left);
	return deed_put(nslife->env, ref, "/finalize", DEED_CONTROLLERS, object)
		       ? 0
		       : DEED_AGAIN_MS;
}

static uint64_t ensure_account(struct nslife *nslife, const char *ns)
{
	scope_json struct json *account = NULL;
	struct json *meta;
	struct ref ref;

	if (objects_get(nslife->env->objects, KIND_SERVICEACCOUNT, ns,
			ACCOUNT) != NULL ||
	    !ref_set(&ref, KIND_SERVICEACCOUNT, ns, ""))
		return 0;
	account = json_new_object();
	json_set_str(account, "kind", "ServiceAccount");
	json_set_str(account, "apiVersion", "v1");
	meta = json_child_object(account, "metadata");
	json_set_str(meta, "name", ACCOUNT);
	json_set_str(meta, "namespace", ns);
	return deed_post(nslife->env, &ref, DEED_CONTROLLERS, account, NULL)
		       ? 0
		       : DEED_AGAIN_MS;
}

/* The key is the name of the namespace. */
static uint64_t work(const char *key, void *arg)
{
	struct nslife *nslife = arg;
	scope_json struct json *object = NULL;
	struct ref ref;

	if (ref_set(&ref, KIND_NAMESPACE, "", key))
		object = deed_read(nslife->env, &ref);
	if (object == NULL)
		return 0;
	if (!ref_is_going(object))
		return ensure_account(nslife, key);
	tell_phase(nslife, &ref);
	if (empty(nslife, key) > 0)
		return 0;
	return let_go(nslife, &ref);
}

static bool is_going(struct nslife *nslife, const char *ns)
{
	const struct object *object =
		objects_get(nslife->env->objects, KIND_NAMESPACE, "", ns);

	return object != NULL &&
	       strstr(object->json, "\"deletionTimestamp\"") != NULL;
}

void nslife_event(struct nslife *nslife, const struct objects_event *event)
{
	const struct object *was = event->was, *is = event->is;

	if (is != NULL && is->kind == KIND_NAMESPACE)
		chores_add(nslife->chores, is->name, 0);
	if (is != NULL || was->ns[0] == '\0')
		return;
	if (is_going(nslife, was->ns) || (was->kind == KIND_SERVICEACCOUNT &&
					  strcmp(was->name, ACCOUNT) == 0))
		chores_add(nslife->chores, was->ns, 0);
}

static bool add(const struct object *object, void *arg)
{
	struct nslife *nslife = arg;

	chores_add(nslife->chores, object->name, 0);
	return true;
}

struct nslife *nslife_new(const struct env *env)
{
	struct nslife *nslife = mem_zalloc(sizeof(*nslife));

	nslife->env = env;
	nslife->chores = chores_new(env->loop, work, nslife);
	objects_each(env->objects, KIND_NAMESPACE, NULL, NULL, add, nslife);
	return nslife;
}

void nslife_free(struct nslife *nslife)
{
	if (nslife == NULL)
		return;
	chores_free(nslife->chores);
	free(nslife);
}
