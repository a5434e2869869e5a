/* SPDX-License-Identifier: Apache-2.0 */
/* Octets as an IXFR query with its SOA: whatever serial is read from them,
 * there are messages, each within its limit, and the last one comes. */
#include <stdint.h>
#include <string.h>

#include "dnsd/query.h"
#include "dnsd/wire.h"
#include "dnsd/xfr.h"
#include "dnsd/zone_slot.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/serve_lab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 700 };

static struct zone_slot *slot;

static void free_slot(void)
{
	zone_slot_free(slot);
}

static void transfer(const struct query *query, uint32_t serial)
{
	static struct xfr xfr;
	struct edns_told told = {.payload = 1232,
				 .zone = &slot->cur->zones[0],
				 .has_expire = true,
				 .ede = EDE_NONE};
	uint8_t out[LIMIT];
	size_t len, n = 0;

	xfr_begin_since(&xfr, slot->cur, &slot->cur->zones[0], query, serial);
	while ((len = xfr_next(&xfr, out, sizeof(out), &told)) != 0) {
		st_assert(len <= sizeof(out));
		st_assert(memcmp(out, query->wire, 2) == 0);
		n += wire_get16(out + 6);
	}
	st_assert(xfr_is_done(&xfr) && n > 0);
	st_assert((xfr.kind == XFR_SOA) == (n == 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free uint8_t *exact =
		size > 0 ? mem_dup(data, size) : mem_alloc(1);
	struct query query;
	uint32_t serial;

	if (slot == NULL) {
		slot = serve_lab_slot(true);
		st_assert(atexit(free_slot) == 0);
	}
	if (size > WIRE_MESSAGE ||
	    query_parse(&query, exact, size) != QUERY_ASK ||
	    query.qtype != RR_IXFR)
		return 0;
	if (xfr_client_serial(&query, &serial))
		transfer(&query, serial);
	return 0;
}
