/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/typed.h"

#include <string.h>

#include "lab/elements.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* A scalar where a list or an object belongs, and the like. */
static bool is_odd(const struct schema_field *at, const struct json *value)
{
	enum json_type want =
		at->form == SCHEMA_LIST ? JSON_ARRAY : JSON_OBJECT;

	return json_type(value) > JSON_NULL && json_type(value) != want;
}

/* Two values without children are compared whole; this tells an empty one from
 * none. */
static bool is_leaf(const struct schema_field *at, const struct json *was,
		    const struct json *is)
{
	if (elements_are_hidden(at) || is_odd(at, was) || is_odd(at, is))
		return true;
	return json_first(was) == NULL && json_first(is) == NULL;
}

static void compare_leaf(struct fieldset *set, const struct json *was,
			 const struct json *is)
{
	if (was == NULL)
		set->marks |= TYPED_ADDED;
	else if (is == NULL)
		set->marks |= TYPED_REMOVED;
	else if (!json_equal(was, is))
		set->marks |= TYPED_CHANGED;
}

static void compare_child(struct fieldset *set, const struct schema_field *at,
			  const struct element *was, const struct element *is)
{
	const char *name = was != NULL ? was->name : is->name;

	typed_compare(fieldset_append(set, name), elements_field(at, name),
		      was != NULL ? was->value : NULL,
		      is != NULL ? is->value : NULL);
	fieldset_drop_last_empty(set);
}

void typed_compare(struct fieldset *set, const struct schema_field *at,
		   const struct json *was, const struct json *is)
{
	scope_elements struct elements a = {0}, b = {0};
	size_t i = 0, k = 0;

	/* Most of what is compared did not change. */
	if (was != NULL && is != NULL && json_equal(was, is))
		return;
	if (is_leaf(at, was, is)) {
		compare_leaf(set, was, is);
		return;
	}
	elements_of(&a, at, was);
	elements_of(&b, at, is);
	while (i < a.n || k < b.n) {
		int order = i < a.n ? -1 : 1;

		if (i < a.n && k < b.n)
			order = strcmp(a.v[i].name, b.v[k].name);
		compare_child(set, at, order <= 0 ? &a.v[i] : NULL,
			      order >= 0 ? &b.v[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
	if (was == NULL)
		set->marks |= TYPED_ADDED;
	else if (is == NULL)
		set->marks |= TYPED_REMOVED;
}

static bool is_declared(const struct schema_field *at,
			const struct schema_field *child)
{
	return at->form == SCHEMA_OBJECT && child != NULL;
}

static bool is_bare(const struct json *value)
{
	return json_type(value) == JSON_NULL ||
	       (json_type(value) == JSON_OBJECT && json_first(value) == NULL);
}

void typed_fields(struct fieldset *set, const struct schema_field *at,
		  const struct json *value)
{
	scope_elements struct elements elements;

	elements_of(&elements, at, value);
	if (elements_are_hidden(at) || is_odd(at, value)) {
		set->marks = FIELDSET_IN;
		return;
	}
	for (size_t i = 0; i < elements.n; i++) {
		const struct element *one = &elements.v[i];
		const struct schema_field *field =
			elements_field(at, one->name);
		struct fieldset *kid = fieldset_append(set, one->name);

		typed_fields(kid, field, one->value);
		if (!is_declared(at, field) || is_bare(one->value))
			kid->marks = FIELDSET_IN;
		fieldset_drop_last_empty(set);
	}
}

static struct json *merge_object(const struct schema_field *at,
				 const struct json *live,
				 const struct json *applied)
{
	struct json *out = json_new_object();
	scope_elements struct elements a, b;

	elements_of(&a, at, live);
	elements_of(&b, at, applied);
	json_each (member, live) {
		const char *name = json_name(member);
		scope_free char *element = mem_printf("f:%s", name);
		const struct element *other = elements_find(&b, element);

		json_set(out, name,
			 typed_merge(elements_field(at, element), member,
				     other != NULL ? other->value : NULL));
	}
	for (size_t i = 0; i < b.n; i++) {
		if (elements_find(&a, b.v[i].name) == NULL)
			json_set(out, b.v[i].name + 2, json_dup(b.v[i].value));
	}
	return out;
}

struct ordered {
	const struct element **v;    /* as they stand in the list */
	const struct element **twin; /* the same one of the other list */
	size_t n;
};

static int by_place(const void *a, const void *b)
{
	const struct element *const *x = a, *const *y = b;

	return (*x)->place < (*y)->place ? -1 : (*x)->place > (*y)->place;
}

static void put_in_order(struct ordered *ordered,
			 const struct elements *elements,
			 const struct elements *others)
{
	size_t n = elements->n;

	ordered->n = n;
	ordered->v = mem_calloc(n, sizeof(*ordered->v));
	ordered->twin = mem_calloc(n, sizeof(*ordered->twin));
	for (size_t i = 0; i < n; i++)
		ordered->v[i] = &elements->v[i];
	sort_items(ordered->v, n, sizeof(*ordered->v), by_place);
	for (size_t i = 0; i < n; i++)
		ordered->twin[i] = elements_find(others, ordered->v[i]->name);
}

static void drop_order(struct ordered *ordered)
{
	free(ordered->v);
	free(ordered->twin);
}
#define scope_ordered st_cleanup(drop_order)

/* Elements of both come in the applied order; those of the live list alone
 * stay where they are between their neighbours. */
static struct json *merge_list(const struct schema_field *at,
			       const struct json *live,
			       const struct json *applied)
{
	struct json *out = json_new_array();
	scope_elements struct elements a, b;
	scope_ordered struct ordered l = {0}, r = {0};
	size_t i = 0;

	elements_of(&a, at, live);
	elements_of(&b, at, applied);
	put_in_order(&l, &a, &b);
	put_in_order(&r, &b, &a);
	for (size_t k = 0; k < r.n; k++) {
		const struct element *twin = r.twin[k];

		/* What stands in front of it in the live list alone. */
		for (; twin != NULL && i < l.n && l.v[i]->place < twin->place;
		     i++) {
			if (l.twin[i] == NULL)
				json_push(out, json_dup(l.v[i]->value));
		}
		json_push(out, typed_merge(at->item,
					   twin != NULL ? twin->value : NULL,
					   r.v[k]->value));
	}
	for (; i < l.n; i++) {
		if (l.twin[i] == NULL)
			json_push(out, json_dup(l.v[i]->value));
	}
	return out;
}

struct json *typed_merge(const struct schema_field *at, const struct json *live,
			 const struct json *applied)
{
	if (applied == NULL)
		return json_dup(live);
	if (live == NULL || is_leaf(at, live, applied))
		return json_dup(applied);
	if (json_first(applied) == NULL)
		return json_dup(live);
	if (at->form == SCHEMA_LIST)
		return merge_list(at, live, applied);
	return merge_object(at, live, applied);
}

void typed_remove(struct json *value, const struct schema_field *at,
		  const struct fieldset *set)
{
	scope_elements struct elements elements;

	elements_of(&elements, at, value);
	for (size_t i = 0; i < elements.n; i++) {
		const struct element *one = &elements.v[i];
		const struct fieldset *kid = fieldset_find(set, one->name);

		if (kid == NULL)
			continue;
		if (kid->marks == 0)
			typed_remove(json_mut(value, one->value),
				     elements_field(at, one->name), kid);
		bool is_parent = json_type(one->value) >= JSON_ARRAY;
		if (kid->marks != 0 ||
		    (is_parent && json_first(one->value) == NULL))
			json_free(json_take(value, one->value));
	}
}

void typed_close(struct fieldset *set, const struct schema_field *at)
{
	for (size_t i = 0; i < set->n; i++) {
		struct fieldset *kid = &set->kids[i];
		const struct schema_field *field =
			elements_field(at, kid->name);

		if (kid->n > 0 && kid->name[0] == 'f' && at != NULL &&
		    is_declared(at, field))
			kid->marks = FIELDSET_IN;
		typed_close(kid, field);
	}
}

static struct json *zero_of(const struct schema_field *field)
{
	switch (field->form) {
	case SCHEMA_STRING:
		return json_new_str("");
	case SCHEMA_BOOL:
		return json_new_bool(false);
	case SCHEMA_INT32:
	case SCHEMA_INT64:
		return json_new_int(0);
	case SCHEMA_OBJECT:
		return elements_are_hidden(field) ? json_new_null()
						  : typed_zero(field->type);
	default:
		return json_new_null();
	}
}

struct json *typed_zero(const struct schema_type *type)
{
	struct json *out = json_new_object();

	for (size_t i = 0; i < type->n_fields; i++) {
		const struct schema_field *field = &type->fields[i];
		bool is_meta = strcmp(field->name, "metadata") == 0;

		if (field->keep || field->required || is_meta)
			json_set(out, field->name, zero_of(field));
	}
	return out;
}

static size_t place_of(const struct elements *elements,
		       const struct json *value)
{
	for (size_t i = 0; i < elements->n; i++) {
		if (elements->v[i].value == value)
			return elements->v[i].place;
	}
	return 0;
}

static void tell_twin(struct buf *text, const struct schema_field *at,
		      const struct json *twin)
{
	scope_json struct json *list = json_new_array();
	scope_elements struct elements one;

	json_push(list, json_dup(twin));
	elements_of(&one, at, list);
	buf_puts(text, ": duplicate entries for key ");
	fieldset_show(text, one.v[0].name);
}

static void check_list(struct buf *text, const struct schema_field *at,
		       const struct elements *elements)
{
	if (elements->nameless == NULL) {
		tell_twin(text, at, elements->twin);
		return;
	}
	buf_printf(text,
		   ": element %zu: associative list with keys has an element "
		   "that omits key field \"%s\" (and doesn't have default "
		   "value)",
		   place_of(elements, elements->nameless),
		   at->keys != NULL ? at->keys[0] : "");
}

void typed_check_lists(struct buf *text, const struct schema_field *at,
		       const struct json *value)
{
	scope_elements struct elements elements;
	size_t len = text->len;

	elements_of(&elements, at, value);
	if (json_type(value) == JSON_ARRAY &&
	    (elements.nameless != NULL || elements.twin != NULL)) {
		check_list(text, at, &elements);
		return;
	}
	for (size_t i = 0; i < elements.n; i++) {
		const struct element *one = &elements.v[i];

		fieldset_show(text, one->name);
		size_t to_here = text->len;
		typed_check_lists(text, elements_field(at, one->name),
				  one->value);
		if (text->len != to_here)
			return;
		text->len = len;
		text->data[len] = '\0';
	}
}
