/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * wire_pack - records one after the other into a message, names compressed
 * against all that came before in it (RFC 1035 4.1.4).
 *
 * Threads: belongs to one. Memory: no heap; borrows the message.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WIRE_PACK_SLOTS = 4096, /* a power of two */
};

struct wire_pack {
	uint8_t *out;
	size_t at;    /* octets written */
	size_t limit; /* and what they may not exceed */
	/* Where names begin in the message, by hash; 0 is free. */
	uint16_t n_names;
	uint16_t names[WIRE_PACK_SLOTS];
};

/* Goes on behind the `at` octets that are in the message. */
void wire_pack_begin(struct wire_pack *pack, uint8_t *out, size_t at,
		     size_t limit);
/* Makes the uncompressed name at this place known, so that others can be
 * shortened to it. */
void wire_pack_know(struct wire_pack *pack, size_t name_at);

/* One record; `fixed` is its type, class, TTL, RDLENGTH and RDATA, names in
 * that uncompressed. In RDATA only those of NS, CNAME, PTR and SOA are
 * compressed (DNS-173). False: there is no room, and the message is as
 * before; nothing more can be added. */
bool wire_pack_record(struct wire_pack *pack, const uint8_t *owner,
		      const uint8_t *fixed);
