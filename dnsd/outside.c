/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/outside.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/reply.h"
#include "dnsd/wire.h"
#include "dnsd/wire_name.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

enum {
	TYPE_MX = 15,
	MAX_TTL_S = 3600,
	MAX_NEGATIVE_TTL_S = 300,
	SOA_NUMBERS = 20,
	MAX_RECORDS = 60 << 10, /* leaves room in a message */
};

struct reading {
	const uint8_t *wire;
	size_t len, at;
	struct buf out;
	struct outside *outside;
};

/* One record of the message; names in it may be shortened. */
struct record {
	struct name owner;
	uint16_t type, rclass;
	uint32_t ttl_s;
	size_t data, data_len;
};

static bool read_record(struct reading *reading, struct record *ret)
{
	size_t at = wire_name_read(&ret->owner, reading->wire, reading->len,
				   reading->at);

	if (at == 0 || reading->len - at < WIRE_RR_FIXED)
		return false;
	ret->type = wire_get16(reading->wire + at);
	ret->rclass = wire_get16(reading->wire + at + 2);
	ret->ttl_s = wire_get32(reading->wire + at + 4);
	ret->data_len = wire_get16(reading->wire + at + 8);
	ret->data = at + WIRE_RR_FIXED;
	if (reading->len - ret->data < ret->data_len)
		return false;
	/* RFC 2181 8 */
	if (ret->ttl_s > INT32_MAX)
		ret->ttl_s = 0;
	if (ret->ttl_s > MAX_TTL_S)
		ret->ttl_s = MAX_TTL_S;
	reading->at = ret->data + ret->data_len;
	return true;
}

/* Octets in front of the names in RDATA, how many names, and octets behind
 * them, of the types whose names may be shortened (RFC 3597 4). */
static void shape(uint16_t type, size_t *ret_before, int *ret_names,
		  size_t *ret_after)
{
	*ret_before = type == TYPE_MX ? 2 : 0;
	*ret_names = type == RR_SOA ? 2 : 1;
	*ret_after = type == RR_SOA ? SOA_NUMBERS : 0;
}

static bool has_names(uint16_t type)
{
	return type == RR_CNAME || type == RR_NS || type == RR_PTR ||
	       type == TYPE_MX || type == RR_SOA;
}

/* Appends RDATA with whole names; false where it is malformed. */
static bool put_data(struct reading *reading, const struct record *record)
{
	size_t at = record->data, end = record->data + record->data_len;
	size_t before, after;
	struct name name;
	int names;

	if (!has_names(record->type))
		return buf_add(&reading->out, reading->wire + at,
			       record->data_len) == 0;
	shape(record->type, &before, &names, &after);
	if (record->data_len < before + after)
		return false;
	if (buf_add(&reading->out, reading->wire + at, before) != 0)
		return false;
	at += before;
	while (names-- > 0) {
		at = wire_name_read(&name, reading->wire, reading->len, at);
		if (at == 0 || at > end ||
		    buf_add(&reading->out, name.wire, name.len) != 0)
			return false;
	}
	return end - at == after &&
	       buf_add(&reading->out, reading->wire + at, after) == 0;
}

static bool put_record(struct reading *reading, const struct record *record)
{
	uint8_t fixed[WIRE_RR_FIXED];
	size_t head, data;

	wire_put16(fixed, record->type);
	wire_put16(fixed + 2, CLASS_IN);
	wire_put32(fixed + 4, record->ttl_s);
	if (buf_add(&reading->out, record->owner.wire, record->owner.len) !=
		    0 ||
	    buf_add(&reading->out, fixed, sizeof(fixed)) != 0)
		return false;
	data = reading->out.len;
	if (!put_data(reading, record))
		return false;
	head = data - 2;
	wire_put16((uint8_t *)reading->out.data + head,
		   (uint16_t)(reading->out.len - data));
	return true;
}

/* The answer section, along the chain that begins at `last`. */
static bool read_answers(struct reading *reading, struct name *last, int n)
{
	struct outside *outside = reading->outside;
	struct record record;

	for (; n > 0; n--) {
		if (!read_record(reading, &record))
			return false;
		if (record.rclass != CLASS_IN ||
		    !name_equal(record.owner.wire, last->wire) ||
		    (record.type != outside->qtype && record.type != RR_CNAME))
			continue;
		if (!put_record(reading, &record))
			return false;
		outside->n_answer++;
		if (record.ttl_s < outside->ttl_s)
			outside->ttl_s = record.ttl_s;
		if (record.type == RR_CNAME &&
		    wire_name_read(last, reading->wire, reading->len,
				   record.data) == 0)
			return false;
	}
	return true;
}

/* RFC 2308 5: absence may be kept for the smaller of the SOA's TTL and
 * MINIMUM, and not at all without an SOA. */
static bool read_denial(struct reading *reading, const struct name *last, int n)
{
	struct outside *outside = reading->outside;
	uint32_t minimum_s, ttl_s = 0;
	struct record record;

	for (; n > 0; n--) {
		if (!read_record(reading, &record))
			return false;
		if (record.type != RR_SOA || record.rclass != CLASS_IN ||
		    !name_is_under(last->wire, record.owner.wire))
			continue;
		if (!put_record(reading, &record))
			return false;
		minimum_s = wire_get32((uint8_t *)reading->out.data +
				       reading->out.len - 4);
		ttl_s = record.ttl_s < minimum_s ? record.ttl_s : minimum_s;
		break;
	}
	if (ttl_s > MAX_NEGATIVE_TTL_S)
		ttl_s = MAX_NEGATIVE_TTL_S;
	if (ttl_s < outside->ttl_s)
		outside->ttl_s = ttl_s;
	return true;
}

/* Whether the last record that was put is of the type asked for. */
static bool has_type(const struct reading *reading, const struct name *last)
{
	const uint8_t *from = (const uint8_t *)reading->out.data;
	size_t used = 0;

	while (used < reading->out.len) {
		const uint8_t *at = from + used;
		size_t owner = name_len(at);

		if (wire_get16(at + owner) == reading->outside->qtype &&
		    name_equal(at, last->wire))
			return true;
		used += owner + WIRE_RR_FIXED + wire_get16(at + owner + 8);
	}
	return false;
}

static bool read_message(struct reading *reading)
{
	struct outside *outside = reading->outside;
	const uint8_t *wire = reading->wire;
	struct name question, last = outside->name;

	if (reading->len < WIRE_HEADER)
		return false;
	reading->at =
		wire_name_read(&question, wire, reading->len, WIRE_HEADER);
	if (reading->at == 0 || reading->len - reading->at < 4)
		return false;
	reading->at += 4;
	outside->rcode = wire[3] & 0x0f;
	if (!read_answers(reading, &last, wire_get16(wire + 6)))
		return false;
	if (outside->rcode == RCODE_NOERROR && has_type(reading, &last))
		return true;
	return read_denial(reading, &last, wire_get16(wire + 8));
}

int outside_read(struct outside *ret, const struct name *name, uint16_t qtype,
		 const uint8_t *wire, size_t len)
{
	struct reading reading = {.wire = wire, .len = len, .outside = ret};

	*ret = (struct outside){.name = *name,
				.qtype = qtype,
				.ede = EDE_NONE,
				.ttl_s = MAX_TTL_S};
	buf_init(&reading.out, MAX_RECORDS);
	if (!read_message(&reading)) {
		buf_fini(&reading.out);
		*ret = (struct outside){.ede = EDE_NONE};
		return ST_EPARSE;
	}
	ret->len = reading.out.len;
	if (ret->len > 0)
		ret->records = mem_dup(reading.out.data, ret->len);
	buf_fini(&reading.out);
	return 0;
}

void outside_fail(struct outside *ret, const struct name *name, uint16_t qtype,
		  int16_t ede, const char *text)
{
	*ret = (struct outside){
		.name = *name, .qtype = qtype, .ede = ede, .text = text};
}

void outside_fini(struct outside *outside)
{
	free(outside->records);
	*outside = (struct outside){.ede = EDE_NONE};
}

bool outside_is_for(const struct outside *outside, const uint8_t *name,
		    uint16_t qtype)
{
	return outside && outside->qtype == qtype &&
	       name_equal(outside->name.wire, name);
}

void outside_put(const struct outside *outside, struct reply *reply,
		 size_t name_at)
{
	size_t used = 0;

	for (size_t n = 0; used < outside->len; n++) {
		const uint8_t *at = outside->records + used;
		size_t owner = name_len(at);
		const uint8_t *fixed = at + owner;
		size_t rest = WIRE_RR_FIXED + (size_t)wire_get16(fixed + 8);
		bool is_first = name_equal(at, outside->name.wire);

		if (!reply_put_whole(reply, is_first ? NULL : at, name_at,
				     fixed, outside->age_s,
				     n >= outside->n_answer))
			return;
		used += owner + rest;
	}
}
