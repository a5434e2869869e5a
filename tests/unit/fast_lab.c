/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fast_lab.h"

#include <string.h>

#include "dnsd/fast.h"
#include "dnsd/query.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/mem.h"

enum { GUARD = 0xa5 };

/* Octets of the reply, 0 if the query is not plain. */
static size_t ask_fast(struct answer_env *env,
		       const struct zone_version *version, const uint8_t *wire,
		       size_t len, uint8_t *out, struct answer *ret_answer)
{
	struct fast_ask ask, *asks[] = {&ask};
	uint64_t turn = env->turn;

	memset(&ask, 0xee, sizeof(ask));
	if (!fast_read(&ask, wire, len))
		return 0;
	fast_find(version, asks, 1);
	if (!fast_write(env, version, &ask, out, ret_answer)) {
		st_assert(env->turn == turn);
		return 0;
	}
	return ret_answer->len;
}

/* Of its own size with the padding, which holds `filler`: a step further is
 * seen by a sanitizer. Nothing may be written beyond the pad of `out`. */
static size_t ask_padded(struct answer_env *env,
			 const struct zone_version *version,
			 const uint8_t *wire, size_t len, uint8_t filler,
			 uint8_t *out, struct answer *ret_answer)
{
	scope_free uint8_t *padded = mem_alloc(len + FAST_PAD);

	memcpy(padded, wire, len);
	memset(padded + len, filler, FAST_PAD);
	memset(out, GUARD, answer_room(env) + FAST_PAD);
	return ask_fast(env, version, padded, len, out, ret_answer);
}

static void compare(struct answer_env *env, const struct zone_version *version,
		    const uint8_t *wire, size_t len, const uint8_t *out,
		    const struct answer *fast)
{
	scope_free uint8_t *want = mem_alloc(answer_room(env));
	struct query query;
	enum query_kind kind = query_parse(&query, wire, len);

	st_assert(kind == QUERY_ASK);
	struct answer answer = answer_write(env, version, &query, kind, want);
	st_assert(answer.len == fast->len && memcmp(want, out, fast->len) == 0);
	st_assert(answer.rcode == fast->rcode && answer.zone == fast->zone);
	st_assert(answer.has_data == fast->has_data);
	st_assert(!answer.is_truncated && !fast->is_truncated);
	st_assert(answer.cookie == fast->cookie);
}

bool fast_lab_compare(struct answer_env *env, const struct zone_slot *slot,
		      const uint8_t *wire, size_t len)
{
	const struct zone_version *version = zone_slot_peek_rcu(slot);
	struct answer_env first = *env, second = *env;
	scope_free uint8_t *out = mem_alloc(answer_room(env) + FAST_PAD);
	scope_free uint8_t *again = mem_alloc(answer_room(env) + FAST_PAD);
	struct answer fast, other;
	size_t n = ask_padded(&first, version, wire, len, 0, out, &fast);

	st_assert(ask_padded(&second, version, wire, len, 'x', again, &other) ==
		  n);
	if (n == 0)
		return false;
	st_assert(memcmp(out, again, n) == 0);
	compare(env, version, wire, len, out, &fast);
	st_assert(first.turn == env->turn);
	return true;
}
