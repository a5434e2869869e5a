/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secret - strings that are wiped before their memory is given back, and
 * comparisons that take as long whatever differs.
 *
 * Threads: any. Memory: as free().
 */
#include <stdbool.h>
#include <stddef.h>

/* NULL is fine. */
void secret_free(char *text);
void secret_free_len(char *data, size_t len);

bool secret_equal(const void *a, const void *b, size_t len);
