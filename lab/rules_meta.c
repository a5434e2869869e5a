/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"
#include "statefuld/attr.h"
#include "statefuld/mem.h"

#define ANNOTATIONS_MAX ((size_t)256 * 1024)

static const char orphan[] = "orphan";
static const char foreground[] = "foregroundDeletion";

/* A faulty key or value is told at the map itself. */
void rules_meta_labels(struct check *check, const struct json *object,
		       const char *name)
{
	json_each (label, json_get(object, name)) {
		const char *key = json_name(label);
		const char *value = json_value_str(label);
		struct names_faults faults = {0};

		names_qualified(key != NULL ? key : "", &faults);
		check_faults(check, name, key != NULL ? key : "", &faults);
		faults.n = 0;
		names_label_value(value != NULL ? value : "", &faults);
		check_faults(check, name, value != NULL ? value : "", &faults);
	}
}

void rules_meta_annotations(struct check *check, const struct json *object,
			    const char *name)
{
	size_t size = 0;

	json_each (annotation, json_get(object, name)) {
		const char *key = json_name(annotation);
		const char *value = json_value_str(annotation);
		struct names_faults faults = {0};

		if (key == NULL)
			continue;
		names_annotation(key, &faults);
		check_faults(check, name, key, &faults);
		size += strlen(key) + (value != NULL ? strlen(value) : 0);
	}
	if (size > ANNOTATIONS_MAX)
		check_too_long(check, name, ANNOTATIONS_MAX);
}

static void check_owner(struct check *check, const struct json *owner)
{
	static const char *const members[] = {"kind", "name", "uid"};
	const char *version = check_text(owner, "apiVersion");
	const char *slash = strchr(version, '/');

	if (*version == '\0' || (slash != NULL && slash[1] == '\0'))
		check_invalid_str(check, "apiVersion", version,
				  "version must not be empty");
	for (size_t i = 0; i < st_array_len(members); i++) {
		if (*check_text(owner, members[i]) == '\0')
			check_invalid_str(check, members[i], "",
					  "must not be empty");
	}
	if (strcmp(version, "v1") == 0 &&
	    strcmp(check_text(owner, "kind"), "Event") == 0)
		check_invalid(check, NULL, owner,
			      "/v1, Kind=Event is disallowed from being an "
			      "owner");
}

static void check_owners(struct check *check, const struct json *owners)
{
	const struct json *first = NULL;

	json_each (owner, owners) {
		check_owner(check, owner);
		if (!json_bool(owner, "controller", false))
			continue;
		if (first != NULL)
			check_invalid(
				check, NULL, owners,
				"Only one reference can have Controller set to "
				"true. Found \"true\" in references for %s/%s "
				"and %s/%s",
				check_text(first, "kind"),
				check_text(first, "name"),
				check_text(owner, "kind"),
				check_text(owner, "name"));
		else
			first = owner;
	}
}

static bool has_text(const struct json *list, const char *text)
{
	json_each (item, list) {
		const char *its = json_value_str(item);

		if (its != NULL && strcmp(its, text) == 0)
			return true;
	}
	return false;
}

static void check_finalizers(struct check *check, const struct json *list)
{
	json_each (item, list) {
		const char *text = json_value_str(item);
		struct names_faults faults = {0};

		names_qualified(text != NULL ? text : "", &faults);
		check_faults(check, NULL, text != NULL ? text : "", &faults);
	}
	if (has_text(list, orphan) && has_text(list, foreground))
		check_invalid(check, NULL, list,
			      "finalizer %s and %s cannot be both set", orphan,
			      foreground);
}

/* What holds for metadata at any time. */
static void check_common(struct check *check, const struct json *meta)
{
	size_t mark;

	rules_meta_labels(check, meta, "labels");
	rules_meta_annotations(check, meta, "annotations");
	mark = check_enter(check, "ownerReferences");
	check_owners(check, json_get(meta, "ownerReferences"));
	check_leave(check, mark);
	mark = check_enter(check, "finalizers");
	check_finalizers(check, json_get(meta, "finalizers"));
	check_leave(check, mark);
}

static check_rule rule_of(enum kind_id id)
{
	switch (id) {
	case KIND_NAMESPACE:
	case KIND_SET:
		return names_label;
	case KIND_SERVICE:
		return names_label_1035;
	case KIND_EVENT:
	case KIND_PDB:
		return names_path_segment;
	default:
		return names_subdomain;
	}
}

/* A prefix may end in dashes, and what it is put in front of does not. */
static void check_generate_name(struct check *check, const struct json *meta,
				check_rule rule)
{
	const char *prefix = check_text(meta, "generateName");
	scope_free char *masked = mem_strdup(prefix);
	struct names_faults faults = {0};
	size_t len = strlen(masked);

	if (len == 0)
		return;
	if (len > 1 && masked[len - 1] == '-')
		masked[len - 1] = 'a';
	rule(masked, &faults);
	check_faults(check, "generateName", prefix, &faults);
}

static void check_namespace(struct check *check, const struct kind *kind,
			    const struct json *meta)
{
	const char *namespace = check_text(meta, "namespace");

	if (kind->namespaced && *namespace == '\0')
		check_required(check, "namespace", "");
	else if (kind->namespaced)
		check_name(check, meta, "namespace", names_label);
	else if (*namespace != '\0')
		check_forbidden(check, "namespace", "not allowed on this type");
}

void rules_meta_finalizer(struct check *check, const char *name)
{
	static const char *const standard[] = {
		"kubernetes",
		orphan,
		foreground,
		NULL,
	};

	if (strchr(name, '/') == NULL && !check_is_one_of(name, standard))
		check_invalid_str(check, NULL, name,
				  "name is neither a standard finalizer name "
				  "nor is it fully qualified");
}

/* New ones must say whose they are; old ones may stay. */
static void check_finalizer(struct check *check, const struct json *item,
			    void *arg)
{
	const char *name = json_value_str(item);

	(void)arg;
	rules_meta_finalizer(check, name != NULL ? name : "");
}

void rules_meta_create(struct check *check, const struct kind *kind,
		       const struct json *object)
{
	const struct json *meta = json_get(object, "metadata");
	size_t mark = check_enter(check, "metadata");

	check_generate_name(check, meta, rule_of(kind->id));
	if (*check_text(meta, "name") == '\0')
		check_required(check, "name",
			       "name or generateName is required");
	else
		check_name(check, meta, "name", rule_of(kind->id));
	check_namespace(check, kind, meta);
	check_common(check, meta);
	check_each(check, meta, "finalizers", check_finalizer, NULL);
	check_leave(check, mark);
}

/* Nothing may hold back further what is already being deleted. */
static void check_new_finalizers(struct check *check, const struct json *was,
				 const struct json *is)
{
	scope_buf struct buf text = {0};

	if (*check_text(was, "deletionTimestamp") == '\0')
		return;
	json_each (item, json_get(is, "finalizers")) {
		const char *name = json_value_str(item);

		if (name == NULL || has_text(json_get(was, "finalizers"), name))
			continue;
		buf_printf(&text, "%s\"%s\"", text.len != 0 ? ", " : "", name);
	}
	if (text.len != 0)
		check_forbidden(check, "finalizers",
				"no new finalizers can be added if the object "
				"is being deleted, found new finalizers "
				"[]string{%s}",
				text.data);
}

const char *const rules_meta_fixed[] = {
	"name",
	"namespace",
	"uid",
	"creationTimestamp",
	"deletionTimestamp",
	"deletionGracePeriodSeconds",
	NULL,
};

void rules_meta_update(struct check *check, const struct json *was,
		       const struct json *is)
{
	const struct json *old = json_get(was, "metadata");
	const struct json *meta = json_get(is, "metadata");
	size_t mark = check_enter(check, "metadata");

	check_new_finalizers(check, old, meta);
	for (const char *const *name = rules_meta_fixed; *name != NULL; name++)
		check_unchanged(check, old, meta, *name);
	check_common(check, meta);
	check_leave(check, mark);
}

bool rules_meta_operator(struct check *check, const struct json *item)
{
	const char *op = check_text(item, "operator");
	bool has_values = json_first(json_get(item, "values")) != NULL;

	if (check_is_one_of(op, (const char *const[]){"In", "NotIn", NULL})) {
		if (!has_values)
			check_required(check, "values",
				       "must be specified when `operator` is "
				       "'In' or 'NotIn'");
		return true;
	}
	if (check_is_one_of(op, (const char *const[]){"Exists", "DoesNotExist",
						      NULL})) {
		if (has_values)
			check_forbidden(check, "values",
					"may not be specified when `operator` "
					"is 'Exists' or 'DoesNotExist'");
		return true;
	}
	return false;
}

void rules_meta_requirement_end(struct check *check, const struct json *item,
				bool is_known)
{
	struct names_faults faults = {0};

	if (!is_known)
		check_invalid_str(check, "operator",
				  check_text(item, "operator"),
				  "not a valid selector operator");
	names_qualified(check_text(item, "key"), &faults);
	check_faults(check, "key", check_text(item, "key"), &faults);
}

static void check_requirement(struct check *check, const struct json *item,
			      void *arg st_unused)
{
	rules_meta_requirement_end(check, item,
				   rules_meta_operator(check, item));
}

void rules_meta_selector(struct check *check, const struct json *object,
			 const char *name)
{
	const struct json *selector = json_get(object, name);
	size_t mark = check_enter(check, name);

	rules_meta_labels(check, selector, "matchLabels");
	check_each(check, selector, "matchExpressions", check_requirement,
		   NULL);
	check_leave(check, mark);
}

static bool matches(const struct json *requirement, const struct json *labels)
{
	const char *op = check_text(requirement, "operator");
	const char *value = json_value_str(
		json_get(labels, check_text(requirement, "key")));

	if (strcmp(op, "Exists") == 0)
		return value != NULL;
	if (strcmp(op, "DoesNotExist") == 0)
		return value == NULL;
	bool listed = value != NULL &&
		      has_text(json_get(requirement, "values"), value);
	return strcmp(op, "NotIn") == 0 ? !listed : listed;
}

bool rules_meta_matches(const struct json *selector, const struct json *labels)
{
	json_each (want, json_get(selector, "matchLabels")) {
		const char *name = json_name(want);

		if (name == NULL || !json_equal(want, json_get(labels, name)))
			return false;
	}
	json_each (want, json_get(selector, "matchExpressions")) {
		if (!matches(want, labels))
			return false;
	}
	return true;
}
