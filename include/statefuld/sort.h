/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sort - qsort for arrays that may be empty: C11 (7.22.5) gives qsort no NULL,
 * not even for 0 elements, and an empty vector here is NULL.
 *
 * Threads: any. Memory: the caller's.
 */
#include <stdlib.h>

/* Orders n elements of `size` octets by `order`; n of 0 and 1 do nothing. */
static inline void sort_items(void *items, size_t n, size_t size,
			      int (*order)(const void *, const void *))
{
	if (n > 1)
		qsort(items, n, size, order);
}
