/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secret - strings that are wiped before their memory is given back.
 *
 * Threads: any. Memory: as free().
 */
#include <stddef.h>

/* NULL is fine. */
void secret_free(char *text);
void secret_free_len(char *data, size_t len);
