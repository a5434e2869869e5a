/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * transfer - AXFR and IXFR on connections: takes the queries for them, checks
 * their signature and who asks, and streams a pinned version to whom it may
 * have (DNS-200 to 207).
 *
 * Each message is made when the client has taken the one before, so a slow
 * client costs one message and its pin. Where a pin is revoked, since too much
 * waits for it, the connection is cut.
 *
 * Threads: the loop thread of TCP, registered with RCU. Memory: streams end
 * with their connections, before transfer_free.
 */
#include "dnsd/tcp_stream.h"

struct answer_config;
struct loop;
struct stats;
struct transfers;
struct zone_slot;

struct transfers *transfers_new(struct loop *loop,
				const struct answer_config *config,
				const struct zone_slot *slot,
				struct stats *stats);
void transfers_free(struct transfers *transfers);
struct tcp_hook transfers_hook(struct transfers *transfers);
