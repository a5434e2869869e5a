/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * readfile - a whole file that a user has named.
 *
 * Threads: any. Memory: the result is the caller's.
 */
#include <stddef.h>

#include "statefuld/attr.h"

struct err;

/* NUL-terminated behind *ret_len. Errors name the file; ST_ELIMIT: it is
 * larger than `max`. */
st_must_check int readfile_load(const char *path, size_t max, char **ret_text,
				size_t *ret_len, struct err *err);
