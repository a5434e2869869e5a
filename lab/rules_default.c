/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/fill.h"
#include "lab/limits.h"
#include "lab/rules.h"
#include "lab/rules_amounts.h"
#include "lab/rules_service.h"
#include "lab/rules_template.h"
#include "lab/secret_data.h"

static void default_pod(struct json *pod)
{
	struct json *spec = fill_make(pod, "spec");

	rules_template_default(spec);
	rules_template_default_pod(spec);
}

static void default_claim(struct json *claim)
{
	rules_template_default_claim(fill_make(claim, "spec"));
	fill_str(fill_make(claim, "status"), "phase", "Pending");
}

static void default_claim_templates(struct json *templates)
{
	fill_each (claim, templates) {
		fill_str(claim, "kind", "PersistentVolumeClaim");
		fill_str(claim, "apiVersion", "v1");
		fill_make(claim, "metadata");
		default_claim(claim);
	}
}

/* An omitted strategy becomes a whole one; a chosen type does not get a
 * rollingUpdate that was not there. */
static void default_strategy(struct json *strategy)
{
	const char *type = json_str(strategy, "type");

	if (type == NULL || *type == '\0') {
		fill_str(strategy, "type", "RollingUpdate");
		fill_make(strategy, "rollingUpdate");
	}
	if (fill_is(strategy, "type", "RollingUpdate"))
		fill_int(fill_object(strategy, "rollingUpdate"), "partition",
			 0);
}

static void default_set(struct json *set)
{
	struct json *spec = fill_make(set, "spec");
	struct json *template = fill_make(spec, "template");
	struct json *retention, *status = fill_make(set, "status");

	fill_int(spec, "replicas", 1);
	fill_make(template, "metadata");
	rules_template_default(fill_make(template, "spec"));
	default_claim_templates(fill_array(spec, "volumeClaimTemplates"));
	fill_str(spec, "podManagementPolicy", "OrderedReady");
	default_strategy(fill_make(spec, "updateStrategy"));
	fill_int(spec, "revisionHistoryLimit", 10);
	retention = fill_make(spec, "persistentVolumeClaimRetentionPolicy");
	fill_str(retention, "whenDeleted", "Retain");
	fill_str(retention, "whenScaled", "Retain");
	fill_int(status, "replicas", 0);
	fill_int(status, "availableReplicas", 0);
}

/* A namespace without a name yet (generateName) gets its label later. */
static void default_namespace(struct json *namespace)
{
	const char *name = json_str(namespace, "metadata.name");

	if (name != NULL && *name != '\0')
		json_set_str(
			fill_make(fill_make(namespace, "metadata"), "labels"),
			"kubernetes.io/metadata.name", name);
	fill_make(namespace, "spec");
	fill_str(fill_make(namespace, "status"), "phase", "Active");
}

static void default_node_info(struct json *info)
{
	static const char *const names[] = {
		"machineID",	  "systemUUID",	      "bootID",
		"kernelVersion",  "osImage",	      "containerRuntimeVersion",
		"kubeletVersion", "kubeProxyVersion", "operatingSystem",
		"architecture",
	};

	for (size_t i = 0; i < st_array_len(names); i++)
		fill_str(info, names[i], "");
}

static void default_node(struct json *node)
{
	struct json *status = fill_make(node, "status");
	struct json *endpoints;

	fill_make(node, "spec");
	fill_copy(status, "allocatable", json_get(status, "capacity"));
	endpoints = fill_make(status, "daemonEndpoints");
	fill_int(fill_make(endpoints, "kubeletEndpoint"), "Port", 0);
	default_node_info(fill_make(status, "nodeInfo"));
}

static void default_pv(struct json *pv)
{
	struct json *spec = fill_make(pv, "spec");
	struct json *path = fill_object(spec, "hostPath");

	if (path != NULL && json_str(path, "type") == NULL)
		json_set_str(path, "type", "");
	fill_str(spec, "persistentVolumeReclaimPolicy", "Retain");
	fill_str(spec, "volumeMode", "Filesystem");
	fill_str(fill_make(pv, "status"), "phase", "Pending");
}

static void default_class(struct json *class)
{
	fill_str(class, "reclaimPolicy", "Delete");
	fill_str(class, "volumeBindingMode", "Immediate");
}

static void default_slice(struct json *slice)
{
	fill_each (endpoint, fill_array(slice, "endpoints"))
		fill_make(endpoint, "conditions");
	fill_each (port, fill_array(slice, "ports")) {
		fill_str(port, "name", "");
		fill_str(port, "protocol", "TCP");
	}
}

static void fill_null(struct json *object, const char *name)
{
	if (json_get(object, name) == NULL)
		json_set(object, name, json_new_null());
}

/* An event shows these even when nobody has set them. */
static void default_event(struct json *event)
{
	fill_make(event, "involvedObject");
	fill_make(event, "source");
	fill_null(event, "firstTimestamp");
	fill_null(event, "lastTimestamp");
	fill_null(event, "eventTime");
	fill_str(event, "reportingComponent", "");
	fill_str(event, "reportingInstance", "");
}

static void default_event_new(struct json *event)
{
	fill_null(event, "eventTime");
	fill_make(event, "regarding");
	fill_make(event, "deprecatedSource");
	fill_null(event, "deprecatedFirstTimestamp");
	fill_null(event, "deprecatedLastTimestamp");
}

static void default_secret(struct json *secret)
{
	secret_data_merge(secret);
	fill_str(secret, "type", "Opaque");
}

static void default_budget(struct json *budget)
{
	static const char *const counts[] = {
		"disruptionsAllowed",
		"currentHealthy",
		"desiredHealthy",
		"expectedPods",
	};
	struct json *status = fill_make(budget, "status");

	fill_make(budget, "spec");
	for (size_t i = 0; i < st_array_len(counts); i++)
		fill_int(status, counts[i], 0);
}

/* Only named members: amounts that are not there yet. */
static void fill_amounts(struct json *list, const struct json *from)
{
	if (list == NULL || json_type(from) != JSON_OBJECT ||
	    json_len(from) > LIMITS_MAX_RESOURCES)
		return;
	json_each (amount, from)
		fill_copy(list, json_name(amount), amount);
}

/* What is not said of a container follows from what is. */
static void default_limit_range(struct json *range)
{
	fill_each (item, fill_array(fill_make(range, "spec"), "limits")) {
		struct json *limit, *request;

		if (!fill_is(item, "type", "Container"))
			continue;
		limit = fill_make(item, "default");
		request = fill_make(item, "defaultRequest");
		fill_amounts(limit, json_get(item, "max"));
		fill_amounts(request, limit);
		fill_amounts(request, json_get(item, "min"));
		if (json_first(limit) == NULL)
			json_remove(item, "default");
		if (json_first(request) == NULL)
			json_remove(item, "defaultRequest");
	}
}

static void default_kind(const struct kind *kind, struct json *object)
{
	switch (kind->id) {
	case KIND_NAMESPACE:
		return default_namespace(object);
	case KIND_NODE:
		return default_node(object);
	case KIND_POD:
		return default_pod(object);
	case KIND_SERVICE:
		return rules_service_default(object);
	case KIND_ENDPOINTSLICE:
		return default_slice(object);
	case KIND_SECRET:
		return default_secret(object);
	case KIND_PV:
		return default_pv(object);
	case KIND_PVC:
		return default_claim(object);
	case KIND_EVENT:
		if (*kind->group == '\0')
			return default_event(object);
		return default_event_new(object);
	case KIND_SET:
		return default_set(object);
	case KIND_STORAGECLASS:
		return default_class(object);
	case KIND_LEASE:
		fill_make(object, "spec");
		return;
	case KIND_PDB:
		return default_budget(object);
	case KIND_LIMITRANGE:
		return default_limit_range(object);
	case KIND_CONFIGMAP:
	case KIND_SERVICEACCOUNT:
	case KIND_REVISION:
	case KINDS:
		return;
	}
}

void rules_default(const struct kind *kind, struct json *object)
{
	if (json_type(object) != JSON_OBJECT)
		return;
	fill_make(object, "metadata");
	rules_amounts_unify(kind, object);
	default_kind(kind, object);
}
