/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/branch.h"

#include <string.h>

#include "statefuld/attr.h"

_Static_assert(sizeof(struct branch) == 8, "a branch's head is one word");

#define X   BRANCH_NO_BIT
#define X16 X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X
/* END, '-', digits, '_' and letters, in the order of the octets. */
const uint8_t branch_bit[256] = {
	/* 0x00 */ 0,	X,   X,	  X,   X,   X,	 X,   X,
	/* 0x08 */ X,	X,   X,	  X,   X,   X,	 X,   X,
	/* 0x10 */ X16,
	/* 0x20 */ X,	X,   X,	  X,   X,   X,	 X,   X,
	/* 0x28 */ X,	X,   X,	  X,   X,   1,	 X,   X,
	/* 0x30 */ 2,	3,   4,	  5,   6,   7,	 8,   9,
	/* 0x38 */ 10,	11,  X,	  X,   X,   X,	 X,   X,
	/* 0x40 */ X16,
	/* 0x50 */ X,	X,   X,	  X,   X,   X,	 X,   X,
	/* 0x58 */ X,	X,   X,	  X,   X,   X,	 X,   12,
	/* 0x60 */ X,	13,  14,  15,  16,  17,	 18,  19,
	/* 0x68 */ 20,	21,  22,  23,  24,  25,	 26,  27,
	/* 0x70 */ 28,	29,  30,  31,  32,  33,	 34,  35,
	/* 0x78 */ 36,	37,  38,  X,   X,   X,	 X,   X,
	/* 0x80 */ X16, X16, X16, X16, X16, X16, X16, X16,
};
#undef X16
#undef X

unsigned branch_n_kids(const struct branch *branch)
{
	unsigned n = 0;

	if (!branch_is(branch, BRANCH_WIDE))
		return (unsigned)__builtin_popcountll(branch_map(branch));
	for (unsigned i = 0; i < BRANCH_OCTET_WORDS; i++)
		n += (unsigned)__builtin_popcount(branch->body[i]);
	return n;
}

static size_t size_of(bool wide, size_t prefix_len, unsigned n)
{
	size_t words = (wide ? BRANCH_OCTET_WORDS : 0) + (prefix_len + 3) / 4;

	return sizeof(struct branch) + (words + n) * sizeof(uint32_t);
}

size_t branch_size(const struct branch *branch)
{
	return size_of(branch_is(branch, BRANCH_WIDE),
		       branch_prefix_len(branch), branch_n_kids(branch));
}

/* The symbols of the head's bits. */
static const uint8_t bit_sym[] = "\0-0123456789_abcdefghijklmnopqrstuvwxyz";

static unsigned wide_syms(const struct branch *branch, uint8_t sym[256])
{
	unsigned n = 0;

	for (unsigned i = 0; i < 256; i++)
		if ((branch->body[i / 32] >> i % 32 & 1) != 0)
			sym[n++] = (uint8_t)i;
	return n;
}

unsigned branch_syms(const struct branch *branch, uint8_t sym[256])
{
	unsigned n = 0;

	if (branch_is(branch, BRANCH_WIDE))
		return wide_syms(branch, sym);
	for (uint64_t map = branch_map(branch); map != 0; map &= map - 1)
		sym[n++] = bit_sym[__builtin_ctzll(map)];
	return n;
}

void fan_load(struct fan *fan, const struct branch *branch)
{
	fan->n = branch_syms(branch, fan->sym);
	memcpy(fan->kid, branch_kids(branch), fan->n * sizeof(fan->kid[0]));
}

void fan_add(struct fan *fan, uint8_t sym, uint32_t kid)
{
	unsigned at = 0;

	while (at < fan->n && fan->sym[at] < sym)
		at++;
	memmove(fan->sym + at + 1, fan->sym + at, fan->n - at);
	memmove(fan->kid + at + 1, fan->kid + at,
		(fan->n - at) * sizeof(fan->kid[0]));
	fan->sym[at] = sym;
	fan->kid[at] = kid;
	fan->n++;
}

void fan_remove(struct fan *fan, uint8_t sym)
{
	unsigned at = 0;

	while (fan->sym[at] != sym)
		at++;
	fan->n--;
	memmove(fan->sym + at, fan->sym + at + 1, fan->n - at);
	memmove(fan->kid + at, fan->kid + at + 1,
		(fan->n - at) * sizeof(fan->kid[0]));
}

static bool is_wide(const struct fan *fan)
{
	for (unsigned i = 0; i < fan->n; i++)
		if (branch_bit[fan->sym[i]] == BRANCH_NO_BIT)
			return true;
	return false;
}

size_t fan_branch_size(const struct fan *fan, size_t prefix_len)
{
	return size_of(is_wide(fan), prefix_len, fan->n);
}

void fan_store(const struct fan *fan, const uint8_t *prefix, size_t prefix_len,
	       struct branch *ret_branch)
{
	bool wide = is_wide(fan);
	uint64_t head = (uint64_t)prefix_len << BRANCH_MAP_BITS;

	memset(ret_branch, 0, size_of(wide, prefix_len, fan->n));
	for (unsigned i = 0; i < fan->n; i++) {
		uint8_t sym = fan->sym[i];

		if (wide)
			ret_branch->body[sym / 32] |= UINT32_C(1) << sym % 32;
		else
			head |= UINT64_C(1) << branch_bit[sym];
	}
	branch_set_head(ret_branch, head | (wide ? BRANCH_WIDE : 0));
	memcpy((uint8_t *)(uintptr_t)branch_prefix(ret_branch), prefix,
	       prefix_len);
	memcpy(branch_kids(ret_branch), fan->kid, fan->n * sizeof(fan->kid[0]));
}
