/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/managed.h"
#include "lab/managed_conflict.h"
#include "lab/managed_priv.h"
#include "lab/managers.h"
#include "lab/status.h"
#include "lab/typed.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

struct apply {
	const struct kind *kind;
	struct schema_field root;
	const struct json *live; /* NULL: create */
	const struct json *applied;
	const char *subresource;
	struct json *object; /* what comes out */
	struct managers managers;
	struct manager *self;
};

static void fields_of(struct fieldset *set, const struct apply *apply,
		      const struct json *object)
{
	typed_fields(set, &apply->root, object);
	typed_close(set, &apply->root);
}

/* All that anybody owns, with what was applied now. */
static void owned_by_all(struct fieldset *set, const struct apply *apply)
{
	for (size_t i = 0; i < apply->managers.n; i++)
		fieldset_add(set, &apply->managers.v[i].set);
	typed_close(set, &apply->root);
}

/* Of what `last` names, that which nobody owns any more: what is left in the
 * object without it tells which parents hold nothing else. */
static void find_gone(struct fieldset *gone, const struct apply *apply,
		      const struct fieldset *last)
{
	scope_json struct json *rest = json_dup(apply->object);
	scope_json struct json *kept = json_dup(apply->object);
	scope_fieldset struct fieldset without = {0}, owned = {0}, still = {0};
	scope_fieldset struct fieldset unowned = {0};

	typed_remove(rest, &apply->root, last);
	fields_of(&without, apply, rest);
	owned_by_all(&owned, apply);
	fields_of(&unowned, apply, apply->object);
	fieldset_subtract(&unowned, &without);
	fieldset_subtract(&unowned, &owned);
	typed_remove(kept, &apply->root, &unowned);
	fields_of(&still, apply, kept);
	fields_of(gone, apply, apply->object);
	fieldset_subtract(gone, &still);
	fieldset_intersect(gone, last);
}

/* Removes what was applied last time, but neither now nor by others. */
static void prune(struct apply *apply, struct fieldset *last)
{
	scope_fieldset struct fieldset gone = {0};

	if (fieldset_is_empty(last))
		return;
	typed_close(last, &apply->root);
	find_gone(&gone, apply, last);
	typed_remove(apply->object, &apply->root, &gone);
}

static void compare(struct fieldset *all, const struct apply *apply)
{
	typed_compare(all, &apply->root, apply->live, apply->object);
	managed_strip(all, apply->kind, apply->subresource);
}

static int check_lists(const struct apply *apply, struct status *status)
{
	const struct json *applied = apply->applied;
	const char *ns = json_str(applied, "metadata.namespace");
	const char *name = json_str(applied, "metadata.name");
	scope_buf struct buf text;
	char version[64];

	buf_init(&text, 0);
	typed_check_lists(&text, &apply->root, applied);
	if (text.len == 0)
		return 0;
	status_bad_request(status,
			   "failed to create typed patch object (%.300s/%.300s;"
			   " %s, Kind=%s): %.2000s",
			   ns != NULL ? ns : "", name != NULL ? name : "",
			   kinds_api_version(apply->kind, version),
			   apply->kind->kind, text.data);
	return ST_EINVAL;
}

/* Fields that client-side apply set and nobody changed since: kubectl may take
 * them over. */
static void find_inherited(struct fieldset *set, const struct apply *apply)
{
	const char *text = json_value_str(json_get(
		json_at(apply->live, "metadata.annotations"), LAST_APPLIED));
	scope_json struct json *last = NULL;
	scope_fieldset struct fieldset all = {0}, differs = {0};

	if (text == NULL || strcmp(apply->self->name, "kubectl") != 0 ||
	    json_parse(text, strlen(text), &last, NULL) < 0 ||
	    json_type(last) != JSON_OBJECT)
		return;
	typed_fields(set, &apply->root, last);
	typed_compare(&all, &apply->root, last, apply->live);
	fieldset_select(&differs, &all,
			TYPED_ADDED | TYPED_CHANGED | TYPED_REMOVED);
	fieldset_subtract(set, &differs);
}

static int check_conflicts(const struct apply *apply,
			   const struct fieldset *all, struct status *status)
{
	scope_fieldset struct fieldset taken = {0}, inherited = {0};

	fieldset_select(&taken, all, TYPED_ADDED | TYPED_CHANGED);
	find_inherited(&inherited, apply);
	fieldset_subtract(&taken, &inherited);
	return managed_conflict(&apply->managers, apply->self, &taken, status);
}

/* So that client-side apply goes on where server-side apply ended. */
static void sync_last_applied(struct apply *apply)
{
	const struct json *notes = json_at(apply->live, "metadata.annotations");

	if (strcmp(apply->self->name, "kubectl") != 0 ||
	    json_get(notes, LAST_APPLIED) == NULL)
		return;
	scope_json struct json *plain = json_dup(apply->applied);
	struct json *metadata = json_child_object(plain, "metadata");
	if (json_get(metadata, "annotations") != NULL)
		json_remove(json_child_object(metadata, "annotations"),
			    LAST_APPLIED);
	scope_free char *text = json_print(plain);
	scope_free char *line = mem_printf("%s\n", text);
	metadata = json_child_object(apply->object, "metadata");
	json_set_str(json_child_object(metadata, "annotations"), LAST_APPLIED,
		     line);
}

/* Puts the manager's new fields into its entry; `last` gets the old ones. */
static void claim(struct apply *apply, const struct manager_id *id,
		  struct fieldset *last)
{
	struct manager *self = managers_find(&apply->managers, id);

	if (self == NULL)
		self = managers_add(&apply->managers, id);
	apply->self = self;
	*last = self->set;
	self->set = (struct fieldset){0};
	typed_fields(&self->set, &apply->root, apply->applied);
	managed_strip(&self->set, apply->kind, apply->subresource);
	free(self->version);
	self->version = mem_strdup(id->version);
}

static int run(struct apply *apply, const struct manager_id *id, bool force,
	       int64_t now_s, struct status *status)
{
	scope_fieldset struct fieldset last = {0}, all = {0}, lost = {0};
	bool is_news;
	int rc;

	apply->object = typed_merge(&apply->root, apply->live, apply->applied);
	claim(apply, id, &last);
	is_news = !fieldset_equal(&last, &apply->self->set);
	prune(apply, &last);
	compare(&all, apply);
	if (apply->live != NULL && !force) {
		rc = check_conflicts(apply, &all, status);
		if (rc < 0)
			return rc;
	}
	fieldset_select(&lost, &all,
			TYPED_ADDED | TYPED_CHANGED | TYPED_REMOVED);
	managers_lose(&apply->managers, apply->self, &lost);
	if (is_news || !fieldset_is_empty(&all))
		managed_stamp(&apply->self->time, apply->subresource, now_s);
	sync_last_applied(apply);
	managers_cap(&apply->managers);
	managers_write(&apply->managers, apply->object);
	return 0;
}

int managed_apply(const struct kind *kind, const struct json *live,
		  const struct json *applied, const char *manager, bool force,
		  const char *subresource, int64_t now_s,
		  struct json **ret_object, struct status *status)
{
	char version[64];
	const struct manager_id id = {
		.name = manager,
		.applies = true,
		.version = kinds_api_version(kind, version),
		.subresource = subresource,
	};
	struct apply apply = {.kind = kind,
			      .root = managed_root(kind),
			      .live = live,
			      .applied = applied,
			      .subresource = subresource};
	int rc = check_lists(&apply, status);

	if (rc == 0 && managers_read(&apply.managers, live) < 0)
		apply.managers = (struct managers){0};
	if (rc == 0)
		rc = run(&apply, &id, force, now_s, status);
	managers_fini(&apply.managers);
	if (rc == 0)
		*ret_object = apply.object;
	else
		json_free(apply.object);
	return rc;
}
