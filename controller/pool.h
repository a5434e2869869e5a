/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pool - memory for the many small, long-lived things of the store: no head
 * for each, sizes in steps of 8 bytes, and apart from what JSON trees take and
 * give back in between.
 *
 * What is given back is used again for the same size. All goes back to the
 * system when nothing is in use any more. Under AddressSanitizer it is plain
 * malloc, so that mistakes are seen.
 *
 * Threads: the loop thread. Memory: give back with the size asked for.
 */
#include <stddef.h>

void *pool_alloc(size_t size) __attribute__((malloc, returns_nonnull));
/* NULL is fine. */
void pool_free(void *ptr, size_t size);
/* Taken from the system. */
size_t pool_bytes(void);
