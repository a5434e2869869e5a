/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pod_name - <address>.<ns>.pod.<zone>: the address spelled in a label, with
 * dashes for dots or colons (DNS-057, DNS-058). Pure.
 *
 * Threads: as answer. Memory: no heap.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone_info;
struct zone_version;

struct pod_name {
	uint8_t addr_len; /* 4 or 16 */
	uint8_t addr[16];
};

/* A label, lower case: four decimal octets without leading zeros, or what is
 * an IPv6 address with colons in place of the dashes. */
bool pod_name_read(struct pod_name *ret, const uint8_t *text, size_t len);

/* Whether a name, lower case, spells an address where the zone has pods. */
bool pod_name_spelled(struct pod_name *ret, const struct zone_info *zone,
		      const uint8_t *name);

/* Whether a name that the zone lacks, lower case, stands for an address all
 * the same: insecure, any in a namespace that is there; verified, one that is
 * in the zone in another spelling. */
bool pod_name_find(struct pod_name *ret, const struct zone_version *version,
		   const struct zone_info *zone, const uint8_t *name);
