/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/pdb.h"

#include <stdlib.h>
#include <string.h>

#include "lab/sieve.h"
#include "lab/status.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define CONDITION   "DisruptionAllowed"
#define SYNC_FAILED "SyncFailed"

/* An evicted pod that is not seen to go in that time counts again. */
#define PATIENCE_US (INT64_C(120) * 1000000)

/* More evictions than that, unseen, mean that nobody keeps the budget. */
#define MAX_DISRUPTED 2000

static bool is(const struct json *object, const char *path, const char *text)
{
	const char *have = json_str(object, path);

	return have != NULL && strcmp(have, text) == 0;
}

bool pdb_covers(const struct json *budget, const char *labels)
{
	const struct json *wanted = json_at(budget, "spec.selector");
	scope_sieve struct sieve *selector = NULL;

	if (json_type(wanted) != JSON_OBJECT)
		return false;
	selector = sieve_from_json(wanted);
	return sieve_match_labels(selector, labels);
}

static const struct json *find_condition(const struct json *status,
					 const char *type)
{
	json_each (condition, json_get(status, "conditions")) {
		if (is(condition, "type", type))
			return condition;
	}
	return NULL;
}

bool pdb_is_ready(const struct json *pod)
{
	return is(find_condition(json_get(pod, "status"), "Ready"), "status",
		  "True");
}

const struct json *pdb_controller(const struct json *pod)
{
	json_each (reference, json_at(pod, "metadata.ownerReferences")) {
		if (json_bool(reference, "controller", false))
			return reference;
	}
	return NULL;
}

static bool is_going(const struct json *pod)
{
	return json_at(pod, "metadata.deletionTimestamp") != NULL;
}

/* The sum of what the pods' controllers want. */
static int expected_scale(const struct pdb_view *view, struct json *unmanaged,
			  int64_t *ret_n, struct err *err)
{
	scope_json struct json *seen = json_new_object();
	int64_t n = 0;

	json_each (pod, view->pods) {
		const struct json *controller = pdb_controller(pod);
		const char *uid = json_str(controller, "uid");
		const char *name = json_str(pod, "metadata.name");
		const struct json *scale;

		if (controller == NULL) {
			json_push(unmanaged, json_new_str(name));
			continue;
		}
		scale = uid != NULL ? json_get(view->scales, uid) : NULL;
		if (scale == NULL)
			return err_set(err, ST_EINVAL,
				       "found no controllers for pod \"%s\"",
				       name);
		if (json_get(seen, uid) != NULL)
			continue;
		json_set_bool(seen, uid, true);
		n += json_value_int(scale, 0);
	}
	*ret_n = n;
	return 0;
}

/* A number, or a percentage of `whole`, rounded up. */
static int64_t amount_of(const struct json *amount, int64_t whole)
{
	const char *text = json_value_str(amount);

	if (text == NULL)
		return json_value_int(amount, 0);
	return (strtoll(text, NULL, 10) * whole + 99) / 100;
}

struct counts {
	int64_t expected, desired, healthy, allowed;
};

static int count_wanted(const struct pdb_view *view, struct json *unmanaged,
			struct counts *counts, struct err *err)
{
	const struct json *most = json_at(view->budget, "spec.maxUnavailable");
	const struct json *least = json_at(view->budget, "spec.minAvailable");
	int rc;

	if (most == NULL && least == NULL)
		return 0;
	if (most == NULL && json_type(least) == JSON_NUMBER) {
		counts->expected = (int64_t)json_len(view->pods);
		counts->desired = json_value_int(least, 0);
		return 0;
	}
	rc = expected_scale(view, unmanaged, &counts->expected, err);
	if (rc < 0)
		return rc;
	counts->desired =
		most == NULL
			? amount_of(least, counts->expected)
			: counts->expected - amount_of(most, counts->expected);
	if (counts->desired < 0)
		counts->desired = 0;
	return 0;
}

/* When the pod was evicted, if it is to go yet and is still waited for; 0. */
static int64_t evicted_us(const struct pdb_view *view, const struct json *pod)
{
	const char *name = json_str(pod, "metadata.name");
	const struct json *all = json_at(view->budget, "status.disruptedPods");
	const char *text =
		name != NULL ? json_value_str(json_get(all, name)) : NULL;
	int64_t at_us;

	if (text == NULL || is_going(pod) || clk_parse(text, &at_us) != 0 ||
	    at_us + PATIENCE_US <= view->now_us)
		return 0;
	return at_us;
}

/* Which evictions are still on their way, and how many pods stay ready. */
static struct json *count_healthy(const struct pdb_view *view,
				  struct counts *counts, int64_t *again_us)
{
	struct json *disrupted = json_new_object();

	json_each (pod, view->pods) {
		int64_t at_us = evicted_us(view, pod);
		char text[32];

		if (at_us == 0) {
			counts->healthy += !is_going(pod) && pdb_is_ready(pod);
			continue;
		}
		clk_format(text, at_us, 0);
		json_set_str(disrupted, json_str(pod, "metadata.name"), text);
		if (*again_us == 0 || at_us + PATIENCE_US < *again_us)
			*again_us = at_us + PATIENCE_US;
	}
	return disrupted;
}

struct says {
	bool value;
	const char *reason, *message;
};

static struct json *new_condition(const struct json *old,
				  const struct says *says, int64_t generation,
				  int64_t now_us)
{
	struct json *condition = json_new_object();
	const char *value = says->value ? "True" : "False";
	const char *since = json_str(old, "lastTransitionTime");
	char now[32];

	clk_format(now, now_us, 0);
	if (since == NULL || !is(old, "status", value))
		since = now;
	json_set_str(condition, "type", CONDITION);
	json_set_str(condition, "status", value);
	if (generation > 0)
		json_set_int(condition, "observedGeneration", generation);
	json_set_str(condition, "lastTransitionTime", since);
	json_set_str(condition, "reason", says->reason);
	json_set_str(condition, "message", says->message);
	return condition;
}

/* The conditions of `was` with ours set to what is said. */
static struct json *new_conditions(const struct json *was,
				   const struct says *says, int64_t generation,
				   int64_t now_us)
{
	const struct json *old = find_condition(was, CONDITION);
	struct json *all = json_new_array();

	json_each (condition, json_get(was, "conditions")) {
		if (condition != old)
			json_push(all, json_dup(condition));
	}
	json_push(all, new_condition(old, says, generation, now_us));
	return all;
}

static struct says says_of(int64_t allowed)
{
	return (struct says){
		.value = allowed > 0,
		.reason = allowed > 0 ? "SufficientPods" : "InsufficientPods",
		.message = "",
	};
}

static struct json *new_status(const struct pdb_view *view,
			       const struct counts *counts,
			       struct json *take_disrupted)
{
	struct json *status = json_new_object();
	int64_t generation = json_int(view->budget, "metadata.generation", 0);
	struct says says = says_of(counts->allowed);

	if (generation > 0)
		json_set_int(status, "observedGeneration", generation);
	if (json_len(take_disrupted) > 0)
		json_set(status, "disruptedPods", take_disrupted);
	else
		json_free(take_disrupted);
	json_set_int(status, "disruptionsAllowed", counts->allowed);
	json_set_int(status, "currentHealthy", counts->healthy);
	json_set_int(status, "desiredHealthy", counts->desired);
	json_set_int(status, "expectedPods", counts->expected);
	json_set(status, "conditions",
		 new_conditions(json_get(view->budget, "status"), &says,
				generation, view->now_us));
	return status;
}

/* Nothing may go while nobody can tell how many there should be. */
static struct json *failed_status(const struct pdb_view *view, const char *why)
{
	const struct json *was = json_get(view->budget, "status");
	struct json *status = json_type(was) == JSON_OBJECT ? json_dup(was)
							    : json_new_object();
	struct says says = {false, SYNC_FAILED, why};

	json_set_int(status, "disruptionsAllowed", 0);
	json_set(status, "conditions",
		 new_conditions(was, &says,
				json_int(was, "observedGeneration", 0),
				view->now_us));
	return status;
}

int pdb_status(const struct pdb_view *view, struct pdb_status *ret_status,
	       struct err *err)
{
	struct json *unmanaged = json_new_array();
	struct counts counts = {0};
	struct err why = {0};
	int rc = count_wanted(view, unmanaged, &counts, &why);

	*ret_status = (struct pdb_status){.unmanaged = unmanaged};
	if (rc < 0) {
		ret_status->json = failed_status(view, err_msg(&why));
	} else {
		struct json *disrupted =
			count_healthy(view, &counts, &ret_status->again_us);

		/* A budget without pods is safe when the first come. */
		if (counts.expected > 0 && counts.healthy > counts.desired)
			counts.allowed = counts.healthy - counts.desired;
		ret_status->json = new_status(view, &counts, disrupted);
	}
	ret_status->is_changed =
		!json_equal(ret_status->json, json_get(view->budget, "status"));
	return rc < 0 ? err_set(err, rc, "%s", err_msg(&why)) : 0;
}

void pdb_status_fini(struct pdb_status *status)
{
	json_free(status->json);
	json_free(status->unmanaged);
}

bool pdb_is_free(const struct json *pod)
{
	return is(pod, "status.phase", "Succeeded") ||
	       is(pod, "status.phase", "Failed") ||
	       is(pod, "status.phase", "Pending") || is_going(pod);
}

bool pdb_spares(const struct json *budget, const struct json *pod)
{
	int64_t desired = json_int(budget, "status.desiredHealthy", 0);

	if (pdb_is_ready(pod))
		return false;
	return is(budget, "spec.unhealthyPodEvictionPolicy", "AlwaysAllow") ||
	       (desired > 0 &&
		json_int(budget, "status.currentHealthy", 0) >= desired);
}

static void refuse(struct status *status, const char *message,
		   uint32_t retry_after_s)
{
	status_set(status, 429, "TooManyRequests",
		   "Cannot evict pod as it would violate the pod's disruption "
		   "budget.");
	status->retry_after_s = retry_after_s;
	status_cause(status, "DisruptionBudget", message, NULL);
}

/* Counts of a sync that has failed are not to be trusted. */
static char *why_none(const struct json *budget, const char *name)
{
	const struct json *status = json_get(budget, "status");
	const struct json *condition = find_condition(status, CONDITION);
	const char *message = json_str(condition, "message");
	const char *reason = json_str(condition, "reason");
	bool has_message = is(condition, "status", "False") &&
			   message != NULL && *message != '\0';
	int64_t desired = json_int(status, "desiredHealthy", 0);
	int64_t healthy = json_int(status, "currentHealthy", 0);

	if (has_message && is(condition, "reason", SYNC_FAILED))
		return mem_printf("The disruption budget %s does not allow "
				  "evicting pods currently because it failed "
				  "sync: %s",
				  name, message);
	if (healthy <= desired)
		return mem_printf("The disruption budget %s needs %lld "
				  "healthy pods and has %lld currently",
				  name, (long long)desired, (long long)healthy);
	if (has_message)
		return mem_printf("The disruption budget %s does not allow "
				  "evicting pods currently (%s): %s",
				  name, reason != NULL ? reason : "", message);
	return mem_printf("The disruption budget %s does not allow evicting "
			  "pods currently",
			  name);
}

static void refuse_unseen(struct status *status, const char *name)
{
	status_set(status, 403, "Forbidden",
		   "poddisruptionbudget.policy \"%s\" is forbidden: "
		   "DisruptedPods map too big - too many evictions not "
		   "confirmed by PDB controller",
		   name);
}

static bool may_take(const struct json *budget, struct status *status)
{
	const char *given = json_str(budget, "metadata.name");
	const char *name = given != NULL ? given : "";
	scope_free char *why = NULL;

	if (json_int(budget, "status.observedGeneration", 0) <
	    json_int(budget, "metadata.generation", 0)) {
		why = mem_printf("The disruption budget %s is still being "
				 "processed by the server.",
				 name);
		refuse(status, why, 10);
		return false;
	}
	if (json_len(json_at(budget, "status.disruptedPods")) > MAX_DISRUPTED) {
		refuse_unseen(status, name);
		return false;
	}
	if (json_int(budget, "status.disruptionsAllowed", 0) > 0)
		return true;
	why = why_none(budget, name);
	refuse(status, why, 0);
	return false;
}

bool pdb_take(struct json *budget, const char *pod, int64_t now_us,
	      struct status *status)
{
	struct json *counted;
	struct says says;
	int64_t left;
	char now[32];

	if (!may_take(budget, status))
		return false;
	counted = json_child_object(budget, "status");
	left = json_int(counted, "disruptionsAllowed", 0) - 1;
	json_set_int(counted, "disruptionsAllowed", left);
	says = says_of(left);
	if (left == 0)
		json_set(counted, "conditions",
			 new_conditions(
				 counted, &says,
				 json_int(counted, "observedGeneration", 0),
				 now_us));
	clk_format(now, now_us, 0);
	json_set_str(json_child_object(counted, "disruptedPods"), pod, now);
	return true;
}
