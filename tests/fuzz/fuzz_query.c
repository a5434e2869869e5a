/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as a query, over UDP and TCP, before and after the first sync: each
 * reply parses with ldns, echoes ID and question, keeps to its limit, and has
 * an OPT exactly if the query had a valid one (serve_lab_answer asserts all
 * this). Without an OPT it obeys the limit of RFC 1035; the same octets are
 * answered alike when asked again.
 */
#include <stdint.h>
#include <string.h>

#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/mem.h"
#include "tests/unit/serve_lab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Kept for all inputs. */
static struct zone_slot *slots[2];

static void free_slots(void)
{
	for (size_t i = 0; i < st_array_len(slots); i++)
		zone_slot_free(slots[i]);
}

static void ask(struct answer_env *env, const struct zone_slot *slot,
		const uint8_t *data, size_t size)
{
	static uint8_t out[WIRE_MESSAGE], again[WIRE_MESSAGE];
	size_t len = serve_lab_answer(env, slot, data, size, out);

	st_assert((len == 0) == (size < WIRE_HEADER || data[2] & WIRE_QR));
	if (len == 0)
		return;
	st_assert((out[3] & 0x0f) != RCODE_NXDOMAIN || slot == slots[1]);
	st_assert(!(out[2] & WIRE_AA) || (out[3] & 0x0f) == RCODE_NOERROR ||
		  (out[3] & 0x0f) == RCODE_NXDOMAIN);
	st_assert(serve_lab_answer(env, slot, data, size, again) == len);
	st_assert(memcmp(out, again, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own size: a step behind the end is seen. */
	scope_free uint8_t *exact =
		size > 0 ? mem_dup(data, size) : mem_alloc(1);

	if (slots[0] == NULL) {
		slots[0] = serve_lab_slot(false);
		slots[1] = serve_lab_slot(true);
		st_assert(atexit(free_slots) == 0);
	}
	for (size_t i = 0; i < st_array_len(slots); i++) {
		struct answer_env udp = serve_lab_env(false);
		struct answer_env tcp = serve_lab_env(true), tls = tcp;

		tls.is_encrypted = true;
		ask(&udp, slots[i], exact, size);
		ask(&tcp, slots[i], exact, size);
		ask(&tls, slots[i], exact, size);
	}
	return 0;
}
