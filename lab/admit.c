/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/admit.h"

#include <stdlib.h>
#include <string.h>

#include "lab/alloc.h"
#include "lab/classes.h"
#include "lab/kinds.h"
#include "lab/limits.h"
#include "lab/objects.h"
#include "lab/quantity.h"
#include "lab/ref.h"
#include "lab/rules.h"
#include "lab/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct admit {
	const struct objects *objects;
	struct alloc *alloc;
};

static void forbid(struct status *status, const struct kind *kind,
		   const char *name, const char *why)
{
	const char *dot = kind->group[0] == '\0' ? "" : ".";

	status_set(status, 403, "Forbidden", "%s%s%s \"%s\" is forbidden: %s",
		   kind->plural, dot, kind->group, name, why);
	status->kind = kind;
	free(status->name);
	status->name = mem_strdup(name);
}

static void default_class(struct admit *admit, struct json *is)
{
	scope_free char *name = NULL;

	if (classes_asked(is) != NULL)
		return;
	name = classes_default(admit->objects);
	if (name != NULL)
		json_set_str(json_child_object(is, "spec"), "storageClassName",
			     name);
}

static bool grows(const struct json *was, const struct json *is)
{
	static const char path[] = "spec.resources.requests";
	struct quantity old, new;

	return quantity_read(json_get(json_at(was, path), "storage"), &old) &&
	       quantity_read(json_get(json_at(is, path), "storage"), &new) &&
	       quantity_cmp(&new, &old) > 0;
}

static void check_resize(struct admit *admit, const struct kind *kind,
			 const struct json *was, const struct json *is,
			 struct status *status)
{
	const char *phase = json_str(was, "status.phase");
	const char *name = json_str(is, "metadata.name");

	if (!grows(was, is) || phase == NULL || strcmp(phase, "Bound") != 0 ||
	    classes_may_grow(admit->objects, classes_asked(is)))
		return;
	forbid(status, kind, name == NULL ? "" : name,
	       "only dynamically provisioned pvc can be resized and the "
	       "storageclass that provisions the pvc must support resize");
}

static void admit_claim(struct admit *admit, const struct kind *kind,
			const struct json *was, struct json *is,
			struct status *status)
{
	if (was != NULL) {
		check_resize(admit, kind, was, is, status);
		return;
	}
	default_class(admit, is);
}

static bool add_range(const struct object *object, void *arg)
{
	struct json *range;

	if (json_parse(object->json, object->json_len, &range, NULL) == 0)
		json_push(arg, range);
	return true;
}

/* What is invalid anyway is to be called that. */
static bool is_valid(const struct kind *kind, const struct json *was,
		     const struct json *is)
{
	struct status status;
	bool valid;

	status_init(&status);
	rules_validate(kind, was, is, NULL, &status);
	valid = status.n_causes == 0;
	status_fini(&status);
	return valid;
}

static void check_limits(const struct kind *kind, const struct json *was,
			 const struct json *is, const struct json *ranges,
			 struct status *status)
{
	json_each (range, ranges) {
		scope_free char *why = limits_refusal(range, kind->id, is);

		if (why == NULL)
			continue;
		if (is_valid(kind, was, is))
			forbid(status, kind, ref_name(is), why);
		return;
	}
}

/* Pods when they are made, claims whenever they change. */
static void admit_limits(struct admit *admit, const struct kind *kind,
			 const struct json *was, struct json *is,
			 struct status *status)
{
	scope_json struct json *ranges = NULL;

	if ((kind->id != KIND_POD || was != NULL) && kind->id != KIND_PVC)
		return;
	if (status->code != 0 || (was != NULL && ref_is_going(was)))
		return;
	ranges = json_new_array();
	objects_each(admit->objects, KIND_LIMITRANGE, ref_ns(is), NULL,
		     add_range, ranges);
	if (kind->id == KIND_POD) {
		json_each (range, ranges)
			limits_fill_pod(range, is);
	}
	check_limits(kind, was, is, ranges, status);
}

struct admit *admit_new(const struct objects *objects)
{
	struct admit *admit = mem_zalloc(sizeof(*admit));

	admit->objects = objects;
	admit->alloc = alloc_new(objects);
	return admit;
}

void admit_free(struct admit *admit)
{
	if (admit != NULL)
		alloc_free(admit->alloc);
	free(admit);
}

void admit_object(const struct kind *kind, const struct json *was,
		  struct json *is, bool dry_run, struct status *status,
		  void *arg)
{
	struct admit *admit = arg;

	if (kind->id == KIND_SERVICE)
		alloc_service(admit->alloc, was, is, dry_run, status);
	else if (kind->id == KIND_PVC)
		admit_claim(admit, kind, was, is, status);
	admit_limits(admit, kind, was, is, status);
}
