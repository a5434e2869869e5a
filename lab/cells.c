/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/cells.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/age.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

void cells_add(struct json *cells, const char *text)
{
	json_push(cells, json_new_str(text != NULL ? text : ""));
}

void cells_add_or(struct json *cells, const char *text, const char *missing)
{
	cells_add(cells, text != NULL && text[0] != '\0' ? text : missing);
}

void cells_add_int(struct json *cells, int64_t number)
{
	json_push(cells, json_new_int(number));
}

void cells_add_name(struct json *cells, const struct json *object)
{
	cells_add(cells, json_str(object, "metadata.name"));
}

void cells_add_age(struct json *cells, const struct json *object, int64_t now_s)
{
	char age[AGE_MAX];

	cells_add(cells,
		  age_since(json_str(object, "metadata.creationTimestamp"),
			    now_s, age));
}

/* What joins texts with commas. */
static void join(struct buf *list, const char *text)
{
	if (list->len > 0)
		buf_putc(list, ',');
	buf_puts(list, text);
}

static void add_joined(struct json *cells, const struct buf *list,
		       const char *missing)
{
	cells_add_or(cells, list->data, missing);
}

static const char *annotation(const struct json *object, const char *name)
{
	return json_value_str(
		json_get(json_at(object, "metadata.annotations"), name));
}

static const char *phase(const struct json *object)
{
	if (json_at(object, "metadata.deletionTimestamp") != NULL)
		return "Terminating";
	return json_str(object, "status.phase");
}

void cells_namespace(struct json *cells, const struct json *object,
		     int64_t now_s)
{
	cells_add_name(cells, object);
	cells_add(cells, json_str(object, "status.phase"));
	cells_add_age(cells, object, now_s);
}

void cells_configmap(struct json *cells, const struct json *object,
		     int64_t now_s)
{
	cells_add_name(cells, object);
	cells_add_int(cells,
		      (int64_t)(json_len(json_get(object, "data")) +
				json_len(json_get(object, "binaryData"))));
	cells_add_age(cells, object, now_s);
}

void cells_secret(struct json *cells, const struct json *object, int64_t now_s)
{
	cells_add_name(cells, object);
	cells_add(cells, json_str(object, "type"));
	cells_add_int(cells, (int64_t)json_len(json_get(object, "data")));
	cells_add_age(cells, object, now_s);
}

/* Since 1.35 without the count of secrets. */
void cells_serviceaccount(struct json *cells, const struct json *object,
			  int64_t now_s)
{
	cells_add_name(cells, object);
	cells_add_age(cells, object, now_s);
}

/* A real server has no columns of its own for them. */
void cells_limitrange(struct json *cells, const struct json *object,
		      int64_t now_s)
{
	(void)now_s;
	cells_add_name(cells, object);
	cells_add(cells, json_str(object, "metadata.creationTimestamp"));
}

void cells_lease(struct json *cells, const struct json *object, int64_t now_s)
{
	cells_add_name(cells, object);
	cells_add(cells, json_str(object, "spec.holderIdentity"));
	cells_add_age(cells, object, now_s);
}

void cells_storageclass(struct json *cells, const struct json *object,
			int64_t now_s)
{
	static const char *const marks[] = {
		"storageclass.kubernetes.io/is-default-class",
		"storageclass.beta.kubernetes.io/is-default-class",
	};
	const char *name = json_str(object, "metadata.name");
	bool is_default = false;

	for (size_t i = 0; i < st_array_len(marks); i++) {
		const char *mark = annotation(object, marks[i]);

		is_default |= mark != NULL && strcmp(mark, "true") == 0;
	}
	scope_free char *text = mem_printf("%s%s", name != NULL ? name : "",
					   is_default ? " (default)" : "");
	cells_add(cells, text);
	cells_add(cells, json_str(object, "provisioner"));
	cells_add_or(cells, json_str(object, "reclaimPolicy"), "Delete");
	cells_add_or(cells, json_str(object, "volumeBindingMode"), "Immediate");
	json_push(cells, json_new_bool(json_bool(object, "allowVolumeExpansion",
						 false)));
	cells_add_age(cells, object, now_s);
}

/* A quantity is kept as text; "0" where there is none. */
static void add_storage(struct json *cells, const struct json *object,
			const char *path)
{
	cells_add_or(cells, json_str(object, path), "0");
}

/* Short forms in a fixed order, each once. */
static void add_modes(struct json *cells, const struct json *modes)
{
	static const struct {
		const char *mode, *brief;
	} known[] = {
		{"ReadWriteOnce", "RWO"},
		{"ReadOnlyMany", "ROX"},
		{"ReadWriteMany", "RWX"},
		{"ReadWriteOncePod", "RWOP"},
	};
	scope_buf struct buf list;

	buf_init(&list, 0);
	for (size_t i = 0; i < st_array_len(known); i++) {
		json_each (mode, modes) {
			const char *text = json_value_str(mode);

			if (text == NULL || strcmp(text, known[i].mode) != 0)
				continue;
			join(&list, known[i].brief);
			break;
		}
	}
	add_joined(cells, &list, "");
}

/* The annotation is older than the field and comes before it. */
static void add_class(struct json *cells, const struct json *object)
{
	const char *old =
		annotation(object, "volume.beta.kubernetes.io/storage-class");

	cells_add(cells, old != NULL
				 ? old
				 : json_str(object, "spec.storageClassName"));
}

/* The field is a pointer: "" is not the same as nothing. */
static void add_pointed(struct json *cells, const struct json *object,
			const char *path)
{
	const char *text = json_str(object, path);

	cells_add(cells, text != NULL ? text : "<unset>");
}

void cells_pvc(struct json *cells, const struct json *object, int64_t now_s)
{
	const char *volume = json_str(object, "spec.volumeName");

	cells_add_name(cells, object);
	cells_add(cells, phase(object));
	cells_add(cells, volume);
	if (volume != NULL && volume[0] != '\0') {
		add_storage(cells, object, "status.capacity.storage");
		add_modes(cells, json_at(object, "status.accessModes"));
	} else {
		cells_add(cells, "");
		cells_add(cells, "");
	}
	add_class(cells, object);
	add_pointed(cells, object, "spec.volumeAttributesClassName");
	cells_add_age(cells, object, now_s);
	add_pointed(cells, object, "spec.volumeMode");
}

static void add_claim(struct json *cells, const struct json *claim)
{
	const char *ns = json_str(claim, "namespace");
	const char *name = json_str(claim, "name");

	if (claim == NULL) {
		cells_add(cells, "");
		return;
	}
	scope_free char *text = mem_printf("%s/%s", ns != NULL ? ns : "",
					   name != NULL ? name : "");
	cells_add(cells, text);
}

void cells_pv(struct json *cells, const struct json *object, int64_t now_s)
{
	cells_add_name(cells, object);
	add_storage(cells, object, "spec.capacity.storage");
	add_modes(cells, json_at(object, "spec.accessModes"));
	cells_add(cells,
		  json_str(object, "spec.persistentVolumeReclaimPolicy"));
	cells_add(cells, phase(object));
	add_claim(cells, json_at(object, "spec.claimRef"));
	add_class(cells, object);
	add_pointed(cells, object, "spec.volumeAttributesClassName");
	cells_add(cells, json_str(object, "status.reason"));
	cells_add_age(cells, object, now_s);
	add_pointed(cells, object, "spec.volumeMode");
}

/* IntOrString. */
static void add_amount(struct json *cells, const struct json *amount)
{
	if (json_type(amount) == JSON_NUMBER) {
		scope_free char *text =
			mem_printf("%" PRId64, json_value_int(amount, 0));

		cells_add(cells, text);
		return;
	}
	cells_add_or(cells, json_value_str(amount), "N/A");
}

void cells_pdb(struct json *cells, const struct json *object, int64_t now_s)
{
	cells_add_name(cells, object);
	add_amount(cells, json_at(object, "spec.minAvailable"));
	add_amount(cells, json_at(object, "spec.maxUnavailable"));
	cells_add_int(cells, json_int(object, "status.disruptionsAllowed", 0));
	cells_add_age(cells, object, now_s);
}

static void add_containers(struct json *cells, const struct json *containers,
			   const char *member)
{
	scope_buf struct buf list;
	bool first = true;

	buf_init(&list, 0);
	json_each (container, containers) {
		const char *text = json_str(container, member);

		if (!first)
			buf_putc(&list, ',');
		buf_puts(&list, text != NULL ? text : "");
		first = false;
	}
	add_joined(cells, &list, "");
}

void cells_set(struct json *cells, const struct json *object, int64_t now_s)
{
	const struct json *containers =
		json_at(object, "spec.template.spec.containers");
	scope_free char *ready =
		mem_printf("%" PRId64 "/%" PRId64,
			   json_int(object, "status.readyReplicas", 0),
			   json_int(object, "spec.replicas", 0));

	cells_add_name(cells, object);
	cells_add(cells, ready);
	cells_add_age(cells, object, now_s);
	add_containers(cells, containers, "name");
	add_containers(cells, containers, "image");
}

static const struct json *controller_of(const struct json *object)
{
	json_each (owner, json_at(object, "metadata.ownerReferences")) {
		if (json_bool(owner, "controller", false))
			return owner;
	}
	return NULL;
}

/* "statefulset.apps/web": kind and group in small letters. */
static void add_owner(struct json *cells, const struct json *owner)
{
	const char *kind = json_str(owner, "kind");
	const char *version = json_str(owner, "apiVersion");
	const char *name = json_str(owner, "name");
	const char *slash = version != NULL ? strchr(version, '/') : NULL;
	scope_buf struct buf text;

	buf_init(&text, 0);
	if (owner == NULL) {
		cells_add(cells, "<none>");
		return;
	}
	for (const char *c = kind; c != NULL && *c != '\0'; c++)
		buf_putc(&text, (char)tolower((unsigned char)*c));
	if (slash != NULL) {
		buf_putc(&text, '.');
		for (const char *c = version; c < slash; c++)
			buf_putc(&text, *c);
	}
	buf_putc(&text, '/');
	buf_puts(&text, name != NULL ? name : "");
	cells_add(cells, text.data);
}

void cells_revision(struct json *cells, const struct json *object,
		    int64_t now_s)
{
	cells_add_name(cells, object);
	add_owner(cells, controller_of(object));
	cells_add_int(cells, json_int(object, "revision", 0));
	cells_add_age(cells, object, now_s);
}
