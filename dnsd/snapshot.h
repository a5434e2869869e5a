/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * snapshot - all zones of a version as octets, and back. Pure.
 *
 * Format 1, numbers in network order:
 *
 *   "statefuld-zone" 0 1          16 octets
 *   time of writing               8, seconds since 1970
 *   number of zones               2
 *   for each: apex, serial        wire name, 4
 *   names, in canonical order:
 *     octets of own labels        1, up to 254; 255 ends the list
 *     the labels                  the rest is the tail of the name before:
 *     octets of that tail         1, root label included
 *     number of RRsets            1; 0: the name exists, without records
 *     for each: type, TTL, count  2, 4, 2
 *       for each: length, RDATA   2; names in it uncompressed
 *   HMAC-SHA256 of all before     32, under a fixed key: a checksum
 *
 * The SOA of an apex is not in it: it follows from the configuration.
 *
 * Threads: any; writing wants a version that stays valid. Memory: none kept.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/zone_pin.h"
#include "statefuld/attr.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

struct err;

/* Takes octets in order; not 0 ends it. */
typedef int (*snapshot_sink_fn)(const void *data, size_t len, void *arg);

/* 0, what the sink said, or ST_ECANCELED: the pin was revoked. */
st_must_check int snapshot_write(const struct zone_pin *pin, int64_t now_s,
				 snapshot_sink_fn sink, void *arg);

struct snapshot_ops {
	/* Each zone of the file, before all sets. */
	void (*zone)(const uint8_t *apex, uint32_t serial, void *arg);
	/* As in zone_edit_put: RR_NONE with n = 0 is bare existence. */
	void (*set)(const struct rr_set *set, void *arg);
};

/* ST_EPARSE says what is wrong, and where. The ops are called only when the
 * checksum and all that is read are right: pass NULL to check alone. */
st_must_check int snapshot_read(const uint8_t *data, size_t len,
				const struct snapshot_ops *ops, void *arg,
				int64_t *ret_saved_s, struct err *err);
