/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * acl - whether an address lies in a range. Pure.
 *
 * Threads: any. Memory: none.
 */
#include <stdbool.h>
#include <sys/socket.h>

#include "statefuld/dnsd.h"

/* No socket of ours is for both families, so that there are no IPv4 addresses
 * written as IPv6 ones. */
bool acl_holds(const struct dnsd_range *range,
	       const struct sockaddr_storage *addr);
