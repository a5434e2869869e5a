/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * watch_url - the paths with queries that lists and watches ask for. Pure.
 *
 * Threads: any. Memory: results are the caller's, free() them.
 */
#include <stdint.h>

/* A page of a consistent list; `page` is its continue token or NULL. */
char *watch_url_list(const char *path, const char *page);
/* A watch that sends all objects first and then a bookmark that says so. */
char *watch_url_initial(const char *path, uint32_t timeout_s);
/* A watch of what comes after a resourceVersion. */
char *watch_url_resume(const char *path, const char *version,
		       uint32_t timeout_s);
