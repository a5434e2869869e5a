/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/rules.h"
#include "statefuld/json.h"

struct selectable {
	enum kind_id kind;
	const char *group; /* NULL: any */
	const char *field; /* as clients write it, and its path */
};

static const struct selectable selectables[] = {
	{KIND_POD, NULL, "spec.nodeName"},
	{KIND_POD, NULL, "spec.restartPolicy"},
	{KIND_POD, NULL, "spec.schedulerName"},
	{KIND_POD, NULL, "spec.serviceAccountName"},
	{KIND_POD, NULL, "spec.hostNetwork"},
	{KIND_POD, NULL, "status.phase"},
	{KIND_POD, NULL, "status.podIP"},
	{KIND_POD, NULL, "status.nominatedNodeName"},
	{KIND_SERVICE, NULL, "spec.clusterIP"},
	{KIND_SERVICE, NULL, "spec.type"},
	{KIND_NAMESPACE, NULL, "status.phase"},
	{KIND_NODE, NULL, "spec.unschedulable"},
	{KIND_SECRET, NULL, "type"},
	{KIND_EVENT, "", "involvedObject.kind"},
	{KIND_EVENT, "", "involvedObject.namespace"},
	{KIND_EVENT, "", "involvedObject.name"},
	{KIND_EVENT, "", "involvedObject.uid"},
	{KIND_EVENT, "", "involvedObject.apiVersion"},
	{KIND_EVENT, "", "involvedObject.resourceVersion"},
	{KIND_EVENT, "", "involvedObject.fieldPath"},
	{KIND_EVENT, "", "source"},
	{KIND_EVENT, "events.k8s.io", "regarding.kind"},
	{KIND_EVENT, "events.k8s.io", "regarding.namespace"},
	{KIND_EVENT, "events.k8s.io", "regarding.name"},
	{KIND_EVENT, "events.k8s.io", "regarding.uid"},
	{KIND_EVENT, "events.k8s.io", "regarding.apiVersion"},
	{KIND_EVENT, "events.k8s.io", "regarding.resourceVersion"},
	{KIND_EVENT, "events.k8s.io", "regarding.fieldPath"},
	{KIND_EVENT, "events.k8s.io", "reportingController"},
	{KIND_EVENT, NULL, "reportingComponent"},
	{KIND_EVENT, NULL, "reason"},
	{KIND_EVENT, NULL, "type"},
};

static bool is_meta(const char *field)
{
	return strcmp(field, "metadata.name") == 0 ||
	       strcmp(field, "metadata.namespace") == 0;
}

bool rules_has_field(const struct kind *kind, const char *field)
{
	if (is_meta(field))
		return kind->namespaced || strcmp(field, "metadata.name") == 0;
	for (size_t i = 0; i < st_array_len(selectables); i++) {
		const struct selectable *s = &selectables[i];

		if (s->kind == kind->id && strcmp(s->field, field) == 0 &&
		    (s->group == NULL || strcmp(s->group, kind->group) == 0))
			return true;
	}
	return false;
}

static const char *event_field(const struct json *event, const char *field)
{
	static const char regarding[] = "regarding.";
	const struct json *about = json_get(event, "involvedObject");
	const char *text;

	if (strncmp(field, regarding, sizeof(regarding) - 1) == 0) {
		text = json_str(event, field);
		if (text == NULL)
			text = json_str(about, field + sizeof(regarding) - 1);
		return text;
	}
	if (strcmp(field, "source") == 0) {
		text = json_str(event, "source.component");
		if (text == NULL || *text == '\0')
			text = json_str(event, "reportingComponent");
		return text;
	}
	if (strcmp(field, "reportingController") == 0) {
		text = json_str(event, field);
		return text != NULL ? text
				    : json_str(event, "reportingComponent");
	}
	return json_str(event, field);
}

const char *rules_field(const struct kind *kind, const struct json *object,
			const char *field)
{
	const char *text;

	if (kind->id == KIND_EVENT)
		text = event_field(object, field);
	else if (strcmp(field, "spec.hostNetwork") == 0 ||
		 strcmp(field, "spec.unschedulable") == 0)
		text = json_bool(object, field, false) ? "true" : "false";
	else
		text = json_str(object, field);
	return text != NULL ? text : "";
}
