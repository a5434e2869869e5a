/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/xfr.h"

#include <string.h>

#include "dnsd/node.h"
#include "dnsd/query.h"
#include "dnsd/trie.h"
#include "dnsd/wire.h"
#include "dnsd/wire_name.h"
#include "dnsd/zone.h"
#include "dnsd/zone_journal.h"
#include "dnsd/zone_slot.h"
#include "statefuld/attr.h"
#include "statefuld/zone_edit.h"

enum {
	OWNER_LEN = 2, /* of stored records */
	FEW_BYTES = 4 * XFR_MESSAGE,
};

bool xfr_client_serial(const struct query *query, uint32_t *ret_serial)
{
	const uint8_t *wire = query->wire;
	size_t len = query->wire_len;
	size_t at = WIRE_HEADER + (size_t)query->question_len, rdata;
	struct name name;

	if (wire_get16(wire + 6) != 0 || wire_get16(wire + 8) != 1)
		return false;
	at = wire_name_read(&name, wire, len, at);
	if (at == 0 || len - at < WIRE_RR_FIXED ||
	    wire_get16(wire + at) != RR_SOA ||
	    memcmp(name.wire, query->qname, query->qname_len) != 0)
		return false;
	rdata = at + WIRE_RR_FIXED;
	at = wire_name_read(&name, wire, len, rdata);
	if (at != 0)
		at = wire_name_read(&name, wire, len, at);
	if (at == 0 || len - at < 20 ||
	    at + 20 - rdata != wire_get16(wire + rdata - 2))
		return false;
	*ret_serial = wire_get32(wire + at);
	return true;
}

void xfr_begin(struct xfr *xfr, const struct zone_version *version,
	       const struct zone_info *zone, const struct query *query)
{
	xfr->version = version;
	xfr->zone = zone;
	xfr->kind = XFR_WHOLE;
	xfr->stage = XFR_AT_FIRST;
	memcpy(xfr->id, query->wire, sizeof(xfr->id));
	xfr->flags = query->wire[2] & WIRE_RD;
	xfr->has_edns = query->has_edns;
	xfr->wants_dnssec = query->has_edns && query->wants_dnssec;
	xfr->asked.wants = query->has_edns ? query->asked.wants : 0;
	xfr->question_len = query->question_len;
	memcpy(xfr->question, query->wire + WIRE_HEADER, query->question_len);
	key_make(&xfr->key, zone->apex, zone->apex_len);
	xfr->set = xfr->offset = 0;
}

void xfr_begin_soa(struct xfr *xfr, const struct zone_version *version,
		   const struct zone_info *zone, const struct query *query)
{
	xfr_begin(xfr, version, zone, query);
	xfr->kind = XFR_SOA;
}

/* The step that begins at a serial. From there `next` leads to the version's
 * own: those were written before it was published. */
static const struct zone_delta *find_step(const struct zone_info *zone,
					  uint32_t serial)
{
	const struct zone_delta *step = zone->delta;

	while (step != NULL && step->from != serial)
		step = zone_delta_prev(step);
	return step;
}

static size_t bytes_of_steps(const struct zone_info *zone,
			     const struct zone_delta *step)
{
	size_t bytes = step->wire_len;

	for (; step != zone->delta; bytes += step->wire_len)
		step = step->next;
	return bytes;
}

/* Non-zero once the zone has more octets than are left. */
static int spend(const uint8_t *owner, const struct rrset *set, void *arg)
{
	size_t *left = arg;
	size_t room =
		set->wire_len + set->count * (name_len(owner) - OWNER_LEN);

	if (room > *left)
		return 1;
	*left -= room;
	return 0;
}

/* RFC 1995 4: the whole zone where that is less. To find out costs no more
 * than to send the steps would, and is not worth it for few. */
static bool is_whole_shorter(const struct zone_version *version,
			     const struct zone_info *zone,
			     const struct zone_delta *step)
{
	size_t bytes = bytes_of_steps(zone, step);

	return bytes > FEW_BYTES &&
	       zone_each(version, zone, spend, &bytes) == 0;
}

void xfr_begin_since(struct xfr *xfr, const struct zone_version *version,
		     const struct zone_info *zone, const struct query *query,
		     uint32_t serial)
{
	xfr_begin(xfr, version, zone, query);
	/* RFC 1982: theirs is not before ours. */
	if ((int32_t)(serial - zone->serial) >= 0) {
		xfr->kind = XFR_SOA;
		return;
	}
	xfr->step = find_step(zone, serial);
	xfr->step_at = 0;
	if (xfr->step != NULL && !is_whole_shorter(version, zone, xfr->step))
		xfr->kind = XFR_STEPS;
}

static bool put_record(struct xfr *xfr, const uint8_t *owner,
		       const uint8_t *fixed)
{
	if (!wire_pack_record(&xfr->pack, owner, fixed))
		return false;
	xfr->n_records++;
	return true;
}

static bool put_soa(struct xfr *xfr)
{
	return put_record(xfr, xfr->zone->apex,
			  xfr->zone->soa->wire + OWNER_LEN);
}

/* The RRsets of a name; at the apex NS is the first, and the SOA stands at
 * the ends of the transfer alone. */
static const struct rrset *set_at(const struct xfr *xfr,
				  const struct zone_node *node, size_t i)
{
	if (node->zone == 0)
		return zone_node_rrset_at(node, i);
	return i == 0 ? xfr->zone->ns : zone_node_rrset_at(node, i - 1);
}

static size_t record_len(const uint8_t *record)
{
	return OWNER_LEN + WIRE_RR_FIXED +
	       (size_t)wire_get16(record + OWNER_LEN + 8);
}

/* From xfr->offset on; false: no room for the one that begins there. */
static bool put_set(struct xfr *xfr, const uint8_t *owner,
		    const struct rrset *set)
{
	while (xfr->offset < set->wire_len) {
		const uint8_t *record = set->wire + xfr->offset;

		if (!put_record(xfr, owner, record + OWNER_LEN))
			return false;
		xfr->offset += record_len(record);
	}
	xfr->offset = 0;
	return true;
}

/* Non-zero stops the walk, with the key of where to go on. */
static int put_node(const uint8_t *sym, size_t len,
		    const struct zone_node *node, void *arg)
{
	struct xfr *xfr = arg;
	uint8_t owner[NAME_MAX_LEN];
	const struct rrset *set;

	key_name(owner, sym, len);
	for (; (set = set_at(xfr, node, xfr->set)) != NULL; xfr->set++) {
		if (put_set(xfr, owner, set))
			continue;
		memcpy(xfr->key.sym, sym, len);
		xfr->key.len = (uint16_t)len;
		return 1;
	}
	xfr->set = 0;
	return 0;
}

static bool put_whole(struct xfr *xfr)
{
	const struct zone_version *version = xfr->version;
	struct key top, from = xfr->key;

	key_make(&top, xfr->zone->apex, xfr->zone->apex_len);
	return trie_walk_from(version->base, version->root, &top, &from,
			      (uint16_t)(xfr->zone - version->zones + 1),
			      put_node, xfr) == 0;
}

static bool put_step(struct xfr *xfr)
{
	const struct zone_delta *step = xfr->step;

	while (xfr->step_at < step->wire_len) {
		const uint8_t *owner = step->wire + xfr->step_at;
		const uint8_t *fixed = owner + name_len(owner);

		if (!put_record(xfr, owner, fixed))
			return false;
		xfr->step_at += (size_t)(fixed - owner) + WIRE_RR_FIXED +
				wire_get16(fixed + 8);
	}
	return true;
}

static bool put_steps(struct xfr *xfr)
{
	while (put_step(xfr)) {
		if (xfr->step == xfr->zone->delta)
			return true;
		xfr->step = xfr->step->next;
		xfr->step_at = 0;
	}
	return false;
}

/* As much as there is room for. */
static void put_stages(struct xfr *xfr)
{
	if (xfr->stage == XFR_AT_FIRST && put_soa(xfr))
		xfr->stage = xfr->kind == XFR_SOA ? XFR_AT_END : XFR_AT_BODY;
	if (xfr->stage == XFR_AT_BODY &&
	    (xfr->kind == XFR_WHOLE ? put_whole(xfr) : put_steps(xfr)))
		xfr->stage = XFR_AT_LAST;
	if (xfr->stage == XFR_AT_LAST && put_soa(xfr))
		xfr->stage = XFR_AT_END;
}

/* RFC 5936 2.2.5; for room see edns_room. */
static size_t put_opt(const struct xfr *xfr, uint8_t *out, size_t at,
		      const struct edns_told *told)
{
	uint8_t *opt = out + at;
	size_t room = edns_room(&xfr->asked, told);
	size_t len = edns_write(&xfr->asked, told, opt + WIRE_OPT, room,
				at + WIRE_OPT);

	memset(opt, 0, WIRE_OPT);
	wire_put16(opt + 1, RR_OPT);
	wire_put16(opt + 3, told->payload);
	opt[7] = xfr->wants_dnssec ? 0x80 : 0;
	wire_put16(opt + 9, (uint16_t)len);
	return WIRE_OPT + len;
}

static void put_header(const struct xfr *xfr, uint8_t *out, bool has_opt)
{
	memset(out, 0, WIRE_HEADER);
	memcpy(out, xfr->id, sizeof(xfr->id));
	out[2] = WIRE_QR | WIRE_AA | xfr->flags;
	out[5] = xfr->question_len > 0;
	wire_put16(out + 6, xfr->n_records);
	out[11] = has_opt;
}

static size_t write_message(struct xfr *xfr, uint8_t *out, size_t limit,
			    const struct edns_told *told)
{
	bool has_opt = xfr->has_edns && xfr->question_len > 0;
	size_t at = WIRE_HEADER + (size_t)xfr->question_len;

	memcpy(out + WIRE_HEADER, xfr->question, xfr->question_len);
	if (has_opt)
		limit -= WIRE_OPT + edns_room(&xfr->asked, told);
	wire_pack_begin(&xfr->pack, out, at, limit);
	if (xfr->question_len > 0)
		wire_pack_know(&xfr->pack, WIRE_HEADER);
	xfr->n_records = 0;
	put_stages(xfr);
	if (xfr->n_records == 0)
		return 0;
	put_header(xfr, out, has_opt);
	at = xfr->pack.at;
	if (has_opt)
		at += put_opt(xfr, out, at, told);
	xfr->question_len = 0;
	return at;
}

size_t xfr_next(struct xfr *xfr, uint8_t *out, size_t limit,
		const struct edns_told *told)
{
	size_t len = 0;

	if (xfr->stage == XFR_AT_END)
		return 0;
	if (limit > XFR_MESSAGE)
		len = write_message(xfr, out, XFR_MESSAGE, told);
	if (len == 0)
		len = write_message(xfr, out, limit, told);
	return len;
}
