/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cookie - DNS cookies (RFC 7873) with server cookies that all replicas that
 * share a secret understand (RFC 9018). Pure: time and secrets come in.
 *
 * Threads: any. Memory: no heap.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr_storage;

enum {
	COOKIE_CLIENT = 8,
	COOKIE_SERVER = 16,
	COOKIE_LEN = COOKIE_CLIENT + COOKIE_SERVER,
	COOKIE_MAX = 40, /* of any server's */
	COOKIE_SECRET = 16,
};

/* What server cookies are made with, and with what they may have been made
 * (RFC 9018 5, DNS-163). */
struct cookie_secrets {
	uint8_t active[COOKIE_SECRET], previous[COOKIE_SECRET];
	bool has_previous;
};

/* DNS-160. */
bool cookie_has_good_length(size_t len);

/* Whether octets of an option, of a good length, hold a server cookie that was
 * made here for that client in the last hour (DNS-162). now_s: seconds since
 * 1970. */
bool cookie_is_good(const struct cookie_secrets *secrets, const uint8_t *octets,
		    size_t len, const struct sockaddr_storage *client,
		    uint32_t now_s);

/* The option's octets in a reply: the client's cookie as it came, and a server
 * cookie of now (DNS-161). */
void cookie_make(const struct cookie_secrets *secrets, const uint8_t *octets,
		 const struct sockaddr_storage *client, uint32_t now_s,
		 uint8_t out[COOKIE_LEN]);

/* SipHash-2-4 of 64 bits, as octets. */
void cookie_siphash(const uint8_t key[COOKIE_SECRET], const uint8_t *data,
		    size_t len, uint8_t out[8]);
