/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "statefuld/attr.h"

static const struct {
	const char *name;
	size_t len;
} hashes[HMAC_HASHES] = {
	[HMAC_SHA1] = {"SHA1", 20},	  [HMAC_SHA224] = {"SHA2-224", 28},
	[HMAC_SHA256] = {"SHA2-256", 32}, [HMAC_SHA384] = {"SHA2-384", 48},
	[HMAC_SHA512] = {"SHA2-512", 64},
};

size_t hmac_len(enum hmac_hash hash)
{
	return hashes[hash].len;
}

/* These fail for want of memory or of the algorithm in the library, neither
 * of which a query can bring about. */
void hmac_begin(struct hmac *hmac, enum hmac_hash hash, const void *secret,
		size_t len)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
			OSSL_MAC_PARAM_DIGEST,
			(char *)(uintptr_t)hashes[hash].name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);

	st_assert(ctx != NULL && EVP_MAC_init(ctx, secret, len, params) == 1);
	EVP_MAC_free(mac);
	hmac->ctx = ctx;
	hmac->hash = hash;
}

void hmac_add(struct hmac *hmac, const void *data, size_t len)
{
	st_assert(EVP_MAC_update(hmac->ctx, data, len) == 1);
}

void hmac_end(struct hmac *hmac, uint8_t out[HMAC_MAX])
{
	size_t len;

	st_assert(EVP_MAC_final(hmac->ctx, out, &len, HMAC_MAX) == 1 &&
		  len == hashes[hmac->hash].len);
	EVP_MAC_CTX_free(hmac->ctx);
	hmac->ctx = NULL;
}

bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void hmac_wipe(void *secret, size_t len)
{
	OPENSSL_cleanse(secret, len);
}
