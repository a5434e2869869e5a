/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/volume_match.h"

#include <string.h>

#include "lab/classes.h"
#include "lab/quantity.h"
#include "lab/ref.h"
#include "statefuld/json.h"

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static bool same_text(const struct json *a, const char *path_a,
		      const struct json *b, const char *path_b)
{
	return strcmp(or_empty(json_str(a, path_a)),
		      or_empty(json_str(b, path_b))) == 0;
}

bool volume_match_capacity(const struct json *volume, struct quantity *ret_size)
{
	return quantity_read(
		json_get(json_at(volume, "spec.capacity"), "storage"),
		ret_size);
}

static bool is_large_enough(const struct json *volume, const struct json *claim)
{
	struct quantity have, want;

	if (!quantity_read(json_get(json_at(claim, "spec.resources.requests"),
				    "storage"),
			   &want))
		return true;
	return volume_match_capacity(volume, &have) &&
	       quantity_cmp(&have, &want) >= 0;
}

static bool list_has(const struct json *list, const char *text)
{
	json_each (item, list) {
		if (strcmp(or_empty(json_value_str(item)), text) == 0)
			return true;
	}
	return false;
}

static bool has_modes(const struct json *volume, const struct json *claim)
{
	json_each (mode, json_at(claim, "spec.accessModes")) {
		if (!list_has(json_at(volume, "spec.accessModes"),
			      or_empty(json_value_str(mode))))
			return false;
	}
	return true;
}

static bool has_labels(const struct json *volume, const struct json *claim)
{
	const struct json *labels = json_at(volume, "metadata.labels");

	json_each (want, json_at(claim, "spec.selector.matchLabels")) {
		const char *name = json_name(want);
		const char *value =
			name == NULL ? NULL
				     : json_value_str(json_get(labels, name));

		if (value == NULL ||
		    strcmp(value, or_empty(json_value_str(want))) != 0)
			return false;
	}
	return true;
}

static const char *mode_of(const struct json *object)
{
	const char *mode = json_str(object, "spec.volumeMode");

	return mode == NULL ? "Filesystem" : mode;
}

const char *volume_match_refusal(const struct json *volume,
				 const struct json *claim)
{
	if (!is_large_enough(volume, claim))
		return "requested PV is too small";
	if (strcmp(or_empty(classes_asked(volume)),
		   or_empty(classes_asked(claim))) != 0)
		return "storageClassName does not match";
	if (strcmp(mode_of(volume), mode_of(claim)) != 0)
		return "incompatible volumeMode";
	if (!has_modes(volume, claim))
		return "incompatible accessMode";
	if (!has_labels(volume, claim))
		return "labels do not match the selector";
	return NULL;
}

bool volume_match_is_free(const struct json *volume, const struct json *claim)
{
	const struct json *taken = json_at(volume, "spec.claimRef");
	const char *uid = json_str(taken, "uid");

	if (ref_is_going(volume))
		return false;
	if (taken == NULL)
		return true;
	return same_text(taken, "namespace", claim, "metadata.namespace") &&
	       same_text(taken, "name", claim, "metadata.name") &&
	       (or_empty(uid)[0] == '\0' || strcmp(uid, ref_uid(claim)) == 0);
}

void volume_match_take(struct json *volume, const struct json *claim)
{
	struct json *taken = json_child_object(
		json_child_object(volume, "spec"), "claimRef");

	json_set_str(taken, "kind", "PersistentVolumeClaim");
	json_set_str(taken, "namespace", ref_ns(claim));
	json_set_str(taken, "name", ref_name(claim));
	json_set_str(taken, "uid", ref_uid(claim));
	json_set_str(taken, "apiVersion", "v1");
	json_set_str(taken, "resourceVersion",
		     or_empty(json_str(claim, "metadata.resourceVersion")));
}

void volume_match_give(struct json *claim, const struct json *volume)
{
	struct json *notes = json_child_object(
		json_child_object(claim, "metadata"), "annotations");

	if (or_empty(json_str(claim, "spec.volumeName"))[0] == '\0')
		json_set_str(notes, "pv.kubernetes.io/bound-by-controller",
			     "yes");
	json_set_str(notes, "pv.kubernetes.io/bind-completed", "yes");
	json_set_str(json_child_object(claim, "spec"), "volumeName",
		     ref_name(volume));
}

void volume_match_status(struct json *claim, const struct json *volume)
{
	struct json *status = json_child_object(claim, "status");

	json_set_str(status, "phase", "Bound");
	json_set(status, "accessModes",
		 json_dup(json_at(volume, "spec.accessModes")));
	json_set(status, "capacity",
		 json_dup(json_at(volume, "spec.capacity")));
}
