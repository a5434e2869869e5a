/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/elements.h"

#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* More keys than any list of ours has. */
enum { ELEMENTS_KEYS = 8 };

bool elements_are_hidden(const struct schema_field *at)
{
	if (at == NULL || at->atomic)
		return true;
	switch (at->form) {
	case SCHEMA_OBJECT:
		return at->type == NULL || at->type->atomic;
	case SCHEMA_MAP:
		return false;
	case SCHEMA_LIST:
		return at->list == SCHEMA_ATOMIC;
	default:
		return true;
	}
}

static int by_text(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static void add_key_member(struct buf *out, const char *key,
			   const struct json *value)
{
	scope_json struct json *name = json_new_str(key);
	scope_free char *name_text = json_print(name);
	scope_free char *text = json_print(value);

	buf_puts(out, out->data[out->len - 1] != '{' ? "," : "");
	buf_puts(out, name_text);
	buf_puts(out, ":");
	buf_puts(out, text);
}

/* NULL if one of the keys is missing and has no fallback. */
static char *keyed_name(const struct schema_field *list,
			const struct json *element)
{
	const char *keys[ELEMENTS_KEYS];
	size_t n = 0;
	struct buf out;

	for (; list->keys[n] != NULL && n < ELEMENTS_KEYS; n++)
		keys[n] = list->keys[n];
	sort_items(keys, n, sizeof(*keys), by_text);
	buf_init(&out, 0);
	buf_puts(&out, "k:{");
	for (size_t i = 0; i < n; i++) {
		const struct json *value = json_get(element, keys[i]);
		const struct schema_field *field =
			schema_field(list->item->type, keys[i]);
		scope_json struct json *fallback = NULL;

		if (value == NULL && field != NULL && field->fallback != NULL)
			value = fallback = json_new_str(field->fallback);
		if (value == NULL) {
			buf_fini(&out);
			return NULL;
		}
		add_key_member(&out, keys[i], value);
	}
	buf_puts(&out, "}");
	return buf_steal(&out);
}

static char *member_name(const char *name)
{
	size_t size = strlen(name) + 1;
	char *text = mem_alloc(2 + size);

	memcpy(text, "f:", 2);
	memcpy(text + 2, name, size);
	return text;
}

static char *name_of(const struct schema_field *at, const struct json *child)
{
	if (json_name(child) != NULL)
		return member_name(json_name(child));
	if (at->list == SCHEMA_SET) {
		scope_free char *text = json_print(child);

		return mem_printf("v:%s", text);
	}
	if (at->keys == NULL || at->item == NULL || at->item->type == NULL)
		return NULL;
	return keyed_name(at, child);
}

static int by_name(const void *a, const void *b)
{
	const struct element *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order != 0)
		return order;
	return x->place < y->place ? -1 : x->place > y->place;
}

static void drop_twins(struct elements *elements)
{
	size_t kept = 0;

	for (size_t i = 0; i < elements->n; i++) {
		struct element *one = &elements->v[i];

		if (kept > 0 &&
		    strcmp(elements->v[kept - 1].name, one->name) == 0) {
			elements->twin = one->value;
			free(one->name);
			continue;
		}
		elements->v[kept++] = *one;
	}
	elements->n = kept;
}

static bool has_children(const struct schema_field *at,
			 const struct json *value)
{
	if (elements_are_hidden(at))
		return false;
	return json_type(value) ==
	       (at->form == SCHEMA_LIST ? JSON_ARRAY : JSON_OBJECT);
}

void elements_of(struct elements *elements, const struct schema_field *at,
		 const struct json *value)
{
	size_t place = 0, n = json_len(value);

	*elements = (struct elements){0};
	if (n == 0 || !has_children(at, value))
		return;
	elements->v = mem_calloc(n, sizeof(*elements->v));
	json_each (child, value) {
		char *name = name_of(at, child);

		if (name == NULL) {
			elements->nameless = child;
			name = mem_printf("i:%zu", place);
		}
		elements->v[elements->n++] = (struct element){
			.name = name, .value = child, .place = place++};
	}
	sort_items(elements->v, elements->n, sizeof(*elements->v), by_name);
	drop_twins(elements);
}

void elements_fini(struct elements *elements)
{
	for (size_t i = 0; i < elements->n; i++)
		free(elements->v[i].name);
	free(elements->v);
	*elements = (struct elements){0};
}

const struct element *elements_find(const struct elements *elements,
				    const char *name)
{
	size_t low = 0, high = elements->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(name, elements->v[mid].name);

		if (order == 0)
			return &elements->v[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct schema_field *elements_field(const struct schema_field *at,
					  const char *name)
{
	if (at == NULL)
		return NULL;
	if (at->form == SCHEMA_OBJECT)
		return at->type != NULL ? schema_field(at->type, name + 2)
					: NULL;
	return at->item;
}
