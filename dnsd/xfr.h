/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * xfr - a zone of one version, or what led to it, as the messages of AXFR (RFC
 * 5936) and IXFR (RFC 1995). Pure: no clock, no lock, no allocation.
 *
 * Threads: belongs to one. Memory: no heap. The version is borrowed, so that
 * it must be pinned (dnsd/zone_pin.h) unless all is written in one read
 * section.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/edns.h"
#include "dnsd/key.h"
#include "dnsd/wire_pack.h"
#include "statefuld/name.h"

struct query;
struct zone_delta;
struct zone_info;
struct zone_version;

enum {
	/* Messages are filled up to here: all names in one can be pointed to.
	 * Only a record that alone is larger makes a larger one. */
	XFR_MESSAGE = 0x4000,
};

enum xfr_kind {
	XFR_WHOLE, /* AXFR, or IXFR where steps are unknown or longer */
	XFR_STEPS, /* IXFR */
	XFR_SOA,   /* IXFR of who has the newest, or has no room for more */
};

struct xfr {
	const struct zone_version *version;
	const struct zone_info *zone;
	enum xfr_kind kind;
	enum { XFR_AT_FIRST, XFR_AT_BODY, XFR_AT_LAST, XFR_AT_END } stage;

	/* Of the query. */
	uint8_t id[2], flags;
	bool has_edns, wants_dnssec;
	struct edns_asked asked; /* but for a cookie */
	uint16_t question_len;	 /* 0 once a message has had it */
	uint8_t question[NAME_MAX_LEN + 4];

	/* XFR_WHOLE: the next record, by name, RRset and octet. */
	struct key key;
	size_t set, offset;
	/* XFR_STEPS: the next record. */
	const struct zone_delta *step;
	size_t step_at;

	uint16_t n_records; /* in the message under way */
	struct wire_pack pack;
};

/* Serial of the SOA in the query's authority section; false unless that is
 * what the section holds (DNS-203). */
bool xfr_client_serial(const struct query *query, uint32_t *ret_serial);

/* The whole zone. */
void xfr_begin(struct xfr *xfr, const struct zone_version *version,
	       const struct zone_info *zone, const struct query *query);
/* What has changed since a serial, or what serves instead. */
void xfr_begin_since(struct xfr *xfr, const struct zone_version *version,
		     const struct zone_info *zone, const struct query *query,
		     uint32_t serial);
/* The SOA alone. */
void xfr_begin_soa(struct xfr *xfr, const struct zone_version *version,
		   const struct zone_info *zone, const struct query *query);

/* Writes the next message, of `limit` octets at most, which is enough for any
 * record; gives its length, 0 behind the last. The first answers an OPT, with
 * what there is to tell. */
size_t xfr_next(struct xfr *xfr, uint8_t *out, size_t limit,
		const struct edns_told *told);
static inline bool xfr_is_done(const struct xfr *xfr)
{
	return xfr->stage == XFR_AT_END;
}
