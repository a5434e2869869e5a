/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/needs.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lab/deed.h"
#include "lab/kinds.h"
#include "lab/objects.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct source {
	enum kind_id kind;
	const char *ns;
	const char *name;
	bool is_optional;
};

static const char *word(enum kind_id kind)
{
	return kind == KIND_SECRET ? "secret" : "configmap";
}

static char *not_found(const struct source *source)
{
	return mem_printf("%s \"%s\" not found", word(source->kind),
			  source->name);
}

static bool has_key(const struct json *object, const char *key)
{
	return json_get(json_get(object, "data"), key) != NULL ||
	       json_get(json_get(object, "binaryData"), key) != NULL;
}

static struct json *read_source(const struct objects *objects,
				const struct source *source)
{
	return deed_parse(
		objects_get(objects, source->kind, source->ns, source->name));
}

/* Volumes. */

static char *missing_item(const struct objects *objects,
			  const struct source *source, const struct json *items)
{
	scope_json struct json *object = NULL;

	if (source->name == NULL || source->is_optional)
		return NULL;
	object = read_source(objects, source);
	if (object == NULL)
		return not_found(source);
	json_each (item, items) {
		const char *key = json_str(item, "key");

		if (key != NULL && !has_key(object, key))
			return mem_printf(
				"%s references non-existent %s key: %s",
				word(source->kind),
				source->kind == KIND_SECRET ? "secret"
							    : "config",
				key);
	}
	return NULL;
}

static char *missing_part(const struct objects *objects, const char *ns,
			  const struct json *part, const char *secret_name)
{
	const struct json *map = json_get(part, "configMap");
	const struct json *secret = json_get(part, "secret");
	struct source from = {
		.kind = map != NULL ? KIND_CONFIGMAP : KIND_SECRET, .ns = ns};

	if (map == NULL && secret == NULL)
		return NULL;
	from.name = map != NULL ? json_str(map, "name")
				: json_str(secret, secret_name);
	from.is_optional =
		json_bool(map != NULL ? map : secret, "optional", false);
	return missing_item(objects, &from,
			    json_get(map != NULL ? map : secret, "items"));
}

static char *missing_volume(const struct objects *objects, const char *ns,
			    const struct json *volume)
{
	char *why = missing_part(objects, ns, volume, "secretName");

	json_each (part, json_at(volume, "projected.sources")) {
		if (why == NULL)
			why = missing_part(objects, ns, part, "name");
	}
	return why;
}

static const char *home(const struct json *pod)
{
	const char *ns = json_str(pod, "metadata.namespace");

	return ns == NULL ? "" : ns;
}

char *needs_mount(const struct objects *objects, const struct json *pod)
{
	json_each (volume, json_at(pod, "spec.volumes")) {
		const char *name = json_str(volume, "name");
		scope_free char *why =
			missing_volume(objects, home(pod), volume);

		if (why != NULL)
			return mem_printf("MountVolume.SetUp failed for volume "
					  "\"%s\" : %s",
					  name == NULL ? "" : name, why);
	}
	return NULL;
}

/* Environment. */

static char *missing_key(const struct objects *objects, enum kind_id kind,
			 const char *ns, const struct json *ref)
{
	struct source from = {.kind = kind,
			      .ns = ns,
			      .name = json_str(ref, "name"),
			      .is_optional = json_bool(ref, "optional", false)};
	const char *key = json_str(ref, "key");
	scope_json struct json *object = NULL;

	if (from.name == NULL || from.is_optional)
		return NULL;
	object = read_source(objects, &from);
	if (object == NULL)
		return not_found(&from);
	if (key == NULL || has_key(object, key))
		return NULL;
	return mem_printf("couldn't find key %s in %s %s/%s", key,
			  kind == KIND_SECRET ? "Secret" : "ConfigMap", ns,
			  from.name);
}

static char *missing_env(const struct objects *objects, const char *ns,
			 const struct json *from, const char *map,
			 const char *secret)
{
	const struct json *ref = json_get(from, map);

	if (ref != NULL)
		return missing_key(objects, KIND_CONFIGMAP, ns, ref);
	ref = json_get(from, secret);
	return ref == NULL ? NULL : missing_key(objects, KIND_SECRET, ns, ref);
}

char *needs_env(const struct objects *objects, const struct json *pod)
{
	char *why = NULL;

	json_each (container, json_at(pod, "spec.containers")) {
		json_each (from, json_get(container, "envFrom")) {
			if (why == NULL)
				why = missing_env(objects, home(pod), from,
						  "configMapRef", "secretRef");
		}
		json_each (env, json_get(container, "env")) {
			if (why == NULL)
				why = missing_env(objects, home(pod),
						  json_get(env, "valueFrom"),
						  "configMapKeyRef",
						  "secretKeyRef");
		}
	}
	return why;
}
