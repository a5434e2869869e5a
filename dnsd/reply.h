/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * reply - a message under construction: header, question, records as many as
 * fit, OPT at the end.
 *
 * Room for the OPT is set aside first (DNS-170), so nothing here fails: what
 * does not fit is left out, and TC says so where it must.
 *
 * Threads: any. Memory: no heap; a reply borrows the caller's buffer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct edns_told;
struct query;
struct rrset;

struct reply {
	uint8_t *out;
	size_t at;  /* octets written */
	size_t end; /* where records must stop */
	size_t limit;
	uint16_t n_answer, n_authority, n_additional;
	uint8_t flags; /* WIRE_AA, WIRE_TC */
	uint16_t rcode;
	struct edns_told *told;
};

/* Copies ID, opcode, RD and the question. limit is the size that the client
 * and the transport allow, WIRE_UDP_FLOOR or more; `out` has that room. `told`:
 * what the options say, borrowed until reply_finish; what is not known yet may
 * be filled in meanwhile. */
void reply_begin(struct reply *reply, const struct query *query, uint8_t *out,
		 size_t limit, struct edns_told *told);

/* The RRset as answer to the question, beginning with record `first` and
 * going round; what does not fit is cut at a whole record with TC (DNS-171). */
void reply_put_answer(struct reply *reply, const struct rrset *set,
		      unsigned int first);
/* The same for the name at `owner_at` in the message, below 0x4000. */
void reply_put_answer_at(struct reply *reply, const struct rrset *set,
			 size_t owner_at, unsigned int first);
/* One record owned by the question's name, of that class and TTL 0. */
void reply_put_record(struct reply *reply, uint16_t type, uint16_t qclass,
		      const uint8_t *rdata, uint16_t len);
/* One A or AAAA, 4 or 16 octets, of the name at `owner_at`, below 0x4000. */
void reply_put_address(struct reply *reply, size_t owner_at, uint32_t ttl_s,
		       const uint8_t *addr, uint8_t len);
/* One record of the answer or authority section: type, class, TTL, RDLENGTH
 * and RDATA at `fixed`, the TTL less age_s; owned by a whole name or, where
 * that is NULL, by the name at `owner_at`, below 0x4000. False and TC: there is
 * no room. */
bool reply_put_whole(struct reply *reply, const uint8_t *owner, size_t owner_at,
		     const uint8_t *fixed, uint32_t age_s, bool is_authority);
/* Takes back all records. */
void reply_empty(struct reply *reply, const struct query *query);
/* The SOA of a negative answer, owned by the name that stands at
 * `owner_at` in the message; TC if there is no room (DNS-063, DNS-170). */
void reply_put_soa(struct reply *reply, const struct rrset *soa,
		   size_t owner_at, uint32_t ttl_s);
/* An RRset of the uncompressed name at `owner_at` in the message, as
 * additional data: whole or, silently, not at all. */
void reply_put_additional(struct reply *reply, const struct rrset *set,
			  size_t owner_at, unsigned int first);

static inline size_t reply_room(const struct reply *reply)
{
	return reply->end - reply->at;
}

/* OPT and header; gives the length of the message. */
size_t reply_finish(struct reply *reply, const struct query *query);
