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

static const struct rename *table_of(const struct kind *kind)
{
	static const struct rename none[] = {{NULL, NULL}};

	return kind->id == KIND_EVENT && !api_face_is_stored(kind) ? of_events
								   : none;
}

struct json *api_face_out(const struct kind *kind, const struct json *object)
{
	return convert(kind, object, table_of(kind), true);
}

struct json *api_face_in(const struct kind *kind, const struct json *object)
{
	return convert(kinds_stored(kind->id), object, table_of(kind), false);
}
