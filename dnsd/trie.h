/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * trie - names in canonical order, copied where they change.
 *
 * A radix trie over keys (dnsd/key.h): a branch holds the symbols that all
 * names below it share, a bitmap of the symbols that may follow, and one
 * 32-bit reference for each; a leaf (dnsd/node.h) holds the rest of its key.
 * docs/design/trie.md has pictures.
 *
 * A node that was published is never written. An edit copies the branches on
 * its way and marks its copies fresh; a fresh node may be changed in place by
 * the same edit. So old and new root are two whole tries that share most.
 *
 * Threads: trie_find and trie_walk on any thread that holds a root; the rest
 * is the writer's. Memory: nodes belong to the slab.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/key.h"

struct slab;
struct zone_node;

/* A root is a reference: twice the slab's unit, plus 1 for a leaf; 0 is the
 * trie without names. */

enum trie_match {
	TRIE_MISSING, /* neither this name nor any below it */
	TRIE_ABOVE,   /* not this name, but some below it */
	TRIE_EXACT,
};

struct trie_hit {
	enum trie_match match;
	uint16_t zone; /* index + 1 of the deepest apex at or above, or 0 */
	const struct zone_node *node; /* when exact */
};

void trie_find(const uint8_t *base, uint32_t root, const struct key *key,
	       struct trie_hit *ret_hit);

enum {
	TRIE_BATCH = 64,
	TRIE_JUMP_MAX = 64,
};

/* The way from the root that most searches have in common, gone beforehand:
 * keys that begin with these symbols go on at `ref`. */
struct trie_jump {
	uint32_t ref;
	uint16_t zone;
	uint16_t len; /* 0: none */
	uint8_t sym[TRIE_JUMP_MAX + KEY_PAD];
};

/* As far as the way to the name `to` is that of all names below it. */
void trie_jump_make(const uint8_t *base, uint32_t root, const struct key *to,
		    struct trie_jump *ret_jump);

/* The same as trie_find for up to TRIE_BATCH keys at once, faster for a large
 * trie: the searches wait for memory together. jump: of this root, or NULL. */
void trie_find_many(const uint8_t *base, uint32_t root,
		    const struct trie_jump *jump, const struct key *const *keys,
		    unsigned n, struct trie_hit *ret_hits);

/* Visits in canonical order; non-zero stops and is returned. */
typedef int (*trie_walk_fn)(const uint8_t *sym, size_t len,
			    const struct zone_node *node, void *arg);
/* All leaves at and below a name. With `zone` other than 0, names of zones
 * that begin further below are left out. */
int trie_walk(const uint8_t *base, uint32_t root, const struct key *top,
	      uint16_t zone, trie_walk_fn fn, void *arg);
/* The same, but only names that do not come before `from`, for a walk that
 * goes on where an earlier one stopped. */
int trie_walk_from(const uint8_t *base, uint32_t root, const struct key *top,
		   const struct key *from, uint16_t zone, trie_walk_fn fn,
		   void *arg);

/* An edit under way: its root, and the published nodes that it replaced. */
struct trie_edit {
	struct slab *slab;
	uint32_t root;
	uint32_t *retired;
	size_t n_retired;
};

/* What a leaf holds behind its key. */
struct trie_leaf {
	uint16_t zone;
	bool bare;
	unsigned n_sets;
	const void *slots;
	size_t slots_len;
};

/* Adds or replaces. */
void trie_put(struct trie_edit *edit, const struct key *key,
	      const struct trie_leaf *leaf);
/* Removes; nothing happens if there is no such leaf. */
void trie_drop(struct trie_edit *edit, const struct key *key);

/* Visits the fresh leaves (fn may be NULL) and then makes every fresh node an
 * unchangeable one: the step before publishing. */
typedef void (*trie_leaf_fn)(const struct zone_node *node, void *arg);
void trie_freeze(const uint8_t *base, uint32_t root, trie_leaf_fn fn,
		 void *arg);
/* Frees the fresh nodes below `root`, or all with `all`; `fn` (may be NULL)
 * sees the leaves before. */
void trie_discard(struct slab *slab, uint32_t root, bool all, trie_leaf_fn fn,
		  void *arg);
/* Frees one node that nobody can see any more. */
void trie_free_node(struct slab *slab, uint32_t ref);
/* The leaf of a reference, NULL for a branch. */
const struct zone_node *trie_leaf_of(const uint8_t *base, uint32_t ref);
