/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * octets - sixteen octets at once, with whatever the machine has for that.
 *
 * Threads: any. Memory: the caller's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "statefuld/attr.h"

enum { LANES = 16 };

typedef uint8_t octets16 __attribute__((vector_size(LANES)));

static inline octets16 octets_load(const uint8_t *at)
{
	octets16 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline void octets_store(uint8_t *at, octets16 v)
{
	memcpy(at, &v, sizeof(v));
}

/* RFC 4343. */
static inline octets16 octets_folded(octets16 v)
{
	octets16 is_upper = (octets16)((octets16)(v - 'A') < 26);

	return v | (is_upper & 0x20);
}

/* Ones behind the first n octets, n being at most LANES. */
static inline octets16 octets_beyond(size_t n)
{
	static const uint8_t beyond[2 * LANES] = {
		[LANES] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff,		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	};

	return octets_load(beyond + LANES - n);
}

static inline bool octets_are_zero(octets16 v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(half));
	return (half[0] | half[1]) == 0;
}

/* Less than sixteen, without a call. */
static inline uint8_t *octets_put_few(uint8_t *out, const uint8_t *data,
				      size_t len)
{
	if ((len & 8) != 0) {
		memcpy(out, data, 8);
		out += 8;
		data += 8;
	}
	if ((len & 4) != 0) {
		memcpy(out, data, 4);
		out += 4;
		data += 4;
	}
	if ((len & 2) != 0) {
		memcpy(out, data, 2);
		out += 2;
		data += 2;
	}
	if ((len & 1) != 0)
		*out++ = *data;
	return out;
}

/* A copy by sixteens, the last of which may overlap the one before, so that
 * nothing beyond `data` is read. Returns where it ends. */
static inline uint8_t *octets_put(uint8_t *out, const uint8_t *data, size_t len)
{
	size_t at = 0;

	if (st_unlikely(len < LANES))
		return octets_put_few(out, data, len);
	for (; len - at > LANES; at += LANES)
		octets_store(out + at, octets_load(data + at));
	octets_store(out + len - LANES, octets_load(data + len - LANES));
	return out + len;
}
