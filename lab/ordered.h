/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ordered - a map from text to pointers that is walked in order of its keys
 * (a skip list).
 *
 * Threads: belongs to one. Memory: items are the map's; keys and values are
 * the caller's and must outlive their item.
 */
#include <stddef.h>

#include "statefuld/attr.h"

#define ORDERED_LEVELS 12

struct ordered_item {
	const char *key; /* may be changed to an equal one elsewhere */
	void *value;
	struct ordered_item *next[];
};

struct ordered {
	struct ordered_item *first[ORDERED_LEVELS];
	size_t n;
};

/* All zero is an empty map. */
void ordered_fini(struct ordered *map);
struct ordered_item *ordered_get(const struct ordered *map, const char *key);
/* The first item at or behind the key. NULL at the end. */
struct ordered_item *ordered_from(const struct ordered *map, const char *key);
/* The first item behind the key. */
struct ordered_item *ordered_after(const struct ordered *map, const char *key);
struct ordered_item *ordered_next(const struct ordered_item *item);
/* The key must be new. */
void ordered_add(struct ordered *map, const char *key, void *value);
/* The key must be there; its item goes. */
void ordered_remove(struct ordered *map, const char *key);
