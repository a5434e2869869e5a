/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tsig - transaction signatures (RFC 8945): what a signed request is worth,
 * and the signature of each message of its reply. Pure but for the hash.
 *
 * Threads: any; a state belongs to one exchange. Memory: no heap. A state
 * borrows the key.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/hmac.h"
#include "statefuld/name.h"

enum {
	TSIG_SECRET_MAX = 512,
	TSIG_FUDGE_S = 300,
	/* Octets that a record may take: two names, fixed part, MAC, other
	 * data. */
	TSIG_ROOM_MAX = 2 * NAME_MAX_LEN + 26 + HMAC_MAX + 6,
};

/* Errors in a TSIG record. */
enum {
	TSIG_BADSIG = 16,
	TSIG_BADKEY = 17,
	TSIG_BADTIME = 18,
	TSIG_BADTRUNC = 22,
};

struct tsig_key {
	struct name name;
	enum hmac_hash hash;
	uint16_t secret_len;
	uint8_t secret[TSIG_SECRET_MAX];
};

struct tsig_keys {
	struct tsig_key *keys;
	size_t n;
};

/* Frees and forgets the secrets. */
void tsig_keys_fini(struct tsig_keys *keys);
/* By name, which is in lower case; NULL if there is none. */
const struct tsig_key *tsig_keys_find(const struct tsig_keys *keys,
				      const struct name *name);

/* The algorithm of that name, with or without final dot, or false. HMAC-MD5
 * is not among them (DNS-205). */
bool tsig_algorithm(const char *text, enum hmac_hash *ret_hash);

struct tsig_state {
	const struct tsig_key *key; /* NULL: the reply is not signed */
	uint16_t error;		    /* TSIG_..., 0 for none */
	uint64_t time_s;	    /* of the request */
	uint16_t fudge_s;
	struct name name, algorithm; /* as the request has them */
	/* Of the request, later of the message before. */
	uint8_t mac_len;
	uint8_t mac[HMAC_MAX];
	bool is_later; /* a message of this reply was signed before */
};

/*
 * Checks the request of `len` octets whose TSIG record begins at `at`, its
 * last. In this order (RFC 8945 5.2): form, key, MAC, time, truncation.
 * Returns the RCODE: NOERROR; FORMERR, whose reply has no TSIG; NOTAUTH with
 * the reason in ret->error. `keys` may be NULL.
 */
uint16_t tsig_check(struct tsig_state *ret, const struct tsig_keys *keys,
		    const uint8_t *wire, size_t len, size_t at, uint64_t now_s);

/* The state of a request of our own. */
void tsig_begin(struct tsig_state *ret, const struct tsig_key *key);

/* Octets that tsig_sign appends. */
size_t tsig_room(const struct tsig_state *state);

/* Appends the record to a finished message, counts it, and returns the new
 * length. The messages of one reply are signed in turn, each over the
 * signature before it (RFC 8945 5.3.1, DNS-206). */
size_t tsig_sign(struct tsig_state *state, uint8_t *message, size_t len,
		 uint64_t now_s);
