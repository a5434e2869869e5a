/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/table.h"

#include <stddef.h>
#include <string.h>

#include "lab/cells.h"
#include "lab/columns.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"

static const cells_fn fillers[KINDS] = {
	[KIND_NAMESPACE] = cells_namespace,
	[KIND_NODE] = cells_node,
	[KIND_POD] = cells_pod,
	[KIND_SERVICE] = cells_service,
	[KIND_ENDPOINTSLICE] = cells_slice,
	[KIND_CONFIGMAP] = cells_configmap,
	[KIND_SECRET] = cells_secret,
	[KIND_SERVICEACCOUNT] = cells_serviceaccount,
	[KIND_PV] = cells_pv,
	[KIND_PVC] = cells_pvc,
	[KIND_EVENT] = cells_event,
	[KIND_SET] = cells_set,
	[KIND_REVISION] = cells_revision,
	[KIND_STORAGECLASS] = cells_storageclass,
	[KIND_LEASE] = cells_lease,
	[KIND_PDB] = cells_pdb,
	[KIND_LIMITRANGE] = cells_limitrange,
};

struct json *table_columns(const struct kind *kind)
{
	struct json *list = json_new_array();

	for (const struct column *c = columns_of(kind->id); c->name; c++) {
		struct json *column = json_new_object();

		json_set_str(column, "name", c->name);
		json_set_str(column, "type", c->type);
		json_set_str(column, "format", c->format);
		json_set_str(column, "description", c->doc);
		json_set_int(column, "priority", c->priority);
		json_push(list, column);
	}
	return list;
}

static struct json *metadata_only(const struct json *object)
{
	struct json *partial = json_new_object();

	json_set_str(partial, "kind", "PartialObjectMetadata");
	json_set_str(partial, "apiVersion", "meta.k8s.io/v1");
	json_set(partial, "metadata", json_dup(json_get(object, "metadata")));
	return partial;
}

/* Pods that have run to their end are marked, for clients that hide them. */
static void add_conditions(struct json *row, const struct json *pod)
{
	const char *phase = json_str(pod, "status.phase");
	bool succeeded = phase != NULL && strcmp(phase, "Succeeded") == 0;
	bool failed = phase != NULL && strcmp(phase, "Failed") == 0;
	struct json *condition;

	if (!succeeded && !failed)
		return;
	condition = json_new_object();
	json_set_str(condition, "type", "Completed");
	json_set_str(condition, "status", "True");
	json_set_str(condition, "reason", phase);
	json_set_str(condition, "message",
		     succeeded ? "The pod has completed successfully."
			       : "The pod failed.");
	json_push(json_child_array(row, "conditions"), condition);
}

static struct json *included(const struct json *object,
			     enum table_include include)
{
	switch (include) {
	case TABLE_OBJECT:
		return json_dup(object);
	case TABLE_METADATA:
		return metadata_only(object);
	case TABLE_NONE:
	default:
		return json_new_null();
	}
}

struct json *table_row(const struct kind *kind, const struct json *object,
		       enum table_include include, int64_t now_s)
{
	struct json *row = json_new_object();

	fillers[kind->id](json_child_array(row, "cells"), object, now_s);
	if (kind->id == KIND_POD)
		add_conditions(row, object);
	json_set(row, "object", included(object, include));
	return row;
}
