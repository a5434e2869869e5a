/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * addrs - the addresses of the pods: each to one pod, given again as late as
 * can be.
 *
 * Threads: belongs to one. Memory: a bit for each address, of 2^20 at most.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

#define ADDRS_TEXT 46

struct addrs;

/* `net` has 4 or 16 octets. In networks of more than four addresses, the
 * first two (network, node) and the last (broadcast) are left out. */
struct addrs *addrs_new(const uint8_t *net, size_t len, unsigned int prefix);
void addrs_free(struct addrs *addrs);
/* false: all are given. */
st_must_check bool addrs_take(struct addrs *addrs, char out[ADDRS_TEXT]);
/* One that a pod has from earlier; what is not of this network is ignored. */
void addrs_claim(struct addrs *addrs, const char *text);
void addrs_release(struct addrs *addrs, const char *text);
