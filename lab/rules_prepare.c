/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/fill.h"
#include "lab/rules.h"
#include "lab/rules_parts.h"
#include "lab/rules_pod.h"
#include "lab/rules_service.h"

static bool has_generation(const struct kind *kind)
{
	return (kind->has & KIND_HAS_GENERATION) != 0;
}

void rules_gates(const struct kind *kind, const struct json *was,
		 struct json *is, unsigned gates)
{
	static const char path[] = "spec.updateStrategy.rollingUpdate";
	struct json *rolling;

	if (kind->id != KIND_SET)
		return;
	rolling = fill_object(is, path);
	if (rolling == NULL)
		return;
	if ((gates & RULES_MAX_UNAVAILABLE) != 0)
		fill_int(rolling, "maxUnavailable", 1);
	else if (json_get(json_at(was, path), "maxUnavailable") == NULL)
		json_remove(rolling, "maxUnavailable");
}

static void drop_status(struct json *object, const char *const *zeros)
{
	struct json *status = json_new_object();

	for (; *zeros != NULL; zeros++)
		json_set_int(status, *zeros, 0);
	json_set(object, "status", status);
}

static void set_phase(struct json *object, const char *phase)
{
	struct json *status = json_new_object();

	json_set_str(status, "phase", phase);
	json_set(object, "status", status);
}

static void create_namespace(struct json *namespace)
{
	struct json *spec = fill_make(namespace, "spec");

	if (spec == NULL)
		return;
	struct json *finalizers = json_child_array(spec, "finalizers");
	json_each (finalizer, finalizers) {
		const char *name = json_value_str(finalizer);

		if (name != NULL && strcmp(name, "kubernetes") == 0)
			return set_phase(namespace, "Active");
	}
	json_push(finalizers, json_new_str("kubernetes"));
	set_phase(namespace, "Active");
}

/* Admission of a real server: a claim or volume in use must not just go. */
static void add_finalizer(struct json *object, const char *finalizer)
{
	struct json *meta = fill_make(object, "metadata");

	if (meta == NULL)
		return;
	struct json *list = json_child_array(meta, "finalizers");
	json_each (item, list) {
		const char *name = json_value_str(item);

		if (name != NULL && strcmp(name, finalizer) == 0)
			return;
	}
	json_push(list, json_new_str(finalizer));
}

static void create_kind(const struct kind *kind, struct json *object)
{
	switch (kind->id) {
	case KIND_SET:
		drop_status(object,
			    (const char *const[]){"replicas",
						  "availableReplicas", NULL});
		return;
	case KIND_POD:
		rules_pod_prepare_create(object);
		return;
	case KIND_SERVICE:
		rules_service_prepare_create(object);
		return;
	case KIND_NAMESPACE:
		create_namespace(object);
		return;
	case KIND_PVC:
		set_phase(object, "Pending");
		add_finalizer(object, RULES_PVC_PROTECTION);
		return;
	case KIND_PV:
		set_phase(object, "Pending");
		add_finalizer(object, RULES_PV_PROTECTION);
		return;
	case KIND_PDB:
		drop_status(object,
			    (const char *const[]){
				    "disruptionsAllowed", "currentHealthy",
				    "desiredHealthy", "expectedPods", NULL});
		return;
	default:
		return;
	}
}

void rules_prepare_create(const struct kind *kind, struct json *object)
{
	struct json *meta = fill_make(object, "metadata");

	if (meta == NULL)
		return;
	json_remove(meta, "deletionTimestamp");
	json_remove(meta, "deletionGracePeriodSeconds");
	json_remove(meta, "selfLink");
	json_remove(meta, "generation");
	if (!kind->namespaced)
		json_remove(meta, "namespace");
	if (has_generation(kind))
		json_set_int(meta, "generation", 1);
	create_kind(kind, object);
}

/* What no write may change, whatever it says. Name, namespace, uid and
 * creation time are refused by rules_validate when they differ, and taken
 * over where they are left out. */
static void keep_meta(const struct json *was, struct json *meta)
{
	for (const char *const *name = rules_meta_fixed; *name != NULL; name++)
		fill_copy(meta, *name, json_get(was, *name));
	json_remove(meta, "selfLink");
	fill_take(meta, "generation", was);
}

static bool is_same(const struct json *a, const struct json *b,
		    const char *path)
{
	return json_equal(json_at(a, path), json_at(b, path));
}

/* Everything but metadata; labels count for slices. */
static bool same_slice(const struct json *was, const struct json *is)
{
	return is_same(was, is, "metadata.labels") &&
	       is_same(was, is, "endpoints") && is_same(was, is, "ports") &&
	       is_same(was, is, "addressType");
}

static void count_generation(const struct kind *kind, const struct json *was,
			     struct json *is)
{
	bool same = kind->id == KIND_ENDPOINTSLICE ? same_slice(was, is)
						   : is_same(was, is, "spec");

	if (has_generation(kind) && !same)
		json_set_int(fill_make(is, "metadata"), "generation",
			     json_int(was, "metadata.generation", 0) + 1);
}

static void update_namespace(const struct json *was, struct json *is)
{
	fill_take(is, "status", was);
	fill_take(fill_make(is, "spec"), "finalizers", json_get(was, "spec"));
}

static void update_main(const struct kind *kind, const struct json *was,
			struct json *is)
{
	switch (kind->id) {
	case KIND_SERVICE:
		rules_service_prepare_update(was, is);
		break;
	case KIND_POD:
		rules_pod_prepare_update(was, is);
		break;
	case KIND_NAMESPACE:
		update_namespace(was, is);
		break;
	case KIND_SET:
		fill_take(is, "status", was);
		break;
	default:
		if ((kind->has & KIND_HAS_STATUS) != 0)
			fill_take(is, "status", was);
		break;
	}
	count_generation(kind, was, is);
}

static void update_status(const struct kind *kind, const struct json *was,
			  struct json *is)
{
	fill_take(is, "spec", was);
	if (kind->id == KIND_POD) {
		/* A node must not give a pod new owners or end it. */
		fill_take(fill_make(is, "metadata"), "ownerReferences",
			  json_get(was, "metadata"));
		fill_copy(fill_make(is, "status"), "qosClass",
			  json_at(was, "status.qosClass"));
	}
}

/* Only the finalizers of the spec are the caller's. */
static void update_finalize(const struct json *was, struct json *is)
{
	const struct json *list = json_at(is, "spec.finalizers");
	scope_json struct json *kept = list != NULL ? json_dup(list) : NULL;

	fill_take(is, "status", was);
	fill_take(is, "spec", was);
	struct json *spec = fill_make(is, "spec");
	if (spec == NULL)
		return;
	if (kept == NULL) {
		json_remove(spec, "finalizers");
		return;
	}
	json_set(spec, "finalizers", kept);
	kept = NULL;
}

void rules_prepare_update(const struct kind *kind, const struct json *was,
			  struct json *is, const char *subresource)
{
	struct json *meta = fill_make(is, "metadata");

	if (meta == NULL)
		return;
	keep_meta(json_get(was, "metadata"), meta);
	if (subresource != NULL && strcmp(subresource, "status") == 0)
		update_status(kind, was, is);
	else if (subresource != NULL && strcmp(subresource, "finalize") == 0)
		update_finalize(was, is);
	else
		update_main(kind, was, is);
}
