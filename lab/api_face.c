/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_face.h"

#include <string.h>

#include "statefuld/json.h"

/* Events of core/v1 and of events.k8s.io/v1 differ in names alone. */
struct rename {
	const char *stored, *shown;
};
static const struct rename of_events[] = {
	{"involvedObject", "regarding"},
	{"message", "note"},
	{"source", "deprecatedSource"},
	{"firstTimestamp", "deprecatedFirstTimestamp"},
	{"lastTimestamp", "deprecatedLastTimestamp"},
	{"count", "deprecatedCount"},
	{"reportingComponent", "reportingController"},
	{NULL, NULL},
};

bool api_face_is_stored(const struct kind *kind)
{
	return kind == kinds_stored(kind->id);
}

static const char *renamed(const char *name, const struct rename *table,
			   bool out)
{
	for (; table->stored != NULL; table++) {
		if (strcmp(name, out ? table->stored : table->shown) == 0)
			return out ? table->shown : table->stored;
	}
	return name;
}

/* events.k8s.io leaves out what core shows as "". */
static bool is_dropped(const struct json *member, const struct rename *table)
{
	const char *name = json_name(member), *text = json_value_str(member);

	return table->stored != NULL && text != NULL && *text == '\0' &&
	       strncmp(name, "reporting", 9) == 0;
}

static struct json *convert(const struct kind *to, const struct json *object,
			    const struct rename *table, bool out)
{
	struct json *result = json_new_object();
	char version[64];

	json_set_str(result, "kind", to->kind);
	json_set_str(result, "apiVersion", kinds_api_version(to, version));
	json_each (member, object) {
		const char *name = json_name(member);

		if (strcmp(name, "kind") != 0 &&
		    strcmp(name, "apiVersion") != 0 &&
		    !(out && is_dropped(member, table)))
			json_set(result, renamed(name, table, out),
				 json_dup(member));
	}
	return result;
}

/* Endpoints of discovery.k8s.io/v1 have members for what v1beta1 says by
 * labels of their node, and a map for labels without a member. */
static const struct rename of_topology[] = {
	{"nodeName", "kubernetes.io/hostname"},
	{"zone", "topology.kubernetes.io/zone"},
	{NULL, NULL},
};

static bool is_topology(const struct json *member)
{
	return renamed(json_name(member), of_topology, true) !=
	       json_name(member);
}

/* What a member says comes last: it wins over the map. */
static struct json *endpoint_out(const struct json *endpoint)
{
	struct json *shown = json_new_object();
	const struct json *rest = json_get(endpoint, "deprecatedTopology");
	struct json *topology = json_type(rest) == JSON_OBJECT
					? json_dup(rest)
					: json_new_object();

	json_each (member, endpoint) {
		const char *name = json_name(member);

		if (is_topology(member))
			json_set(topology, renamed(name, of_topology, true),
				 json_dup(member));
		else if (member != rest)
			json_set(shown, name, json_dup(member));
	}
	if (json_len(topology) > 0)
		json_set(shown, "topology", topology);
	else
		json_free(topology);
	return shown;
}

static struct json *endpoint_in(const struct json *endpoint)
{
	struct json *stored = json_dup(endpoint);

	json_remove(stored, "topology");
	json_each (label, json_get(endpoint, "topology")) {
		const char *name = json_name(label);
		const char *member = renamed(name, of_topology, false);
		struct json *in = stored;

		if (member == name)
			in = json_child_object(stored, "deprecatedTopology");
		json_set(in, member, json_dup(label));
	}
	return stored;
}

static void convert_endpoints(struct json *slice, bool out)
{
	const struct json *list = json_get(slice, "endpoints");
	struct json *converted = NULL;

	if (json_type(list) != JSON_ARRAY)
		return;
	converted = json_new_array();
	json_each (endpoint, list) {
		if (json_type(endpoint) != JSON_OBJECT)
			json_push(converted, json_dup(endpoint));
		else
			json_push(converted, out ? endpoint_out(endpoint)
						 : endpoint_in(endpoint));
	}
	json_set(slice, "endpoints", converted);
}

static bool is_old_slice(const struct kind *kind)
{
	return kind->id == KIND_ENDPOINTSLICE && !api_face_is_stored(kind);
}

static const struct rename *table_of(const struct kind *kind)
{
	static const struct rename none[] = {{NULL, NULL}};

	return kind->id == KIND_EVENT && !api_face_is_stored(kind) ? of_events
								   : none;
}

struct json *api_face_out(const struct kind *kind, const struct json *object)
{
	struct json *shown = convert(kind, object, table_of(kind), true);

	if (is_old_slice(kind))
		convert_endpoints(shown, true);
	return shown;
}

struct json *api_face_in(const struct kind *kind, const struct json *object)
{
	const struct kind *to = kinds_stored(kind->id);
	struct json *stored =
		convert(to != NULL ? to : kind, object, table_of(kind), false);

	if (is_old_slice(kind))
		convert_endpoints(stored, false);
	return stored;
}
