/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/slab.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "statefuld/attr.h"
#include "statefuld/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define SLAB_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLAB_ASAN 1
#endif
#endif

/* Free slots are poisoned, so that a reader that comes too late is caught as
 * it would be with malloc. */
#ifdef SLAB_ASAN
#include <sanitizer/asan_interface.h>
#define slab_hide(ptr, size) ASAN_POISON_MEMORY_REGION(ptr, size)
#define slab_show(ptr, size) ASAN_UNPOISON_MEMORY_REGION(ptr, size)
#else
#define slab_hide(ptr, size) ((void)0)
#define slab_show(ptr, size) ((void)0)
#endif

_Static_assert(sizeof(void *) == 8, "the reservation needs 64-bit addresses");

enum {
	RUN_BYTES = 4096,
	RUN_MIN_SLOTS = 4,
};

static const size_t commit_step = (size_t)1 << 20;

/* A limit on address space (RLIMIT_AS) may refuse the first wish. Nothing is
 * used by this: pages without access count for nobody. */
void slab_init(struct slab *slab)
{
	static const size_t wishes[] = {(size_t)8 << 30, (size_t)2 << 30,
					(size_t)512 << 20, (size_t)128 << 20};
	void *base = MAP_FAILED;

	memset(slab, 0, sizeof(*slab));
	for (size_t i = 0; i < st_array_len(wishes) && base == MAP_FAILED;
	     i++) {
		slab->reserved = wishes[i];
		base = mmap(NULL, wishes[i], PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	}
	st_assert(base != MAP_FAILED);
	slab->base = base;
	slab->brk = SLAB_UNIT; /* so that no object has reference 0 */
}

void slab_fini(struct slab *slab)
{
	if (slab->base == NULL)
		return;
	slab_show(slab->base, slab->committed);
	munmap(slab->base, slab->reserved);
	memset(slab, 0, sizeof(*slab));
}

static void commit(struct slab *slab, size_t want)
{
	size_t more;

	if (want <= slab->committed)
		return;
	more = (want - slab->committed + commit_step - 1) / commit_step *
	       commit_step;
	st_assert(slab->committed + more <= slab->reserved);
	st_assert(mprotect(slab->base + slab->committed, more,
			   PROT_READ | PROT_WRITE) == 0);
	slab_hide(slab->base + slab->committed, more);
	slab->committed += more;
}

/* Cuts a new run into free slots, lowest address first in the list. */
static void add_run(struct slab *slab, size_t size)
{
	size_t n = RUN_BYTES / size;
	uint8_t *slot;

	if (n < RUN_MIN_SLOTS)
		n = RUN_MIN_SLOTS;
	commit(slab, slab->brk + n * size);
	for (size_t i = n; i > 0; i--) {
		slot = slab->base + slab->brk + (i - 1) * size;
		slab_show(slot, sizeof(uint32_t));
		memcpy(slot, &slab->head[size / SLAB_UNIT], sizeof(uint32_t));
		slab_hide(slot, sizeof(uint32_t));
		slab->head[size / SLAB_UNIT] = slab_unit(slab, slot);
	}
	slab->brk += n * size;
}

static size_t rounded(size_t size)
{
	return (size + SLAB_UNIT - 1) / SLAB_UNIT * SLAB_UNIT;
}

void *slab_alloc(struct slab *slab, size_t size)
{
	size_t full = rounded(size);
	uint32_t *head;
	uint8_t *slot;

	st_assert(size > 0);
	slab->live += full;
	if (full > SLAB_MAX)
		return mem_alloc(size);
	head = &slab->head[full / SLAB_UNIT];
	if (*head == 0)
		add_run(slab, full);
	slot = slab->base + (size_t)*head * SLAB_UNIT;
	slab_show(slot, size < sizeof(*head) ? sizeof(*head) : size);
	memcpy(head, slot, sizeof(*head));
	return slot;
}

void slab_free(struct slab *slab, void *ptr, size_t size)
{
	size_t full = rounded(size);
	uint32_t *head;

	slab->live -= full;
	if (full > SLAB_MAX) {
		free(ptr);
		return;
	}
	head = &slab->head[full / SLAB_UNIT];
	memcpy(ptr, head, sizeof(*head));
	*head = slab_unit(slab, ptr);
	slab_hide(ptr, full);
}
