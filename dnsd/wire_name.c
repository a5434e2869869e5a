/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/wire_name.h"

#include <stdbool.h>
#include <string.h>

#include "dnsd/wire.h"

/* Where a pointer at `at` leads; 0 unless it leads behind the header, before
 * `begin` and to a label, so that there are at most 127 of them. */
static size_t follow(const uint8_t *wire, size_t len, size_t at, size_t begin)
{
	size_t target;

	if (wire[at] < 0xc0 || at + 1 >= len)
		return 0;
	target = wire_get16(wire + at) - WIRE_POINTER;
	return target >= WIRE_HEADER && target < begin &&
			       wire[target] <= NAME_MAX_LABEL
		       ? target
		       : 0;
}

size_t wire_name_read(struct name *ret_name, const uint8_t *wire, size_t len,
		      size_t at)
{
	size_t begin = at, end = 0, used = 0;
	uint8_t raw[NAME_MAX_LEN];

	for (;;) {
		if (at >= len)
			return 0;
		uint8_t n = wire[at];
		if (n > NAME_MAX_LABEL) {
			if (end == 0)
				end = at + 2;
			begin = at = follow(wire, len, at, begin);
			if (at == 0)
				return 0;
			continue;
		}
		if (len - at <= n || used + 1u + n > sizeof(raw))
			return 0;
		memcpy(raw + used, wire + at, 1u + n);
		used += 1u + n;
		at += 1u + n;
		if (n == 0)
			break;
	}
	ret_name->len = (uint8_t)used;
	name_lower(ret_name->wire, raw, used);
	return end != 0 ? end : at;
}
