/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * serving - the addresses that ns.dns.ZONE shall have (DNS-075).
 *
 * Threads: any. Memory: lists are on the heap and the caller's.
 */
#include <stddef.h>

#include "statefuld/controller.h"
#include "statefuld/dnsd.h"

struct serving {
	struct controller_addr *addrs;
	size_t n;
};

/* Pure. The addresses listened on that others can reach; else, where all of a
 * family is listened on, those of `interfaces`; else, as there is nothing
 * better and an NS target must resolve, the loopback addresses listened on.
 * Each address once, in order. */
void serving_choose(struct serving *ret_serving,
		    const struct dnsd_listen *listen, size_t n_listen,
		    const struct serving *interfaces);

/* What the host's interfaces that are up have now; empty if that cannot be
 * found out. */
void serving_interfaces(struct serving *ret_serving);

void serving_fini(struct serving *serving);
