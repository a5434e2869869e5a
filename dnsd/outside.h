/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * outside - what another server says about a name that a CNAME of ours leads
 * to (DNS-054). Pure.
 *
 * Threads: one at a time. Memory: outside_free releases what outside_read or
 * outside_failed made.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "statefuld/name.h"

struct reply;

struct outside {
	struct name name; /* asked for, lower case */
	uint16_t qtype;
	uint16_t rcode;
	int16_t ede; /* if not EDE_NONE: there is no answer, and why */
	const char *text;
	uint32_t ttl_s;	 /* how long it may be kept */
	uint32_t age_s;	 /* how long it has been */
	size_t n_answer; /* in `records`, and behind them an SOA or none */
	size_t len;
	/* Owner, then type, class, TTL, RDLENGTH and RDATA, all names whole. */
	uint8_t *records;
};

/* Reads a reply whose header and question have been checked: the chain from
 * the name on, or the SOA where there is nothing of that type. ST_EPARSE: it is
 * malformed. `*ret` is as if nothing were known then. */
st_must_check int outside_read(struct outside *ret, const struct name *name,
			       uint16_t qtype, const uint8_t *wire, size_t len);
/* Instead of an answer. */
void outside_fail(struct outside *ret, const struct name *name, uint16_t qtype,
		  int16_t ede, const char *text);
void outside_fini(struct outside *outside);
bool outside_is_for(const struct outside *outside, const uint8_t *name,
		    uint16_t qtype);

/* Adds the records; the name stands at `name_at` in the message already. */
void outside_put(const struct outside *outside, struct reply *reply,
		 size_t name_at);
