/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * quantity - amounts of storage as the API writes them: "20Gi", "1.5T".
 *
 * Threads: any; pure. Memory: none.
 */
#include <stddef.h>

/* Bytes of the text, which is `len` long; negative: it is no quantity (of the
 * forms with an exponent none is taken). */
double quantity_bytes(const char *text, size_t len);
