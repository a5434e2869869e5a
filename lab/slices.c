/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/slices.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/chores.h"
#include "lab/deed.h"
#include "lab/endpoint.h"
#include "lab/env.h"
#include "lab/objects.h"
#include "lab/ordered.h"
#include "lab/ref.h"
#include "lab/sliceset.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define MANAGED_BY   "endpointslice.kubernetes.io/managed-by"
#define MANAGER	     "endpointslice-controller.k8s.io"
#define SERVICE_NAME "kubernetes.io/service-name"
#define HEADLESS     "service.kubernetes.io/headless"
#define TRIGGER_TIME "endpoints.kubernetes.io/last-change-trigger-time"

/* A Service with many pods is looked at as a whole; so that a thousand pods
 * that become ready one by one do not eat the processor, the next look waits
 * this many times what the last one took. */
#define REST_FACTOR 8
#define REST_MAX_MS 1000

/* So much of a Service's name begins the names of its slices. */
#define PREFIX 57

struct known {
	char *key; /* "NAMESPACE/NAME" */
	struct json *selector;
};

struct slices {
	const struct env *env;
	struct chores *chores;
	struct ordered known; /* Services with a selector */
	uint64_t rest_until_ms;
};

static const struct json *selector_of(const struct json *service)
{
	const char *type = json_str(service, "spec.type");

	if (type != NULL && strcmp(type, "ExternalName") == 0)
		return NULL;
	return json_at(service, "spec.selector");
}

/* Reading. */

struct gather {
	const struct json *service;
	const struct json *selector;
	const char *name; /* of the Service */
	size_t name_len;
	struct sliceset *set;
};

static bool is_selected(const struct object *object, void *arg)
{
	const struct gather *gather = arg;

	return endpoint_selects(gather->selector, object->labels);
}

static bool gather_pod(const struct object *object, void *arg)
{
	struct gather *gather = arg;
	scope_json struct json *pod = deed_parse(object);
	struct json *endpoint = endpoint_of(gather->service, pod);

	if (endpoint != NULL)
		sliceset_want(gather->set, endpoint,
			      endpoint_ports(gather->service, pod));
	return true;
}

static bool has_label(const struct json *labels, const char *key,
		      const char *value)
{
	const char *text = json_value_str(json_get(labels, key));

	return text != NULL && strcmp(text, value) == 0;
}

/* Names are in order: those of the Service's slices follow its own. */
static bool gather_slice(const struct object *object, void *arg)
{
	struct gather *gather = arg;
	struct json *slice;
	const struct json *labels;

	if (strncmp(object->name, gather->name, gather->name_len) != 0)
		return false;
	slice = deed_parse(object);
	labels = json_at(slice, "metadata.labels");
	if (has_label(labels, MANAGED_BY, MANAGER) &&
	    has_label(labels, SERVICE_NAME, gather->name) &&
	    !ref_is_going(slice))
		sliceset_have(gather->set, slice);
	else
		json_free(slice);
	return true;
}

static void gather_all(struct slices *slices, const struct ref *ref,
		       struct gather *gather)
{
	char after[REF_TEXT];

	snprintf(after, sizeof(after), "%s/%.*s", ref->ns, PREFIX, ref->name);
	objects_each_wanted(slices->env->objects, KIND_POD, ref->ns,
			    is_selected, gather_pod, gather);
	objects_each(slices->env->objects, KIND_ENDPOINTSLICE, ref->ns, after,
		     gather_slice, gather);
}

/* Writing. */

static bool is_reserved(const char *key)
{
	return strcmp(key, MANAGED_BY) == 0 || strcmp(key, SERVICE_NAME) == 0 ||
	       strcmp(key, HEADLESS) == 0;
}

static struct json *labels_for(const struct json *service)
{
	const char *ip = json_str(service, "spec.clusterIP");
	struct json *labels = json_new_object();

	json_each (label, json_at(service, "metadata.labels")) {
		const char *name = json_name(label);

		if (name != NULL && !is_reserved(name))
			json_set(labels, name, json_dup(label));
	}
	json_set_str(labels, MANAGED_BY, MANAGER);
	json_set_str(labels, SERVICE_NAME, ref_name(service));
	if (ip != NULL && strcmp(ip, "None") == 0)
		json_set_str(labels, HEADLESS, "");
	return labels;
}

static void set_owner(struct json *meta, const struct json *service)
{
	struct json *owner = json_new_object();

	json_set_str(owner, "apiVersion", "v1");
	json_set_str(owner, "kind", "Service");
	json_set_str(owner, "name", ref_name(service));
	json_set_str(owner, "uid", ref_uid(service));
	json_set_bool(owner, "controller", true);
	json_set_bool(owner, "blockOwnerDeletion", true);
	json_push(json_child_array(meta, "ownerReferences"), owner);
}

static struct json *new_object(const struct json *service,
			       const struct sliceset_slice *slice)
{
	struct json *object = json_new_object();
	struct json *meta;
	scope_free char *prefix =
		mem_printf("%.*s-", PREFIX, ref_name(service));

	json_set_str(object, "kind", "EndpointSlice");
	json_set_str(object, "apiVersion", "discovery.k8s.io/v1");
	meta = json_child_object(object, "metadata");
	json_set_str(meta, "generateName", prefix);
	json_set_str(meta, "namespace", ref_ns(service));
	set_owner(meta, service);
	json_set_str(object, "addressType",
		     strncmp(slice->group, "IPv6", 4) == 0 ? "IPv6" : "IPv4");
	return object;
}

static void set_content(struct json *object, const struct json *service,
			const struct sliceset_slice *slice)
{
	struct json *meta = json_child_object(object, "metadata");
	char now[32];

	clk_format(now, clk_wall_us(), 0);
	json_set(meta, "labels", labels_for(service));
	if (slice->is_changed)
		json_set_str(json_child_object(meta, "annotations"),
			     TRIGGER_TIME, now);
	json_set(object, "endpoints", json_dup(slice->endpoints));
	json_set(object, "ports", json_dup(slice->ports));
}

static bool write_slice(struct slices *slices, const struct json *service,
			struct sliceset_slice *slice)
{
	const char *ns = ref_ns(service);
	const char *name = ref_name(slice->object);
	scope_json struct json *labels = labels_for(service);
	scope_json struct json *object = NULL;
	struct ref ref;

	if (!ref_set(&ref, KIND_ENDPOINTSLICE, ns, name))
		return true;
	if (slice->is_unwanted)
		return slice->object == NULL ||
		       deed_delete(slices->env, &ref, ref_uid(slice->object),
				   NULL, -1);
	if (!slice->is_changed &&
	    json_equal(labels, json_at(slice->object, "metadata.labels")))
		return true;
	object = slice->object == NULL ? new_object(service, slice)
				       : json_dup(slice->object);
	set_content(object, service, slice);
	if (slice->object == NULL)
		return deed_post(slices->env, &ref, DEED_CONTROLLERS, object,
				 NULL);
	return deed_put(slices->env, &ref, "", DEED_CONTROLLERS, object);
}

static uint64_t settle(struct slices *slices, const struct ref *ref,
		       const struct json *service)
{
	struct sliceset set = {0};
	struct gather gather = {
		.service = service,
		.selector = selector_of(service),
		.name = ref->name,
		.name_len = strnlen(ref->name, PREFIX),
		.set = &set,
	};
	bool is_done = true;

	gather_all(slices, ref, &gather);
	sliceset_settle(&set);
	for (size_t i = 0; i < set.n_slices; i++)
		is_done =
			write_slice(slices, service, set.slices[i]) && is_done;
	sliceset_fini(&set);
	return is_done ? 0 : DEED_AGAIN_MS;
}

static uint64_t work(const char *key, void *arg)
{
	struct slices *slices = arg;
	scope_json struct json *service = NULL;
	uint64_t start = clk_mono_ms(), again, rest;
	struct ref ref;

	if (ref_read(key, &ref))
		service = deed_read(slices->env, &ref);
	if (service == NULL || ref_is_going(service) ||
	    json_len(selector_of(service)) == 0)
		return 0;
	again = settle(slices, &ref, service);
	rest = (clk_mono_ms() - start) * REST_FACTOR;
	slices->rest_until_ms =
		clk_mono_ms() + (rest > REST_MAX_MS ? REST_MAX_MS : rest);
	return again;
}

/* Events. */

static void add(struct slices *slices, const char *ns, const char *name)
{
	uint64_t now = clk_mono_ms(), until = slices->rest_until_ms;
	char key[REF_TEXT];

	chores_add(slices->chores, ref_text(KIND_SERVICE, ns, name, key),
		   until > now ? until - now : 0);
}

static void forget(struct slices *slices, const char *key)
{
	struct ordered_item *item = ordered_get(&slices->known, key);
	struct known *known = item == NULL ? NULL : item->value;

	if (known == NULL)
		return;
	ordered_remove(&slices->known, key);
	json_free(known->selector);
	free(known->key);
	free(known);
}

static bool learn(const struct object *object, void *arg)
{
	struct slices *slices = arg;
	scope_json struct json *service = deed_parse(object);
	char key[REF_TEXT];
	struct known *known;

	snprintf(key, sizeof(key), "%s/%s", object->ns, object->name);
	forget(slices, key);
	if (json_len(selector_of(service)) == 0)
		return true;
	known = mem_zalloc(sizeof(*known));
	known->key = mem_strdup(key);
	known->selector = json_dup(selector_of(service));
	ordered_add(&slices->known, known->key, known);
	add(slices, object->ns, object->name);
	return true;
}

static void pod_changed(struct slices *slices, const struct object *pod)
{
	char from[REF_TEXT];
	size_t len;

	if (pod == NULL || strstr(pod->json, "\"podIP\"") == NULL)
		return;
	snprintf(from, sizeof(from), "%s/", pod->ns);
	len = strlen(from);
	for (struct ordered_item *item = ordered_from(&slices->known, from);
	     item != NULL && strncmp(item->key, from, len) == 0;
	     item = ordered_next(item)) {
		const struct known *known = item->value;

		if (endpoint_selects(known->selector, pod->labels))
			add(slices, pod->ns, known->key + len);
	}
}

static void service_went(struct slices *slices, const struct object *service)
{
	char key[REF_TEXT];

	snprintf(key, sizeof(key), "%s/%s", service->ns, service->name);
	forget(slices, key);
}

/* Somebody else's hand in a slice of ours is put right. */
static void slice_changed(struct slices *slices, const struct object *object)
{
	scope_json struct json *slice = NULL;
	const char *name;

	if (strstr(object->json, MANAGER) == NULL)
		return;
	slice = deed_parse(object);
	name = json_value_str(
		json_get(json_at(slice, "metadata.labels"), SERVICE_NAME));
	if (name != NULL && strlen(name) < 254)
		add(slices, object->ns, name);
}

void slices_event(struct slices *slices, const struct objects_event *event)
{
	const struct object *was = event->was, *is = event->is;
	enum kind_id kind = is != NULL ? is->kind : was->kind;

	if (kind == KIND_POD) {
		pod_changed(slices, was);
		pod_changed(slices, is);
	} else if (kind == KIND_SERVICE && is != NULL) {
		learn(is, slices);
	} else if (kind == KIND_SERVICE) {
		service_went(slices, was);
	} else if (kind == KIND_ENDPOINTSLICE && was != NULL) {
		slice_changed(slices, was);
	}
}

struct slices *slices_new(const struct env *env)
{
	struct slices *slices = mem_zalloc(sizeof(*slices));

	slices->env = env;
	slices->chores = chores_new(env->loop, work, slices);
	objects_each(env->objects, KIND_SERVICE, NULL, NULL, learn, slices);
	return slices;
}

void slices_free(struct slices *slices)
{
	struct ordered_item *item;

	if (slices == NULL)
		return;
	while ((item = ordered_from(&slices->known, "")) != NULL)
		forget(slices, item->key);
	ordered_fini(&slices->known);
	chores_free(slices->chores);
	free(slices);
}
