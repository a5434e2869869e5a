/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * dump - zones as master files (RFC 1035 5), with what a transfer would have
 * (DNS-221).
 *
 * Threads: any. Memory: the text goes to the caller's buffer.
 */
#include <stdint.h>

#include "dnsd/zone_pin.h"
#include "statefuld/attr.h"

struct buf;

/* The zone of that apex, or with NULL all of them. ST_ENOTFOUND: there is none;
 * ST_ECANCELED: the pin was revoked; ST_ELIMIT: the buffer is full. */
st_must_check int dump_zones(const struct zone_pin *pin, const uint8_t *apex,
			     struct buf *out);
