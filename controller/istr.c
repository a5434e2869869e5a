/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/istr.h"

#include <stdint.h>
#include <string.h>

#include "controller/hash.h"
#include "controller/pool.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"

/* A `struct istr *` points at the text itself, so that a view can hold texts
 * of its own without any head. */
struct entry {
	uint32_t refs;
	uint32_t hash;
	char text[];
};

/* Open addressing with linear probing; removal closes the gap. */
static struct {
	struct entry **slots;
	size_t cap; /* power of two, or 0 */
	size_t n;
	size_t text_bytes;
} table;

uint64_t hash_seed(void)
{
	static uint64_t seed;

	if (seed == 0)
		seed = ((uint64_t)clk_random(UINT32_MAX) << 32) |
		       clk_random(UINT32_MAX) | 1;
	return seed;
}

static struct entry *entry_of(const struct istr *s)
{
	return (struct entry *)((uintptr_t)s - offsetof(struct entry, text));
}

static const struct istr *istr_of(const struct entry *entry)
{
	return (const struct istr *)entry->text;
}

const char *istr_text(const struct istr *s)
{
	return (const char *)s;
}

bool istr_equal(const struct istr *a, const struct istr *b)
{
	if (a == b || a == NULL || b == NULL)
		return a == b;
	return strcmp(istr_text(a), istr_text(b)) == 0;
}

/* Where the text is, or the free slot where it would go. */
static size_t probe(const char *text, uint32_t hash)
{
	size_t i = hash & (table.cap - 1);

	while (table.slots[i] && (table.slots[i]->hash != hash ||
				  strcmp(table.slots[i]->text, text) != 0))
		i = (i + 1) & (table.cap - 1);
	return i;
}

static void place(struct entry *entry)
{
	size_t i = entry->hash & (table.cap - 1);

	while (table.slots[i])
		i = (i + 1) & (table.cap - 1);
	table.slots[i] = entry;
}

static void grow(void)
{
	struct entry **old = table.slots;
	size_t old_cap = table.cap;

	table.cap = old_cap ? old_cap * 2 : 64;
	table.slots = mem_calloc(table.cap, sizeof(struct entry *));
	for (size_t i = 0; i < old_cap; i++)
		if (old[i])
			place(old[i]);
	free(old);
}

const struct istr *istr_get(const char *text)
{
	struct entry *entry;
	size_t len, i;
	uint32_t hash;

	if (!text)
		return NULL;
	if (table.n + 1 > table.cap / 8 * 7)
		grow();
	len = strlen(text);
	hash = hash_end(hash_bytes(hash_seed(), text, len));
	i = probe(text, hash);
	if (!table.slots[i]) {
		entry = pool_alloc(sizeof(*entry) + len + 1);
		*entry = (struct entry){.hash = hash};
		memcpy(entry->text, text, len + 1);
		table.slots[i] = entry;
		table.n++;
		table.text_bytes += sizeof(*entry) + len + 1;
	}
	table.slots[i]->refs++;
	return istr_of(table.slots[i]);
}

const struct istr *istr_find(const char *text)
{
	struct entry *entry;

	if (!text || table.cap == 0)
		return NULL;
	entry = table.slots[probe(
		text, hash_end(hash_bytes(hash_seed(), text, strlen(text))))];
	return entry ? istr_of(entry) : NULL;
}

const struct istr *istr_ref(const struct istr *s)
{
	if (s)
		entry_of(s)->refs++;
	return s;
}

/* Entries behind the gap move up unless they would get before their home. */
static void unplace(size_t gap)
{
	size_t mask = table.cap - 1;
	size_t home;

	for (size_t i = (gap + 1) & mask; table.slots[i]; i = (i + 1) & mask) {
		home = table.slots[i]->hash & mask;
		if (((i - home) & mask) >= ((i - gap) & mask)) {
			table.slots[gap] = table.slots[i];
			gap = i;
		}
	}
	table.slots[gap] = NULL;
}

void istr_drop(const struct istr *s)
{
	struct entry *entry;
	size_t size;

	if (!s)
		return;
	entry = entry_of(s);
	st_assert(entry->refs > 0);
	if (--entry->refs > 0)
		return;
	unplace(probe(entry->text, entry->hash));
	size = sizeof(*entry) + strlen(entry->text) + 1;
	table.text_bytes -= size;
	pool_free(entry, size);
	if (--table.n == 0) {
		free(table.slots);
		table.slots = NULL;
		table.cap = 0;
	}
}

size_t istr_count(void)
{
	return table.n;
}

size_t istr_bytes(void)
{
	return table.text_bytes + table.cap * sizeof(struct entry *);
}
