/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * key - a name turned round, so that the order of octets is the canonical
 * order of names (RFC 4034 6.1).
 *
 * "web.svc." becomes "svc" END "web" END END: labels from the root down, each
 * with END behind it, and END once more for the end of the name. END is 0 and
 * sorts before any octet, so a parent comes before its children, and no key
 * is the beginning of another. The octets 0 and 1 in a label become two.
 *
 * Threads: any. Memory: the caller's.
 */
#include <stddef.h>
#include <stdint.h>

enum {
	KEY_END = 0,
	KEY_ESCAPE = 1, /* 0 is ESCAPE 1, 1 is ESCAPE 2 */
	KEY_MAX = 512,	/* more than any name needs */
	KEY_PAD = 16,	/* may be read and written behind the end */
};

struct key {
	uint16_t len;
	uint8_t sym[KEY_MAX + KEY_PAD];
};

/* `name` is a valid name of `len` octets, root label included. Letters are
 * taken as they are. */
void key_make(struct key *key, const uint8_t *name, size_t len);

/* The name of a key of `len` symbols; `out` has NAME_MAX_LEN octets. Returns
 * its length. */
size_t key_name(uint8_t *out, const uint8_t *sym, size_t len);
