/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * auth - the credentials to use right now: static ones, a token file that is
 * read anew every minute, or what a credential plugin gave until it expires.
 *
 * Threads: the loop thread. Memory: credentials are borrowed until control
 * returns to the loop.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct access;
struct auth;
struct err;
struct loop;

struct auth_creds {
	const char *bearer;
	const char *username, *password;
	const char *cert, *key; /* PEM from a plugin */
	uint64_t generation;	/* another one: other credentials */
};

/* `access` is borrowed and must outlive the auth. `on_change` is told when an
 * answer that auth_get() owed has come, good or bad. */
struct auth *auth_new(struct loop *loop, const struct access *access,
		      void (*on_change)(void *arg), void *arg);
void auth_free(struct auth *auth);

/* -EAGAIN: they are being fetched, on_change will be called. ST_EAUTH: there
 * are none; asking again later tries again. */
st_must_check int auth_get(struct auth *auth, struct auth_creds *ret_creds,
			   struct err *err);
/* The server did not take the credentials of that generation. Returns whether
 * asking again may give others. */
bool auth_refused(struct auth *auth, uint64_t generation);
