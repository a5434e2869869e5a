/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/retention.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/setspec.h"
#include "statefuld/json.h"

enum owner { OWNER_OTHER, OWNER_SET, OWNER_POD };

/* SS-080. */
static enum owner wanted(const struct setspec *set,
			 const struct retention_pod *pod)
{
	if (pod->condemned && set->scaled_deletes)
		return OWNER_POD;
	return set->deleted_deletes ? OWNER_SET : OWNER_OTHER;
}

static bool names(const struct obj_owner_ref *ref, const char *api_version,
		  const char *kind, const char *name)
{
	return strcmp(istr_text(ref->api_version), api_version) == 0 &&
	       strcmp(istr_text(ref->kind), kind) == 0 &&
	       strcmp(istr_text(ref->name), name) == 0;
}

static enum owner whom(const struct obj_owner_ref *ref,
		       const struct setspec *set, const char *pod)
{
	if (names(ref, "apps/v1", "StatefulSet", set->name))
		return OWNER_SET;
	return names(ref, "v1", "Pod", pod) ? OWNER_POD : OWNER_OTHER;
}

static bool has_uid(const struct obj_owner_ref *ref, const char *uid)
{
	return uid != NULL && strcmp(istr_text(ref->uid), uid) == 0;
}

/* Names our set or this pod, but an earlier one. */
static bool is_stale(const struct obj_owner_ref *ref, const struct setspec *set,
		     const struct retention_pod *pod)
{
	switch (whom(ref, set, pod->name)) {
	case OWNER_SET:
		return !has_uid(ref, set->uid);
	case OWNER_POD:
		return !has_uid(ref, pod->uid);
	default:
		return false;
	}
}

static bool has_stale(const struct setspec *set,
		      const struct retention_pod *pod,
		      const struct obj_claim *claim)
{
	for (uint32_t i = 0; i < claim->n_owners; i++)
		if (is_stale(&claim->owners[i], set, pod))
			return true;
	return false;
}

static bool has_owner(const struct obj_claim *claim, const char *uid)
{
	for (uint32_t i = 0; i < claim->n_owners; i++)
		if (has_uid(&claim->owners[i], uid))
			return true;
	return false;
}

/* One of ours that the garbage collector does not take for the controller. */
static bool has_weak(const struct setspec *set, const struct retention_pod *pod,
		     const struct obj_claim *claim)
{
	for (uint32_t i = 0; i < claim->n_owners; i++) {
		const struct obj_owner_ref *ref = &claim->owners[i];

		if ((has_uid(ref, set->uid) || has_uid(ref, pod->uid)) &&
		    !ref->controller)
			return true;
	}
	return false;
}

bool retention_conflicts(const struct setspec *set,
			 const struct retention_pod *pod,
			 const struct obj_claim *claim)
{
	if (!set->scaled_deletes && !set->deleted_deletes)
		return false;
	for (uint32_t i = 0; i < claim->n_owners; i++) {
		const struct obj_owner_ref *ref = &claim->owners[i];

		if (is_stale(ref, set, pod))
			return true;
		if (ref->controller && whom(ref, set, pod->name) == OWNER_OTHER)
			return true;
	}
	return false;
}

bool retention_fits(const struct setspec *set, const struct retention_pod *pod,
		    const struct obj_claim *claim)
{
	bool of_set = has_owner(claim, set->uid);
	bool of_pod = has_owner(claim, pod->uid);
	enum owner want = wanted(set, pod);

	if (!set->has_retention || has_stale(set, pod, claim))
		return true;
	if (retention_conflicts(set, pod, claim))
		return !of_set && !of_pod;
	if (has_weak(set, pod, claim))
		return false;
	return of_set == (want == OWNER_SET) && of_pod == (want == OWNER_POD);
}

bool retention_blocks(const struct setspec *set, const char *pod,
		      const struct obj_claim *claim)
{
	if (!set->scaled_deletes)
		return false;
	for (uint32_t i = 0; i < claim->n_owners; i++)
		if (whom(&claim->owners[i], set, pod) == OWNER_POD)
			return true;
	return false;
}

/* A claim without labels of its own shows nothing. */
static bool has_labels(const struct setspec *set, const struct obj_claim *claim)
{
	const struct json *match =
		json_at(set->json, "spec.selector.matchLabels");

	json_each (label, match) {
		const struct istr *is =
			obj_label_get(&claim->obj, json_name(label));
		const char *want = json_value_str(label);

		if (is == NULL || want == NULL ||
		    strcmp(istr_text(is), want) != 0)
			return false;
	}
	return json_len(match) > 0;
}

bool retention_is_ours(const struct setspec *set, const struct obj_claim *claim)
{
	for (uint32_t i = 0; i < claim->n_owners; i++)
		if (whom(&claim->owners[i], set, "") != OWNER_SET ||
		    !has_uid(&claim->owners[i], set->uid))
			return false;
	return claim->n_owners > 0 || has_labels(set, claim);
}

static struct json *pod_ref(const struct retention_pod *pod)
{
	struct json *ref = json_new_object();

	json_set_str(ref, "apiVersion", "v1");
	json_set_str(ref, "kind", "Pod");
	json_set_str(ref, "name", pod->name);
	json_set_str(ref, "uid", pod->uid);
	json_set_bool(ref, "controller", true);
	json_set_bool(ref, "blockOwnerDeletion", true);
	return ref;
}

struct json *retention_owners(const struct setspec *set,
			      const struct retention_pod *pod,
			      const struct obj_claim *claim,
			      const struct json *refs)
{
	struct json *owners = json_new_array();
	enum owner want = wanted(set, pod);
	uint32_t i = 0;

	json_each (ref, refs) {
		if (i < claim->n_owners &&
		    whom(&claim->owners[i], set, pod->name) == OWNER_OTHER)
			json_push(owners, json_dup(ref));
		i++;
	}
	if (retention_conflicts(set, pod, claim))
		return owners;
	if (want == OWNER_SET)
		json_push(owners, identity_owner_ref(set));
	else if (want == OWNER_POD && pod->uid != NULL)
		json_push(owners, pod_ref(pod));
	return owners;
}
