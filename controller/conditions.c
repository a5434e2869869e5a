/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/conditions.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "controller/hash.h"
#include "controller/setspec.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"

static const char *const types[] = {
	[CONDITION_AVAILABLE] = "Available",
	[CONDITION_PROGRESSING] = "Progressing",
};
static const char exceeded[] = "ProgressDeadlineExceeded";
static const char *const reasons[] = {
	"AllReplicasAvailable",
	"ReplicasUnavailable",
	"RolloutComplete",
	"RolloutProgressing",
	exceeded,
};

static bool is_complete(const struct setspec *set,
			const struct set_status *status)
{
	if (status->replicas != set->replicas ||
	    status->available < set->replicas)
		return false;
	return !set->rolling ||
	       status->updated + set->partition >= set->replicas;
}

static uint64_t key_of(const struct setspec *set,
		       const struct set_status *status)
{
	const char *revision =
		status->update_revision ? status->update_revision : "";
	const int64_t counts[] = {
		set->generation,   status->replicas, status->ready,
		status->available, status->updated,
	};
	uint64_t hash = hash_bytes(hash_seed(), counts, sizeof(counts));

	return hash_bytes(hash, revision, strlen(revision));
}

static const struct json *find(const struct json *list, const char *type)
{
	json_each (item, list) {
		const char *is = json_str(item, "type");

		if (is != NULL && strcmp(is, type) == 0)
			return item;
	}
	return NULL;
}

static bool says(const struct json *condition, const char *reason)
{
	const char *is = json_str(condition, "reason");

	return is != NULL && strcmp(is, reason) == 0;
}

/* A deadline that was over before we began stays over until something moves. */
static void track(struct progress *progress, const struct setspec *set,
		  const struct set_status *status, int64_t now_s)
{
	const struct json *old = find(json_at(set->json, "status.conditions"),
				      types[CONDITION_PROGRESSING]);
	uint64_t key = key_of(set, status);

	if (progress->key == key && progress->since_s != 0)
		return;
	progress->since_s =
		progress->since_s == 0 && says(old, exceeded) &&
				set->generation ==
					set->status.observed_generation
			? now_s - set->optin.deadline_s
			: now_s;
	progress->key = key;
}

static void set_condition(struct condition *c, bool is, const char *reason,
			  const struct setspec *set,
			  const struct set_status *status)
{
	c->is = is;
	c->reason = reason;
	snprintf(c->message, sizeof(c->message),
		 "%" PRId64 " of %" PRId32 " pods updated, %" PRId64
		 " available",
		 status->updated, set->replicas, status->available);
}

int64_t conditions_judge(struct conditions *ret, const struct setspec *set,
			 const struct set_status *status,
			 struct progress *progress, int64_t now_s)
{
	bool available = status->available >= set->replicas;
	bool complete = is_complete(set, status);
	int64_t left_s;

	*ret = (struct conditions){.wanted = set->optin.conditions,
				   .now_s = now_s};
	if (!ret->wanted)
		return -1;
	track(progress, set, status, now_s);
	left_s = progress->since_s + set->optin.deadline_s - now_s;
	set_condition(&ret->list[CONDITION_AVAILABLE], available,
		      available ? "AllReplicasAvailable"
				: "ReplicasUnavailable",
		      set, status);
	set_condition(&ret->list[CONDITION_PROGRESSING], complete || left_s > 0,
		      complete	   ? "RolloutComplete"
		      : left_s > 0 ? "RolloutProgressing"
				   : exceeded,
		      set, status);
	return complete || left_s <= 0 ? -1 : left_s;
}

static bool is_ours(const struct json *condition)
{
	for (size_t i = 0; i < st_array_len(reasons); i++)
		if (says(condition, reasons[i]))
			return true;
	return false;
}

static bool is_managed(const struct conditions *conditions,
		       const struct json *condition)
{
	const char *type = json_str(condition, "type");

	for (size_t i = 0; type != NULL && i < st_array_len(types); i++)
		if (strcmp(type, types[i]) == 0)
			return conditions->wanted || is_ours(condition);
	return false;
}

static struct json *build(const struct condition *c, const char *type,
			  const struct json *old, int64_t now_s)
{
	struct json *json = json_new_object();
	const char *was = json_str(old, "status");
	const char *since = json_str(old, "lastTransitionTime");
	const char *is = c->is ? "True" : "False";
	char now[32];

	clk_format(now, now_s * 1000000, 0);
	json_set_str(json, "type", type);
	json_set_str(json, "status", is);
	json_set_str(json, "lastTransitionTime",
		     was != NULL && since != NULL && strcmp(was, is) == 0
			     ? since
			     : now);
	json_set_str(json, "reason", c->reason);
	json_set_str(json, "message", c->message);
	return json;
}

struct json *conditions_merge(const struct conditions *conditions,
			      const struct json *old)
{
	struct json *list = json_new_array();

	json_each (item, old)
		if (!is_managed(conditions, item))
			json_push(list, json_dup(item));
	for (int i = 0; conditions->wanted && i < CONDITIONS; i++)
		json_push(list, build(&conditions->list[i], types[i],
				      find(old, types[i]), conditions->now_s));
	return list;
}
