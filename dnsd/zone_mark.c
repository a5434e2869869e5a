/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/zone_mark.h"

#include <stddef.h>
#include <string.h>

#include "dnsd/hash.h"
#include "dnsd/key.h"
#include "statefuld/attr.h"

static uint16_t mark_of(uint64_t hash)
{
	return (uint16_t)(hash % ZONE_MARKS);
}

static void note(struct zone_mark_set *set, uint64_t hash)
{
	uint16_t mark = mark_of(hash);

	set->bits[mark / 64] |= UINT64_C(1) << mark % 64;
}

/* Labels come from the root down, each with END behind it. The hash of a name
 * goes on to be that of one below; `set` (or NULL) notes all of them. */
static uint64_t hash_labels(const struct key *key, struct zone_mark_set *set)
{
	const uint8_t *at = key->sym, *end = at + key->len - 1, *next;
	uint64_t hash = HASH_SEED;

	for (; at < end; at = next) {
		next = (const uint8_t *)memchr(at, KEY_END,
					       (size_t)(end - at)) +
		       1;
		hash = hash_on(hash, at, (size_t)(next - at));
		if (set != NULL)
			note(set, hash);
	}
	return hash;
}

uint16_t zone_mark_of(const struct key *key)
{
	return mark_of(hash_labels(key, NULL));
}

void zone_mark_note(struct zone_mark_set *set, const struct key *key)
{
	note(set, HASH_SEED);
	hash_labels(key, set);
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
