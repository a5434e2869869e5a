/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/patch_list.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "lab/patch_text.h"
#include "lab/schema.h"
#include "lab/status.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* Lookups are one by one; this many take well below a second. */
enum { PATCH_LIST_LOOKS = 20 * 1000 * 1000 };

struct item {
	struct json *value;
	size_t server; /* place in the old list; SIZE_MAX: it is new */
	size_t wanted; /* place in the order; SIZE_MAX: not named there */
};

struct items {
	struct item *v;
	size_t n;
	const char *key; /* NULL: elements are scalars */
};

static void drop_items(struct items *items)
{
	for (size_t i = 0; i < items->n; i++)
		json_free(items->v[i].value);
	free(items->v);
}
#define scope_items st_cleanup(drop_items)

static void push(struct items *items, struct json *take_value, size_t server)
{
	mem_grow(items->v, items->n);
	items->v[items->n++] = (struct item){
		.value = take_value, .server = server, .wanted = SIZE_MAX};
}

static const struct json *key_of(const struct items *items,
				 const struct json *element)
{
	return items->key != NULL ? json_get(element, items->key) : element;
}

static int no_key(struct merge *merge, const struct json *element,
		  const char *key)
{
	scope_free char *text = patch_text(element);

	status_bad_request(merge->status,
			   "map: %s does not contain declared merge key: %s",
			   text, key);
	return ST_EINVAL;
}

static int look(struct merge *merge, size_t n)
{
	merge->looked += n;
	if (merge->looked <= PATCH_LIST_LOOKS)
		return 0;
	status_set(merge->status, 413, "RequestEntityTooLarge",
		   "the lists of the patch are too long to be merged");
	return ST_ELIMIT;
}

static size_t find_item(const struct items *items, const struct json *key)
{
	for (size_t i = 0; i < items->n; i++) {
		if (json_equal(key_of(items, items->v[i].value), key))
			return i;
	}
	return SIZE_MAX;
}

static void take_all(struct items *items, struct json *list)
{
	const struct json *first;

	for (size_t i = 0; (first = json_first(list)) != NULL; i++)
		push(items, json_take(list, first), i);
}

static void delete_items(struct items *items, const struct json *key)
{
	size_t kept = 0;

	for (size_t i = 0; i < items->n; i++) {
		if (json_equal(key_of(items, items->v[i].value), key))
			json_free(items->v[i].value);
		else
			items->v[kept++] = items->v[i];
	}
	items->n = kept;
}

/* An element with "$patch". */
static int obey_element(struct merge *merge, struct items *items,
			const struct json *element, bool *ret_replaces)
{
	const struct json *directive = json_get(element, "$patch");
	const struct json *key = key_of(items, element);
	const char *text = json_value_str(directive);

	if (text != NULL && strcmp(text, "replace") == 0) {
		*ret_replaces = true;
		return 0;
	}
	if (text != NULL && strcmp(text, "merge") == 0) {
		status_bad_request(merge->status,
				   "merging lists cannot yet be specified in "
				   "the patch");
		return ST_EINVAL;
	}
	if (text == NULL || strcmp(text, "delete") != 0)
		return patch_strategic_bad_directive(merge->status, directive,
						     element);
	if (key == NULL)
		return no_key(merge, element, items->key);
	delete_items(items, key);
	return look(merge, items->n);
}

/* Does what elements with "$patch" say, and takes them out of the patch. */
static int obey_elements(struct merge *merge, struct items *items,
			 struct json *patch)
{
	bool replaces = false;
	const struct json *next;

	for (const struct json *i = json_first(patch); i != NULL; i = next) {
		next = json_next(i);
		if (json_get(i, "$patch") == NULL)
			continue;
		int rc = obey_element(merge, items, i, &replaces);
		if (rc < 0)
			return rc;
		json_free(json_take(patch, i));
	}
	if (!replaces)
		return 0;
	for (size_t i = 0; i < items->n; i++)
		json_free(items->v[i].value);
	items->n = 0;
	return 0;
}

static int merge_element(struct merge *merge, struct items *items,
			 struct json *element, const struct schema_field *field)
{
	const struct json *key = key_of(items, element);
	size_t i;

	if (key == NULL)
		return no_key(merge, element, items->key);
	int rc = look(merge, items->n);
	if (rc < 0)
		return rc;
	i = find_item(items, key);
	if (i != SIZE_MAX && items->key != NULL)
		return patch_strategic_merge(merge, items->v[i].value, element,
					     field->item);
	if (i == SIZE_MAX) {
		struct json *fresh = json_dup(element);

		patch_strategic_clean(fresh);
		push(items, fresh, SIZE_MAX);
	}
	return 0;
}

static int merge_elements(struct merge *merge, struct items *items,
			  struct json *patch, const struct schema_field *field)
{
	for (const struct json *i = json_first(patch); i != NULL;
	     i = json_next(i)) {
		/* Its key is still needed for the order. */
		scope_json struct json *own = json_dup(i);
		int rc = merge_element(merge, items, own, field);

		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Elements of both lists are all objects or all scalars of one type. */
static int check_types(struct merge *merge, const struct json *list,
		       const struct json *patch, enum json_type *ret_type)
{
	const struct json *const both[] = {list, patch};
	enum json_type type = JSON_NONE;

	for (size_t i = 0; i < 2; i++) {
		json_each (element, both[i]) {
			enum json_type is = json_type(element);

			if (is == JSON_ARRAY)
				goto fail_nested;
			if (type != JSON_NONE && is != type)
				goto fail_mixed;
			type = is;
		}
	}
	*ret_type = type;
	return 0;
fail_nested:
	status_bad_request(merge->status, "lists of lists are not supported");
	return ST_EINVAL;
fail_mixed:;
	scope_free char *old = patch_text(list);
	scope_free char *new = patch_text(patch);
	status_bad_request(merge->status,
			   "list element types are not identical: [%s %s]", old,
			   new);
	return ST_EINVAL;
}

static int bad_order(struct merge *merge, const struct json *patch,
		     const struct json *order)
{
	scope_free char *is = patch_text(patch);
	scope_free char *want = patch_text(order);

	status_bad_request(merge->status,
			   "The order in patch list:\n%s\n doesn't match "
			   "$setElementOrder list:\n%s\n",
			   is, want);
	return ST_EINVAL;
}

/* The patch's elements come in the order's order, and all are in it. */
static int check_order(struct merge *merge, const struct items *items,
		       const struct json *patch, const struct json *order)
{
	const struct json *want = json_first(order);

	if (json_first(patch) == NULL || want == NULL)
		return 0;
	json_each (element, patch) {
		const struct json *key = key_of(items, element);

		if (key == NULL)
			return no_key(merge, element, items->key);
		while (want != NULL && !json_equal(key_of(items, want), key))
			want = json_next(want);
		if (want == NULL)
			return bad_order(merge, patch, order);
		want = json_next(want);
	}
	return 0;
}

static int find_places(struct merge *merge, struct items *items,
		       const struct json *order)
{
	size_t place = 0;

	json_each (element, order) {
		int rc = look(merge, items->n);

		if (rc < 0)
			return rc;
		size_t i = find_item(items, key_of(items, element));
		if (i != SIZE_MAX && items->v[i].wanted == SIZE_MAX)
			items->v[i].wanted = place;
		place++;
	}
	return 0;
}

/* Named elements in their order, then the others in the server's. */
static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->wanted != y->wanted)
		return x->wanted < y->wanted ? -1 : 1;
	if (x->server != y->server)
		return x->server < y->server ? -1 : 1;
	return 0;
}

/* One of the server alone goes in front of a named one that it was in front
 * of before. */
static void give_back(struct items *items, struct json *list)
{
	size_t named = 0, i = 0;

	sort_items(items->v, items->n, sizeof(*items->v), by_place);
	while (named < items->n && items->v[named].wanted != SIZE_MAX)
		named++;
	for (size_t k = named; i < named || k < items->n;) {
		bool server_first = i == named;

		if (i < named && k < items->n)
			server_first = items->v[i].server != SIZE_MAX &&
				       items->v[k].server < items->v[i].server;
		json_push(list, items->v[server_first ? k++ : i++].value);
	}
	items->n = 0;
}

static int merge_all(struct merge *merge, struct items *items,
		     struct json *patch, const struct schema_field *field,
		     const struct json *order)
{
	int rc = patch != NULL ? obey_elements(merge, items, patch) : 0;

	if (rc == 0 && order != NULL)
		rc = check_order(merge, items, patch, order);
	if (rc == 0)
		rc = merge_elements(merge, items, patch, field);
	if (rc == 0)
		rc = find_places(merge, items, order != NULL ? order : patch);
	return rc;
}

int patch_list_merge(struct merge *merge, struct json *list, struct json *patch,
		     const struct schema_field *field, const struct json *order)
{
	scope_items struct items items = {0};
	enum json_type type;
	int rc = check_types(merge, list, patch, &type);

	if (rc < 0 || type == JSON_NONE)
		return rc;
	if (type == JSON_OBJECT && field->merge_key == NULL) {
		status_bad_request(merge->status,
				   "cannot merge lists without merge key for "
				   "%s",
				   field->name);
		return ST_EINVAL;
	}
	items.key = type == JSON_OBJECT ? field->merge_key : NULL;
	take_all(&items, list);
	rc = merge_all(merge, &items, patch, field, order);
	if (rc == 0)
		give_back(&items, list);
	return rc;
}

int patch_list_delete(struct merge *merge, struct json *list,
		      const struct json *values)
{
	scope_items struct items items = {0};

	take_all(&items, list);
	json_each (value, values) {
		int rc = look(merge, items.n);

		if (rc < 0)
			return rc;
		delete_items(&items, value);
	}
	give_back(&items, list);
	return 0;
}
