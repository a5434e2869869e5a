/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * serve_lab - zones from tests/data/dns/zone, packets from a line of text and
 * replies as text, for the tests of the serving side.
 *
 * A question is "NAME [TYPE] [word...]", type A if absent. Words: edns (size
 * 1232), edns=SIZE, do, version=N, option=CODE (empty), option=CODE:HEX,
 * class=N, opcode=N, flags=HEX (octets 2 and 3 of the header), tail=HEX
 * (octets behind all else), counts=AN,NS,AR (as given, whatever is there),
 * questions=N, noquestion (none, and no octets of one).
 *
 * Threads: one. Memory: slots and texts are the caller's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/answer.h"
#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct stats;
struct zone_slot;

enum { LAB_QUERY_MAX = 4096, LAB_ID = 0x5a17 };

struct zone_slot *serve_lab_slot(bool is_ready);
/* Fills a slot that has no zones yet. */
void serve_lab_fill(struct zone_slot *slot, bool is_ready);
/* Fixed order, payload 1232, the NSID "lab". */
const struct answer_config *serve_lab_config(void);
/* That config, asked by 198.51.100.100 at the time of the first example of RFC
 * 9018 and with its secret. */
struct answer_env serve_lab_env(bool is_stream);
/* Path below the source tree; free() it. */
char *serve_lab_path(const char *path);

/* How many were counted for that transport, by their size. */
uint64_t serve_lab_replies(const struct stats *stats, enum dnsd_proto proto);

size_t serve_lab_query(uint8_t out[LAB_QUERY_MAX], const char *line);
/* Octets of the reply, 0 if the query is to be dropped. Each reply is
 * checked: it parses with ldns, has QR, ID and question of the query and is
 * not over the limit. */
size_t serve_lab_answer(struct answer_env *env, const struct zone_slot *slot,
			const uint8_t *wire, size_t len, uint8_t *out);
/* Line in, lines out as in rr_text_message, or "DROP\n". */
char *serve_lab_ask(struct answer_env *env, const struct zone_slot *slot,
		    const char *line);
