/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rrl - response rate limiting (DNS-187): how often replies of one kind may go
 * to one network, so that forged questions make us no amplifier.
 *
 * A fixed table of buckets, found by a hash with a secret; where two meet, the
 * newer takes the place. Each is one word, which all workers share: an update
 * that another one overtakes is lost, which errs in the client's favour by one
 * reply.
 *
 * Threads: any. Memory: rrl_free releases the table.
 */
#include <stdbool.h>
#include <stdint.h>

struct rrl;
struct sockaddr_storage;

struct rrl_config {
	uint32_t rate; /* replies a second, 1 to 100,000 */
	uint32_t slip; /* each so many-th over the limit is cut; 0: none */
	uint8_t secret[16];
};

struct rrl *rrl_new(const struct rrl_config *config);
void rrl_free(struct rrl *rrl);

enum rrl_verdict { RRL_PASS, RRL_SLIP, RRL_DROP };

/* Counts one reply to the client's network (/24 or /56). `kind`: what is
 * counted together, a hash of the RCODE and of the name, or zone, that it is
 * about. `now_s`: any clock that goes on evenly. */
enum rrl_verdict rrl_count(struct rrl *rrl,
			   const struct sockaddr_storage *client, uint64_t kind,
			   uint32_t now_s);
