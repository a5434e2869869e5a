/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * canon - JSON text exactly as Go's encoder writes a decoded value: members
 * sorted by bytes, no white space, Go's escapes and numbers (SS-031).
 *
 * Threads: any; pure. Memory: results are heap strings, free() them.
 */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json;

char *canon_print(const struct json *value);
/* Appends one string with its quotes. */
void canon_string(struct buf *out, const char *text);
/* Appends a number as Go prints a float64. */
void canon_number(struct buf *out, double number);
