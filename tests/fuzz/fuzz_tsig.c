/* SPDX-License-Identifier: Apache-2.0 */
/* Octets as a signed query: nothing verifies but what was signed, and each
 * reply has the length that was promised. */
#include <stdint.h>
#include <string.h>

#include "dnsd/query.h"
#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW_S = 1700000000 };

static void check(const struct query *query, const uint8_t *wire, size_t len)
{
	/* A secret that is not in any input. */
	struct tsig_key key = {.name = {18, "\010transfer\007example"},
			       .hash = HMAC_SHA256,
			       .secret_len = 32,
			       .secret = "what no file of the corpus holds"};
	struct tsig_keys keys = {&key, 1};
	uint8_t reply[WIRE_HEADER + TSIG_ROOM_MAX] = {0};
	struct tsig_state state;
	uint16_t rcode =
		tsig_check(&state, &keys, wire, len, query->tsig_at, NOW_S);
	size_t room = tsig_room(&state);

	st_assert(rcode == RCODE_FORMERR || rcode == RCODE_NOTAUTH);
	if (rcode == RCODE_FORMERR)
		return;
	st_assert(room <= TSIG_ROOM_MAX && state.key == NULL);
	st_assert(tsig_sign(&state, reply, WIRE_HEADER, NOW_S) ==
		  WIRE_HEADER + room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free uint8_t *exact =
		size > 0 ? mem_dup(data, size) : mem_alloc(1);
	struct query query;

	if (size > WIRE_MESSAGE ||
	    query_parse(&query, exact, size) != QUERY_ASK || query.tsig_at == 0)
		return 0;
	check(&query, exact, size);
	return 0;
}
