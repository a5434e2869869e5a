/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/links.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"

static char *pair_of(const char *from, const char *to)
{
	return mem_printf("%s\n%s", from, to);
}

static void drop(struct links *links, struct ordered_item *item)
{
	char *pair = item->value;

	ordered_remove(&links->map, pair);
	free(pair);
}

void links_fini(struct links *links)
{
	struct ordered_item *item;

	while ((item = ordered_from(&links->map, "")) != NULL)
		drop(links, item);
	ordered_fini(&links->map);
}

void links_add(struct links *links, const char *from, const char *to)
{
	char *pair = pair_of(from, to);

	if (ordered_get(&links->map, pair) != NULL)
		free(pair);
	else
		ordered_add(&links->map, pair, pair);
}

void links_remove(struct links *links, const char *from, const char *to)
{
	scope_free char *pair = pair_of(from, to);
	struct ordered_item *item = ordered_get(&links->map, pair);

	if (item != NULL)
		drop(links, item);
}

/* What an item links `start` ("FROM\n") to; NULL: it begins otherwise. */
static const char *linked(const struct ordered_item *item, const char *start)
{
	size_t len = strlen(start);

	return item != NULL && strncmp(item->key, start, len) == 0
		       ? item->key + len
		       : NULL;
}

void links_each(const struct links *links, const char *from, links_fn fn,
		void *arg)
{
	scope_free char *start = pair_of(from, "");
	struct ordered_item *item = ordered_from(&links->map, start);
	const char *to;

	for (; (to = linked(item, start)) != NULL; item = ordered_next(item))
		fn(to, arg);
}

void links_take(struct links *links, const char *from, links_fn fn, void *arg)
{
	scope_free char *start = pair_of(from, "");
	struct ordered_item *item;
	const char *to;

	while ((to = linked(item = ordered_from(&links->map, start), start)) !=
	       NULL) {
		fn(to, arg);
		drop(links, item);
	}
}
