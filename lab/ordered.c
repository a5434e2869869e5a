/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/ordered.h"

#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/mem.h"

/* links[i] is the pointer of level i that leads to the first item at or
 * behind the key; items of height h have the lowest h levels. */
static void find(struct ordered *map, const char *key,
		 struct ordered_item **links[ORDERED_LEVELS])
{
	struct ordered_item **next = map->first;

	for (int level = ORDERED_LEVELS - 1; level >= 0; level--) {
		while (next[level] != NULL && strcmp(next[level]->key, key) < 0)
			next = next[level]->next;
		links[level] = &next[level];
	}
}

struct ordered_item *ordered_from(const struct ordered *map, const char *key)
{
	struct ordered_item *const *next = map->first;

	for (int level = ORDERED_LEVELS - 1; level >= 0; level--) {
		while (next[level] != NULL && strcmp(next[level]->key, key) < 0)
			next = next[level]->next;
	}
	return next[0];
}

struct ordered_item *ordered_get(const struct ordered *map, const char *key)
{
	struct ordered_item *item = ordered_from(map, key);

	return item != NULL && strcmp(item->key, key) == 0 ? item : NULL;
}

struct ordered_item *ordered_after(const struct ordered *map, const char *key)
{
	struct ordered_item *item = ordered_from(map, key);

	if (item != NULL && strcmp(item->key, key) == 0)
		item = item->next[0];
	return item;
}

struct ordered_item *ordered_next(const struct ordered_item *item)
{
	return item->next[0];
}

/* A quarter of each level goes on to the next. */
static size_t random_height(void)
{
	size_t height = 1;

	while (height < ORDERED_LEVELS && clk_random(4) == 0)
		height++;
	return height;
}

void ordered_add(struct ordered *map, const char *key, void *value)
{
	struct ordered_item **links[ORDERED_LEVELS];
	size_t height = random_height();
	struct ordered_item *item =
		mem_alloc(sizeof(*item) + height * sizeof(item->next[0]));

	find(map, key, links);
	st_assert(*links[0] == NULL || strcmp((*links[0])->key, key) != 0);
	item->key = key;
	item->value = value;
	for (size_t i = 0; i < height; i++) {
		item->next[i] = *links[i];
		*links[i] = item;
	}
	map->n++;
}

void ordered_remove(struct ordered *map, const char *key)
{
	struct ordered_item **links[ORDERED_LEVELS];

	find(map, key, links);
	struct ordered_item *item = *links[0];
	st_assert(item != NULL && strcmp(item->key, key) == 0);
	for (size_t i = 0; i < ORDERED_LEVELS && *links[i] == item; i++)
		*links[i] = item->next[i];
	free(item);
	map->n--;
}

void ordered_fini(struct ordered *map)
{
	struct ordered_item *next;

	for (struct ordered_item *i = map->first[0]; i != NULL; i = next) {
		next = i->next[0];
		free(i);
	}
	*map = (struct ordered){0};
}
