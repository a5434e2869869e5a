/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pods - the records of a headless Service and its pods, for measuring zones
 * without a cluster.
 *
 * Each pod has an address and an SRV record at its endpoint name, a share in
 * the A and SRV records of its Service and of the Service's port, and a PTR
 * record.
 *
 * Threads: any; edits are for the zone's writer. Memory: a struct pods holds
 * all of one Service and points into itself.
 */
#include <stdint.h>

#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	PODS_MAX = 64, /* of a Service */
	PODS_CLOCK_S = 1700000000,
};

struct pods {
	struct name name, port;
	struct name pod[PODS_MAX], ptr[PODS_MAX];
	uint8_t addr[PODS_MAX][4];
	uint8_t srv[PODS_MAX][6 + NAME_MAX_LEN];
	uint8_t pod_srv[PODS_MAX][6 + NAME_MAX_LEN];
	struct rr_data a[PODS_MAX], srvs[PODS_MAX];
	struct rr_data pod_srvs[PODS_MAX], ptrs[PODS_MAX];
};

/* cluster.local and 10.in-addr.arpa. */
void pods_add_zones(struct zone_slot *slot);
/* Service `number` with so many pods: web-0.svc-7.ns-0.svc.cluster.local and
 * so on. `shift` moves the address of the first. */
void pods_make(struct pods *svc, unsigned number, unsigned replicas,
	       unsigned shift);
/* Everything but PTR. */
void pods_edit(struct zone_edit *edit, const struct pods *svc,
	       unsigned replicas);
/* n: 1 for the PTR record of pod i, 0 for none. */
void pods_edit_ptr(struct zone_edit *edit, const struct pods *svc, unsigned i,
		   unsigned n);
