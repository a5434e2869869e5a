/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/strmap.h"

#include <string.h>

#include "controller/hash.h"
#include "statefuld/mem.h"

struct strmap_slot {
	char *key; /* NULL with value NULL: free; with value: never */
	void *value;
	uint32_t hash;
	uint32_t grave; /* had an entry: look on behind it */
};

void strmap_init(struct strmap *map)
{
	*map = (struct strmap){0};
}

void strmap_fini(struct strmap *map)
{
	for (size_t i = 0; i < map->room; i++)
		free(map->slots[i].key);
	free(map->slots);
	*map = (struct strmap){0};
}

static uint32_t hash_of(const char *key)
{
	return hash_end(hash_bytes(hash_seed(), key, strlen(key)));
}

static struct strmap_slot *find(const struct strmap *map, const char *key,
				uint32_t hash)
{
	size_t i = hash;

	if (map->room == 0)
		return NULL;
	for (;; i++) {
		struct strmap_slot *slot = &map->slots[i & (map->room - 1)];

		if (slot->key == NULL && !slot->grave)
			return NULL;
		if (slot->key != NULL && slot->hash == hash &&
		    strcmp(slot->key, key) == 0)
			return slot;
	}
}

static void place(struct strmap *map, const struct strmap_slot *entry)
{
	size_t i = entry->hash;

	while (map->slots[i & (map->room - 1)].key != NULL)
		i++;
	map->slots[i & (map->room - 1)] = *entry;
}

static void resize(struct strmap *map)
{
	struct strmap_slot *old = map->slots;
	size_t old_room = map->room;

	map->room = 8;
	while (map->room < (map->n + 1) * 2)
		map->room *= 2;
	map->slots = mem_calloc(map->room, sizeof(*map->slots));
	for (size_t i = 0; i < old_room; i++)
		if (old[i].key != NULL)
			place(map, &old[i]);
	map->used = map->n;
	free(old);
}

void *strmap_get(const struct strmap *map, const char *key)
{
	struct strmap_slot *slot = find(map, key, hash_of(key));

	return slot ? slot->value : NULL;
}

void strmap_put(struct strmap *map, const char *key, void *value)
{
	uint32_t hash = hash_of(key);
	struct strmap_slot *slot = find(map, key, hash);

	st_assert(value != NULL);
	if (slot != NULL) {
		slot->value = value;
		return;
	}
	if ((map->used + 1) * 4 > map->room * 3)
		resize(map);
	place(map, &(struct strmap_slot){.key = mem_strdup(key),
					 .value = value,
					 .hash = hash});
	map->n++;
	map->used++;
}

void *strmap_take(struct strmap *map, const char *key)
{
	struct strmap_slot *slot = find(map, key, hash_of(key));
	void *value;

	if (slot == NULL)
		return NULL;
	value = slot->value;
	free(slot->key);
	*slot = (struct strmap_slot){.grave = 1};
	map->n--;
	return value;
}

void *strmap_next(const struct strmap *map, size_t *at)
{
	while (*at < map->room) {
		const struct strmap_slot *slot = &map->slots[(*at)++];

		if (slot->key != NULL)
			return slot->value;
	}
	return NULL;
}
