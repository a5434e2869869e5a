/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/zone_mark.h"

#include <stddef.h>

#include "dnsd/key.h"
#include "statefuld/attr.h"

static const uint64_t hash_seed = UINT64_C(0xcbf29ce484222325);

static uint64_t mix(uint64_t hash, uint8_t sym)
{
	return (hash ^ sym) * UINT64_C(0x9e3779b97f4a7c15);
}

static uint16_t mark_of(uint64_t hash)
{
	return (uint16_t)((hash ^ hash >> 32) * UINT64_C(0x9e3779b97f4a7c15) >>
			  32) %
	       ZONE_MARKS;
}

uint16_t zone_mark_of(const struct key *key)
{
	uint64_t hash = hash_seed;

	for (size_t i = 0; i + 1 < key->len; i++)
		hash = mix(hash, key->sym[i]);
	return mark_of(hash);
}

/* Labels come from the root down, so each END is the end of one of them. */
void zone_mark_note(struct zone_mark_set *set, const struct key *key)
{
	uint64_t hash = hash_seed;
	uint16_t mark = mark_of(hash);

	set->bits[mark / 64] |= UINT64_C(1) << mark % 64;
	for (size_t i = 0; i + 1 < key->len; i++) {
		hash = mix(hash, key->sym[i]);
		if (key->sym[i] != KEY_END)
			continue;
		mark = mark_of(hash);
		set->bits[mark / 64] |= UINT64_C(1) << mark % 64;
	}
}

static void raise_one(struct zone_marks *marks, size_t mark, uint64_t seq)
{
	__atomic_store_n(&marks->seq[mark], seq, __ATOMIC_RELAXED);
}

void zone_mark_raise(struct zone_marks *marks, const struct zone_mark_set *set,
		     uint64_t seq)
{
	for (size_t i = 0; i < st_array_len(set->bits); i++)
		for (uint64_t left = set->bits[i]; left != 0; left &= left - 1)
			raise_one(marks, i * 64 + (size_t)__builtin_ctzll(left),
				  seq);
}

void zone_mark_raise_all(struct zone_marks *marks, uint64_t seq)
{
	for (size_t i = 0; i < ZONE_MARKS; i++)
		raise_one(marks, i, seq);
}
