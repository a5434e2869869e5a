/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * base64 - RFC 4648 section 4, white space between the letters allowed.
 *
 * Threads: any. Memory: results are the caller's, free() them.
 */
#include <stddef.h>

#include "statefuld/attr.h"

/* NUL-terminated behind the data. ST_EPARSE: not base64. */
st_must_check int base64_decode(const char *text, size_t len, char **ret_data,
				size_t *ret_len);
char *base64_encode(const void *data, size_t len);
