/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/fill.h"
#include "lab/names.h"
#include "lab/quantity.h"
#include "lab/rules_parts.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const access_modes[] = {
	"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod",
	NULL,
};

static void check_modes(struct check *check, const struct json *spec)
{
	const struct json *modes = json_get(spec, "accessModes");

	json_each (mode, modes) {
		const char *text = json_value_str(mode);

		if (text == NULL || !check_is_one_of(text, access_modes))
			check_unsupported(check, "accessModes", mode,
					  access_modes);
	}
}

/* The amount of storage, at spec.resources[storage] as upstream has it. */
static void check_storage(struct check *check, const struct json *value)
{
	struct quantity size;

	if (value == NULL)
		check_required(check, NULL, "");
	else if (!quantity_read(value, &size))
		check_invalid(check, NULL, value, "%s", QUANTITY_REGEX);
	else if (size.nano <= 0)
		check_invalid(check, NULL, value, CHECK_POSITIVE);
}

static void check_data_source(struct check *check, const struct json *spec,
			      const char *name)
{
	const struct json *source = json_get(spec, name);
	size_t mark = check_enter(check, name);

	if (json_type(source) == JSON_OBJECT) {
		if (*check_text(source, "name") == '\0')
			check_required(check, "name", "");
		if (*check_text(source, "kind") == '\0')
			check_required(check, "kind", "");
	}
	check_leave(check, mark);
}

void rules_storage_claim_spec(struct check *check, const struct json *spec)
{
	const struct json *requests = json_at(spec, "resources.requests");
	size_t mark, here;

	if (json_first(json_get(spec, "accessModes")) == NULL)
		check_required(check, "accessModes",
			       "at least 1 access mode is required");
	rules_meta_selector(check, spec, "selector");
	check_modes(check, spec);
	mark = check_enter(check, "resources");
	here = check_enter_key(check, "storage");
	check_storage(check, json_get(requests, "storage"));
	check_leave(check, here);
	check_leave(check, mark);
	check_name(check, spec, "storageClassName", names_subdomain);
	check_name(check, spec, "volumeAttributesClassName", names_subdomain);
	check_option(check, spec, "volumeMode", NAMES("Block", "Filesystem"));
	check_data_source(check, spec, "dataSource");
	check_data_source(check, spec, "dataSourceRef");
}

/* A bound claim may grow, and a claim without a volume may be given one. */
static void check_claim_change(struct check *check, const struct json *was,
			       const struct json *is)
{
	const struct json *old = json_get(was, "spec");
	scope_json struct json *copy = json_dup(json_get(is, "spec"));
	bool is_bound = fill_is(was, "status.phase", "Bound");

	if (*check_text(old, "volumeName") == '\0')
		fill_take(copy, "volumeName", old);
	if (json_get(old, "storageClassName") == NULL)
		fill_take(copy, "storageClassName", old);
	fill_take(copy, "volumeAttributesClassName", old);
	if (is_bound && fill_object(copy, "resources.requests") != NULL)
		fill_take(fill_object(copy, "resources.requests"), "storage",
			  json_at(old, "resources.requests"));
	if (!json_equal(old, copy))
		check_forbidden(check, NULL,
				"spec is immutable after creation except "
				"resources.requests and "
				"volumeAttributesClassName for bound claims");
}

static void check_claim_shrink(struct check *check, const struct json *was,
			       const struct json *is)
{
	const char *path = "spec.resources.requests.storage";
	const struct json *capacity = json_at(was, "status.capacity.storage");
	struct quantity old, now, have;

	if (!quantity_read(json_at(was, path), &old) ||
	    !quantity_read(json_at(is, path), &now) ||
	    quantity_cmp(&now, &old) >= 0)
		return;
	if (quantity_read(capacity, &have) && quantity_cmp(&now, &have) > 0)
		return;
	size_t mark = check_enter(check, "resources.requests");
	check_forbidden(check, "storage",
			"field can not be less than status.capacity");
	check_leave(check, mark);
}

static bool is_status(const char *subresource)
{
	return subresource != NULL && strcmp(subresource, "status") == 0;
}

void rules_storage_claim(struct check *check, const struct json *was,
			 const struct json *is, const char *subresource)
{
	size_t mark;

	if (is_status(subresource)) {
		mark = check_enter(check, "status");
		rules_resources_list(check, json_get(is, "status"), "capacity");
		check_leave(check, mark);
		return;
	}
	mark = check_enter(check, "spec");
	if (was == NULL) {
		rules_storage_claim_spec(check, json_get(is, "spec"));
	} else {
		check_claim_change(check, was, is);
		if (fill_is(was, "status.phase", "Bound"))
			check_claim_shrink(check, was, is);
	}
	check_leave(check, mark);
}

/* Members of a volume's spec that are no source. */
static const char *const volume_members[] = {
	"capacity",
	"accessModes",
	"claimRef",
	"persistentVolumeReclaimPolicy",
	"storageClassName",
	"mountOptions",
	"volumeMode",
	"nodeAffinity",
	"volumeAttributesClassName",
	NULL,
};

static bool is_source(const struct json *member)
{
	const char *name = json_name(member);

	return name != NULL && json_type(member) == JSON_OBJECT &&
	       !check_is_one_of(name, volume_members);
}

static const struct json *source_of(const struct json *spec)
{
	json_each (member, spec) {
		if (is_source(member))
			return member;
	}
	return NULL;
}

static void check_capacity(struct check *check, const struct json *spec)
{
	const struct json *capacity = json_get(spec, "capacity");
	scope_json struct json *none = json_new_object();
	size_t mark, here;

	if (json_first(capacity) == NULL)
		check_required(check, "capacity", "");
	mark = check_enter(check, "capacity");
	if (json_get(capacity, "storage") == NULL || json_len(capacity) > 1)
		check_unsupported(check, NULL,
				  capacity != NULL ? capacity : none,
				  NAMES("storage"));
	here = check_enter_key(check, "storage");
	if (json_get(capacity, "storage") != NULL)
		check_storage(check, json_get(capacity, "storage"));
	check_leave(check, here);
	check_leave(check, mark);
}

static void check_source(struct check *check, const struct json *spec)
{
	const struct json *source = source_of(spec);

	if (source == NULL)
		return check_required(check, NULL,
				      "must specify a volume type");
	json_each (member, spec) {
		if (is_source(member) && member != source)
			check_forbidden(check, json_name(member),
					"may not specify more than 1 volume "
					"type");
	}
	size_t mark = check_enter(check, json_name(source));
	if (strcmp(json_name(source), "hostPath") == 0)
		rules_volume_backstep(check, source, "path");
	if (strcmp(json_name(source), "hostPath") == 0 &&
	    *check_text(source, "path") == '\0')
		check_required(check, "path", "");
	if (strcmp(json_name(source), "local") == 0 &&
	    *check_text(source, "path") == '\0')
		check_required(check, "path", "");
	check_leave(check, mark);
	if (strcmp(json_name(source), "local") == 0 &&
	    json_get(spec, "nodeAffinity") == NULL)
		check_required(check, "nodeAffinity",
			       "Local volume requires node affinity");
}

static void check_affinity(struct check *check, const struct json *spec)
{
	const struct json *affinity = json_get(spec, "nodeAffinity");
	size_t mark = check_enter(check, "nodeAffinity");

	if (json_type(affinity) == JSON_OBJECT &&
	    json_type(json_get(affinity, "required")) != JSON_OBJECT)
		check_required(check, "required",
			       "must specify required node constraints");
	else if (json_type(affinity) == JSON_OBJECT)
		rules_affinity_nodes(check, affinity, "required");
	check_leave(check, mark);
}

static void check_volume_change(struct check *check, const struct json *was,
				const struct json *is)
{
	const struct json *old = source_of(was), *now = source_of(is);

	if (old == NULL || now == NULL)
		return;
	if (!json_equal(old, now) ||
	    strcmp(json_name(old), json_name(now)) != 0)
		check_forbidden(check, "persistentvolumesource",
				"spec.persistentvolumesource is immutable "
				"after creation");
	check_unchanged(check, was, is, "volumeMode");
}

void rules_storage_volume(struct check *check, const struct json *was,
			  const struct json *is, const char *subresource)
{
	const struct json *spec = json_get(is, "spec");
	size_t mark;

	if (is_status(subresource))
		return;
	mark = check_enter(check, "spec");
	if (json_first(json_get(spec, "accessModes")) == NULL)
		check_required(check, "accessModes", "");
	check_modes(check, spec);
	check_capacity(check, spec);
	check_option(check, spec, "persistentVolumeReclaimPolicy",
		     NAMES("Delete", "Recycle", "Retain"));
	check_source(check, spec);
	check_affinity(check, spec);
	check_name(check, spec, "storageClassName", names_subdomain);
	check_option(check, spec, "volumeMode", NAMES("Block", "Filesystem"));
	if (was != NULL)
		check_volume_change(check, json_get(was, "spec"), spec);
	check_leave(check, mark);
}

static void check_class_change(struct check *check, const struct json *was,
			       const struct json *is)
{
	static const char *const fixed[] = {
		"parameters",
		"provisioner",
		"reclaimPolicy",
	};

	for (size_t i = 0; i < st_array_len(fixed); i++) {
		if (!json_equal(json_get(was, fixed[i]),
				json_get(is, fixed[i])))
			check_forbidden(check, fixed[i],
					"updates to %s are forbidden.",
					fixed[i]);
	}
	check_unchanged(check, was, is, "volumeBindingMode");
}

void rules_storage_class(struct check *check, const struct json *was,
			 const struct json *is)
{
	if (*check_text(is, "provisioner") == '\0')
		check_required(check, "provisioner", "");
	check_name(check, is, "provisioner", names_annotation);
	if (json_get(json_get(is, "parameters"), "") != NULL)
		check_invalid_str(check, "parameters", "",
				  "field can not be empty.");
	check_option(check, is, "reclaimPolicy", NAMES("Delete", "Retain"));
	check_choice(check, is, "volumeBindingMode",
		     NAMES("Immediate", "WaitForFirstConsumer"));
	if (was != NULL)
		check_class_change(check, was, is);
}
