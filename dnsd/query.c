/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/query.h"

#include <string.h>

#include "dnsd/wire.h"
#include "statefuld/attr.h"
#include "statefuld/zone_edit.h"

/* A place in the packet that is being read. */
struct cursor {
	const uint8_t *wire;
	size_t at, len;
};

/* RFC 4343, eight octets at a time: 0x20 is set in each octet that is an
 * upper-case letter. Adding to the low seven bits carries into the top bit
 * of an octet exactly if it is past the bound, never into the next octet. */
static inline uint64_t fold_word(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t low = word & 0x7f * ones;
	uint64_t from_a = low + (0x80 - 'A') * ones;
	uint64_t past_z = low + (0x80 - 'Z' - 1) * ones;
	uint64_t upper = (from_a ^ past_z) & ~word & 0x80 * ones;

	return word | upper >> 2;
}

/* Lengths of labels are below 'A', so whole words can be folded. */
static void copy_folded(uint8_t *out, const uint8_t *name, size_t len)
{
	memcpy(out, name, len);
	memset(out + len, 0, sizeof(uint64_t));
	for (size_t at = 0; at < len; at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, out + at, sizeof(word));
		word = fold_word(word);
		memcpy(out + at, &word, sizeof(word));
	}
}

/* The question's name: no pointer may stand in it, as only the header comes
 * before (DNS-116, DNS-117). */
static bool read_qname(struct query *query, const struct cursor *packet)
{
	const uint8_t *name = packet->wire + WIRE_HEADER;
	size_t room = packet->len - WIRE_HEADER, at = 0;

	if (room > NAME_MAX_LEN)
		room = NAME_MAX_LEN;
	for (;;) {
		if (at >= room || name[at] > NAME_MAX_LABEL)
			return false;
		if (name[at] == 0)
			break;
		at += 1u + name[at];
	}
	query->qname_len = (uint16_t)(at + 1);
	copy_folded(query->qname, name, at + 1);
	return true;
}

static bool read_question(struct query *query, struct cursor *packet)
{
	if (!read_qname(query, packet))
		return false;
	size_t end = WIRE_HEADER + query->qname_len;
	if (packet->len - end < 4)
		return false;
	query->qtype = wire_get16(packet->wire + end);
	query->qclass = wire_get16(packet->wire + end + 2);
	query->question_len = (uint16_t)(query->qname_len + 4);
	packet->at = end + 4;
	return true;
}

/*
 * Passes over the owner of a record. Where it ends by a pointer, what is
 * pointed to is followed to its end: each pointer must go before the labels
 * that led to it, and to a label (DNS-118), so there are at most 127 hops.
 */
static bool skip_name(struct cursor *packet)
{
	size_t at = packet->at, begin = at, name_len = 1;
	bool is_followed = false;

	for (;;) {
		if (at >= packet->len)
			return false;
		uint8_t octet = packet->wire[at];
		if (octet == 0)
			break;
		if (octet <= NAME_MAX_LABEL) {
			name_len += 1u + octet;
			if (name_len > NAME_MAX_LEN)
				return false;
			at += 1u + octet;
			continue;
		}
		if (octet < 0xc0 || at + 1 >= packet->len)
			return false;
		size_t target = wire_get16(packet->wire + at) - WIRE_POINTER;
		if (target < WIRE_HEADER || target >= begin ||
		    packet->wire[target] > NAME_MAX_LABEL)
			return false;
		if (!is_followed)
			packet->at = at + 2;
		is_followed = true;
		begin = at = target;
	}
	if (!is_followed)
		packet->at = at + 1;
	return true;
}

/* RFC 6891 6.1.2: `fixed` is where the owner ended. An OPT is right if it has
 * the root as owner, stands in the additional section and comes once
 * (DNS-141); where one is wrong, none counts (DNS-140). */
static bool read_opt(struct query *query, const uint8_t *fixed, bool is_placed)
{
	bool is_good = is_placed && !query->has_edns;

	/* What the options of a later version look like is not for us to say
	 * (DNS-142). */
	bool is_read = edns_read(&query->asked, fixed + WIRE_RR_FIXED,
				 wire_get16(fixed + 8));

	is_good = is_good && (is_read || fixed[5] > 0);
	if (!is_good || !is_read)
		query->asked = (struct edns_asked){0};
	query->has_edns = is_good;
	query->edns_size = wire_get16(fixed + 2);
	query->edns_version = fixed[5];
	query->wants_dnssec = fixed[6] & 0x80;
	return is_good;
}

/* Where in the message a record stands. */
enum place { PLACE_BEFORE, PLACE_ADDITIONAL, PLACE_LAST };

/* RFC 8945 5.1: nothing may follow a TSIG, so that none can come twice
 * (DNS-205). */
static bool read_tsig(struct query *query, size_t at, enum place place)
{
	query->tsig_at = (uint16_t)at;
	return place == PLACE_LAST;
}

/* One record: passed over unless it is an OPT or a TSIG. */
static bool read_record(struct query *query, struct cursor *packet,
			enum place place)
{
	size_t begin = packet->at;
	bool has_root_owner =
		packet->at < packet->len && packet->wire[packet->at] == 0;

	if (!skip_name(packet) || packet->len - packet->at < WIRE_RR_FIXED)
		return false;
	const uint8_t *fixed = packet->wire + packet->at;
	size_t size = WIRE_RR_FIXED + (size_t)wire_get16(fixed + 8);
	if (packet->len - packet->at < size)
		return false;
	packet->at += size;
	uint16_t type = wire_get16(fixed);
	if (st_unlikely(type == TYPE_TSIG))
		return read_tsig(query, begin, place);
	if (type != RR_OPT)
		return true;
	return read_opt(query, fixed, place != PLACE_BEFORE && has_root_owner);
}

/* All that follows the question. Octets behind the last record are refused
 * over UDP and TCP alike (DNS-121). */
static bool read_records(struct query *query, struct cursor *packet)
{
	unsigned int before = (unsigned int)wire_get16(packet->wire + 6) +
			      wire_get16(packet->wire + 8);
	unsigned int additional = wire_get16(packet->wire + 10);

	for (; before > 0; before--) {
		if (!read_record(query, packet, PLACE_BEFORE))
			return false;
	}
	for (; additional > 0; additional--) {
		if (!read_record(query, packet,
				 additional == 1 ? PLACE_LAST
						 : PLACE_ADDITIONAL))
			return false;
	}
	return packet->at == packet->len;
}

/* DNS-119: which sections a request may fill. */
static bool has_fitting_counts(const struct query *query, unsigned int opcode)
{
	if (opcode == OPCODE_NOTIFY)
		return true;
	return wire_get16(query->wire + 6) == 0 &&
	       (wire_get16(query->wire + 8) == 0 || query->qtype == RR_IXFR);
}

/* DNS-114: nothing is asked but for a server cookie. */
static bool is_for_cookie(const struct query *query, unsigned int opcode)
{
	return opcode == OPCODE_QUERY && query->has_edns &&
	       query->asked.wants & EDNS_COOKIE &&
	       wire_get16(query->wire + 6) == 0 &&
	       wire_get16(query->wire + 8) == 0;
}

enum query_kind query_parse(struct query *ret_query, const uint8_t *wire,
			    size_t len)
{
	struct query *query = ret_query;
	struct cursor packet = {.wire = wire, .at = WIRE_HEADER, .len = len};

	query->wire = wire;
	query->wire_len = (uint16_t)len;
	query->question_len = 0;
	query->has_edns = false;
	query->tsig_at = 0;
	if (st_unlikely(len < WIRE_HEADER || wire[2] & WIRE_QR))
		return QUERY_DROP;
	unsigned int opcode = (wire[2] & WIRE_OPCODE) >> 3;
	if (st_unlikely(opcode != OPCODE_QUERY && opcode != OPCODE_NOTIFY))
		return QUERY_UNKNOWN;

	/* RFC 9619: more than one is never read; none at all still lets the
	 * OPT be seen, so that the reply has one too (DNS-140). */
	unsigned int questions = wire_get16(wire + 4);
	if (st_unlikely(questions > 1) ||
	    (st_likely(questions == 1) && !read_question(query, &packet)) ||
	    !read_records(query, &packet))
		return QUERY_BAD;
	if (st_unlikely(questions == 0))
		return is_for_cookie(query, opcode) ? QUERY_COOKIE : QUERY_BAD;
	if (!has_fitting_counts(query, opcode))
		return QUERY_BAD;
	return opcode == OPCODE_NOTIFY ? QUERY_NOTIFY : QUERY_ASK;
}
