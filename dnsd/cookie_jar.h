/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cookie_jar - the secrets of DNS cookies while they are in use: from a file
 * that replicas share, or made by chance (DNS-163).
 *
 * The file has a secret a line, 32 hexadecimal digits: the one cookies are
 * made with, and perhaps the one before, whose cookies still count. Empty
 * lines and those that begin with # are passed over.
 *
 * Threads: new, load and free by one; peek by any registered with RCU and
 * online. Memory: cookie_jar_free wipes and frees; readers must be gone.
 */
#include "dnsd/cookie.h"
#include "statefuld/attr.h"

struct cookie_jar;
struct err;

/* With random secrets. */
struct cookie_jar *cookie_jar_new(void);
void cookie_jar_free(struct cookie_jar *jar);

/* Takes the secrets of a file; on error the old ones stay. The error names
 * file and line, and never shows a secret. */
st_must_check int cookie_jar_load(struct cookie_jar *jar, const char *path,
				  struct err *err);

/* Borrowed until the reader's next quiescent state; NULL without a jar. */
const struct cookie_secrets *cookie_jar_peek_rcu(const struct cookie_jar *jar);

/* What a file's text says; `path` is for the error. Pure. */
st_must_check int cookie_jar_parse(struct cookie_secrets *ret_secrets,
				   const char *text, size_t len,
				   const char *path, struct err *err);
