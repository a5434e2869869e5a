/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * slab - memory for the many small objects of the zones, named by 32-bit
 * references.
 *
 * One range of addresses is reserved at once and filled from the bottom, so a
 * reference is a distance from `base` and turning it into a pointer costs no
 * load. Objects of one size share runs; a freed slot is given out again for
 * the same size. No header stands in front of an object: free() is told the
 * size.
 *
 * Threads: the writer alone allocates and frees; others may read objects.
 * Memory: slab_fini returns the range, whether its objects were freed or not.
 */
#include <stddef.h>
#include <stdint.h>

enum {
	SLAB_UNIT = 4, /* sizes and addresses are multiples */
	SLAB_MAX = 2048,
};

struct slab {
	uint8_t *base;
	size_t brk;	  /* bytes handed to runs */
	size_t committed; /* bytes that may be touched */
	size_t reserved;
	size_t live; /* bytes in use, rounded to units */
	uint32_t head[SLAB_MAX / SLAB_UNIT + 1]; /* free slots, as units */
};

void slab_init(struct slab *slab);
void slab_fini(struct slab *slab);

/* At least one byte, aligned to SLAB_UNIT, content undefined. Never NULL: a
 * full reservation aborts. Above SLAB_MAX it comes from the heap, and has no
 * reference. */
void *slab_alloc(struct slab *slab, size_t size)
	__attribute__((returns_nonnull));
void slab_free(struct slab *slab, void *ptr, size_t size);

/* Distance from base in units; never 0. Below 2^31, as
 * the range has 8 GiB. */
static inline uint32_t slab_unit(const struct slab *slab, const void *ptr)
{
	return (uint32_t)((size_t)((const uint8_t *)ptr - slab->base) /
			  SLAB_UNIT);
}
