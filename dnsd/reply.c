/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/reply.h"

#include <string.h>

#include "dnsd/query.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	OWNER_LEN = 2, /* the pointer that begins each stored record */
	RECORD_HEAD = OWNER_LEN + WIRE_RR_FIXED,
	RECORD_A = RECORD_HEAD + 4,
	RECORD_AAAA = RECORD_HEAD + 16,
};

void reply_begin(struct reply *reply, const struct query *query, uint8_t *out,
		 size_t limit, struct edns_told *told)
{
	size_t opt_len = 0;

	if (query->has_edns)
		opt_len = WIRE_OPT + edns_room(&query->asked, told);
	*reply = (struct reply){
		.out = out,
		.at = WIRE_HEADER + query->question_len,
		.end = limit - opt_len,
		.limit = limit,
		.told = told,
	};
	memcpy(out, query->wire, WIRE_HEADER + query->question_len);
}

static size_t record_len(const uint8_t *record)
{
	return RECORD_HEAD + (size_t)wire_get16(record + RECORD_HEAD - 2);
}

/* Where in the stored octets record `first` begins. */
static size_t record_offset(const struct rrset *set, unsigned int first)
{
	size_t at = 0;

	if (set->type == RR_A)
		return (size_t)first * RECORD_A;
	if (set->type == RR_AAAA)
		return (size_t)first * RECORD_AAAA;
	for (; first > 0; first--)
		at += record_len(set->wire + at);
	return at;
}

static void put_bytes(struct reply *reply, const uint8_t *data, size_t len)
{
	memcpy(reply->out + reply->at, data, len);
	reply->at += len;
}

/* As many whole records as fit, in the same turned order. */
static unsigned int put_some(struct reply *reply, const struct rrset *set,
			     size_t begin)
{
	size_t from = begin;

	for (unsigned int n = 0; n < set->count; n++) {
		size_t len = record_len(set->wire + from);

		if (len > reply_room(reply))
			return n;
		put_bytes(reply, set->wire + from, len);
		from += len;
		if (from == set->wire_len)
			from = 0;
	}
	return set->count;
}

void reply_put_answer(struct reply *reply, const struct rrset *set,
		      unsigned int first)
{
	size_t begin = record_offset(set, first);

	if (st_unlikely(set->wire_len > reply_room(reply))) {
		reply->n_answer += (uint16_t)put_some(reply, set, begin);
		reply->flags |= WIRE_TC;
		return;
	}
	put_bytes(reply, set->wire + begin, set->wire_len - begin);
	put_bytes(reply, set->wire, begin);
	reply->n_answer += set->count;
}

void reply_put_answer_at(struct reply *reply, const struct rrset *set,
			 size_t owner_at, unsigned int first)
{
	size_t at = reply->at;

	reply_put_answer(reply, set, first);
	for (; at < reply->at; at += record_len(reply->out + at))
		wire_put16(reply->out + at,
			   (uint16_t)(WIRE_POINTER | owner_at));
}

static void put_record(struct reply *reply, const uint8_t head[RECORD_HEAD],
		       const uint8_t *rdata)
{
	size_t len = record_len(head);

	if (len > reply_room(reply)) {
		reply->flags |= WIRE_TC;
		return;
	}
	put_bytes(reply, head, RECORD_HEAD);
	put_bytes(reply, rdata, len - RECORD_HEAD);
	reply->n_answer++;
}

static void fill_head(uint8_t head[RECORD_HEAD], size_t owner_at, uint16_t type,
		      uint16_t rclass, uint32_t ttl_s, uint16_t len)
{
	wire_put16(head, (uint16_t)(WIRE_POINTER | owner_at));
	wire_put16(head + 2, type);
	wire_put16(head + 4, rclass);
	wire_put32(head + 6, ttl_s);
	wire_put16(head + 10, len);
}

void reply_put_record(struct reply *reply, uint16_t type, uint16_t qclass,
		      const uint8_t *rdata, uint16_t len)
{
	uint8_t head[RECORD_HEAD];

	fill_head(head, WIRE_HEADER, type, qclass, 0, len);
	put_record(reply, head, rdata);
}

void reply_put_address(struct reply *reply, size_t owner_at, uint32_t ttl_s,
		       const uint8_t *addr, uint8_t len)
{
	uint8_t head[RECORD_HEAD];

	fill_head(head, owner_at, len == 4 ? RR_A : RR_AAAA, CLASS_IN, ttl_s,
		  len);
	put_record(reply, head, addr);
}

bool reply_put_whole(struct reply *reply, const uint8_t *owner, size_t owner_at,
		     const uint8_t *fixed, uint32_t age_s, bool is_authority)
{
	size_t owner_len = owner ? name_len(owner) : OWNER_LEN;
	size_t len = WIRE_RR_FIXED + (size_t)wire_get16(fixed + 8);
	uint32_t ttl_s = wire_get32(fixed + 4);
	uint8_t pointer[OWNER_LEN], *record;

	if (owner_len + len > reply_room(reply)) {
		reply->flags |= WIRE_TC;
		return false;
	}
	wire_put16(pointer, (uint16_t)(WIRE_POINTER | owner_at));
	put_bytes(reply, owner ? owner : pointer, owner_len);
	record = reply->out + reply->at;
	put_bytes(reply, fixed, len);
	wire_put32(record + 4, ttl_s > age_s ? ttl_s - age_s : 0);
	if (is_authority)
		reply->n_authority++;
	else
		reply->n_answer++;
	return true;
}

void reply_empty(struct reply *reply, const struct query *query)
{
	reply->at = WIRE_HEADER + (size_t)query->question_len;
	reply->n_answer = reply->n_authority = reply->n_additional = 0;
}

void reply_put_soa(struct reply *reply, const struct rrset *soa,
		   size_t owner_at, uint32_t ttl_s)
{
	uint8_t *record = reply->out + reply->at;

	if (soa->wire_len > reply_room(reply)) {
		reply->flags |= WIRE_TC;
		return;
	}
	put_bytes(reply, soa->wire, soa->wire_len);
	wire_put16(record, (uint16_t)(WIRE_POINTER | owner_at));
	wire_put32(record + 6, ttl_s);
	reply->n_authority++;
}

void reply_put_additional(struct reply *reply, const struct rrset *set,
			  size_t owner_at, unsigned int first)
{
	uint8_t pointer[OWNER_LEN];
	const uint8_t *owner = pointer;
	size_t owner_len = OWNER_LEN, from = record_offset(set, first);

	/* A pointer reaches the first 16 KiB only (DNS-173). */
	if (owner_at < 0x4000) {
		wire_put16(pointer, (uint16_t)(WIRE_POINTER | owner_at));
	} else {
		owner = reply->out + owner_at;
		owner_len = name_len(owner);
	}
	if (set->wire_len + set->count * (owner_len - OWNER_LEN) >
	    reply_room(reply))
		return;
	for (unsigned int n = 0; n < set->count; n++) {
		size_t len = record_len(set->wire + from);

		put_bytes(reply, owner, owner_len);
		put_bytes(reply, set->wire + from + OWNER_LEN, len - OWNER_LEN);
		from += len;
		if (from == set->wire_len)
			from = 0;
	}
	reply->n_additional += set->count;
}

/* RFC 6891 6.1: root, type, size, upper RCODE, version 0, DO alone. */
static void put_opt(struct reply *reply, const struct query *query)
{
	uint8_t *opt = reply->out + reply->at;
	size_t before = reply->at + WIRE_OPT;

	opt[0] = 0;
	wire_put16(opt + 1, RR_OPT);
	wire_put16(opt + 3, reply->told->payload);
	opt[5] = (uint8_t)(reply->rcode >> 4);
	opt[6] = 0;
	wire_put16(opt + 7, query->wants_dnssec ? 0x8000 : 0);
	size_t len = edns_write(&query->asked, reply->told, opt + WIRE_OPT,
				reply->limit - before, before);
	wire_put16(opt + 9, (uint16_t)len);
	reply->at = before + len;
	reply->n_additional++;
}

size_t reply_finish(struct reply *reply, const struct query *query)
{
	uint8_t *out = reply->out;

	if (query->has_edns)
		put_opt(reply, query);
	/* DNS-130: of the request's flags only opcode and RD come back. */
	out[2] = (uint8_t)(WIRE_QR | reply->flags |
			   (out[2] & (WIRE_OPCODE | WIRE_RD)));
	out[3] = reply->rcode & 0x0f;
	wire_put16(out + 4, query->question_len > 0);
	wire_put16(out + 6, reply->n_answer);
	wire_put16(out + 8, reply->n_authority);
	wire_put16(out + 10, reply->n_additional);
	return reply->at;
}
