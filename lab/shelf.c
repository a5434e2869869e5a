/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/shelf.h"

#include <string.h>

#include "lab/content.h"
#include "statefuld/mem.h"

struct entry {
	struct content *content;
	struct owners_link *owners;
};

/* What is cut is longer than any key there is, so it matches none. */
struct key {
	char text[2 * SHELF_KEY_MAX];
};

static const char *make_key(struct key *key, const char *ns, const char *name)
{
	const size_t most = sizeof(key->text) - 2;
	size_t n = strnlen(ns, most);
	size_t m = strnlen(name, most - n);

	memcpy(key->text, ns, n);
	key->text[n] = '/';
	memcpy(key->text + n + 1, name, m);
	key->text[n + 1 + m] = '\0';
	return key->text;
}

struct content *shelf_get(const struct shelf *shelf, enum kind_id kind,
			  const char *ns, const char *name)
{
	struct key key;
	struct ordered_item *item = ordered_get(
		&shelf->map[kind], make_key(&key, ns != NULL ? ns : "", name));

	return item != NULL ? ((struct entry *)item->value)->content : NULL;
}

static void own(struct shelf *shelf, struct entry *entry,
		const struct json *object)
{
	owners_drop(&shelf->owners, entry->owners);
	entry->owners = owners_note(&shelf->owners, object, entry);
}

static void add(struct shelf *shelf, struct ordered *map,
		struct content *take_is, const struct json *object)
{
	struct entry *entry = mem_zalloc(sizeof(*entry));

	entry->content = take_is;
	own(shelf, entry, object);
	ordered_add(map, take_is->key, entry);
}

static void replace(struct shelf *shelf, struct ordered_item *item,
		    struct content *take_is, const struct json *object)
{
	struct entry *entry = item->value;

	own(shelf, entry, object);
	item->key = take_is->key;
	content_unref(entry->content);
	entry->content = take_is;
}

static void free_entry(struct shelf *shelf, struct entry *entry)
{
	owners_drop(&shelf->owners, entry->owners);
	content_unref(entry->content);
	free(entry);
}

static void take_away(struct shelf *shelf, struct ordered *map,
		      struct entry *entry)
{
	ordered_remove(map, entry->content->key);
	free_entry(shelf, entry);
}

void shelf_place(struct shelf *shelf, const struct content *was,
		 struct content *is, const struct json *object)
{
	const struct content *any = is != NULL ? is : was;
	struct ordered *map = &shelf->map[any->object.kind];
	struct ordered_item *item = ordered_get(map, any->key);

	st_assert((item != NULL) == (was != NULL));
	if (is == NULL)
		take_away(shelf, map, item->value);
	else if (item == NULL)
		add(shelf, map, content_ref(is), object);
	else
		replace(shelf, item, content_ref(is), object);
}

/* The first item of a namespace, or behind `after` in it. */
static struct ordered_item *first_of(const struct ordered *map, const char *ns,
				     const char *after)
{
	struct key key;

	if (ns == NULL)
		return after != NULL ? ordered_after(map, after)
				     : ordered_from(map, "");
	make_key(&key, ns, "");
	if (after != NULL && strcmp(after, key.text) > 0)
		return ordered_after(map, after);
	return ordered_from(map, key.text);
}

void shelf_each(const struct shelf *shelf, enum kind_id kind, const char *ns,
		const char *after, shelf_fn fn, void *arg)
{
	struct ordered_item *i = first_of(&shelf->map[kind], ns, after);

	for (; i != NULL; i = ordered_next(i)) {
		struct content *content = ((struct entry *)i->value)->content;

		if (ns != NULL && strcmp(content->object.ns, ns) != 0)
			break;
		if (!fn(content, arg))
			break;
	}
}

struct each_owned {
	shelf_fn fn;
	void *arg;
};

static bool on_owned(void *value, void *arg)
{
	const struct entry *entry = value;
	const struct each_owned *each = arg;

	return each->fn(entry->content, each->arg);
}

void shelf_each_owned(const struct shelf *shelf, const char *owner_uid,
		      shelf_fn fn, void *arg)
{
	struct each_owned each = {fn, arg};

	owners_each(&shelf->owners, owner_uid, on_owned, &each);
}

void shelf_fini(struct shelf *shelf)
{
	for (int kind = 0; kind < KINDS; kind++) {
		struct ordered_item *i = ordered_from(&shelf->map[kind], "");

		for (; i != NULL; i = ordered_next(i))
			free_entry(shelf, i->value);
		ordered_fini(&shelf->map[kind]);
	}
	owners_fini(&shelf->owners);
}
