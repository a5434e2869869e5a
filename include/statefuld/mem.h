/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * mem - allocation that does not return NULL: out of memory aborts with one
 * clear line. Every buffer fed from outside therefore has a cap (see buf.h).
 *
 * Threads: any. Memory: the caller owns results and releases with free().
 */
#include <stddef.h>
#include <stdlib.h>

#include "statefuld/attr.h"

/* Has large blocks go back to the system as soon as they are freed, whatever
 * was freed before (glibc; elsewhere nothing). Once, as the process starts. */
void mem_tune(void);

void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_zalloc(size_t size) __attribute__((malloc, returns_nonnull));
/* n * size with overflow check, zeroed. */
void *mem_calloc(size_t n, size_t size)
	__attribute__((malloc, returns_nonnull));
/* Resizes to n * size with overflow check. n of 0 keeps one byte. */
void *mem_realloc(void *ptr, size_t n, size_t size)
	__attribute__((returns_nonnull));
/* NULL gives NULL. */
char *mem_strdup(const char *text);
/* Copies len bytes and adds a NUL. */
char *mem_strndup(const char *text, size_t len)
	__attribute__((returns_nonnull));
void *mem_dup(const void *data, size_t len) __attribute__((returns_nonnull));
/* printf into fresh memory. */
char *mem_printf(const char *fmt, ...) st_printf(1, 2)
	__attribute__((returns_nonnull));

/* For st_cleanup: frees *(void **)slot. */
static inline void mem_free_slot(void *slot)
{
	free(*(void **)slot);
}
#define scope_free st_cleanup(mem_free_slot)

/* Grows a vector: makes room for one more element in *items. `n` is the count
 * now; capacity is implied by powers of two, so use it for every growth. */
#define mem_grow(items, n) ((items) = mem_grow_((items), (n), sizeof(*(items))))
void *mem_grow_(void *items, size_t n, size_t size);
