/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * index - from the hash of a key to the small numbers filed under it.
 *
 * The index keeps no keys: two keys with the same hash share a bag, so who
 * looks up must check what comes back. An entry with one number takes 8
 * bytes; up to three take 24; then 4 bytes each.
 *
 * Threads: the loop thread. Memory: embedded; index_fini releases.
 */
#include <stddef.h>
#include <stdint.h>

struct index_slot;
struct index_bag;

struct index {
	struct index_slot *slots;
	uint32_t cap; /* power of two, or 0 */
	uint32_t n;   /* slots in use */
	struct index_bag *bags;
	uint32_t n_bags;
	uint32_t free_bag; /* head of the free list */
};

void index_init(struct index *index);
void index_fini(struct index *index);

/* Files a number below 2^31. Filing the newest number of a hash again does
 * nothing. */
void index_add(struct index *index, uint32_t hash, uint32_t id);
/* Takes it out; nothing happens if it is not there. */
void index_remove(struct index *index, uint32_t hash, uint32_t id);
/* All numbers of a hash: borrowed until the index is changed. */
const uint32_t *index_get(const struct index *index, uint32_t hash,
			  uint32_t *ret_n);
/* Memory in use. */
size_t index_bytes(const struct index *index);
