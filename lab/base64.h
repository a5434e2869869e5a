/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * base64 - the URL-safe alphabet without padding (RFC 4648 section 5), as the
 * tokens of paged lists are written.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stddef.h>

char *base64_url_encode(const void *data, size_t len);
/* NUL-terminated behind *ret_len; NULL: malformed. Padding is allowed. */
char *base64_url_decode(const char *text, size_t *ret_len);
