/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/fast.h"

#include <endian.h>
#include <string.h>

#include "dnsd/node.h"
#include "dnsd/octets.h"
#include "dnsd/pod_name.h"
#include "dnsd/rotation.h"
#include "dnsd/stats.h"
#include "dnsd/wire.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	LABELS_MAX = NAME_MAX_LEN / 2 + 1,
	QUESTION_FIXED = 4, /* type and class */
	RECORD_HEAD = 2 + WIRE_RR_FIXED,
};

/* An OPT of version 0 without options, and nothing behind it. */
static inline bool read_opt(struct fast_ask *ask, const uint8_t *opt)
{
	/* Owner, type, size, extended RCODE, version, and DO. */
	const uint64_t fixed = UINT64_C(0xffffff000000ff00);
	uint16_t options_len;
	uint64_t head;

	memcpy(&head, opt, sizeof(head));
	memcpy(&options_len, opt + 9, sizeof(options_len));
	head = be64toh(head);
	ask->has_edns = true;
	ask->edns_size = (uint16_t)(head >> 24);
	ask->wants_dnssec = (head & 0x80) != 0;
	return (head & fixed) == (uint64_t)RR_OPT << 40 && options_len == 0;
}

/* A query with one question, and an OPT or nothing behind it, if its name is
 * as long as the packet says. */
static inline bool read_frame(struct fast_ask *ask, const uint8_t *wire,
			      size_t len)
{
	const uint64_t one_question = UINT64_C(1) << 48;
	size_t end, name_len;
	uint64_t counts;

	if (st_unlikely(len < WIRE_HEADER ||
			(wire[2] & (WIRE_QR | WIRE_OPCODE)) != 0))
		return false;
	memcpy(&counts, wire + 4, sizeof(counts));
	counts = be64toh(counts) - one_question;
	if (st_unlikely(counts > 1))
		return false;
	end = counts == 1 ? len - WIRE_OPT : len;
	name_len = end - WIRE_HEADER - QUESTION_FIXED;
	if (st_unlikely(name_len - 1 >= NAME_MAX_LEN))
		return false;
	ask->wire = wire;
	ask->question_end = (uint16_t)end;
	ask->ask.len = (uint16_t)name_len;
	memcpy(&ask->ask.fixed, wire + end - QUESTION_FIXED,
	       sizeof(ask->ask.fixed));
	ask->has_edns = false;
	ask->edns_size = 0;
	return counts == 0 || read_opt(ask, wire + end);
}

/* Lower case for a name, as lengths of labels are below 'A'. */
static inline st_always_inline octets16 fold_at(struct fast_ask *ask, size_t at)
{
	return octets_folded(octets_load(ask->wire + WIRE_HEADER + at));
}

/* A multiplication carries upwards only, and the turn brings that down. */
static inline st_always_inline uint64_t hash_at(const struct fast_ask *ask,
						size_t at, uint64_t hash)
{
	uint64_t word[2];

	memcpy(&word[0], ask->name + at, sizeof(word[0]));
	memcpy(&word[1], ask->name + at + sizeof(word[0]), sizeof(word[1]));
	hash = (hash << 27 | hash >> 37) ^ word[0];
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ word[1] * UINT64_C(0xd1b54a32d192ed03);
}

/* The name, which fills n sixteens, folded and with zeros behind it. Where n is
 * known beforehand, this is code without a loop: the first steps stand apart
 * for that. Likewise below. */
static inline st_always_inline void fold_name(struct fast_ask *ask, size_t n)
{
	size_t last = (n - 1) * LANES;

	if (n > 1)
		octets_store(ask->name, fold_at(ask, 0));
	if (n > 2)
		octets_store(ask->name + LANES, fold_at(ask, LANES));
	if (n > 3)
		octets_store(ask->name + 2 * LANES, fold_at(ask, 2 * LANES));
	for (size_t at = 3 * LANES; at < last; at += LANES)
		octets_store(ask->name + at, fold_at(ask, at));
	octets_store(ask->name + last,
		     fold_at(ask, last) & ~octets_beyond(ask->ask.len - last));
}

static inline st_always_inline uint64_t hash_name(const struct fast_ask *ask,
						  size_t n, uint64_t seed)
{
	uint64_t hash = hash_at(ask, 0, seed ^ ask->ask.fixed);

	if (n > 1)
		hash = hash_at(ask, LANES, hash);
	if (n > 2)
		hash = hash_at(ask, 2 * LANES, hash);
	if (n > 3)
		hash = hash_at(ask, 3 * LANES, hash);
	for (size_t i = 4; i < n; i++)
		hash = hash_at(ask, i * LANES, hash);
	return hash ^ hash >> 32;
}

/* Folds the name, and says whether its answer is recalled. */
static inline st_always_inline bool
recall_name(struct fast_ask *ask, size_t n, const struct recall *recall,
	    const struct zone_version *version)
{
	fold_name(ask, n);
	ask->ask.name = ask->name;
	ask->ask.hash = hash_name(ask, n, recall->seed);
	return recall_find(recall, version, &ask->ask, n, &ask->find);
}

static inline bool is_recalled(struct fast_ask *ask,
			       const struct recall *recall,
			       const struct zone_version *version)
{
	size_t n = ((size_t)ask->ask.len + LANES - 1) / LANES;

	switch (n) {
	case 2:
		return recall_name(ask, 2, recall, version);
	case 3:
		return recall_name(ask, 3, recall, version);
	case 4:
		return recall_name(ask, 4, recall, version);
	default:
		return recall_name(ask, n, recall, version);
	}
}

/* Where the labels of a name begin. */
struct labels {
	size_t n;
	uint8_t at[LABELS_MAX];
};

/* DNS-116, DNS-117: uncompressed, and as long as it has to be. */
static inline bool find_labels(struct labels *labels, const uint8_t *name,
			       size_t want)
{
	size_t at = 0, n = 0;
	uint8_t len;

	while ((len = name[at]) != 0) {
		labels->at[n++] = (uint8_t)at;
		at += 1u + len;
		if (st_unlikely(len > NAME_MAX_LABEL || at >= want))
			return false;
	}
	labels->n = n;
	return at + 1 == want;
}

/* Whether an octet but the last can be one that a key escapes. */
static inline bool has_low(const uint8_t *name, size_t len)
{
	octets16 low = {0}, v;
	size_t at = 0;

	/* The last sixteen are taken apart, as its end is not to count. */
	for (; at + LANES < len; at += LANES)
		low |= (octets16)(octets_load(name + at) < 2);
	v = octets_load(name + at) | octets_beyond(len - at - 1);
	low |= (octets16)(v < 2);
	return !octets_are_zero(low);
}

/* The same for sure, label by label: a length may have looked like that. */
static bool needs_escape(const struct labels *labels, const uint8_t *name)
{
	for (size_t i = 0; i < labels->n; i++) {
		const uint8_t *label = name + labels->at[i];

		for (size_t j = 1; j <= *label; j++)
			if (label[j] < 2)
				return true;
	}
	return false;
}

/* Labels from the root on, so that what a copy of sixteen spoils behind one
 * is written later. */
static inline void turn_round(struct key *key, const struct labels *labels,
			      const uint8_t *name, size_t name_len)
{
	uint8_t *out = key->sym;

	for (size_t i = labels->n; i-- > 0;) {
		const uint8_t *label = name + labels->at[i];
		size_t len = *label++;

		octets_store(out, octets_load(label));
		if (st_unlikely(len > LANES))
			memcpy(out + LANES, label + LANES, len - LANES);
		out[len] = KEY_END;
		out += len + 1;
	}
	*out = KEY_END;
	key->len = (uint16_t)name_len;
}

/* Types that are nothing but data: no meta types, and none that adds to the
 * answer or is kept apart from the node (NS, SOA). */
static inline bool is_plain_type(uint16_t type)
{
	const uint64_t plain = UINT64_C(1) << RR_A | UINT64_C(1) << RR_PTR |
			       UINT64_C(1) << 15 /* MX */ |
			       UINT64_C(1) << RR_TXT | UINT64_C(1) << RR_AAAA |
			       UINT64_C(1) << RR_SRV;

	return (type < 64 && (plain >> type & 1) != 0) ||
	       type == 65 /* HTTPS */;
}

/* Seldom needed: away from what is always needed. */
static st_noinline bool read_question(struct fast_ask *ask)
{
	struct labels labels;

	if (st_unlikely(!is_plain_type(fast_type(ask)) ||
			wire_get16(ask->wire + ask->question_end - 2) !=
				CLASS_IN))
		return false;
	if (!find_labels(&labels, ask->name, ask->ask.len))
		return false;
	if (st_unlikely(has_low(ask->name, ask->ask.len)) &&
	    needs_escape(&labels, ask->name))
		return false;
	turn_round(&ask->key, &labels, ask->name, ask->ask.len);
	return true;
}

/* The name of what is recalled was checked when it was looked up. */
static inline enum fast_state read_one(struct fast_ask *ask,
				       const struct recall *recall,
				       const struct zone_version *version,
				       const struct mmsghdr *in)
{
	if (!read_frame(ask, in->msg_hdr.msg_iov->iov_base, in->msg_len))
		return FAST_OTHER;
	if (st_likely(is_recalled(ask, recall, version)))
		return FAST_KNOWN;
	return read_question(ask) ? FAST_UNKNOWN : FAST_OTHER;
}

size_t fast_read(struct fast_ask *ret_asks, const struct recall *recall,
		 const struct zone_version *version, const struct mmsghdr *in,
		 size_t n, struct fast_ask **ret_unknown)
{
	size_t n_unknown = 0;

	for (size_t i = 0; i < n; i++) {
		ret_asks[i].state =
			read_one(&ret_asks[i], recall, version, &in[i]);
		if (st_unlikely(ret_asks[i].state == FAST_UNKNOWN))
			ret_unknown[n_unknown++] = &ret_asks[i];
	}
	return n_unknown;
}

/* Whether the name is denied, and for how long (DNS-062, DNS-072). Before the
 * first sync it is not, nor if it has a CNAME or spells a pod's address. */
static bool is_denied(const struct zone_version *version,
		      const struct zone_hit *hit, struct fast_ask *ask)
{
	struct recall_find *find = &ask->find;
	struct pod_name pod;

	find->ttl_s = find->zone->negative_ttl_s;
	if (!zone_is_ready(version))
		return false;
	if (hit->found == ZONE_FOUND)
		return zone_node_rrset(hit->node, RR_CNAME) == NULL;
	if (hit->found == ZONE_EMPTY)
		return true;
	find->is_missing = true;
	find->ttl_s = zone_denial_ttl_s(version, find->zone, ask->name);
	return !pod_name_spelled(&pod, find->zone, ask->name);
}

/* Whether what was found makes a plain answer. Additional records are
 * another's trade. */
static bool settle(const struct zone_version *version,
		   const struct zone_hit *hit, struct fast_ask *ask)
{
	ask->find = (struct recall_find){.zone = hit->zone};
	if (st_unlikely(hit->found == ZONE_OUTSIDE))
		return false;
	if (st_likely(hit->found == ZONE_FOUND))
		ask->find.set = zone_node_rrset(hit->node, fast_type(ask));
	if (ask->find.set != NULL ? ask->find.set->type == RR_SRV
				  : !is_denied(version, hit, ask))
		return false;
	ask->find.cell = stats_cell(hit->zone, fast_rcode(ask), fast_type(ask));
	return true;
}

void fast_find(const struct zone_version *version, struct fast_ask **asks,
	       size_t n)
{
	const struct key *keys[FAST_BATCH];
	struct zone_hit hits[FAST_BATCH];

	st_assert(n <= FAST_BATCH);
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		keys[i] = &asks[i]->key;
	zone_find_keys(version, keys, n, hits);
	for (size_t i = 0; i < n; i++)
		asks[i]->state = settle(version, &hits[i], asks[i])
					 ? FAST_KNOWN
					 : FAST_OTHER;
}

/* Where records must end for the reply to fit, OPT included. */
static inline size_t limit_of(const struct answer_env *env,
			      const struct fast_ask *ask)
{
	size_t most = env->config->max_udp_payload, size = ask->edns_size;

	size = size > WIRE_UDP_FLOOR ? size : WIRE_UDP_FLOOR;
	size = size < most ? size : most;
	return ask->has_edns ? size - WIRE_OPT : size;
}

static inline uint8_t *put_opt(uint8_t *out, const struct answer_env *env,
			       const struct fast_ask *ask)
{
	static const uint8_t opt[WIRE_OPT] = {0, 0, RR_OPT};

	memcpy(out, opt, sizeof(opt));
	wire_put16(out + 3, env->config->max_udp_payload);
	out[7] = ask->wants_dnssec ? 0x80 : 0;
	return out + WIRE_OPT;
}

/* The records of an RRset that are turned, as rotation says. Where one begins
 * is told by its length, which is the same for all of A and AAAA; no other
 * type is turned here. */
static inline uint8_t *put_turned(uint8_t *out, struct answer_env *env,
				  const struct rrset *set)
{
	size_t begin = 0;

	if (set->count > 1)
		begin = rotation_first(env, set) * (set->type == RR_A
							    ? RECORD_HEAD + 4
							    : RECORD_HEAD + 16);
	out = octets_put(out, set->wire + begin, set->wire_len - begin);
	return begin > 0 ? octets_put(out, set->wire, begin) : out;
}

static inline uint8_t *put_soa(uint8_t *out, const struct fast_ask *ask)
{
	const struct zone_info *zone = ask->find.zone;
	size_t owner_at =
		(size_t)ask->question_end - QUESTION_FIXED - zone->apex_len;
	uint8_t *end = octets_put(out, zone->soa->wire, zone->soa->wire_len);

	wire_put16(out, (uint16_t)(WIRE_POINTER | owner_at));
	wire_put32(out + 6, ask->find.ttl_s);
	return end;
}

/* Header and question, to be followed by records. DNS-130: of the request's
 * flags RD comes back. */
static inline uint8_t *put_head(uint8_t *out, const struct fast_ask *ask)
{
	const struct rrset *set = ask->find.set;
	uint64_t counts = set ? (uint64_t)set->count << 32 : 1 << 16;

	counts = htobe64(counts | UINT64_C(1) << 48 | ask->has_edns);
	/* So much may be copied always, and is enough for most. */
	memcpy(out, ask->wire, FAST_PAD);
	for (size_t at = FAST_PAD; at < ask->question_end; at += LANES)
		octets_store(out + at, octets_load(ask->wire + at));
	out[2] = (uint8_t)(WIRE_QR | WIRE_AA | (ask->wire[2] & WIRE_RD));
	out[3] = (uint8_t)fast_rcode(ask);
	memcpy(out + 4, &counts, sizeof(counts));
	return out + ask->question_end;
}

size_t fast_write(struct answer_env *env, const struct fast_ask *ask,
		  uint8_t *out)
{
	const struct rrset *set = ask->find.set;
	const struct rrset *records = set ? set : ask->find.zone->soa;
	uint8_t *at;

	if (st_unlikely(answer_is_stale(env->config) ||
			ask->question_end + records->wire_len >
				limit_of(env, ask)))
		return 0;
	at = put_head(out, ask);
	at = set ? put_turned(at, env, set) : put_soa(at, ask);
	if (ask->has_edns)
		at = put_opt(at, env, ask);
	return (size_t)(at - out);
}
