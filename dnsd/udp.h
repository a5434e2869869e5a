/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * udp - one batch of queries from a socket: received, answered and sent back
 * with two system calls.
 *
 * Threads: a batch belongs to one worker, which is online with RCU while it
 * calls udp_serve. Memory: udp_batch_free releases the batch.
 */
#include <stddef.h>

#include "dnsd/answer.h"
#include "dnsd/fast.h"

enum { UDP_BATCH = FAST_BATCH };

struct listener;
struct stats;
struct udp_batch;
struct zone_slot;

struct udp_batch *udp_batch_new(const struct answer_config *config,
				const struct zone_slot *slot,
				struct stats *stats);
void udp_batch_free(struct udp_batch *batch);

/* Serves what waits in the socket, up to one batch; never blocks. `own` are
 * all the addresses we listen on; what claims to come from there is dropped
 * (DNS-113). Gives the number of packets taken. */
size_t udp_serve(struct udp_batch *batch, int fd, const struct listener *own,
		 size_t n_own);
