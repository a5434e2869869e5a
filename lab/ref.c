/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/ref.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/objects.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

const char *ref_text(enum kind_id kind, const char *ns, const char *name,
		     char out[REF_TEXT])
{
	snprintf(out, REF_TEXT, "%d %.63s/%.253s", (int)kind, ns, name);
	return out;
}

const char *ref_text_of(const struct object *object, char out[REF_TEXT])
{
	return ref_text(object->kind, object->ns, object->name, out);
}

bool ref_set(struct ref *ref, enum kind_id kind, const char *ns,
	     const char *name)
{
	if (strlen(ns) >= sizeof(ref->ns) || strlen(name) >= sizeof(ref->name))
		return false;
	*ref = (struct ref){.kind = kind};
	memcpy(ref->ns, ns, strlen(ns));
	memcpy(ref->name, name, strlen(name));
	return true;
}

bool ref_read(const char *text, struct ref *ref)
{
	char *at;
	unsigned long kind = strtoul(text, &at, 10);
	const char *slash = *at == ' ' ? strchr(at, '/') : NULL;
	scope_free char *ns = NULL;

	if (at == text || slash == NULL || kind >= KINDS)
		return false;
	ns = mem_strndup(at + 1, (size_t)(slash - at - 1));
	return ref_set(ref, (enum kind_id)kind, ns, slash + 1);
}

const char *ref_path(const struct ref *ref, const char *rest,
		     char out[REF_PATH])
{
	const struct kind *kind = kinds_stored(ref->kind);
	char version[64];
	bool has_ns = kind->namespaced && ref->ns[0] != '\0';

	snprintf(out, REF_PATH, "/%s/%s%s%s/%s%s%s%s",
		 kind->group[0] == '\0' ? "api" : "apis",
		 kinds_api_version(kind, version), has_ns ? "/namespaces/" : "",
		 has_ns ? ref->ns : "", kind->plural,
		 ref->name[0] == '\0' ? "" : "/", ref->name, rest);
	return out;
}

const char *ref_name(const struct json *object)
{
	const char *name = json_str(object, "metadata.name");

	return name == NULL ? "" : name;
}

const char *ref_ns(const struct json *object)
{
	const char *ns = json_str(object, "metadata.namespace");

	return ns == NULL ? "" : ns;
}

const char *ref_uid(const struct json *object)
{
	const char *uid = json_str(object, "metadata.uid");

	return uid == NULL ? "" : uid;
}

bool ref_is_going(const struct json *object)
{
	return json_str(object, "metadata.deletionTimestamp") != NULL;
}

bool ref_has_finalizer(const struct json *object, const char *finalizer)
{
	json_each (item, json_at(object, "metadata.finalizers")) {
		const char *text = json_value_str(item);

		if (text != NULL && strcmp(text, finalizer) == 0)
			return true;
	}
	return false;
}

void ref_drop_finalizer(struct json *object, const char *finalizer)
{
	struct json *meta = json_child_object(object, "metadata");
	struct json *left = json_new_array();

	json_each (item, json_get(meta, "finalizers")) {
		const char *text = json_value_str(item);

		if (text != NULL && strcmp(text, finalizer) != 0)
			json_push(left, json_new_str(text));
	}
	json_set(meta, "finalizers", left);
}
