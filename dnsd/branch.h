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

#include "dnsd/key.h"

struct zone_node;

struct branch {
	uint64_t map : 40;
	uint64_t prefix_len : 10;
	uint64_t wide : 1;
	uint64_t apex : 1; /* the name here, above all kids, is a zone's apex */
	uint64_t fresh : 1;
	uint32_t body[];
};

enum {
	BRANCH_NO_BIT = 63, /* never set in a map */
	BRANCH_OCTET_WORDS = 8,
};

/* Bit of a symbol in the head's map, BRANCH_NO_BIT for a rare one. */
extern const uint8_t branch_bit[256];

static inline bool ref_is_leaf(uint32_t ref)
{
	return (ref & 1) != 0;
}

static inline void *ref_ptr(const uint8_t *base, uint32_t ref)
{
	return (void *)(uintptr_t)(base + (size_t)(ref >> 1) * 8);
}

static inline const uint8_t *branch_prefix(const struct branch *branch)
{
	return (const uint8_t *)(branch->body +
				 (branch->wide ? BRANCH_OCTET_WORDS : 0));
}

static inline uint32_t *branch_kids(const struct branch *branch)
{
	return (uint32_t *)(uintptr_t)(branch->body +
				       (branch->wide ? BRANCH_OCTET_WORDS : 0) +
				       (branch->prefix_len + 3) / 4);
}

/* Symbols from which a wide branch chooses, 32 to a word. */
static inline int branch_wide_index(const struct branch *branch, uint8_t sym)
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
static inline int branch_index(const struct branch *branch, uint8_t sym)
{
	uint64_t map = branch->map;
	unsigned bit = branch_bit[sym];

	if (__builtin_expect(branch->wide, 0))
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
