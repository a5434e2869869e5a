/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * discovery - what the server says about itself: which groups, versions and
 * resources there are.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdbool.h>

struct json;

/* /api, /apis, /api/v1, /apis/GROUP and /apis/GROUP/VERSION; NULL for any
 * other path and for groups and versions that are not served. A '/' at the end
 * is allowed. `address` ("127.0.0.1:6443") is told in /api; may be NULL. */
struct json *discovery_old(const char *path, const char *address);

/* The aggregated form of /api and /apis, where the Accept header prefers it
 * to the old one; else NULL. *ret_content_type is static. */
struct json *discovery_aggregated(const char *path, const char *accept,
				  const char **ret_content_type);
