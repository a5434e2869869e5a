/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * worker - one thread that answers UDP from one socket of each listening
 * address.
 *
 * It registers with RCU, is online from the receipt of a batch until it has
 * been sent, and offline while it waits. As long as batches come full it does
 * not wait, so that under load a batch costs two system calls.
 *
 * Threads: started and joined by the owner. Memory: worker_join frees.
 */
#include <stddef.h>

#include "dnsd/answer.h"
#include "statefuld/attr.h"

struct listener;
struct stats;
struct stop;
struct worker;
struct zone_slot;

struct worker_config {
	const struct answer_config *answer;
	const struct zone_slot *slot;
	const struct listener *listeners; /* borrowed until the join */
	size_t n_listeners;
	size_t index; /* which of each listener's UDP sockets */
	struct stats *stats;
	const struct stop *stop;
};

/* -errno if there is no descriptor or thread to be had. */
st_must_check int worker_start(const struct worker_config *config,
			       struct worker **ret_worker);
/* After the stop was raised. */
void worker_join(struct worker *worker);
