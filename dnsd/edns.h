/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * edns - the options of the OPT record (RFC 6891 6.1.2): those of a query, and
 * those that its reply has. Pure.
 *
 * Threads: any. Memory: no heap; what was read borrows the packet.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/cookie.h"

struct zone_info;

/* Longest identity of a server: a reply of 512 octets has room for the longest
 * question and all options. */
enum {
	EDNS_NSID_MAX = 128,
	/* What edns_room can be: NSID, cookie, keepalive, EXPIRE and
	 * ZONEVERSION. */
	EDNS_ROOM_MAX = 4 + EDNS_NSID_MAX + 4 + COOKIE_LEN + 6 + 8 + 10,
};

/* What a query asks for. */
enum {
	EDNS_NSID = 1,	      /* RFC 5001 */
	EDNS_EXPIRE = 2,      /* RFC 7314 */
	EDNS_COOKIE = 4,      /* RFC 7873 */
	EDNS_KEEPALIVE = 8,   /* RFC 7828 */
	EDNS_PADDING = 16,    /* RFC 7830 */
	EDNS_ZONEVERSION = 32 /* RFC 9660 */
};
struct edns_asked {
	uint8_t wants;
	uint8_t cookie_len;
	const uint8_t *cookie;
};

/* Reads `len` octets of options. False: one runs over the end, or is malformed
 * in itself (DNS-141, 153, 160). Unknown ones are passed over, and of those
 * that come twice the first counts (DNS-145). */
bool edns_read(struct edns_asked *ret_asked, const uint8_t *data, size_t len);

/* What a reply tells, if asked. */
struct edns_told {
	uint16_t payload;      /* our own limit (DNS-143) */
	uint16_t keepalive_ds; /* idle timeout in 100 ms; 0 on UDP (DNS-149) */
	bool is_encrypted;     /* then replies are padded (DNS-151) */
	uint8_t nsid_len;      /* 0: none */
	const uint8_t *nsid;
	bool has_cookie;
	uint8_t cookie[COOKIE_LEN];

	/* Known once the question is answered. */
	const struct zone_info *zone; /* of the answer (DNS-153), or NULL */
	bool has_expire;	      /* the zone's SOA is told (DNS-148) */
	int16_t ede;		      /* RFC 8914, or EDE_NONE */
	const char *ede_text;
};

/* Octets to set aside for the options that go first. */
size_t edns_room(const struct edns_asked *asked, const struct edns_told *told);

/* Writes the options at `out`, at most `room` octets. An error's explanation
 * is left out, or its text, where there is no room (DNS-152). `before`: length
 * of the message so far, which padding counts on from. */
size_t edns_write(const struct edns_asked *asked, const struct edns_told *told,
		  uint8_t *out, size_t room, size_t before);
