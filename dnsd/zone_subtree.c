/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "dnsd/hash.h"
#include "dnsd/key.h"
#include "dnsd/rrset.h"
#include "dnsd/zone_edit.h"
#include "dnsd/zone_slot.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/sort.h"
#include "statefuld/zone_edit.h"

enum {
	/* Below this a stub and a separate object cost what they save. */
	SHARE_MIN_WIRE = 48,
};

/* One set that is wanted. */
struct want {
	const uint8_t *sym;
	uint16_t len;
	uint16_t type;
	struct rrset *set;     /* NULL: only the name's existence */
	struct want *first;    /* the first of those with the same content */
	uint32_t alike;	       /* at the first: how many */
	struct rrset_ext *ext; /* at the first: made when first needed */
};

/* Keys one after the other, each with its length in front. */
struct keys {
	uint8_t *data;
	size_t len, cap;
};

static size_t keys_add(struct keys *keys, const uint8_t *sym, uint16_t len)
{
	size_t at = keys->len;

	if (keys->cap - at < sizeof(len) + len) {
		keys->cap = (keys->cap + sizeof(len) + len) * 2;
		keys->data = mem_realloc(keys->data, keys->cap, 1);
	}
	memcpy(keys->data + at, &len, sizeof(len));
	memcpy(keys->data + at + sizeof(len), sym, len);
	keys->len = at + sizeof(len) + len;
	return at + sizeof(len);
}

static int add_current(const uint8_t *sym, size_t len,
		       const struct zone_node *node, void *arg)
{
	(void)node;
	keys_add(arg, sym, (uint16_t)len);
	return 0;
}

/* No key is the beginning of another, so the shorter length will do. */
static int key_order(const uint8_t *a, size_t a_len, const uint8_t *b,
		     size_t b_len)
{
	return memcmp(a, b, a_len < b_len ? a_len : b_len);
}

static int want_order(const void *a, const void *b)
{
	const struct want *x = a, *y = b;
	int order = key_order(x->sym, x->len, y->sym, y->len);

	return order != 0 ? order : x->type - y->type;
}

/* Finds sets of the same content at several names, such as the SRV records of
 * a Service and of its port: they will share one copy. */
static void find_alike(struct want *wants, size_t n)
{
	size_t size = 16;
	struct want **table, **at;

	while (size < n * 2)
		size *= 2;
	table = mem_calloc(size, sizeof(*table));
	for (size_t i = 0; i < n; i++) {
		wants[i].first = &wants[i];
		if (wants[i].set == NULL ||
		    wants[i].set->wire_len < SHARE_MIN_WIRE)
			continue;
		at = &table[hash_on(HASH_SEED, wants[i].set->wire,
				    wants[i].set->wire_len) &
			    (size - 1)];
		while (*at != NULL && !rrset_equals((*at)->set, wants[i].set))
			at = at + 1 == table + size ? table : at + 1;
		if (*at == NULL)
			*at = &wants[i];
		wants[i].first = *at;
		wants[i].first->alike++;
	}
	free(table);
}

static struct rrset_ext *shared_ext(struct zone_edit *edit, struct want *want)
{
	struct want *first = want->first;

	if (first->alike < 2)
		return NULL;
	if (first->ext == NULL)
		first->ext = zone_edit_ext(edit, first->set);
	return first->ext;
}

/* Adds a wanted set to the spec; what the name has already stays as it is. */
static void add_want(struct zone_edit *edit, struct node_spec *spec,
		     const struct node_spec *has, struct want *want)
{
	bool found;
	unsigned at;

	if (want->set == NULL) {
		spec->bare = true;
		return;
	}
	at = node_spec_find(has, want->type, &found);
	if (found && rrset_equals(has->sets[at].set, want->set))
		node_spec_put(spec, has->sets[at].set, has->sets[at].ext);
	else
		node_spec_put(spec, want->set, shared_ext(edit, want));
}

/* Stores the wanted sets of one name: those from `at` on that have its key.
 * Returns where the next name begins. */
static struct want *store_name(struct zone_edit *edit, struct want *at,
			       const struct want *end)
{
	const struct want *one = at;
	struct node_spec spec = {0}, has;
	struct trie_hit hit;
	struct key key;

	memcpy(key.sym, one->sym, one->len);
	key.len = one->len;
	trie_find(edit->trie.slab->base, edit->trie.root, &key, &hit);
	node_spec_load(&has, hit.node);
	spec.zone = has.zone;
	for (; at < end && key_order(at->sym, at->len, one->sym, one->len) == 0;
	     at++)
		if (zone_edit_accepts(&hit, at->type))
			add_want(edit, &spec, &has, at);
	zone_edit_store(edit, &key, &hit, &spec);
	return at;
}

static void clear_name(struct zone_edit *edit, const uint8_t *sym, uint16_t len)
{
	struct node_spec spec = {0};
	struct trie_hit hit;
	struct key key;

	memcpy(key.sym, sym, len);
	key.len = len;
	trie_find(edit->trie.slab->base, edit->trie.root, &key, &hit);
	if (hit.node != NULL)
		spec.zone = hit.node->zone;
	zone_edit_store(edit, &key, &hit, &spec);
}

/* Both run in canonical order. */
static void merge(struct zone_edit *edit, const struct keys *now,
		  struct want *want, const struct want *end)
{
	const uint8_t *sym;
	uint16_t len;
	int order;

	for (size_t at = 0; at < now->len; at += sizeof(len) + len) {
		memcpy(&len, now->data + at, sizeof(len));
		sym = now->data + at + sizeof(len);
		order = -1;
		while (want < end) {
			order = key_order(sym, len, want->sym, want->len);
			if (order < 0)
				break;
			want = store_name(edit, want, end);
			if (order == 0)
				break;
			order = -1;
		}
		if (order < 0)
			clear_name(edit, sym, len);
	}
	while (want < end)
		want = store_name(edit, want, end);
}

static size_t padded(const struct rr_set *set)
{
	return (rrset_room_for(set) + 3) & ~(size_t)3;
}

/* Makes the wire forms, all in one piece of memory that is returned. */
static void *build_sets(struct want *wants, const struct rr_set *sets, size_t n)
{
	size_t room = 1, used = 0;
	uint8_t *block;

	for (size_t i = 0; i < n; i++)
		room += padded(&sets[i]);
	block = mem_alloc(room);
	for (size_t i = 0; i < n; i++) {
		wants[i].type = sets[i].type;
		if (sets[i].type == RR_NONE)
			continue;
		wants[i].set = (void *)(block + used);
		rrset_build(wants[i].set, &sets[i]);
		used += padded(&sets[i]);
	}
	return block;
}

/* Fills `keys`, which must not grow any more afterwards. */
static void make_keys(struct want *wants, const struct rr_set *sets, size_t n,
		      struct keys *keys)
{
	const uint8_t *at;
	struct key key;

	for (size_t i = 0; i < n; i++) {
		key_make(&key, sets[i].owner, name_len(sets[i].owner));
		keys_add(keys, key.sym, key.len);
	}
	at = keys->data;
	for (size_t i = 0; i < n; i++) {
		memcpy(&wants[i].len, at, sizeof(wants[i].len));
		wants[i].sym = at + sizeof(wants[i].len);
		at = wants[i].sym + wants[i].len;
	}
}

/* A set without records is no set. */
static size_t leave_out_empty(struct want *wants, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (wants[i].set == NULL || wants[i].set->count > 0)
			wants[kept++] = wants[i];
	return kept;
}

void zone_edit_subtree(struct zone_edit *edit, const uint8_t *top,
		       const struct rr_set *sets, size_t n)
{
	struct want *wants = mem_calloc(n + 1, sizeof(*wants));
	struct keys wanted = {0}, now = {0};
	struct key key;
	void *block;

	block = build_sets(wants, sets, n);
	make_keys(wants, sets, n, &wanted);
	n = leave_out_empty(wants, n);
	sort_items(wants, n, sizeof(*wants), want_order);
	find_alike(wants, n);
	key_make(&key, top, name_len(top));
	trie_walk(edit->trie.slab->base, edit->trie.root, &key, 0, add_current,
		  &now);
	merge(edit, &now, wants, wants + n);
	free(now.data);
	free(wanted.data);
	free(block);
	free(wants);
}
