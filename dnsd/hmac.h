/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * hmac - keyed hashes (RFC 2104) of the SHA family, and a comparison whose
 * time tells nothing. The one file that includes OpenSSL's for this.
 *
 * Threads: any. Memory: OpenSSL's own, released by hmac_end.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hmac_hash {
	HMAC_SHA1,
	HMAC_SHA224,
	HMAC_SHA256,
	HMAC_SHA384,
	HMAC_SHA512,
	HMAC_HASHES,
};

enum { HMAC_MAX = 64 }; /* octets of the longest result */

struct hmac {
	void *ctx;
	enum hmac_hash hash;
};

/* Octets of a result. */
size_t hmac_len(enum hmac_hash hash);

void hmac_begin(struct hmac *hmac, enum hmac_hash hash, const void *secret,
		size_t len);
void hmac_add(struct hmac *hmac, const void *data, size_t len);
/* Writes hmac_len octets; the computation is over. */
void hmac_end(struct hmac *hmac, uint8_t out[HMAC_MAX]);

/* Whether `len` octets are the same; takes as long either way. */
bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t len);
/* Overwrites a secret, where the compiler would leave that out. */
void hmac_wipe(void *secret, size_t len);
