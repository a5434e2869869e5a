/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rules_pod.h"

#include <string.h>

#include "lab/fill.h"
#include "lab/quantity.h"

/* Service classes count these two, and only amounts above zero. */
static const char *const counted[] = {"cpu", "memory"};

struct qos {
	bool any;	 /* something is asked for */
	bool guaranteed; /* all containers limit both to what they ask for */
};

static bool read_amount(const struct json *list, const char *name,
			struct quantity *ret_amount)
{
	return quantity_read(json_get(list, name), ret_amount) &&
	       ret_amount->nano > 0;
}

static void count_resources(const struct json *resources, struct qos *qos)
{
	const struct json *requests = json_get(resources, "requests");
	const struct json *limits = json_get(resources, "limits");

	for (size_t i = 0; i < st_array_len(counted); i++) {
		struct quantity ask, limit;
		bool asks = read_amount(requests, counted[i], &ask);
		bool limits_it = read_amount(limits, counted[i], &limit);

		qos->any = qos->any || asks || limits_it;
		if (!limits_it || (asks && quantity_cmp(&ask, &limit) != 0))
			qos->guaranteed = false;
	}
}

const char *rules_pod_qos(const struct json *spec)
{
	const struct json *whole = json_get(spec, "resources");
	struct qos qos = {.any = false, .guaranteed = true};

	if (json_type(whole) == JSON_OBJECT && json_first(whole) != NULL) {
		count_resources(whole, &qos);
	} else {
		json_each (container, json_get(spec, "initContainers"))
			count_resources(json_get(container, "resources"), &qos);
		json_each (container, json_get(spec, "containers"))
			count_resources(json_get(container, "resources"), &qos);
	}
	if (!qos.any)
		return "BestEffort";
	return qos.guaranteed ? "Guaranteed" : "Burstable";
}

static bool tolerates(const struct json *list, const char *key)
{
	json_each (toleration, list) {
		const char *its = json_str(toleration, "key");
		const char *effect = json_str(toleration, "effect");
		bool any_key = its == NULL || *its == '\0';
		bool any_effect = effect == NULL || *effect == '\0';

		if ((any_key || strcmp(its, key) == 0) &&
		    (any_effect || strcmp(effect, "NoExecute") == 0))
			return true;
	}
	return false;
}

static void add_toleration(struct json *spec, const char *key)
{
	struct json *toleration;

	if (tolerates(json_get(spec, "tolerations"), key))
		return;
	toleration = json_new_object();
	json_set_str(toleration, "key", key);
	json_set_str(toleration, "operator", "Exists");
	json_set_str(toleration, "effect", "NoExecute");
	json_set_int(toleration, "tolerationSeconds", 300);
	json_push(json_child_array(spec, "tolerations"), toleration);
}

static void add_tolerations(struct json *spec)
{
	if (spec == NULL)
		return;
	add_toleration(spec, "node.kubernetes.io/not-ready");
	add_toleration(spec, "node.kubernetes.io/unreachable");
}

/* The two classes that every cluster has. */
static int64_t priority_of(const char *class)
{
	if (class != NULL && strcmp(class, "system-cluster-critical") == 0)
		return 2000000000;
	if (class != NULL && strcmp(class, "system-node-critical") == 0)
		return 2000001000;
	return 0;
}

/* What built-in admission of a real server adds to each new pod. */
static void admit(struct json *spec)
{
	add_tolerations(spec);
	fill_int(spec, "priority",
		 priority_of(json_str(spec, "priorityClassName")));
	fill_str(spec, "preemptionPolicy", "PreemptLowerPriority");
}

static void tell_gated(struct json *status)
{
	struct json *condition = json_new_object();

	json_set_str(condition, "type", "PodScheduled");
	json_set_str(condition, "status", "False");
	json_set_str(condition, "reason", "SchedulingGated");
	json_set_str(condition, "message",
		     "Scheduling is blocked due to non-empty scheduling gates");
	json_set(condition, "lastProbeTime", json_new_null());
	json_set(condition, "lastTransitionTime", json_new_null());
	json_push(json_child_array(status, "conditions"), condition);
}

void rules_pod_prepare_create(struct json *pod)
{
	struct json *spec = fill_make(pod, "spec");
	struct json *status = json_new_object();

	json_set_str(status, "phase", "Pending");
	if (json_first(json_get(spec, "schedulingGates")) != NULL)
		tell_gated(status);
	json_set_str(status, "qosClass", rules_pod_qos(spec));
	json_set(pod, "status", status);
	if (spec == NULL)
		return;
	json_remove(spec, "ephemeralContainers");
	admit(spec);
}

void rules_pod_prepare_update(const struct json *was, struct json *is)
{
	fill_take(is, "status", was);
	/* Set by admission and immutable: who leaves them out means no
	 * change. */
	fill_copy(fill_object(is, "spec"), "priority",
		  json_at(was, "spec.priority"));
	fill_copy(fill_object(is, "spec"), "preemptionPolicy",
		  json_at(was, "spec.preemptionPolicy"));
	add_tolerations(fill_object(is, "spec"));
}
