/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * wire - numbers and octets of the DNS protocol: big-endian access, header
 * layout, opcodes, RCODEs, EDNS options and Extended DNS Errors.
 *
 * Threads: any. Memory: none.
 */
#include <stdint.h>

enum {
	WIRE_HEADER = 12,      /* octets, and where the question begins */
	WIRE_RR_FIXED = 10,    /* type, class, TTL, RDLENGTH */
	WIRE_OPT = 11,	       /* an OPT record without options */
	WIRE_UDP_FLOOR = 512,  /* RFC 1035 4.2.1 */
	WIRE_MESSAGE = 65535,  /* the most a TCP frame can hold */
	WIRE_POINTER = 0xc000, /* RFC 1035 4.1.4 */
};

/* Octet 2 and 3 of the header. */
enum {
	WIRE_QR = 0x80,
	WIRE_OPCODE = 0x78, /* mask; shift by 3 */
	WIRE_AA = 0x04,
	WIRE_TC = 0x02,
	WIRE_RD = 0x01,
};

enum { OPCODE_QUERY = 0, OPCODE_NOTIFY = 4, OPCODE_UPDATE = 5 };

enum {
	RCODE_NOERROR = 0,
	RCODE_FORMERR = 1,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4,
	RCODE_REFUSED = 5,
	RCODE_NOTAUTH = 9,
	/* RFC 6891: the upper bits go into the OPT. */
	RCODE_BADVERS = 16,
	RCODE_BADCOOKIE = 23,
};

enum { CLASS_IN = 1, CLASS_CH = 3, CLASS_ANY = 255 };

/* Types that are asked for but have no meaning as data here; those that can
 * be stored are in statefuld/zone_edit.h. */
enum {
	TYPE_NXNAME = 128, /* RFC 9824 */
	TYPE_TKEY = 249,
	TYPE_TSIG = 250,
	TYPE_MAILB = 253,
	TYPE_MAILA = 254,
};

/* EDNS options. */
enum {
	OPTION_NSID = 3,
	OPTION_EXPIRE = 9,
	OPTION_COOKIE = 10,
	OPTION_KEEPALIVE = 11,
	OPTION_PADDING = 12,
	OPTION_EDE = 15,
	OPTION_ZONEVERSION = 19,
};

/* RFC 8914; NONE is ours. */
enum {
	EDE_STALE = 3,
	EDE_NOT_READY = 14,
	EDE_PROHIBITED = 18,
	EDE_STALE_NXDOMAIN = 19,
	EDE_NOT_AUTHORITATIVE = 20,
	EDE_NOT_SUPPORTED = 21,
	EDE_NO_AUTHORITY = 22,
	EDE_NETWORK = 23,
	EDE_INVALID_TYPE = 30,
	EDE_NONE = -1,
};

static inline uint16_t wire_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline void wire_put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline uint32_t wire_get32(const uint8_t *at)
{
	return (uint32_t)wire_get16(at) << 16 | wire_get16(at + 2);
}

static inline void wire_put32(uint8_t *at, uint32_t value)
{
	wire_put16(at, (uint16_t)(value >> 16));
	wire_put16(at + 2, (uint16_t)value);
}
