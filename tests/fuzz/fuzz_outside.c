/* SPDX-License-Identifier: Apache-2.0 */
/* Octets as a reply from another server: what is taken from it is whole. */
#include <stdint.h>
#include <string.h>

#include "dnsd/outside.h"
#include "dnsd/wire.h"
#include "dnsd/wire_name.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The records fill the octets exactly, with names that are not shortened. */
static void check(const struct outside *outside)
{
	size_t at = 0, n = 0;
	struct name name;

	for (; at < outside->len; n++) {
		at = wire_name_read(&name, outside->records, outside->len, at);
		st_assert(at != 0 && outside->len - at >= WIRE_RR_FIXED);
		at += WIRE_RR_FIXED +
		      (size_t)wire_get16(outside->records + at + 8);
	}
	st_assert(at == outside->len);
	st_assert(n == outside->n_answer || n == outside->n_answer + 1);
	st_assert(outside->ttl_s <= 3600);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free uint8_t *exact =
		size > 0 ? mem_dup(data, size) : mem_alloc(1);
	struct name name;
	struct outside outside;

	if (size < WIRE_HEADER || size > WIRE_MESSAGE ||
	    wire_name_read(&name, exact, size, WIRE_HEADER) == 0)
		return 0;
	if (outside_read(&outside, &name, RR_A, exact, size) != 0)
		return 0;
	check(&outside);
	outside_fini(&outside);
	return 0;
}
