/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secret_data - base64, and the two ways to give a Secret its data.
 *
 * Threads: any; pure. Memory: see each function.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct json;

/* Standard alphabet with padding; the caller's to free. */
char *secret_data_encode(const void *data, size_t len);
/* Number of bytes in a base64 text; -1 where it is none, and then
 * *ret_bad_offset is the first byte at fault. */
int64_t secret_data_size(const char *text, size_t *ret_bad_offset);
/* The decoded bytes with a NUL behind; NULL where it is no base64. The
 * caller's to free. */
char *secret_data_decode(const char *text, size_t *ret_len);

/* stringData, which is write-only, goes into data. */
void secret_data_merge(struct json *secret);
