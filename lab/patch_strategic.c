/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/patch_strategic.h"

#include <stdbool.h>
#include <string.h>

#include "lab/patch.h"
#include "lab/patch_list.h"
#include "lab/patch_size.h"
#include "lab/patch_text.h"
#include "lab/schema.h"
#include "lab/status.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define ORDER  "$setElementOrder/"
#define DELETE "$deleteFromPrimitiveList/"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

int patch_strategic_bad_directive(struct status *status,
				  const struct json *directive,
				  const struct json *patch)
{
	scope_free char *what = patch_text(directive);
	scope_free char *whole = patch_text(patch);

	status_bad_request(status, "unknown patch type: %s in map: %s", what,
			   whole);
	return ST_EINVAL;
}

/* What a member of a value described by `at` is; NULL where nobody knows. */
static const struct schema_field *below(const struct schema_field *at,
					const char *name)
{
	if (at == NULL)
		return NULL;
	if (at->form == SCHEMA_OBJECT && at->type != NULL)
		return schema_field(at->type, name);
	return at->form == SCHEMA_MAP ? at->item : NULL;
}

static bool is_deletion(const struct json *value)
{
	const char *directive = json_value_str(json_get(value, "$patch"));

	return directive != NULL && strcmp(directive, "delete") == 0;
}

static bool keep_plain(const struct json *member, void *arg)
{
	const char *name = json_name(member);

	(void)arg;
	return json_type(member) != JSON_NULL && !is_deletion(member) &&
	       strcmp(name, "$patch") != 0 &&
	       strcmp(name, "$retainKeys") != 0 && !begins(name, ORDER) &&
	       !begins(name, DELETE);
}

void patch_strategic_clean(struct json *value)
{
	const struct json *next;

	if (json_type(value) == JSON_OBJECT)
		json_filter(value, keep_plain, NULL);
	for (const struct json *i = json_first(value); i != NULL; i = next) {
		next = json_next(i);
		if (json_type(value) == JSON_ARRAY &&
		    json_get(i, "$patch") != NULL)
			json_free(json_take(value, i));
		else
			patch_strategic_clean(json_mut(value, i));
	}
}

/* "$patch" of an object: true if that was all there is to do. */
static bool obey(struct merge *merge, struct json *doc, struct json *patch,
		 int *ret_rc)
{
	const struct json *directive = json_get(patch, "$patch");
	const char *text = json_value_str(directive);

	*ret_rc = 0;
	if (directive == NULL)
		return false;
	if (text != NULL && strcmp(text, "replace") == 0) {
		json_remove(patch, "$patch");
		json_swap(doc, patch);
	} else if (text != NULL && strcmp(text, "delete") == 0) {
		scope_json struct json *empty = json_new_object();

		json_swap(doc, empty);
	} else {
		*ret_rc = patch_strategic_bad_directive(merge->status,
							directive, patch);
	}
	return true;
}

static bool lists(const struct json *names, const char *name)
{
	json_each (item, names) {
		const char *text = json_value_str(item);

		if (text != NULL && strcmp(text, name) == 0)
			return true;
	}
	return false;
}

static bool is_listed(const struct json *member, void *arg)
{
	return lists(arg, json_name(member));
}

/* All that the patch sets must be among the names. */
static bool covers(const struct json *names, const struct json *patch)
{
	if (json_type(names) != JSON_ARRAY)
		return false;
	json_each (member, patch) {
		const char *name = json_name(member);

		if (json_type(member) != JSON_NULL && !begins(name, DELETE) &&
		    !begins(name, ORDER) && !lists(names, name))
			return false;
	}
	return true;
}

static int retain_keys(struct merge *merge, struct json *doc,
		       struct json *patch)
{
	const struct json *found = json_get(patch, "$retainKeys");

	if (found == NULL)
		return 0;
	scope_json struct json *names = json_take(patch, found);
	if (!covers(names, patch)) {
		status_bad_request(merge->status,
				   "invalid patch format of retainKeys");
		return ST_EINVAL;
	}
	json_filter(doc, is_listed, names);
	return 0;
}

static const struct json *first_order(const struct json *patch)
{
	json_each (member, patch) {
		if (begins(json_name(member), ORDER))
			return member;
	}
	return NULL;
}

/* What is no list cannot be put into an order. */
static int must_be_list(struct merge *merge, const struct json *value)
{
	if (value == NULL || json_type(value) == JSON_ARRAY)
		return 0;
	status_bad_request(merge->status,
			   "expected a []interface {}, but received a %s",
			   patch_text_type(value));
	return ST_EINVAL;
}

/* One ordered list, with what the patch changes in it. */
static int merge_ordered(struct merge *merge, struct json *doc,
			 struct json *patch, const struct schema_field *at,
			 const char *name, const struct json *order)
{
	const struct json *old = json_get(doc, name);
	const struct json *found = json_get(patch, name);
	const struct schema_field *field = below(at, name);

	if (must_be_list(merge, order) < 0 || must_be_list(merge, old) < 0 ||
	    must_be_list(merge, found) < 0)
		return ST_EINVAL;
	if ((old == NULL && found == NULL) || field == NULL || !field->merges)
		return 0;
	scope_json struct json *change =
		found != NULL ? json_take(patch, found) : NULL;
	return patch_list_merge(merge, json_child_array(doc, name), change,
				field, order);
}

static int merge_orders(struct merge *merge, struct json *doc,
			struct json *patch, const struct schema_field *at)
{
	const struct json *found;

	while ((found = first_order(patch)) != NULL) {
		scope_free char *name =
			mem_strdup(json_name(found) + strlen(ORDER));
		scope_json struct json *order = json_take(patch, found);
		int rc = merge_ordered(merge, doc, patch, at, name, order);

		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Moves a value out of its place, where a null stays. */
struct json *patch_strategic_steal(struct json *value)
{
	struct json *own = json_new_null();

	json_swap(own, value);
	return own;
}

static int merge_lists(struct merge *merge, struct json *doc,
		       struct json *value, const struct schema_field *field,
		       bool deletes)
{
	if (field == NULL || !field->merges) {
		json_swap(doc, value);
		return 0;
	}
	if (deletes)
		return patch_list_delete(merge, doc, value);
	return patch_list_merge(merge, doc, value, field, NULL);
}

static int merge_member(struct merge *merge, struct json *doc,
			struct json *value, const struct schema_field *at)
{
	const char *name = json_name(value);
	bool deletes = begins(name, DELETE);
	const struct schema_field *field;

	name += deletes ? strlen(DELETE) : 0;
	field = below(at, name);
	if (json_type(value) == JSON_NULL) {
		json_remove(doc, name);
		return 0;
	}
	const struct json *old = json_get(doc, name);
	if (json_type(old) != json_type(value)) {
		if (deletes || is_deletion(value))
			return 0;
		patch_strategic_clean(value);
		json_set(doc, name, patch_strategic_steal(value));
		return 0;
	}
	struct json *mine = json_mut(doc, old);
	if (json_type(value) == JSON_ARRAY)
		return merge_lists(merge, mine, value, field, deletes);
	if (json_type(value) == JSON_OBJECT &&
	    (field == NULL || !field->replaces))
		return patch_strategic_merge(merge, mine, value, field);
	json_swap(mine, value);
	return 0;
}

int patch_strategic_merge(struct merge *merge, struct json *doc,
			  struct json *patch, const struct schema_field *at)
{
	int rc;

	if (obey(merge, doc, patch, &rc))
		return rc;
	rc = retain_keys(merge, doc, patch);
	if (rc == 0)
		rc = merge_orders(merge, doc, patch, at);
	for (const struct json *i = json_first(patch); rc == 0 && i != NULL;
	     i = json_next(i))
		rc = merge_member(merge, doc, json_mut(patch, i), at);
	return rc;
}

int patch_strategic(struct json *doc, const struct json *patch,
		    const struct schema_type *type, struct status *status)
{
	const struct schema_field root = {.form = SCHEMA_OBJECT, .type = type};
	struct merge merge = {.status = status};

	if (json_type(patch) == JSON_NULL)
		return 0;
	if (json_type(patch) != JSON_OBJECT) {
		status_bad_request(status,
				   "error decoding patch: json: cannot "
				   "unmarshal %s into Go value of type "
				   "map[string]interface {}",
				   patch_text_word(patch));
		return ST_EINVAL;
	}
	int rc = patch_size_check(patch, status);
	if (rc < 0)
		return rc;
	scope_json struct json *own = json_dup(patch);
	return patch_strategic_merge(&merge, doc, own, &root);
}
