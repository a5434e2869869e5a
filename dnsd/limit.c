/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/limit.h"

#include <sys/random.h>

#include "dnsd/acl.h"
#include "dnsd/rrl.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/mem.h"

struct limit {
	struct rrl *rrl;
	struct dnsd_range *exempt;
	size_t n_exempt;
};

struct limit *limit_new(uint32_t rate, uint32_t slip,
			const struct dnsd_range *exempt, size_t n)
{
	struct limit *limit = mem_zalloc(sizeof(*limit));
	struct rrl_config config = {.rate = rate, .slip = slip};

	st_assert(getrandom(config.secret, sizeof(config.secret), 0) ==
		  sizeof(config.secret));
	limit->rrl = rrl_new(&config);
	limit->exempt = mem_calloc(n, sizeof(*exempt));
	limit->n_exempt = n;
	for (size_t i = 0; i < n; i++)
		limit->exempt[i] = exempt[i];
	return limit;
}

void limit_free(struct limit *limit)
{
	if (limit == NULL)
		return;
	rrl_free(limit->rrl);
	free(limit->exempt);
	free(limit);
}

static uint64_t fold(uint64_t hash, const uint8_t *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ octets[i]) * UINT64_C(1099511628211);
	return hash;
}

/* One name's data is counted by itself; what is not there, by its zone, as
 * names that are made up never come twice; errors all together. */
static uint64_t kind_of(const struct query *query, const struct answer *answer)
{
	uint64_t kind = UINT64_C(14695981039346656037) ^ answer->rcode;
	const struct zone_info *zone = answer->zone;

	if (answer->has_data)
		return fold(kind, query->qname, query->qname_len) +
		       query->qtype;
	return zone != NULL ? fold(kind, zone->apex, zone->apex_len) : kind;
}

static bool is_exempt(const struct limit *limit,
		      const struct sockaddr_storage *from)
{
	for (size_t i = 0; i < limit->n_exempt; i++) {
		if (acl_holds(&limit->exempt[i], from))
			return true;
	}
	return false;
}

enum limit_deed limit_reply(struct limit *limit, struct answer_env *env,
			    const struct query *query, struct answer *answer,
			    uint8_t *out, uint32_t now_s)
{
	if (answer->cookie == ANSWER_GOOD_COOKIE || is_exempt(limit, env->from))
		return LIMIT_PASSED;
	enum rrl_verdict verdict =
		rrl_count(limit->rrl, env->from, kind_of(query, answer), now_s);
	if (verdict == RRL_PASS)
		return LIMIT_PASSED;
	/* Who knows cookies gets one, in a reply that is hardly longer than
	 * its query, and then is known. */
	if (answer->cookie == ANSWER_NEW_COOKIE) {
		*answer = answer_turn_away(env, query, RCODE_BADCOOKIE, out);
		return LIMIT_CUT;
	}
	if (verdict == RRL_DROP)
		return LIMIT_DROPPED;
	*answer = answer_turn_away(env, query, RCODE_NOERROR, out);
	return LIMIT_CUT;
}
