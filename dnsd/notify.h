/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * notify - tells secondaries by NOTIFY (RFC 1996) that zones have changed.
 *
 * A message carries the new SOA, and a signature where there is a key. Any
 * reply from that address with the ID of the message ends the telling,
 * whatever its RCODE (DNS-204).
 *
 * Threads: the loop thread, which is the zones' writer. Memory: notify_free
 * frees all; slot, loop and keys are borrowed.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/dnsd.h"

struct loop;
struct notify;
struct tsig_key;
struct zone_slot;

struct notify_target {
	struct dnsd_listen addr;
	const struct tsig_key *key; /* NULL: not signed */
};

struct notify_config {
	struct loop *loop;
	struct zone_slot *slot;
	const struct notify_target *targets; /* borrowed */
	size_t n_targets;
	/* Where secondaries know us: messages come from the first of these
	 * that is of their family and no wildcard. */
	const struct dnsd_listen *listen;
	size_t n_listen;
};

/* Watches the slot from now on. */
struct notify *notify_new(const struct notify_config *config);
void notify_free(struct notify *notify);
/* Adds to *sum. */
void notify_count(const struct notify *notify, struct dnsd_counters *sum);

enum { NOTIFY_MESSAGE_MAX = 2048 };

/* The message for a zone, not signed; `soa` is the stored RRset. Pure. */
struct zone_info;
size_t notify_write(uint8_t out[NOTIFY_MESSAGE_MAX],
		    const struct zone_info *zone, uint16_t id);
