/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/rrl.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "dnsd/cookie.h"
#include "statefuld/mem.h"

enum {
	N_BUCKETS = 1 << 17, /* 1 MiB */
	WINDOW_S = 15,	     /* as BIND: how long an excess is remembered */
	TIME_BITS = 20,
	BALANCE_BITS = 24,
	TIME_MASK = (1 << TIME_BITS) - 1,
	BALANCE_BIAS = 1 << (BALANCE_BITS - 1),
};

/* A bucket: 20 bits of the hash, 24 of the balance, 20 of its time. */
struct rrl {
	struct rrl_config config;
	_Atomic uint64_t buckets[N_BUCKETS];
};

struct bucket {
	uint32_t tag, time;
	int64_t balance;
};

struct rrl *rrl_new(const struct rrl_config *config)
{
	struct rrl *rrl = mem_zalloc(sizeof(*rrl));

	rrl->config = *config;
	return rrl;
}

void rrl_free(struct rrl *rrl)
{
	free(rrl);
}

static uint64_t hash(const struct rrl *rrl,
		     const struct sockaddr_storage *client, uint64_t kind)
{
	const struct sockaddr_in *v4 = (const void *)client;
	const struct sockaddr_in6 *v6 = (const void *)client;
	uint8_t input[16] = {0}, out[8];
	uint64_t value;

	if (client->ss_family == AF_INET)
		memcpy(input, &v4->sin_addr, 3);
	else
		memcpy(input, &v6->sin6_addr, 7);
	input[7] = (uint8_t)client->ss_family;
	memcpy(input + 8, &kind, sizeof(kind));
	cookie_siphash(rrl->config.secret, input, sizeof(input), out);
	memcpy(&value, out, sizeof(value));
	return value;
}

static struct bucket unpack(uint64_t word)
{
	return (struct bucket){
		.tag = (uint32_t)(word >> (TIME_BITS + BALANCE_BITS)),
		.balance = (int64_t)(word >> TIME_BITS &
				     ((1 << BALANCE_BITS) - 1)) -
			   BALANCE_BIAS,
		.time = (uint32_t)word & TIME_MASK,
	};
}

static uint64_t pack(struct bucket bucket)
{
	uint64_t balance = (uint64_t)(bucket.balance + BALANCE_BIAS);

	return (uint64_t)bucket.tag << (TIME_BITS + BALANCE_BITS) |
	       balance << TIME_BITS | bucket.time;
}

/* The time since, in which the balance grew to one second's worth at most. */
static void refill(struct bucket *bucket, int64_t rate, uint32_t now)
{
	uint32_t since = (now - bucket->time) & TIME_MASK;

	/* Another worker may have been a second ahead. */
	if (since > TIME_MASK / 2)
		return;
	bucket->time = now;
	bucket->balance += rate * (since < WINDOW_S + 1 ? since : WINDOW_S + 1);
	if (bucket->balance > rate)
		bucket->balance = rate;
}

/* Which of those over the limit are cut instead of dropped follows from the
 * balance, so that it needs no counter. */
static enum rrl_verdict judge(const struct rrl *rrl, int64_t balance)
{
	uint32_t slip = rrl->config.slip;

	if (balance >= 0)
		return RRL_PASS;
	return slip > 0 && -balance % slip == 0 ? RRL_SLIP : RRL_DROP;
}

enum rrl_verdict rrl_count(struct rrl *rrl,
			   const struct sockaddr_storage *client, uint64_t kind,
			   uint32_t now_s)
{
	int64_t rate = rrl->config.rate, least = -rate * WINDOW_S;
	uint64_t found = hash(rrl, client, kind);
	_Atomic uint64_t *slot = &rrl->buckets[found % N_BUCKETS];
	uint64_t was = atomic_load_explicit(slot, memory_order_relaxed);
	struct bucket bucket = unpack(was);
	uint32_t tag = (uint32_t)(found >> 44), now = now_s & TIME_MASK;

	if (was == 0 || bucket.tag != tag)
		bucket = (struct bucket){tag, now, rate};
	refill(&bucket, rate, now);
	bucket.balance--;
	enum rrl_verdict verdict = judge(rrl, bucket.balance);
	/* At the bottom it goes round, so that the slip goes on. */
	if (bucket.balance < least)
		bucket.balance += rrl->config.slip > 0 ? rrl->config.slip : 1;
	(void)atomic_compare_exchange_strong_explicit(slot, &was, pack(bucket),
						      memory_order_relaxed,
						      memory_order_relaxed);
	return verdict;
}
