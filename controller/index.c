/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"

enum { INLINE_IDS = 3 };
static const uint32_t BAG = UINT32_C(1) << 31;
static const uint32_t NONE = UINT32_MAX;

/* `value` is an id, or a bag's number with the BAG bit, or NONE. */
struct index_slot {
	uint32_t hash, value;
};

/* Up to three ids live in the bag itself. The cap of a list is the power of
 * two at or above n. A free bag has n = 0 and the next free one in few[0]. */
struct index_bag {
	uint32_t n;
	uint32_t few[INLINE_IDS];
};

/* A pointer fits where few[1] and few[2] are, which lie on 8 bytes. */
_Static_assert(sizeof(uint32_t *) <= 2 * sizeof(uint32_t), "pointer in a bag");

static uint32_t *bag_list(const struct index_bag *bag)
{
	uint32_t *list;

	memcpy(&list, &bag->few[1], sizeof(list));
	return list;
}

static void bag_set_list(struct index_bag *bag, uint32_t *list)
{
	memcpy(&bag->few[1], &list, sizeof(list));
}

static const uint32_t *bag_ids(const struct index_bag *bag)
{
	return bag->n <= INLINE_IDS ? bag->few : bag_list(bag);
}

void index_init(struct index *index)
{
	*index = (struct index){.free_bag = NONE};
}

void index_fini(struct index *index)
{
	for (uint32_t i = 0; i < index->n_bags; i++)
		if (index->bags[i].n > INLINE_IDS)
			free(bag_list(&index->bags[i]));
	free(index->bags);
	free(index->slots);
	index_init(index);
}

/* The hash's slot, or the free one where it would go. */
static uint32_t probe(const struct index *index, uint32_t hash)
{
	uint32_t mask = index->cap - 1;
	uint32_t i = hash & mask;

	while (index->slots[i].value != NONE && index->slots[i].hash != hash)
		i = (i + 1) & mask;
	return i;
}

static void grow(struct index *index)
{
	struct index_slot *old = index->slots;
	uint32_t old_cap = index->cap;

	index->cap = old_cap ? old_cap * 2 : 8;
	index->slots = mem_calloc(index->cap, sizeof(*old));
	for (uint32_t i = 0; i < index->cap; i++)
		index->slots[i].value = NONE;
	for (uint32_t i = 0; i < old_cap; i++)
		if (old[i].value != NONE)
			index->slots[probe(index, old[i].hash)] = old[i];
	free(old);
}

static uint32_t new_bag(struct index *index)
{
	uint32_t number = index->free_bag;

	if (number != NONE) {
		index->free_bag = index->bags[number].few[0];
	} else {
		mem_grow(index->bags, index->n_bags);
		number = index->n_bags++;
	}
	index->bags[number] = (struct index_bag){0};
	return number;
}

static void bag_add(struct index_bag *bag, uint32_t id)
{
	uint32_t *list;

	if (bag_ids(bag)[bag->n - 1] == id)
		return;
	if (bag->n < INLINE_IDS) {
		bag->few[bag->n++] = id;
		return;
	}
	if (bag->n == INLINE_IDS) {
		list = mem_calloc(INLINE_IDS + 1, sizeof(*list));
		memcpy(list, bag->few, sizeof(bag->few));
	} else {
		list = bag_list(bag);
		mem_grow(list, bag->n);
	}
	list[bag->n++] = id;
	bag_set_list(bag, list);
}

void index_add(struct index *index, uint32_t hash, uint32_t id)
{
	struct index_slot *slot;
	uint32_t number;

	st_assert(id < BAG - 1);
	if (index->n + 1 > index->cap / 8 * 7)
		grow(index);
	slot = &index->slots[probe(index, hash)];
	if (slot->value == NONE) {
		*slot = (struct index_slot){hash, id};
		index->n++;
		return;
	}
	if (!(slot->value & BAG)) {
		if (slot->value == id)
			return;
		number = new_bag(index);
		index->bags[number].n = 1;
		index->bags[number].few[0] = slot->value;
		slot->value = number | BAG;
	}
	bag_add(&index->bags[slot->value & ~BAG], id);
}

/* The newest is at the end, and so is what is taken out most often. */
static bool bag_remove(struct index_bag *bag, uint32_t id)
{
	bool is_apart = bag->n > INLINE_IDS;
	uint32_t *list = is_apart ? bag_list(bag) : bag->few;
	uint32_t i = bag->n;

	while (i > 0 && list[i - 1] != id)
		i--;
	if (i == 0)
		return false;
	list[i - 1] = list[--bag->n];
	if (is_apart && bag->n == INLINE_IDS) {
		memcpy(bag->few, list, sizeof(bag->few));
		free(list);
	}
	return true;
}

static void unplace(struct index *index, uint32_t gap)
{
	uint32_t mask = index->cap - 1;

	for (uint32_t i = (gap + 1) & mask; index->slots[i].value != NONE;
	     i = (i + 1) & mask) {
		uint32_t home = index->slots[i].hash & mask;

		if (((i - home) & mask) >= ((i - gap) & mask)) {
			index->slots[gap] = index->slots[i];
			gap = i;
		}
	}
	index->slots[gap].value = NONE;
	index->n--;
}

void index_remove(struct index *index, uint32_t hash, uint32_t id)
{
	uint32_t at, number;
	struct index_bag *bag;

	if (index->cap == 0)
		return;
	at = probe(index, hash);
	number = index->slots[at].value;
	if (number == id)
		unplace(index, at);
	if (number == NONE || !(number & BAG))
		return;
	number &= ~BAG;
	bag = &index->bags[number];
	if (!bag_remove(bag, id) || bag->n > 1)
		return;
	index->slots[at].value = bag->few[0];
	*bag = (struct index_bag){.few = {index->free_bag}};
	index->free_bag = number;
}

const uint32_t *index_get(const struct index *index, uint32_t hash,
			  uint32_t *ret_n)
{
	const struct index_slot *slot;
	const struct index_bag *bag;

	*ret_n = 0;
	if (index->cap == 0)
		return NULL;
	slot = &index->slots[probe(index, hash)];
	if (slot->value == NONE)
		return NULL;
	if (!(slot->value & BAG)) {
		*ret_n = 1;
		return &slot->value;
	}
	bag = &index->bags[slot->value & ~BAG];
	*ret_n = bag->n;
	return bag_ids(bag);
}

size_t index_bytes(const struct index *index)
{
	size_t bytes = index->cap * sizeof(struct index_slot) +
		       index->n_bags * sizeof(struct index_bag);

	for (uint32_t i = 0; i < index->n_bags; i++)
		if (index->bags[i].n > INLINE_IDS)
			bytes += index->bags[i].n * sizeof(uint32_t);
	return bytes;
}
