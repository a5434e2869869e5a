/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * patch_text - JSON values in the words of upstream's messages.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include "statefuld/json.h"

/* "object", "array", "string", "number", "bool" or "null". */
const char *patch_text_word(const struct json *value);
/* "map[string]interface {}", "[]interface {}", "string"... */
const char *patch_text_type(const struct json *value);
/* As Go prints decoded values: map[a:1 b:[x y]]. Cut where it gets long. */
char *patch_text(const struct json *value);
