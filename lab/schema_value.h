/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * schema_value - whether a text is the time, quantity or base64 text that a
 * field wants, and what a real server says if it is not.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdbool.h>

/* NULL: all is well. `micro`: exactly six digits behind the seconds. */
char *schema_value_time(const char *text, bool micro);
char *schema_value_quantity(const char *text);
char *schema_value_base64(const char *text);
