/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/expect.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/hash.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	ORDINAL_DIGITS = 10,
	PARENT_DEPTH = 3, /* <service>.<ns>.svc */
};

/* A parent's own name has n = 0. */
struct entry {
	uint64_t hash; /* 0: free */
	uint32_t first, n;
};

struct expect {
	uint32_t ttl_s;
	size_t size;
	struct entry entries[];
};

static uint64_t hash_name(const uint8_t *name)
{
	uint64_t hash = hash_on(HASH_SEED, name, name_len(name));

	return hash ? hash : 1;
}

static uint64_t hash_set(uint64_t parent, const void *prefix, size_t len)
{
	uint64_t hash = hash_on(parent, prefix, len);

	return hash ? hash : 1;
}

/* Where to look for a hash first: the upper half of it, scaled, so that the
 * table need not be a power of two. */
static size_t home(const struct expect *expect, uint64_t hash)
{
	return (size_t)((hash >> 32) * expect->size >> 32);
}

static size_t after(const struct expect *expect, size_t at)
{
	return at + 1 < expect->size ? at + 1 : 0;
}

/* Every entry of that hash is found by walking on: a set has several if two
 * sets' ranges are filed under one name. */
static void file(struct expect *expect, struct entry entry)
{
	size_t at = home(expect, entry.hash);

	while (expect->entries[at].hash != 0) {
		if (memcmp(&expect->entries[at], &entry, sizeof(entry)) == 0)
			return;
		at = after(expect, at);
	}
	expect->entries[at] = entry;
}

static bool has(const struct expect *expect, uint64_t hash, bool is_parent,
		uint32_t ordinal)
{
	const struct entry *entry;

	for (size_t at = home(expect, hash);; at = after(expect, at)) {
		entry = &expect->entries[at];
		if (entry->hash == 0)
			return false;
		if (entry->hash == hash &&
		    (is_parent ? entry->n == 0
			       : ordinal - entry->first < entry->n))
			return true;
	}
}

struct expect *expect_new(const struct zone_expected *items, size_t n,
			  uint32_t ttl_s)
{
	/* Two entries each, and at most two thirds full. */
	size_t size = 3 * n;
	struct expect *expect;

	if (n == 0)
		return NULL;
	expect = mem_zalloc(sizeof(*expect) + size * sizeof(struct entry));
	expect->ttl_s = ttl_s;
	expect->size = size;
	for (size_t i = 0; i < n; i++) {
		uint64_t hash = hash_name(items[i].parent.wire);

		file(expect, (struct entry){.hash = hash});
		file(expect, (struct entry){
				     .hash = hash_set(hash, items[i].prefix,
						      strlen(items[i].prefix)),
				     .first = items[i].first,
				     .n = items[i].n,
			     });
	}
	return expect;
}

void expect_free(struct expect *expect)
{
	free(expect);
}

bool expect_equals(const struct expect *a, const struct expect *b)
{
	if (!a || !b)
		return a == b;
	return a->ttl_s == b->ttl_s && a->size == b->size &&
	       memcmp(a->entries, b->entries, a->size * sizeof(struct entry)) ==
		       0;
}

/* "web-12": the length of "web", and 12; 0 where that is no pod's name. An
 * ordinal has no leading zero, so that a pod has one name. */
static size_t split(const uint8_t *label, uint32_t *ret_ordinal)
{
	size_t len = label[0], at = len;
	uint64_t ordinal = 0;

	while (at > 0 && label[at] >= '0' && label[at] <= '9')
		at--;
	if (at == len || at < 2 || label[at] != '-' ||
	    len - at > ORDINAL_DIGITS || (label[at + 1] == '0' && at + 1 < len))
		return 0;
	for (size_t i = at + 1; i <= len; i++)
		ordinal = ordinal * 10 + (uint64_t)(label[i] - '0');
	*ret_ordinal = (uint32_t)ordinal;
	return ordinal <= UINT32_MAX ? at - 1 : 0;
}

bool expect_find(const struct expect *expect, const uint8_t *name, size_t depth,
		 uint32_t *ret_ttl_s)
{
	uint32_t ordinal = 0;
	size_t prefix_len;
	bool is_found = false;

	if (!expect)
		return false;
	if (depth == PARENT_DEPTH) {
		is_found = has(expect, hash_name(name), true, 0);
	} else if (depth == PARENT_DEPTH + 1) {
		prefix_len = split(name, &ordinal);
		is_found = prefix_len > 0 &&
			   has(expect,
			       hash_set(hash_name(name + 1 + name[0]), name + 1,
					prefix_len),
			       false, ordinal);
	}
	if (is_found)
		*ret_ttl_s = expect->ttl_s;
	return is_found;
}
