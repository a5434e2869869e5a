/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * additional - addresses of the hosts that SRV and NS records name
 * (DNS-045, DNS-077).
 *
 * Threads: as answer. Memory: no heap.
 */
#include <stddef.h>

struct answer_env;
struct reply;
struct zone_version;

/* Looks at the records that stand in the reply from `from` on, whose targets
 * begin `target_at` octets into RDATA, and adds A and AAAA of each target
 * once, as far as they are in the zone and there is room. */
void additional_put(struct answer_env *env, const struct zone_version *version,
		    struct reply *reply, size_t from, size_t target_at);
