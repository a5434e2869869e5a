/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/trie.h"

#include <string.h>

#include "dnsd/branch.h"
#include "dnsd/key.h"
#include "dnsd/node.h"
#include "dnsd/slab.h"
#include "statefuld/attr.h"
#include "statefuld/mem.h"

static uint32_t branch_ref(const struct slab *slab, const void *branch)
{
	return slab_unit(slab, branch) << 1;
}

const struct zone_node *trie_leaf_of(const uint8_t *base, uint32_t ref)
{
	return ref_is_leaf(ref) ? ref_ptr(base, ref) : NULL;
}

/* How many symbols two runs have in common, at most `max`. */
static size_t common(const uint8_t *a, const uint8_t *b, size_t max)
{
	size_t n = 0;

	while (n < max && a[n] == b[n])
		n++;
	return n;
}

void trie_free_node(struct slab *slab, uint32_t ref)
{
	void *ptr = ref_ptr(slab->base, ref);

	slab_free(slab, ptr,
		  ref_is_leaf(ref) ? node_size(ptr) : branch_size(ptr));
}

static bool is_fresh(const uint8_t *base, uint32_t ref)
{
	const void *ptr = ref_ptr(base, ref);

	return ref_is_leaf(ref) ? ((const struct zone_node *)ptr)->fresh
				: branch_is(ptr, BRANCH_FRESH);
}

/* The edit's tree needs this node no more. If it was published, readers may
 * be in it, and the one who publishes frees it later. */
static void retire(struct trie_edit *edit, uint32_t ref)
{
	if (is_fresh(edit->slab->base, ref)) {
		trie_free_node(edit->slab, ref);
		return;
	}
	mem_grow(edit->retired, edit->n_retired);
	edit->retired[edit->n_retired++] = ref;
}

static uint32_t leaf_new(struct trie_edit *edit, const uint8_t *tail,
			 size_t tail_len, const struct trie_leaf *leaf)
{
	size_t pad = (tail_len + 3) & ~(size_t)3;
	struct zone_node *node =
		slab_alloc(edit->slab, sizeof(*node) + pad + leaf->slots_len);

	memset(node, 0, sizeof(*node));
	node->tail_len = tail_len & 0x3ff;
	node->n_sets = leaf->n_sets & 0x3f;
	node->zone = leaf->zone & 0x3fff;
	node->bare = leaf->bare;
	node->fresh = true;
	memset(node->body, 0, pad);
	memcpy(node->body, tail, tail_len);
	if (leaf->slots_len > 0)
		memcpy(node->body + pad, leaf->slots, leaf->slots_len);
	return slab_unit(edit->slab, node) << 1 | 1;
}

/* The same leaf with another tail, in place of the old one. */
static uint32_t leaf_retail(struct trie_edit *edit, uint32_t ref,
			    const uint8_t *tail, size_t tail_len)
{
	const struct zone_node *node = ref_ptr(edit->slab->base, ref);
	struct trie_leaf leaf = {.zone = node->zone,
				 .bare = node->bare,
				 .n_sets = node->n_sets,
				 .slots = node_slots(node),
				 .slots_len = node_slots_room(node)};
	uint32_t made = leaf_new(edit, tail, tail_len, &leaf);

	retire(edit, ref);
	return made;
}

/* Whether a kid behind END is the very name of the branch, and a zone's apex.
 * A kid with a tail is another name: that END ended a label only. */
static bool is_apex_kid(const uint8_t *base, uint32_t kid)
{
	const struct zone_node *node = trie_leaf_of(base, kid);

	return node != NULL && node->tail_len == 0 && node->zone != 0;
}

static uint32_t branch_new(struct trie_edit *edit, const struct fan *fan,
			   const uint8_t *prefix, size_t prefix_len)
{
	struct branch *branch =
		slab_alloc(edit->slab, fan_branch_size(fan, prefix_len));
	uint64_t flags = BRANCH_FRESH;

	fan_store(fan, prefix, prefix_len, branch);
	if (fan->sym[0] == KEY_END &&
	    is_apex_kid(edit->slab->base, fan->kid[0]))
		flags |= BRANCH_APEX;
	branch_set_head(branch, branch_head(branch) | flags);
	return branch_ref(edit->slab, branch);
}

/* The same branch with another prefix, in place of the old one. */
static uint32_t branch_reprefix(struct trie_edit *edit, uint32_t ref,
				const uint8_t *prefix, size_t prefix_len)
{
	struct fan fan;
	uint32_t made;

	fan_load(&fan, ref_ptr(edit->slab->base, ref));
	made = branch_new(edit, &fan, prefix, prefix_len);
	retire(edit, ref);
	return made;
}

/* The branch itself if fresh, else a fresh copy in its place. */
static uint32_t branch_own(struct trie_edit *edit, uint32_t ref)
{
	struct branch *old = ref_ptr(edit->slab->base, ref), *copy;
	size_t size;

	if (branch_is(old, BRANCH_FRESH))
		return ref;
	size = branch_size(old);
	copy = slab_alloc(edit->slab, size);
	memcpy(copy, old, size);
	branch_set_head(copy, branch_head(copy) | BRANCH_FRESH);
	retire(edit, ref);
	return branch_ref(edit->slab, copy);
}

static uint32_t branch_set_kid(struct trie_edit *edit, uint32_t ref, int index,
			       uint32_t kid)
{
	struct branch *branch = ref_ptr(edit->slab->base, ref);

	if (branch_kids(branch)[index] == kid)
		return ref;
	ref = branch_own(edit, ref);
	branch = ref_ptr(edit->slab->base, ref);
	branch_kids(branch)[index] = kid;
	return ref;
}

static uint32_t branch_add_kid(struct trie_edit *edit, uint32_t ref,
			       uint8_t sym, uint32_t kid)
{
	const struct branch *branch = ref_ptr(edit->slab->base, ref);
	struct fan fan;
	uint32_t made;

	fan_load(&fan, branch);
	fan_add(&fan, sym, kid);
	made = branch_new(edit, &fan, branch_prefix(branch),
			  branch_prefix_len(branch));
	retire(edit, ref);
	return made;
}

/* A branch with two kids where two keys part. */
static uint32_t branch_pair(struct trie_edit *edit, const uint8_t *prefix,
			    size_t prefix_len, const uint8_t sym[2],
			    const uint32_t kid[2])
{
	struct fan fan = {.n = 0};

	fan_add(&fan, sym[0], kid[0]);
	fan_add(&fan, sym[1], kid[1]);
	return branch_new(edit, &fan, prefix, prefix_len);
}

/* Puts a new leaf beside what is at `ref`, which agrees with the key in the
 * first `n` of its `has` symbols only. */
static uint32_t part(struct trie_edit *edit, uint32_t ref, const uint8_t *at,
		     const uint8_t *end, size_t n, const struct trie_leaf *leaf)
{
	const uint8_t *base = edit->slab->base;
	uint8_t run[KEY_MAX], sym[2];
	size_t run_len;
	uint32_t kid[2];

	if (ref_is_leaf(ref)) {
		const struct zone_node *node = ref_ptr(base, ref);

		run_len = node->tail_len;
		memcpy(run, node->body, run_len);
	} else {
		const struct branch *branch = ref_ptr(base, ref);

		run_len = branch_prefix_len(branch);
		memcpy(run, branch_prefix(branch), run_len);
	}
	sym[0] = run[n];
	kid[0] = ref_is_leaf(ref)
			 ? leaf_retail(edit, ref, run + n + 1, run_len - n - 1)
			 : branch_reprefix(edit, ref, run + n + 1,
					   run_len - n - 1);
	sym[1] = at[n];
	kid[1] = leaf_new(edit, at + n + 1, (size_t)(end - at) - n - 1, leaf);
	return branch_pair(edit, run, n, sym, kid);
}

static uint32_t put_at(struct trie_edit *edit, uint32_t ref, const uint8_t *at,
		       const uint8_t *end, const struct trie_leaf *leaf);

static uint32_t put_leaf(struct trie_edit *edit, uint32_t ref,
			 const uint8_t *at, const uint8_t *end,
			 const struct trie_leaf *leaf)
{
	const struct zone_node *node = ref_ptr(edit->slab->base, ref);
	size_t n = common(node->body, at, node->tail_len);
	uint32_t made;

	if (n < node->tail_len)
		return part(edit, ref, at, end, n, leaf);
	made = leaf_new(edit, at, (size_t)(end - at), leaf);
	retire(edit, ref);
	return made;
}

static uint32_t put_branch(struct trie_edit *edit, uint32_t ref,
			   const uint8_t *at, const uint8_t *end,
			   const struct trie_leaf *leaf)
{
	const struct branch *branch = ref_ptr(edit->slab->base, ref);
	size_t n = common(branch_prefix(branch), at, branch_prefix_len(branch));
	uint32_t kid;
	int index;

	if (n < branch_prefix_len(branch))
		return part(edit, ref, at, end, n, leaf);
	at += n;
	index = branch_index(branch, *at);
	if (index < 0) {
		kid = leaf_new(edit, at + 1, (size_t)(end - at) - 1, leaf);
		return branch_add_kid(edit, ref, *at, kid);
	}
	kid = put_at(edit, branch_kids(branch)[index], at + 1, end, leaf);
	return branch_set_kid(edit, ref, index, kid);
}

static uint32_t put_at(struct trie_edit *edit, uint32_t ref, const uint8_t *at,
		       const uint8_t *end, const struct trie_leaf *leaf)
{
	if (ref == 0)
		return leaf_new(edit, at, (size_t)(end - at), leaf);
	if (ref_is_leaf(ref))
		return put_leaf(edit, ref, at, end, leaf);
	return put_branch(edit, ref, at, end, leaf);
}

void trie_put(struct trie_edit *edit, const struct key *key,
	      const struct trie_leaf *leaf)
{
	edit->root =
		put_at(edit, edit->root, key->sym, key->sym + key->len, leaf);
}

/* The last kid of a branch takes the branch's place, and the symbols that led
 * to it. */
static uint32_t merge(struct trie_edit *edit, uint32_t ref,
		      const struct fan *fan)
{
	const uint8_t *base = edit->slab->base;
	const struct branch *branch = ref_ptr(base, ref);
	const void *kid = ref_ptr(base, fan->kid[0]);
	uint8_t run[KEY_MAX];
	size_t len = branch_prefix_len(branch);

	memcpy(run, branch_prefix(branch), len);
	run[len++] = fan->sym[0];
	retire(edit, ref);
	if (ref_is_leaf(fan->kid[0])) {
		const struct zone_node *node = kid;

		memcpy(run + len, node->body, node->tail_len);
		return leaf_retail(edit, fan->kid[0], run,
				   len + node->tail_len);
	}
	memcpy(run + len, branch_prefix(kid), branch_prefix_len(kid));
	len += branch_prefix_len(kid);
	return branch_reprefix(edit, fan->kid[0], run, len);
}

static uint32_t branch_remove_kid(struct trie_edit *edit, uint32_t ref,
				  uint8_t sym)
{
	const struct branch *branch = ref_ptr(edit->slab->base, ref);
	struct fan fan;
	uint32_t made;

	fan_load(&fan, branch);
	fan_remove(&fan, sym);
	if (fan.n == 1)
		return merge(edit, ref, &fan);
	made = branch_new(edit, &fan, branch_prefix(branch),
			  branch_prefix_len(branch));
	retire(edit, ref);
	return made;
}

/* What is left of `ref`: 0 for nothing. The key is there. */
static uint32_t drop_at(struct trie_edit *edit, uint32_t ref, const uint8_t *at)
{
	const struct branch *branch;
	uint32_t kid;
	int index;

	if (ref_is_leaf(ref)) {
		retire(edit, ref);
		return 0;
	}
	branch = ref_ptr(edit->slab->base, ref);
	at += branch_prefix_len(branch);
	index = branch_index(branch, *at);
	kid = drop_at(edit, branch_kids(branch)[index], at + 1);
	if (kid == 0)
		return branch_remove_kid(edit, ref, *at);
	return branch_set_kid(edit, ref, index, kid);
}

void trie_drop(struct trie_edit *edit, const struct key *key)
{
	struct trie_hit hit;

	trie_find(edit->slab->base, edit->root, key, &hit);
	if (hit.match == TRIE_EXACT)
		edit->root = drop_at(edit, edit->root, key->sym);
}

void trie_freeze(const uint8_t *base, uint32_t root, trie_leaf_fn fn, void *arg)
{
	struct branch *branch;
	unsigned n;

	if (root == 0 || !is_fresh(base, root))
		return;
	if (ref_is_leaf(root)) {
		struct zone_node *node = ref_ptr(base, root);

		if (fn != NULL)
			fn(node, arg);
		node->fresh = false;
		return;
	}
	branch = ref_ptr(base, root);
	n = branch_n_kids(branch);
	for (unsigned i = 0; i < n; i++)
		trie_freeze(base, branch_kids(branch)[i], fn, arg);
	branch_set_head(branch, branch_head(branch) & ~BRANCH_FRESH);
}

void trie_discard(struct slab *slab, uint32_t root, bool all, trie_leaf_fn fn,
		  void *arg)
{
	const uint8_t *base = slab->base;
	const struct branch *branch;
	unsigned n;

	if (root == 0 || (!all && !is_fresh(base, root)))
		return;
	if (ref_is_leaf(root)) {
		if (fn != NULL)
			fn(ref_ptr(base, root), arg);
	} else {
		branch = ref_ptr(base, root);
		n = branch_n_kids(branch);
		for (unsigned i = 0; i < n; i++)
			trie_discard(slab, branch_kids(branch)[i], all, fn,
				     arg);
	}
	trie_free_node(slab, root);
}
