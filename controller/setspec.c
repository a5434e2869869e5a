/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/setspec.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/json.h"

static int32_t get_i32(const struct json *set, const char *path, int32_t absent)
{
	int64_t v = json_int(set, path, absent);

	if (v < 0)
		return 0;
	return v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

static const char *text_of(const struct json *set, const char *path)
{
	const char *text = json_str(set, path);

	return text ? text : "";
}

static bool says(const struct json *set, const char *path, const char *what)
{
	return strcmp(text_of(set, path), what) == 0;
}

static const char *name_of(const struct json *status, const char *member)
{
	const char *name = json_str(status, member);

	return name && *name ? name : NULL;
}

static void read_status(struct set_status *ret, const struct json *status)
{
	*ret = (struct set_status){
		.observed_generation =
			json_int(status, "observedGeneration", 0),
		.replicas = json_int(status, "replicas", 0),
		.ready = json_int(status, "readyReplicas", 0),
		.current = json_int(status, "currentReplicas", 0),
		.updated = json_int(status, "updatedReplicas", 0),
		.available = json_int(status, "availableReplicas", 0),
		.collisions = json_int(status, "collisionCount", 0),
		.current_revision = name_of(status, "currentRevision"),
		.update_revision = name_of(status, "updateRevision"),
	};
}

/* SS-120: a number, or a percentage rounded down. */
static int32_t read_max_unavailable(const struct json *value, int32_t replicas)
{
	const char *text = json_value_str(value);
	int64_t most;

	if (value == NULL || json_type(value) == JSON_NULL)
		return 0;
	most = text ? strtol(text, NULL, 10) * (int64_t)replicas / 100
		    : json_value_int(value, 1);
	if (most < 1)
		return 1;
	return most > INT32_MAX ? INT32_MAX : (int32_t)most;
}

static void read_strategy(struct setspec *ret, const struct json *set)
{
	const struct json *strategy = json_at(set, "spec.updateStrategy");

	ret->rolling = says(strategy, "type", "RollingUpdate") ||
		       says(strategy, "type", "");
	ret->has_rolling =
		json_type(json_get(strategy, "rollingUpdate")) == JSON_OBJECT;
	ret->partition = get_i32(strategy, "rollingUpdate.partition", 0);
	ret->max_unavailable = read_max_unavailable(
		json_at(strategy, "rollingUpdate.maxUnavailable"),
		ret->replicas);
}

static bool deletes(const struct json *policy, const char *when, bool *ret_odd)
{
	bool is_delete = says(policy, when, "Delete");

	if (!is_delete && !says(policy, when, "Retain") &&
	    !says(policy, when, ""))
		*ret_odd = true;
	return is_delete;
}

static void read_retention(struct setspec *ret, const struct json *set)
{
	const struct json *policy =
		json_at(set, "spec.persistentVolumeClaimRetentionPolicy");

	ret->has_retention = json_type(policy) == JSON_OBJECT;
	ret->scaled_deletes =
		deletes(policy, "whenScaled", &ret->odd_retention);
	ret->deleted_deletes =
		deletes(policy, "whenDeleted", &ret->odd_retention);
}

void setspec_read(struct setspec *ret_spec, const struct json *set)
{
	*ret_spec = (struct setspec){
		.json = set,
		.ns = text_of(set, "metadata.namespace"),
		.name = text_of(set, "metadata.name"),
		.uid = text_of(set, "metadata.uid"),
		.generation = json_int(set, "metadata.generation", 0),
		.deleting = json_str(set, "metadata.deletionTimestamp"),
		.monotonic = !says(set, "spec.podManagementPolicy", "Parallel"),
		.replicas = get_i32(set, "spec.replicas", 1),
		.start = get_i32(set, "spec.ordinals.start", 0),
		.min_ready_s = get_i32(set, "spec.minReadySeconds", 0),
		.history_limit = json_int(set, "spec.revisionHistoryLimit", 10),
		.template = json_at(set, "spec.template"),
		.vcts = json_at(set, "spec.volumeClaimTemplates"),
		.has_available =
			json_type(json_at(set, "status.availableReplicas")) ==
			JSON_NUMBER,
	};
	optin_read(&ret_spec->optin, json_at(set, "metadata.annotations"));
	read_strategy(ret_spec, set);
	read_retention(ret_spec, set);
	read_status(&ret_spec->status, json_get(set, "status"));
}

bool setspec_has(const struct setspec *spec, int32_t ordinal)
{
	return ordinal >= spec->start &&
	       ordinal < (int64_t)spec->start + spec->replicas;
}
