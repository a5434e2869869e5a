/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "controller/claims.h"
#include "controller/obj.h"
#include "controller/setspec.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

const char identity_label_pod[] = "statefulset.kubernetes.io/pod-name";
const char identity_label_index[] = "apps.kubernetes.io/pod-index";
const char identity_label_revision[] = "controller-revision-hash";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool identity_parse(const char *pod, size_t *ret_parent_len,
		    int32_t *ret_ordinal)
{
	size_t len = strlen(pod), at = len;
	int64_t number = 0;

	while (at > 0 && is_digit(pod[at - 1]))
		at--;
	if (at == len || at == 0 || pod[at - 1] != '-')
		return false;
	*ret_parent_len = at - 1;
	for (; at < len && number <= INT32_MAX; at++)
		number = number * 10 + (pod[at] - '0');
	*ret_ordinal =
		number > INT32_MAX ? IDENTITY_NO_ORDINAL : (int32_t)number;
	return true;
}

bool identity_is_member(const char *set, const char *pod, int32_t *ret_ordinal)
{
	size_t len;

	return identity_parse(pod, &len, ret_ordinal) && strlen(set) == len &&
	       memcmp(set, pod, len) == 0;
}

char *identity_pod_name(const char *set, int32_t ordinal)
{
	return mem_printf("%s-%" PRId32, set, ordinal);
}

struct json *identity_owner_ref(const struct setspec *set)
{
	struct json *ref = json_new_object();

	json_set_str(ref, "apiVersion", "apps/v1");
	json_set_str(ref, "kind", "StatefulSet");
	json_set_str(ref, "name", set->name);
	json_set_str(ref, "uid", set->uid);
	json_set_bool(ref, "controller", true);
	json_set_bool(ref, "blockOwnerDeletion", true);
	return ref;
}

static void set_labels(struct json *meta, const char *name, int32_t ordinal)
{
	struct json *labels = json_child_object(meta, "labels");
	char index[16];

	snprintf(index, sizeof(index), "%" PRId32, ordinal);
	json_set_str(labels, identity_label_pod, name);
	json_set_str(labels, identity_label_index, index);
}

static bool is_vct(const struct setspec *set, const char *volume)
{
	json_each (vct, set->vcts) {
		const char *name = json_str(vct, "metadata.name");

		if (name && volume && strcmp(name, volume) == 0)
			return true;
	}
	return false;
}

static struct json *claim_volume(const struct setspec *set, const char *vct,
				 int32_t ordinal)
{
	struct json *volume = json_new_object();
	scope_free char *claim = claims_name(vct, set->name, ordinal);

	json_set_str(volume, "name", vct);
	json_set_str(json_child_object(volume, "persistentVolumeClaim"),
		     "claimName", claim);
	return volume;
}

/* SS-065: the claims in the order of the templates, then what the pod has
 * besides. */
static void set_volumes(const struct setspec *set, struct json *spec,
			int32_t ordinal)
{
	struct json *volumes;

	if (json_len(set->vcts) == 0)
		return;
	volumes = json_new_array();
	json_each (vct, set->vcts) {
		const char *name = json_str(vct, "metadata.name");

		if (name)
			json_push(volumes, claim_volume(set, name, ordinal));
	}
	json_each (volume, json_get(spec, "volumes")) {
		if (!is_vct(set, json_str(volume, "name")))
			json_push(volumes, json_dup(volume));
	}
	json_set(spec, "volumes", volumes);
}

static void copy(struct json *to, const char *member, const struct json *from)
{
	const struct json *value = json_get(from, member);

	if (json_len(value) > 0)
		json_set(to, member, json_dup(value));
}

struct json *identity_pod(const struct setspec *set,
			  const struct json *template, const char *revision,
			  int32_t ordinal)
{
	struct json *pod = json_new_object(), *meta, *spec;
	const struct json *from = json_get(template, "metadata");
	const char *service = json_str(set->json, "spec.serviceName");
	scope_free char *name = identity_pod_name(set->name, ordinal);
	scope_free char *prefix = mem_printf("%s-", set->name);

	json_set_str(pod, "apiVersion", "v1");
	json_set_str(pod, "kind", "Pod");
	meta = json_child_object(pod, "metadata");
	json_set_str(meta, "name", name);
	json_set_str(meta, "generateName", prefix);
	json_set_str(meta, "namespace", set->ns);
	copy(meta, "labels", from);
	copy(meta, "annotations", from);
	copy(meta, "finalizers", from);
	set_labels(meta, name, ordinal);
	json_set_str(json_child_object(meta, "labels"), identity_label_revision,
		     revision);
	json_push(json_child_array(meta, "ownerReferences"),
		  identity_owner_ref(set));
	if (json_type(json_get(template, "spec")) == JSON_OBJECT)
		json_set(pod, "spec", json_dup(json_get(template, "spec")));
	spec = json_child_object(pod, "spec");
	json_set_str(spec, "hostname", name);
	if (service != NULL && *service != '\0')
		json_set_str(spec, "subdomain", service);
	else
		json_remove(spec, "subdomain");
	set_volumes(set, spec, ordinal);
	return pod;
}

bool identity_matches(const struct setspec *set, const struct obj_pod *pod)
{
	const struct istr *label = obj_label_get(&pod->obj, identity_label_pod);
	const char *name = istr_text(pod->obj.name);
	scope_free char *want = NULL;
	int32_t ordinal;

	if (!identity_is_member(set->name, name, &ordinal) || ordinal < 0)
		return false;
	want = identity_pod_name(set->name, ordinal);
	return strcmp(want, name) == 0 && label != NULL &&
	       strcmp(istr_text(label), name) == 0;
}

static bool has_claim(const struct obj_pod *pod, const char *volume,
		      const char *claim)
{
	for (uint32_t i = 0; i < pod->n_claims; i++)
		if (strcmp(istr_text(pod->claims[i].key), volume) == 0)
			return strcmp(istr_text(pod->claims[i].value), claim) ==
			       0;
	return false;
}

bool identity_storage_matches(const struct setspec *set,
			      const struct obj_pod *pod)
{
	int32_t ordinal;

	if (!identity_is_member(set->name, istr_text(pod->obj.name), &ordinal))
		return false;
	json_each (vct, set->vcts) {
		const char *name = json_str(vct, "metadata.name");
		scope_free char *claim = NULL;

		if (name == NULL)
			continue;
		claim = claims_name(name, set->name, ordinal);
		if (!has_claim(pod, name, claim))
			return false;
	}
	return true;
}

void identity_repair(const struct setspec *set, struct json *pod,
		     int32_t ordinal)
{
	scope_free char *name = identity_pod_name(set->name, ordinal);

	set_labels(json_child_object(pod, "metadata"), name, ordinal);
	set_volumes(set, json_child_object(pod, "spec"), ordinal);
}
