/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/trie.h"

#include <endian.h>
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

/* How many symbols two runs have in common, at most `max`. No run of symbols
 * in the trie holds a whole key's end, so a comparison stops before it leaves
 * the key that is looked for. */
static inline size_t common(const uint8_t *a, const uint8_t *b, size_t max)
{
	size_t n = 0;

	while (n < max && a[n] == b[n])
		n++;
	return n;
}

/* Eight symbols, the first in the lowest bits. */
static inline always uint64_t load8(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return le64toh(word);
}

static inline always uint32_t load4(const uint8_t *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return le32toh(word);
}

static const uint64_t first_octets[9] = {
	0,
	UINT64_C(0xff),
	UINT64_C(0xffff),
	UINT64_C(0xffffff),
	UINT64_C(0xffffffff),
	UINT64_C(0xffffffffff),
	UINT64_C(0xffffffffffff),
	UINT64_C(0xffffffffffffff),
	UINT64_C(0xffffffffffffffff),
};

/* Beyond the first eight. */
static size_t common_more(const uint8_t *a, const uint8_t *b, size_t len)
{
	return 8 + common(a + 8, b + 8, len - 8);
}

/* The same for the prefix of a branch, by words: behind it come two kids at
 * least, so that eight octets can be read, and a key is padded. */
static inline always size_t common_prefix(const uint8_t *prefix,
					  const uint8_t *at, size_t len)
{
	uint64_t differ =
		(load8(prefix) ^ load8(at)) & first_octets[len < 8 ? len : 8];

	if (st_unlikely(differ != 0))
		return (size_t)__builtin_ctzll(differ) / 8;
	return st_likely(len <= 8) ? len : common_more(prefix, at, len);
}

/* And for the tail of a leaf, which is padded to 4. */
static inline always size_t common_tail(const uint8_t *tail, const uint8_t *at,
					size_t len)
{
	for (size_t n = 0; n < len; n += 4) {
		uint32_t differ = load4(tail + n) ^ load4(at + n);

		if (len - n < 4)
			differ &= (uint32_t)first_octets[len - n];
		if (differ != 0)
			return n + (size_t)__builtin_ctz(differ) / 8;
	}
	return len;
}

static inline always void find_leaf(const struct zone_node *node,
				    const uint8_t *at, const uint8_t *end,
				    struct trie_hit *hit)
{
	size_t n = common_tail(node->body, at, node->tail_len);

	if (n == node->tail_len) {
		hit->match = TRIE_EXACT;
		hit->node = node;
	} else {
		hit->match = parted(at + n, end);
	}
	/* All but its terminator matched: the name is below the leaf's. */
	if (st_unlikely(node->zone != 0) && n + 1 >= node->tail_len)
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
	uint16_t zone; /* of the last branch that is an apex */
};

/* From the jump's end, if the key begins as the jump does. */
static inline always void start(struct cursor *cursor, uint32_t root,
				const struct trie_jump *jump,
				const struct key *key)
{
	cursor->at = key->sym;
	cursor->end = key->sym + key->len;
	cursor->ref = root;
	cursor->match = TRIE_MISSING;
	cursor->zone = 0;
	if (jump == NULL || jump->len == 0)
		return;
	if (common_prefix(jump->sym, key->sym, jump->len) < jump->len)
		return;
	cursor->at += jump->len;
	cursor->ref = jump->ref;
	cursor->zone = jump->zone;
}

/* The search ends at a branch, whose prefix has `n` symbols of the key. */
static inline always bool stop(struct cursor *cursor, size_t n)
{
	cursor->match = parted(cursor->at + n, cursor->end);
	cursor->ref = 0;
	return false;
}

/* Goes through one branch. False when the search ends, at a leaf or because
 * the key parts from all that is stored: then ref is 0. Most branches have
 * neither flags nor a prefix of more than eight symbols. */
static inline always bool step(struct cursor *cursor, const uint8_t *base)
{
	const struct branch *branch = ref_ptr(base, cursor->ref);
	uint64_t head = branch_head(branch);
	size_t len = head >> BRANCH_MAP_BITS & ((1u << BRANCH_PREFIX_BITS) - 1);
	const uint8_t *prefix = (const uint8_t *)branch->body;
	const uint32_t *kids = branch->body + (len + 3) / 4;
	const uint8_t *at = cursor->at;
	int index;

	if (st_unlikely((head & BRANCH_WIDE) != 0)) {
		prefix += BRANCH_OCTET_WORDS * sizeof(uint32_t);
		kids += BRANCH_OCTET_WORDS;
	}
	size_t n = common_prefix(prefix, at, len);
	if (st_unlikely(n != len))
		return stop(cursor, n);
	if (st_unlikely((head & BRANCH_APEX) != 0))
		cursor->zone = apex_zone(base, branch);
	if (st_unlikely((head & BRANCH_WIDE) != 0)) {
		index = branch_wide_index(branch, at[len]);
		if (index < 0)
			return stop(cursor, len);
	} else {
		/* The top bit, which rare symbols have, is never set. */
		unsigned bit = branch_bit[at[len]];

		if (st_unlikely((head >> bit & 1) == 0))
			return stop(cursor, len);
		index = __builtin_popcountll(head & ((UINT64_C(1) << bit) - 1));
	}
	cursor->at = at + len + 1;
	cursor->ref = kids[index];
	return !ref_is_leaf(cursor->ref);
}

static inline always void finish(const struct cursor *cursor,
				 const uint8_t *base, struct trie_hit *hit)
{
	hit->match = cursor->match;
	hit->node = NULL;
	hit->zone = cursor->zone;
	if (cursor->ref != 0)
		find_leaf(ref_ptr(base, cursor->ref), cursor->at, cursor->end,
			  hit);
}

static inline always bool is_branch(uint32_t ref)
{
	return ref != 0 && !ref_is_leaf(ref);
}

static inline always void find_one(const uint8_t *base, uint32_t root,
				   const struct key *key, struct trie_hit *hit)
{
	struct cursor cursor;

	start(&cursor, root, NULL, key);
	if (is_branch(root))
		while (step(&cursor, base))
			;
	finish(&cursor, base, hit);
}

/* A step of each search in turn: while the memory of one comes, the others
 * go on. `busy` lists those that have not ended. */
static inline always void find_many(const uint8_t *base, uint32_t root,
				    const struct trie_jump *jump,
				    const struct key *const *keys, unsigned n,
				    struct trie_hit *hits)
{
	struct cursor cursor[TRIE_BATCH];
	uint8_t busy[TRIE_BATCH];
	unsigned n_busy = 0, left;

	for (unsigned i = 0; i < n; i++) {
		start(&cursor[i], root, jump, keys[i]);
		if (is_branch(cursor[i].ref))
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
find_many_popcnt(const uint8_t *base, uint32_t root,
		 const struct trie_jump *jump, const struct key *const *keys,
		 unsigned n, struct trie_hit *hits)
{
	find_many(base, root, jump, keys, n, hits);
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

void trie_find_many(const uint8_t *base, uint32_t root,
		    const struct trie_jump *jump, const struct key *const *keys,
		    unsigned n, struct trie_hit *ret_hits)
{
	st_assert(n <= TRIE_BATCH);
	if (st_likely(HAS_POPCNT))
		find_many_popcnt(base, root, jump, keys, n, ret_hits);
	else
		find_many(base, root, jump, keys, n, ret_hits);
}

void trie_jump_make(const uint8_t *base, uint32_t root, const struct key *to,
		    struct trie_jump *ret_jump)
{
	struct cursor cursor;
	size_t len;

	ret_jump->len = 0;
	start(&cursor, root, NULL, to);
	while (is_branch(cursor.ref) && step(&cursor, base) &&
	       cursor.at < cursor.end) {
		len = (size_t)(cursor.at - to->sym);
		if (len > sizeof(ret_jump->sym) - KEY_PAD || len >= to->len)
			break;
		ret_jump->len = (uint16_t)len;
		ret_jump->ref = cursor.ref;
		ret_jump->zone = cursor.zone;
	}
	memcpy(ret_jump->sym, to->sym, ret_jump->len);
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
