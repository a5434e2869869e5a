/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/cookie.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "dnsd/wire.h"
#include "statefuld/secret.h"

enum {
	COOKIE_VERSION = 1,
	HASH = 8,
	FIXED = 8, /* version, reserved, time */
	MAX_AGE_S = 3600,
	MAX_AHEAD_S = 300,
	INPUT_MAX = COOKIE_CLIENT + FIXED + 16,
};

static uint64_t get64(const uint8_t *at)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | at[i];
	return value;
}

static void put64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++, value >>= 8)
		at[i] = (uint8_t)value;
}

static uint64_t rotate(uint64_t value, int bits)
{
	return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

void cookie_siphash(const uint8_t key[COOKIE_SECRET], const uint8_t *data,
		    size_t len, uint8_t out[8])
{
	uint64_t k0 = get64(key), k1 = get64(key + 8);
	uint64_t v[4] = {
		k0 ^ UINT64_C(0x736f6d6570736575),
		k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261),
		k1 ^ UINT64_C(0x7465646279746573),
	};
	uint8_t last[8] = {0};
	size_t at = 0;

	for (; len - at >= 8; at += 8)
		absorb(v, get64(data + at));
	memcpy(last, data + at, len - at);
	last[7] = (uint8_t)len;
	absorb(v, get64(last));
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	put64(out, v[0] ^ v[1] ^ v[2] ^ v[3]);
}

bool cookie_has_good_length(size_t len)
{
	return len == COOKIE_CLIENT ||
	       (len >= COOKIE_CLIENT + 8 && len <= COOKIE_MAX);
}

/* RFC 9018 4: over the client cookie, what comes before the hash, as received,
 * and the client's address. `octets`: of the whole option. */
static void hash(const uint8_t secret[COOKIE_SECRET], const uint8_t *octets,
		 const struct sockaddr_storage *client, uint8_t out[HASH])
{
	const struct sockaddr_in *v4 = (const void *)client;
	const struct sockaddr_in6 *v6 = (const void *)client;
	uint8_t input[INPUT_MAX];
	size_t len = COOKIE_CLIENT + FIXED;

	memcpy(input, octets, len);
	if (client->ss_family == AF_INET) {
		memcpy(input + len, &v4->sin_addr, 4);
		len += 4;
	} else {
		memcpy(input + len, &v6->sin6_addr, 16);
		len += 16;
	}
	cookie_siphash(secret, input, len, out);
}

static bool fits(const uint8_t secret[COOKIE_SECRET], const uint8_t *octets,
		 const struct sockaddr_storage *client)
{
	uint8_t want[HASH];

	hash(secret, octets, client, want);
	return secret_equal(want, octets + COOKIE_CLIENT + FIXED, HASH);
}

/* Serial arithmetic, so that the year 2106 is a day like any other. */
static bool is_fresh(uint32_t made_s, uint32_t now_s)
{
	uint32_t age_s = now_s - made_s;

	return age_s <= MAX_AGE_S || made_s - now_s <= MAX_AHEAD_S;
}

bool cookie_is_good(const struct cookie_secrets *secrets, const uint8_t *octets,
		    size_t len, const struct sockaddr_storage *client,
		    uint32_t now_s)
{
	if (len != COOKIE_LEN || octets[COOKIE_CLIENT] != COOKIE_VERSION ||
	    !is_fresh(wire_get32(octets + COOKIE_CLIENT + 4), now_s))
		return false;
	return fits(secrets->active, octets, client) ||
	       (secrets->has_previous &&
		fits(secrets->previous, octets, client));
}

void cookie_make(const struct cookie_secrets *secrets, const uint8_t *octets,
		 const struct sockaddr_storage *client, uint32_t now_s,
		 uint8_t out[COOKIE_LEN])
{
	memcpy(out, octets, COOKIE_CLIENT);
	wire_put32(out + COOKIE_CLIENT, (uint32_t)COOKIE_VERSION << 24);
	wire_put32(out + COOKIE_CLIENT + 4, now_s);
	hash(secrets->active, out, client, out + COOKIE_CLIENT + FIXED);
}
