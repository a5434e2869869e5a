/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * schema_utf8 - finds where a document is no UTF-8: what is stored and told
 * must be text that every client can read.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdbool.h>
#include <stddef.h>

struct json;

/* Whether the bytes are UTF-8 as RFC 3629 has it. */
bool schema_utf8_valid(const char *text, size_t len);
/* Path of the first member whose name or text is no UTF-8, with U+FFFD for
 * each byte that is none; NULL if there is none. */
char *schema_utf8_find(const struct json *value);
