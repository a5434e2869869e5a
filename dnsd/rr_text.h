/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rr_text - between DNS octets and text; the only user of ldns. For what is
 * static and for tests, never for a query: ldns allocates for each name.
 *
 * Threads: any. Memory: results are the caller's.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "statefuld/name.h"

struct buf;
struct err;

enum { RR_TEXT_RDATA = 4096 };

struct rr_text {
	struct name owner;
	uint16_t type, qclass;
	uint32_t ttl_s;
	uint16_t len;
	uint8_t rdata[RR_TEXT_RDATA]; /* names uncompressed, lower case */
};

/* One record as in a master file: "web A 10.0.0.1" with absolute names, TTL
 * (3600 if absent) and class (IN if absent). ST_EPARSE, or ST_ELIMIT for
 * RDATA longer than RR_TEXT_RDATA. */
st_must_check int rr_text_parse(struct rr_text *ret_record, const char *line,
				struct err *err);

/* Adds the record as a line of a master file, class IN. ST_EPARSE: these are
 * no data of that type; ST_ELIMIT: the buffer is full. */
st_must_check int rr_text_print(struct buf *out, const uint8_t *owner,
				uint16_t type, uint32_t ttl_s,
				const uint8_t *rdata, uint16_t len);

/* Whether octets are one well-formed message with nothing behind it.
 * ST_EPARSE says what is wrong. */
st_must_check int rr_text_check(const uint8_t *wire, size_t len,
				struct err *err);

/* The message in lines, one for each fact, for people and for tests:
 *   "NXDOMAIN aa rd", "question NAME CLASS TYPE", "answer NAME TTL CLASS TYPE
 *   RDATA" (also authority, additional), "edns 0 1232 do", "ede 20".
 * NULL if it does not parse; free() it. */
char *rr_text_message(const uint8_t *wire, size_t len);
