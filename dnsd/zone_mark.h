/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_mark - when a name last changed, or a name below it, so that what was
 * known of it in an older version can be used in a newer one.
 *
 * There is one number for many names: the version that last changed one of
 * them. They are raised before that version is published, and reached through
 * the version (the load depends on rcu_dereference); so who uses a version
 * sees its changes and may see later ones, which only cost a search.
 *
 * Threads: the writer raises, any may look. Memory: the caller's.
 */
#include <stdint.h>

struct key;

enum { ZONE_MARKS = 8192 };

struct zone_marks {
	uint64_t seq[ZONE_MARKS];
};

/* Names that an edit has changed. */
struct zone_mark_set {
	uint64_t bits[ZONE_MARKS / 64];
};

/* Which number is a name's. */
uint16_t zone_mark_of(const struct key *key);

/* The name and all above it: they may exist by it alone. */
void zone_mark_note(struct zone_mark_set *set, const struct key *key);

void zone_mark_raise(struct zone_marks *marks, const struct zone_mark_set *set,
		     uint64_t seq);

/* For all names: some belong to another zone now. */
void zone_mark_raise_all(struct zone_marks *marks, uint64_t seq);

static inline uint64_t zone_mark_seq(const struct zone_marks *marks,
				     uint16_t mark)
{
	return __atomic_load_n(&marks->seq[mark], __ATOMIC_RELAXED);
}
