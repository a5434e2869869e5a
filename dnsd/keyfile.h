/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * keyfile - TSIG keys from a file in the form that tsig-keygen writes and BIND
 * includes:
 *
 *	key "name" { algorithm hmac-sha256; secret "base64"; };
 *
 * any number of them, with comments of C, C++ and shell. Without an algorithm
 * it is hmac-sha256.
 *
 * Threads: any. Memory: keys are added to the caller's. No text of a file is
 * ever repeated in an error, as it may be a secret.
 */
#include <stddef.h>

#include "statefuld/attr.h"

struct err;
struct tsig_keys;

/* ST_EPARSE, ST_EINVAL: "NAME:LINE: field: what is wrong". A key whose name
 * is there already is one. `keys` may then hold some of the text's. */
st_must_check int keyfile_parse(struct tsig_keys *keys, const char *text,
				size_t len, const char *file, struct err *err);

/* The same from a file of at most KEYFILE_MAX octets; or the system's error. */
enum { KEYFILE_MAX = 65536 };
st_must_check int keyfile_load(struct tsig_keys *keys, const char *path,
			       struct err *err);
