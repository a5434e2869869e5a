/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fast_lab.h"

#include <string.h>

#include "dnsd/fast.h"
#include "dnsd/query.h"
#include "dnsd/recall.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/mem.h"

enum { GUARD = 0xa5 };

/* Octets of the reply, 0 if the query is not plain. */
static size_t ask_fast(struct answer_env *env, struct recall *recall,
		       const struct zone_version *version, const uint8_t *wire,
		       size_t len, uint8_t *out, struct fast_ask *ret_ask)
{
	struct iovec iov = {(void *)(uintptr_t)wire, len};
	const struct mmsghdr in = {.msg_hdr = {.msg_iov = &iov},
				   .msg_len = (unsigned int)len};
	struct fast_ask *asks[1];
	uint64_t turn = env->turn;
	size_t n_new, n = 0;

	memset(ret_ask, 0xee, sizeof(*ret_ask));
	n_new = fast_read(ret_ask, recall, version, &in, 1, asks);
	fast_find(version, asks, n_new);
	st_assert(ret_ask->state != FAST_UNKNOWN);
	if (ret_ask->state == FAST_KNOWN)
		n = fast_write(env, ret_ask, out);
	st_assert(n > 0 || env->turn == turn);
	if (n_new == 1 && ret_ask->state == FAST_KNOWN)
		recall_keep(recall, version, &ret_ask->ask, &ret_ask->key,
			    &ret_ask->find);
	return n;
}

/* Of its own size with the padding, which holds `filler`: a step further is
 * seen by a sanitizer. Nothing may be written beyond the pad of `out`. */
static size_t ask_padded(struct answer_env *env, const struct fast_lab *lab,
			 const uint8_t *wire, size_t len, uint8_t filler,
			 uint8_t *out, struct fast_ask *ret_ask)
{
	scope_free uint8_t *padded = mem_alloc(len + FAST_PAD);

	memcpy(padded, wire, len);
	memset(padded + len, filler, FAST_PAD);
	memset(out, GUARD, answer_room(env) + FAST_PAD);
	return ask_fast(env, lab->recall, zone_slot_peek_rcu(lab->slot), padded,
			len, out, ret_ask);
}

static void compare(struct answer_env *env, const struct zone_version *version,
		    const uint8_t *wire, size_t len, const uint8_t *out,
		    size_t out_len, const struct fast_ask *ask)
{
	scope_free uint8_t *want = mem_alloc(answer_room(env));
	struct query query;
	enum query_kind kind = query_parse(&query, wire, len);

	st_assert(kind == QUERY_ASK);
	struct answer answer = answer_write(env, version, &query, kind, want);
	st_assert(answer.len == out_len && memcmp(want, out, out_len) == 0);
	st_assert(answer.rcode == fast_rcode(ask));
	st_assert(answer.zone == ask->find.zone);
	st_assert(answer.has_data == (ask->find.set != NULL));
	st_assert(!answer.is_truncated && answer.cookie == ANSWER_NO_COOKIE);
}

struct fast_lab fast_lab(const struct zone_slot *slot)
{
	return (struct fast_lab){.slot = slot, .recall = recall_new()};
}

void fast_lab_fini(struct fast_lab *lab)
{
	recall_free(lab->recall);
}

bool fast_lab_compare(struct answer_env *env, const struct fast_lab *lab,
		      const uint8_t *wire, size_t len)
{
	const struct zone_version *version = zone_slot_peek_rcu(lab->slot);
	struct answer_env first = *env, second = *env;
	scope_free uint8_t *out = mem_alloc(answer_room(env) + FAST_PAD);
	scope_free uint8_t *again = mem_alloc(answer_room(env) + FAST_PAD);
	struct fast_ask ask, other;
	size_t n = ask_padded(&first, lab, wire, len, 0, out, &ask);

	st_assert(ask_padded(&second, lab, wire, len, 'x', again, &other) == n);
	if (n == 0)
		return false;
	st_assert(memcmp(out, again, n) == 0);
	compare(env, version, wire, len, out, n, &other);
	st_assert(first.turn == env->turn && second.turn == env->turn);
	return true;
}
