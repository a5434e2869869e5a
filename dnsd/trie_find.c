/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/trie.h"

#include <string.h>

#include "dnsd/branch.h"
#include "dnsd/key.h"
#include "dnsd/node.h"
#include "statefuld/attr.h"

/* Into both variants below, with and without the instruction for counting. */
#define always __attribute__((always_inline))

/* The key parts from what is stored at `at`. Every stored key goes on behind
 * the terminator's place, so a name whose terminator is the first thing that
 * differs is an ancestor of what is there. The END before it has matched. */
static enum trie_match parted(const uint8_t *at, const uint8_t *end)
{
	return at + 1 == end ? TRIE_ABOVE : TRIE_MISSING;
}

/* No run of symbols in the trie holds a whole key's end, so a comparison
 * stops before it leaves the key that is looked for. */
static inline size_t common(const uint8_t *a, const uint8_t *b, size_t max)
{
	size_t n = 0;

	while (n < max && a[n] == b[n])
		n++;
	return n;
}

static void find_leaf(const struct zone_node *node, const uint8_t *at,
		      const uint8_t *end, struct trie_hit *hit)
{
	size_t n = common(node->body, at, node->tail_len);

	if (n == node->tail_len) {
		hit->match = TRIE_EXACT;
		hit->node = node;
	} else {
		hit->match = parted(at + n, end);
	}
	/* All but its terminator matched: the name is below the leaf's. */
	if (node->zone != 0 && n + 1 >= node->tail_len)
		hit->zone = node->zone;
}

static uint16_t apex_zone(const uint8_t *base, const struct branch *branch)
{
	const struct zone_node *node = ref_ptr(base, branch_kids(branch)[0]);

	return node->zone;
}

/* Where a search stands. */
struct cursor {
	const uint8_t *at, *end; /* what is left of the key */
	uint32_t ref;
	enum trie_match match;
	const struct branch *apex; /* the last one that is an apex */
};

static inline always void start(struct cursor *cursor, uint32_t root,
				const struct key *key)
{
	cursor->at = key->sym;
	cursor->end = key->sym + key->len;
	cursor->ref = root;
	cursor->match = TRIE_MISSING;
	cursor->apex = NULL;
}

/* Goes through one branch. False when the search ends, at a leaf or because
 * the key parts from all that is stored: then ref is 0. */
static inline always bool step(struct cursor *cursor, const uint8_t *base)
{
	const struct branch *branch = ref_ptr(base, cursor->ref);
	size_t len = branch_prefix_len(branch);
	size_t n = common(branch_prefix(branch), cursor->at, len);
	int index = -1;

	cursor->at += n;
	if (n == len) {
		if (branch_is(branch, BRANCH_APEX))
			cursor->apex = branch;
		index = branch_index(branch, *cursor->at);
	}
	if (index < 0) {
		cursor->match = parted(cursor->at, cursor->end);
		cursor->ref = 0;
		return false;
	}
	cursor->at++;
	cursor->ref = branch_kids(branch)[index];
	return !ref_is_leaf(cursor->ref);
}

static inline always void finish(const struct cursor *cursor,
				 const uint8_t *base, struct trie_hit *hit)
{
	hit->match = cursor->match;
	hit->node = NULL;
	hit->zone = cursor->apex != NULL ? apex_zone(base, cursor->apex) : 0;
	if (cursor->ref != 0)
		find_leaf(ref_ptr(base, cursor->ref), cursor->at, cursor->end,
			  hit);
}

static inline always void find_one(const uint8_t *base, uint32_t root,
				   const struct key *key, struct trie_hit *hit)
{
	struct cursor cursor;

	start(&cursor, root, key);
	if (root != 0 && !ref_is_leaf(root))
		while (step(&cursor, base))
			;
	finish(&cursor, base, hit);
}

/* A step of each search in turn: while the memory of one comes, the others
 * go on. `busy` lists those that have not ended. */
static inline always void find_many(const uint8_t *base, uint32_t root,
				    const struct key *keys, unsigned n,
				    struct trie_hit *hits)
{
	struct cursor cursor[TRIE_BATCH];
	uint8_t busy[TRIE_BATCH];
	unsigned n_busy = 0, left;

	for (unsigned i = 0; i < n; i++) {
		start(&cursor[i], root, &keys[i]);
		if (root != 0 && !ref_is_leaf(root))
			busy[n_busy++] = (uint8_t)i;
	}
	for (; n_busy > 0; n_busy = left) {
		left = 0;
		for (unsigned i = 0; i < n_busy; i++) {
			struct cursor *one = &cursor[busy[i]];
			bool more = step(one, base);
			const uint8_t *next = ref_ptr(base, one->ref);

			__builtin_prefetch(next);
			if (more)
				busy[left++] = busy[i];
			else
				__builtin_prefetch(next + 64);
		}
	}
	for (unsigned i = 0; i < n; i++)
		finish(&cursor[i], base, &hits[i]);
}

/* Counting bits is one instruction on every processor that this will meet,
 * but x86-64 began without it and the compiler must not assume it. */
#if defined(__x86_64__) && !defined(__POPCNT__)
__attribute__((target("popcnt"))) static void
find_one_popcnt(const uint8_t *base, uint32_t root, const struct key *key,
		struct trie_hit *hit)
{
	find_one(base, root, key, hit);
}

__attribute__((target("popcnt"))) static void
find_many_popcnt(const uint8_t *base, uint32_t root, const struct key *keys,
		 unsigned n, struct trie_hit *hits)
{
	find_many(base, root, keys, n, hits);
}
#define HAS_POPCNT __builtin_cpu_supports("popcnt")
#else
#define find_one_popcnt	 find_one
#define find_many_popcnt find_many
#define HAS_POPCNT	 1
#endif

void trie_find(const uint8_t *base, uint32_t root, const struct key *key,
	       struct trie_hit *ret_hit)
{
	if (st_likely(HAS_POPCNT))
		find_one_popcnt(base, root, key, ret_hit);
	else
		find_one(base, root, key, ret_hit);
}

void trie_find_many(const uint8_t *base, uint32_t root, const struct key *keys,
		    unsigned n, struct trie_hit *ret_hits)
{
	st_assert(n <= TRIE_BATCH);
	if (st_likely(HAS_POPCNT))
		find_many_popcnt(base, root, keys, n, ret_hits);
	else
		find_many(base, root, keys, n, ret_hits);
}

struct walk {
	const uint8_t *base;
	uint16_t zone;
	trie_walk_fn fn;
	void *arg;
	const struct key *from; /* NULL once a key beyond it was begun */
	uint8_t sym[KEY_MAX];
};

/* Whether all keys that begin with the first `len` symbols in walk->sym come
 * before walk->from. Forgets `from` if all come behind it. */
static bool is_before(struct walk *walk, size_t len)
{
	const struct key *from = walk->from;
	int order;

	if (from == NULL)
		return false;
	order = memcmp(walk->sym, from->sym, len < from->len ? len : from->len);
	if (order > 0)
		walk->from = NULL;
	return order < 0;
}

static int walk_leaf(struct walk *walk, const struct zone_node *node,
		     size_t len)
{
	if (walk->zone != 0 && node->zone != 0 && node->zone != walk->zone)
		return 0;
	memcpy(walk->sym + len, node->body, node->tail_len);
	if (is_before(walk, len + node->tail_len))
		return 0;
	return walk->fn(walk->sym, len + node->tail_len, node, walk->arg);
}

/* Visits what is at ref, when `len` symbols of its keys are in walk->sym. */
static int walk_at(struct walk *walk, uint32_t ref, size_t len)
{
	const struct branch *branch;
	uint8_t sym[256];
	unsigned n;
	int rc;

	if (ref_is_leaf(ref))
		return walk_leaf(walk, ref_ptr(walk->base, ref), len);
	branch = ref_ptr(walk->base, ref);
	if (walk->zone != 0 && branch_is(branch, BRANCH_APEX) &&
	    apex_zone(walk->base, branch) != walk->zone)
		return 0;
	memcpy(walk->sym + len, branch_prefix(branch),
	       branch_prefix_len(branch));
	len += branch_prefix_len(branch);
	if (is_before(walk, len))
		return 0;
	n = branch_syms(branch, sym);
	for (unsigned i = 0; i < n; i++) {
		walk->sym[len] = sym[i];
		if (is_before(walk, len + 1))
			continue;
		rc = walk_at(walk, branch_kids(branch)[i], len + 1);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* The symbols that a node adds to its keys. */
static const uint8_t *run_of(const uint8_t *base, uint32_t ref, size_t *len)
{
	const void *ptr = ref_ptr(base, ref);

	if (ref_is_leaf(ref)) {
		*len = ((const struct zone_node *)ptr)->tail_len;
		return ((const struct zone_node *)ptr)->body;
	}
	*len = branch_prefix_len(ptr);
	return branch_prefix(ptr);
}

/* The highest node below which all keys, and no others, begin with the
 * symbols from *at to end; 0 if there is none. *at is left where the node's
 * own symbols begin. */
static uint32_t descend(const uint8_t *base, uint32_t ref, const uint8_t **at,
			const uint8_t *end)
{
	const uint8_t *run;
	size_t len, left, n;
	int index;

	while (ref != 0) {
		left = (size_t)(end - *at);
		run = run_of(base, ref, &len);
		n = common(run, *at, len < left ? len : left);
		if (n == left)
			return ref;
		if (n < len || ref_is_leaf(ref))
			return 0;
		index = branch_index(ref_ptr(base, ref), (*at)[n]);
		if (index < 0)
			return 0;
		ref = branch_kids(ref_ptr(base, ref))[index];
		*at += n + 1;
	}
	return 0;
}

int trie_walk_from(const uint8_t *base, uint32_t root, const struct key *top,
		   const struct key *from, uint16_t zone, trie_walk_fn fn,
		   void *arg)
{
	/* All names at and below top begin with its key but the last END. */
	const uint8_t *at = top->sym;
	uint32_t ref = descend(base, root, &at, top->sym + top->len - 1);
	struct walk walk = {
		.base = base, .zone = zone, .fn = fn, .arg = arg, .from = from};

	if (ref == 0)
		return 0;
	memcpy(walk.sym, top->sym, (size_t)(at - top->sym));
	return walk_at(&walk, ref, (size_t)(at - top->sym));
}

int trie_walk(const uint8_t *base, uint32_t root, const struct key *top,
	      uint16_t zone, trie_walk_fn fn, void *arg)
{
	return trie_walk_from(base, root, top, NULL, zone, fn, arg);
}
