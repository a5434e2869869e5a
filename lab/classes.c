/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/classes.h"

#include <stdlib.h>
#include <string.h>

#include "lab/objects.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

const char *classes_asked(const struct json *object)
{
	const char *old = json_value_str(
		json_get(json_at(object, "metadata.annotations"),
			 "volume.beta.kubernetes.io/storage-class"));

	return old != NULL ? old : json_str(object, "spec.storageClassName");
}

struct newest {
	char *name;
	char *made;
};

static bool is_default(const struct json *class)
{
	const char *text = json_value_str(
		json_get(json_at(class, "metadata.annotations"),
			 "storageclass.kubernetes.io/is-default-class"));

	return text != NULL && strcmp(text, "true") == 0;
}

static bool look(const struct object *object, void *arg)
{
	struct newest *newest = arg;
	scope_json struct json *class = NULL;
	const char *made;

	if (json_parse(object->json, object->json_len, &class, NULL) < 0 ||
	    !is_default(class))
		return true;
	made = json_str(class, "metadata.creationTimestamp");
	if (made == NULL)
		made = "";
	if (newest->name != NULL && strcmp(newest->made, made) >= 0)
		return true;
	free(newest->name);
	free(newest->made);
	newest->name = mem_strdup(object->name);
	newest->made = mem_strdup(made);
	return true;
}

char *classes_default(const struct objects *objects)
{
	struct newest newest = {NULL, NULL};

	objects_each(objects, KIND_STORAGECLASS, NULL, NULL, look, &newest);
	free(newest.made);
	return newest.name;
}

struct json *classes_read(const struct objects *objects, const char *name)
{
	const struct object *object =
		objects_get(objects, KIND_STORAGECLASS, "", name);
	struct json *class = NULL;

	if (object == NULL ||
	    json_parse(object->json, object->json_len, &class, NULL) < 0)
		return NULL;
	return class;
}

bool classes_may_grow(const struct objects *objects, const char *name)
{
	scope_json struct json *class =
		name == NULL ? NULL : classes_read(objects, name);

	return json_bool(class, "allowVolumeExpansion", false);
}
