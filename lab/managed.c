/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/managed.h"

#include <string.h>

#include "lab/managed_priv.h"
#include "lab/managers.h"
#include "lab/typed.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct schema_field managed_root(const struct kind *kind)
{
	return (struct schema_field){.form = SCHEMA_OBJECT,
				     .type = schema_of(kind)};
}

static void strip_text(struct fieldset *set, const char *text)
{
	scope_json struct json *fields = NULL;
	scope_fieldset struct fieldset what = {0};

	if (json_parse(text, strlen(text), &fields, NULL) == 0 &&
	    fieldset_parse(fields, &what) == 0)
		fieldset_subtract_trees(set, &what);
}

static bool is_status(const char *subresource)
{
	return subresource != NULL && strcmp(subresource, "status") == 0;
}

void managed_strip(struct fieldset *set, const struct kind *kind,
		   const char *subresource)
{
	struct fieldset *kids = set->kids;

	strip_text(set, "{\"f:apiVersion\":{},\"f:kind\":{},\"f:metadata\":{"
			"\"f:name\":{},\"f:namespace\":{},"
			"\"f:creationTimestamp\":{},\"f:selfLink\":{},"
			"\"f:uid\":{},\"f:clusterName\":{},"
			"\"f:generation\":{},\"f:managedFields\":{},"
			"\"f:resourceVersion\":{}}}");
	/* "f:metadata" itself, not what is below. */
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(kids[i].name, "f:metadata") == 0)
			kids[i].marks = 0;
	}
	if (is_status(subresource))
		strip_text(set, "{\"f:spec\":{}}");
	else if ((kind->has & KIND_HAS_STATUS) != 0)
		strip_text(set, "{\"f:status\":{}}");
}

void managed_stamp(char **time, const char *subresource, int64_t now_s)
{
	char text[32];

	free(*time);
	*time = NULL;
	if (subresource != NULL && strcmp(subresource, "scale") == 0)
		return;
	clk_format(text, now_s * 1000000, 0);
	*time = mem_strdup(text);
}

/* [{}] asks for all owners to be forgotten. */
static bool is_reset(const struct json *object)
{
	const struct json *list = json_at(object, "metadata.managedFields");
	const struct json *first = json_first(list);

	return json_len(list) == 1 && json_type(first) == JSON_OBJECT &&
	       json_first(first) == NULL;
}

/* Who owned what: as the writer says, if it says anything and is to. */
static void read_owners(struct managers *managers, const struct json *was,
			const struct json *is, const char *subresource)
{
	if (subresource == NULL) {
		if (is_reset(is))
			return;
		if (managers_read(managers, is) == 0 && managers->n > 0)
			return;
		managers_fini(managers);
	}
	if (managers_read(managers, was) < 0)
		*managers = (struct managers){0};
}

static void own(struct managers *managers, const struct manager_id *id,
		const struct fieldset *taken, int64_t now_s)
{
	struct manager *manager = managers_find(managers, id);

	if (manager == NULL)
		manager = managers_add(managers, id);
	fieldset_add(&manager->set, taken);
	managed_stamp(&manager->time, id->subresource, now_s);
}

void managed_update(const struct kind *kind, const struct json *was,
		    struct json *is, const char *manager,
		    const char *subresource, int64_t now_s)
{
	const struct schema_field root = managed_root(kind);
	scope_managers struct managers managers = {0};
	scope_fieldset struct fieldset all = {0}, lost = {0}, taken = {0};
	scope_json struct json *zero = NULL;
	char version[64];
	const struct manager_id id = {
		.name = manager,
		.version = kinds_api_version(kind, version),
		.subresource = subresource,
	};

	read_owners(&managers, was, is, subresource);
	if (was == NULL)
		was = zero = typed_zero(root.type);
	typed_compare(&all, &root, was, is);
	managed_strip(&all, kind, subresource);
	fieldset_select(&lost, &all,
			TYPED_ADDED | TYPED_CHANGED | TYPED_REMOVED);
	fieldset_select(&taken, &all, TYPED_ADDED | TYPED_CHANGED);
	managers_lose(&managers, NULL, &lost);
	if (!fieldset_is_empty(&taken))
		own(&managers, &id, &taken, now_s);
	managers_cap(&managers);
	managers_write(&managers, is);
}
