/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * strmap - a hash table from text to a pointer.
 *
 * Threads: belongs to one. Memory: keys are copied; values are the caller's.
 */
#include <stddef.h>

struct strmap_slot;
struct strmap {
	struct strmap_slot *slots;
	size_t n;    /* entries */
	size_t used; /* entries and graves */
	size_t room; /* slots, a power of two or 0 */
};

void strmap_init(struct strmap *map);
void strmap_fini(struct strmap *map);
/* NULL: no such key. */
void *strmap_get(const struct strmap *map, const char *key);
/* Adds or replaces; value may not be NULL. */
void strmap_put(struct strmap *map, const char *key, void *value);
/* Removes the entry and gives its value; NULL if there was none. */
void *strmap_take(struct strmap *map, const char *key);
/* Walks all entries in no order: begin with *at = 0; NULL at the end. The
 * map may not be changed meanwhile, except by taking the entry just given. */
void *strmap_next(const struct strmap *map, size_t *at);
