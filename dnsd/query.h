/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * query - octets from the network to a checked question. Pure; the work is
 * bounded by the length of the packet.
 *
 * Threads: any. Memory: no heap; a query borrows the packet it was read from.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/edns.h"
#include "statefuld/name.h"

enum query_kind {
	QUERY_DROP, /* too short or itself a reply: say nothing (DNS-110, 112)
		     */
	QUERY_BAD,  /* FORMERR (DNS-115 to 120, 141) */
	QUERY_UNKNOWN, /* opcode we do not serve: NOTIMP (DNS-132) */
	QUERY_NOTIFY,  /* a well-formed NOTIFY (DNS-196) */
	QUERY_COOKIE,  /* no question, but a cookie (RFC 7873 5.4, DNS-114) */
	QUERY_ASK,     /* a well-formed question */
};

struct query {
	const uint8_t *wire; /* the packet, borrowed */
	uint16_t wire_len;
	/* Octets of the question as it stands behind the header; 0 when it
	 * did not parse, and then the three below mean nothing. */
	uint16_t question_len;
	uint16_t qname_len;
	uint16_t qtype, qclass;

	/* What a valid OPT said (RFC 6891); only if has_edns. */
	bool has_edns;
	bool wants_dnssec; /* DO */
	uint8_t edns_version;
	uint16_t edns_size;
	struct edns_asked asked; /* empty without OPT */

	/* Where a TSIG record begins (RFC 8945), 0 if there is none. It is
	 * the only one and the last record; whether it is right is another
	 * question (dnsd/tsig.h). */
	uint16_t tsig_at;

	/* Lower case; word-aligned and a little longer than any name, because
	 * case is folded a word at a time. */
	_Alignas(uint64_t) uint8_t qname[NAME_MAX_LEN + 9];
};

/* 0 where the question did not parse. */
static inline uint16_t query_type(const struct query *query)
{
	return query->question_len > 0 ? query->qtype : 0;
}

/* Fills `ret_query` and says what it is. Everything but QUERY_DROP is to be
 * answered. */
enum query_kind query_parse(struct query *ret_query, const uint8_t *wire,
			    size_t len);
