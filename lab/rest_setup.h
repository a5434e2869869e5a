/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rest_setup - what rest.c reads and tells when it starts: its token, its URL.
 *
 * Threads: any. Memory: results are the caller's.
 */
#include <stdbool.h>

#include "statefuld/attr.h"

struct err;

/* The first line of a file; path NULL: *ret_token is NULL. */
st_must_check int rest_setup_token(const char *path, char **ret_token,
				   struct err *err);
/* Of a socket that is bound: "http://127.0.0.1:6443". */
char *rest_setup_url(bool is_tls, int fd);
