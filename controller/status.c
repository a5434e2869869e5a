/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/status.h"

#include <string.h>

#include "controller/canon.h"
#include "controller/conditions.h"
#include "controller/identity.h"
#include "controller/obj.h"
#include "statefuld/json.h"

bool pod_is_created(const struct obj_pod *pod)
{
	return pod->phase != PHASE_NONE;
}

bool pod_has_ended(const struct obj_pod *pod)
{
	return pod->phase == PHASE_FAILED || pod->phase == PHASE_SUCCEEDED;
}

bool pod_is_running_ready(const struct obj_pod *pod)
{
	return pod->phase == PHASE_RUNNING && pod->ready;
}

bool pod_is_available(const struct obj_pod *pod, int32_t min_ready_s,
		      int64_t now_s)
{
	if (!pod->ready)
		return false;
	return min_ready_s == 0 || (pod->has_ready_time &&
				    pod->ready_since_s + min_ready_s <= now_s);
}

bool pod_is_unavailable(const struct obj_pod *pod, int32_t min_ready_s,
			int64_t now_s)
{
	return pod->obj.deleting || !pod_is_available(pod, min_ready_s, now_s);
}

const char *pod_revision(const struct obj_pod *pod)
{
	const struct istr *label =
		obj_label_get(&pod->obj, identity_label_revision);

	return label != NULL ? istr_text(label) : "";
}

bool pod_is_at(const struct obj_pod *pod, const char *revision)
{
	const char *label = pod_revision(pod);

	return *label != '\0' && revision != NULL &&
	       strcmp(label, revision) == 0;
}

void status_count(struct set_status *status, const struct obj_pod *pod,
		  int32_t min_ready_s, int64_t now_s)
{
	bool created = pod_is_created(pod);

	status->replicas += created;
	if (pod_is_running_ready(pod)) {
		status->ready++;
		status->available += pod_is_available(pod, min_ready_s, now_s);
	}
	if (!created || pod->obj.deleting)
		return;
	status->current += pod_is_at(pod, status->current_revision);
	status->updated += pod_is_at(pod, status->update_revision);
}

void status_complete(struct set_status *status, const struct setspec *set)
{
	if (status->updated != status->replicas ||
	    status->ready != status->replicas ||
	    status->replicas != set->replicas)
		return;
	status->current = status->updated;
	status->current_revision = status->update_revision;
}

static bool differ(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a != b : strcmp(a, b) != 0;
}

/* SS-093: conditions of others are never wiped. */
static struct json *merge(const struct json *set,
			  const struct set_status *status)
{
	const struct json *old = json_at(set, "status.conditions");

	if (status->conditions != NULL)
		return conditions_merge(status->conditions, old);
	return json_len(old) > 0 ? json_dup(old) : json_new_array();
}

static bool has_news(const struct json *set, const struct set_status *status)
{
	const struct json *old = json_at(set, "status.conditions");
	scope_json struct json *list = merge(set, status);

	return (json_len(list) > 0 || json_len(old) > 0) &&
	       !json_equal(list, old);
}

bool status_needs_write(const struct setspec *set,
			const struct set_status *status)
{
	const struct set_status *old = &set->status;
	bool compare_available = set->has_available || set->min_ready_s > 0;

	return status->observed_generation > old->observed_generation ||
	       status->replicas != old->replicas ||
	       status->ready != old->ready || status->current != old->current ||
	       status->updated != old->updated ||
	       (compare_available && status->available != old->available) ||
	       differ(status->current_revision, old->current_revision) ||
	       differ(status->update_revision, old->update_revision) ||
	       has_news(set->json, status);
}

static void set_count(struct json *status, const char *name, int64_t count)
{
	if (count != 0)
		json_set_int(status, name, count);
}

char *status_body(const struct json *set, const struct set_status *status)
{
	scope_json struct json *copy = json_dup(set);
	struct json *conditions = merge(set, status);
	struct json *out = json_new_object();

	if (json_len(conditions) > 0)
		json_set(out, "conditions", conditions);
	else
		json_free(conditions);
	json_set(copy, "status", out);
	set_count(out, "observedGeneration", status->observed_generation);
	json_set_int(out, "replicas", status->replicas);
	set_count(out, "readyReplicas", status->ready);
	set_count(out, "currentReplicas", status->current);
	set_count(out, "updatedReplicas", status->updated);
	json_set_int(out, "availableReplicas", status->available);
	json_set_int(out, "collisionCount", status->collisions);
	if (status->current_revision)
		json_set_str(out, "currentRevision", status->current_revision);
	if (status->update_revision)
		json_set_str(out, "updateRevision", status->update_revision);
	/* Items of lists come without these. */
	json_set_str(copy, "apiVersion", "apps/v1");
	json_set_str(copy, "kind", "StatefulSet");
	return canon_print(copy);
}
