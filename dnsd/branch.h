/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * branch - an inner node of the trie, as it lies in memory.
 *
 *	head     bitmap of the symbols that follow, length of the prefix, flags
 *	octets   a bitmap of 256 bits, only in a wide branch
 *	prefix   symbols shared by all below, padded to 4
 *	kids     one reference for each bit, in order of symbol
 *
 * The bitmap in the head knows END and what host names are made of. A wide
 * branch is the general case, for names with other octets.
 *
 * Threads: published branches are read by anyone and written by nobody.
 * Memory: the slab's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dnsd/key.h"
#include "dnsd/slab.h"
#include "statefuld/attr.h"

struct zone_node;

struct branch {
	uint32_t head[2]; /* one number of 64 bits: the fields below */
	uint32_t body[];
};

enum {
	BRANCH_MAP_BITS = 40,
	BRANCH_PREFIX_BITS = 10, /* length of the prefix */
	BRANCH_NO_BIT = 63,	 /* never set in a map */
	BRANCH_OCTET_WORDS = 8,
};

#define BRANCH_WIDE (UINT64_C(1) << 50)
/* The name that ends here, above all kids, is the apex of a zone. */
#define BRANCH_APEX  (UINT64_C(1) << 51)
#define BRANCH_FRESH (UINT64_C(1) << 52)

static inline uint64_t branch_head(const struct branch *branch)
{
	uint64_t head;

	memcpy(&head, branch->head, sizeof(head));
	return head;
}

static inline void branch_set_head(struct branch *branch, uint64_t head)
{
	memcpy(branch->head, &head, sizeof(head));
}

static inline bool branch_is(const struct branch *branch, uint64_t flag)
{
	return (branch_head(branch) & flag) != 0;
}

static inline uint64_t branch_map(const struct branch *branch)
{
	return branch_head(branch) & ((UINT64_C(1) << BRANCH_MAP_BITS) - 1);
}

static inline size_t branch_prefix_len(const struct branch *branch)
{
	return branch_head(branch) >> BRANCH_MAP_BITS &
	       ((1u << BRANCH_PREFIX_BITS) - 1);
}

/* Bit of a symbol in the head's map, BRANCH_NO_BIT for a rare one. */
extern const uint8_t branch_bit[256];

static inline bool ref_is_leaf(uint32_t ref)
{
	return (ref & 1) != 0;
}

static inline void *ref_ptr(const uint8_t *base, uint32_t ref)
{
	return (void *)(uintptr_t)(base + (size_t)(ref >> 1) * SLAB_UNIT);
}

static inline const uint8_t *branch_prefix(const struct branch *branch)
{
	return (const uint8_t *)(branch->body + (branch_is(branch, BRANCH_WIDE)
							 ? BRANCH_OCTET_WORDS
							 : 0));
}

static inline uint32_t *branch_kids(const struct branch *branch)
{
	return (uint32_t *)(uintptr_t)(branch->body +
				       (branch_is(branch, BRANCH_WIDE)
						? BRANCH_OCTET_WORDS
						: 0) +
				       (branch_prefix_len(branch) + 3) / 4);
}

/* Symbols from which a wide branch chooses, 32 to a word. */
static inline __attribute__((always_inline)) int
branch_wide_index(const struct branch *branch, uint8_t sym)
{
	uint32_t word = branch->body[sym / 32];
	int n = 0;

	if ((word >> sym % 32 & 1) == 0)
		return -1;
	for (unsigned i = 0; i < sym / 32u; i++)
		n += __builtin_popcount(branch->body[i]);
	return n + __builtin_popcount(word & ((UINT32_C(1) << sym % 32) - 1));
}

/* Which kid a symbol leads to, or -1. */
static inline __attribute__((always_inline)) int
branch_index(const struct branch *branch, uint8_t sym)
{
	uint64_t map = branch_map(branch);
	unsigned bit = branch_bit[sym];

	if (st_unlikely(branch_is(branch, BRANCH_WIDE)))
		return branch_wide_index(branch, sym);
	if ((map >> bit & 1) == 0)
		return -1;
	return __builtin_popcountll(map & ((UINT64_C(1) << bit) - 1));
}

unsigned branch_n_kids(const struct branch *branch);
/* The symbols that lead to the kids, in their order; returns how many. */
unsigned branch_syms(const struct branch *branch, uint8_t sym[256]);
size_t branch_size(const struct branch *branch);

/* A branch taken apart, to be put together differently. */
struct fan {
	unsigned n;
	uint8_t sym[256];
	uint32_t kid[256];
};

void fan_load(struct fan *fan, const struct branch *branch);
/* The symbol must not be there yet. */
void fan_add(struct fan *fan, uint8_t sym, uint32_t kid);
void fan_remove(struct fan *fan, uint8_t sym);
size_t fan_branch_size(const struct fan *fan, size_t prefix_len);
/* Writes a branch of fan_branch_size() octets; without flags. */
void fan_store(const struct fan *fan, const uint8_t *prefix, size_t prefix_len,
	       struct branch *ret_branch);
