/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/fast.h"

#include <endian.h>
#include <string.h>

#include "dnsd/node.h"
#include "dnsd/pod_name.h"
#include "dnsd/rotation.h"
#include "dnsd/wire.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	LABELS_MAX = NAME_MAX_LEN / 2 + 1,
	QUESTION_FIXED = 4, /* type and class */
	RECORD_HEAD = 2 + WIRE_RR_FIXED,
	LANES = 16,
};

/* Sixteen octets at once, whatever the machine has for that. */
typedef uint8_t octets __attribute__((vector_size(LANES)));

static inline octets load(const uint8_t *at)
{
	octets v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline void store(uint8_t *at, octets v)
{
	memcpy(at, &v, sizeof(v));
}

/* RFC 4343. */
static inline octets folded(octets v)
{
	octets is_upper = (octets)((octets)(v - 'A') < 26);

	return v | (is_upper & 0x20);
}

/* A load from `beyond + LANES - n` has ones behind the first n octets. */
static const uint8_t beyond[2 * LANES] = {
	[LANES] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff,		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

static inline bool is_zero(octets v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(half));
	return (half[0] | half[1]) == 0;
}

/* Where the labels of a name begin. */
struct labels {
	size_t n, len; /* of the name */
	uint8_t at[LABELS_MAX];
};

/* DNS-116, DNS-117: whole and uncompressed within `room` octets. */
static inline bool find_labels(struct labels *labels, const uint8_t *name,
			       size_t room)
{
	size_t at = 0, n = 0;
	uint8_t len;

	if (room > NAME_MAX_LEN)
		room = NAME_MAX_LEN;
	while ((len = name[at]) != 0) {
		labels->at[n++] = (uint8_t)at;
		at += 1u + len;
		if (st_unlikely(len > NAME_MAX_LABEL || at >= room))
			return false;
	}
	labels->n = n;
	labels->len = at + 1;
	return true;
}

/* Into `out`, folded; whether no octet but the last can be one that a key
 * escapes. Lengths of labels are below 'A', so whole words can be folded. */
static inline bool fold_name(uint8_t *out, const uint8_t *name, size_t len)
{
	octets low = {0}, v;
	size_t at = 0;

	/* The last sixteen are taken apart, as its end is not to count. */
	for (; at + LANES < len; at += LANES) {
		v = load(name + at);
		low |= (octets)(v < 2);
		store(out + at, folded(v));
	}
	v = load(name + at);
	store(out + at, folded(v));
	v |= load(beyond + LANES - (len - at - 1));
	low |= (octets)(v < 2);
	return is_zero(low);
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
			      const uint8_t *name)
{
	uint8_t *out = key->sym;

	for (size_t i = labels->n; i-- > 0;) {
		const uint8_t *label = name + labels->at[i];
		size_t len = *label++;

		store(out, load(label));
		if (st_unlikely(len > LANES))
			memcpy(out + LANES, label + LANES, len - LANES);
		out[len] = KEY_END;
		out += len + 1;
	}
	*out = KEY_END;
	key->len = (uint16_t)labels->len;
}

/* Name and key of the name at `name`. Returns its length, or 0 for one that is
 * not plain. */
static inline size_t read_name(struct fast_ask *ask, const uint8_t *name,
			       size_t room)
{
	struct labels labels;

	if (!find_labels(&labels, name, room))
		return 0;
	if (st_unlikely(!fold_name(ask->name, name, labels.len)) &&
	    needs_escape(&labels, name))
		return 0;
	turn_round(&ask->key, &labels, ask->name);
	return labels.len;
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

/* An OPT of version 0 without options, and nothing behind it. */
static inline bool read_opt(struct fast_ask *ask, const uint8_t *opt)
{
	ask->has_edns = true;
	ask->edns_size = wire_get16(opt + 3);
	ask->wants_dnssec = (opt[7] & 0x80) != 0;
	return opt[0] == 0 && wire_get16(opt + 1) == RR_OPT && opt[6] == 0 &&
	       wire_get16(opt + 9) == 0;
}

bool fast_read(struct fast_ask *ret_ask, const uint8_t *wire, size_t len)
{
	const uint64_t one_question = UINT64_C(1) << 48;
	const uint8_t *fixed;
	uint64_t counts;
	size_t end, name_len;

	/* Too short to hold the root and its type. */
	if (st_unlikely(len < WIRE_HEADER + 1 + QUESTION_FIXED ||
			(wire[2] & (WIRE_QR | WIRE_OPCODE)) != 0))
		return false;
	memcpy(&counts, wire + 4, sizeof(counts));
	counts = be64toh(counts) - one_question;
	if (st_unlikely(counts > 1))
		return false;
	name_len = read_name(ret_ask, wire + WIRE_HEADER, len - WIRE_HEADER);
	if (st_unlikely(name_len == 0))
		return false;
	end = WIRE_HEADER + name_len + QUESTION_FIXED;
	if (st_unlikely(len != end + (counts == 1 ? WIRE_OPT : 0)))
		return false;
	fixed = wire + WIRE_HEADER + name_len;
	ret_ask->wire = wire;
	ret_ask->question_end = (uint16_t)end;
	ret_ask->qtype = wire_get16(fixed);
	ret_ask->has_edns = false;
	if (st_unlikely(!is_plain_type(ret_ask->qtype) ||
			wire_get16(fixed + 2) != CLASS_IN))
		return false;
	return counts == 0 || read_opt(ret_ask, wire + end);
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
		asks[i]->hit = hits[i];
}

/* Where records must end for the reply to fit, OPT included. */
static inline size_t limit_of(const struct answer_env *env,
			      const struct fast_ask *ask)
{
	if (!ask->has_edns || ask->edns_size <= WIRE_UDP_FLOOR)
		return WIRE_UDP_FLOOR - (ask->has_edns ? WIRE_OPT : 0);
	return (ask->edns_size < env->config->max_udp_payload
			? ask->edns_size
			: env->config->max_udp_payload) -
	       WIRE_OPT;
}

/* By sixteens, the last of which may overlap the one before, so that nothing
 * beyond `data` is read. */
static inline uint8_t *put(uint8_t *out, const uint8_t *data, size_t len)
{
	size_t at = 0;

	if (st_unlikely(len < LANES)) {
		memcpy(out, data, len);
		return out + len;
	}
	for (; len - at > LANES; at += LANES)
		store(out + at, load(data + at));
	store(out + len - LANES, load(data + len - LANES));
	return out + len;
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
	out = put(out, set->wire + begin, set->wire_len - begin);
	return begin > 0 ? put(out, set->wire, begin) : out;
}

static inline uint8_t *put_soa(uint8_t *out, const struct fast_ask *ask,
			       uint32_t ttl_s)
{
	const struct zone_info *zone = ask->hit.zone;
	size_t owner_at =
		(size_t)ask->question_end - QUESTION_FIXED - zone->apex_len;
	uint8_t *end = put(out, zone->soa->wire, zone->soa->wire_len);

	wire_put16(out, (uint16_t)(WIRE_POINTER | owner_at));
	wire_put32(out + 6, ttl_s);
	return end;
}

/* Header and question, to be followed by records. DNS-130: of the request's
 * flags RD comes back. */
static inline uint8_t *put_head(uint8_t *out, const struct fast_ask *ask,
				uint16_t rcode, uint16_t n_answer,
				uint16_t n_authority)
{
	size_t at = 0;
	uint64_t counts = htobe64(UINT64_C(1) << 48 | (uint64_t)n_answer << 32 |
				  (uint64_t)n_authority << 16 | ask->has_edns);

	for (; at < ask->question_end; at += LANES)
		store(out + at, load(ask->wire + at));
	out[2] = (uint8_t)(WIRE_QR | WIRE_AA | (ask->wire[2] & WIRE_RD));
	out[3] = (uint8_t)rcode;
	memcpy(out + 4, &counts, sizeof(counts));
	return out + ask->question_end;
}

/* Whether the name is denied, and for how long (DNS-062, DNS-072). Before the
 * first sync it is not, nor if it has a CNAME or spells a pod's address. */
static bool is_denied(const struct zone_version *version,
		      const struct fast_ask *ask, uint32_t *ret_ttl_s)
{
	const struct zone_info *zone = ask->hit.zone;
	struct pod_name pod;

	*ret_ttl_s = zone->negative_ttl_s;
	if (!zone_is_ready(version))
		return false;
	if (ask->hit.found == ZONE_FOUND)
		return zone_node_rrset(ask->hit.node, RR_CNAME) == NULL;
	if (ask->hit.found == ZONE_EMPTY)
		return true;
	*ret_ttl_s = zone_denial_ttl_s(version, zone, ask->name);
	return !pod_name_find(&pod, version, zone, ask->name);
}

static bool write_denial(const struct answer_env *env,
			 const struct zone_version *version,
			 const struct fast_ask *ask, uint8_t *out,
			 struct answer *ret_answer)
{
	uint16_t rcode =
		ask->hit.found == ZONE_MISSING ? RCODE_NXDOMAIN : RCODE_NOERROR;
	uint32_t ttl_s;
	uint8_t *at;

	if (!is_denied(version, ask, &ttl_s) ||
	    ask->question_end + ask->hit.zone->soa->wire_len >
		    limit_of(env, ask))
		return false;
	at = put_soa(put_head(out, ask, rcode, 0, 1), ask, ttl_s);
	if (ask->has_edns)
		at = put_opt(at, env, ask);
	*ret_answer = (struct answer){.len = (size_t)(at - out),
				      .rcode = rcode,
				      .zone = ask->hit.zone};
	return true;
}

bool fast_write(struct answer_env *env, const struct zone_version *version,
		const struct fast_ask *ask, uint8_t *out,
		struct answer *ret_answer)
{
	const struct rrset *set = NULL;
	uint8_t *at;

	if (st_unlikely(ask->hit.found == ZONE_OUTSIDE ||
			answer_is_stale(env->config)))
		return false;
	if (st_likely(ask->hit.found == ZONE_FOUND))
		set = zone_node_rrset(ask->hit.node, ask->qtype);
	if (set == NULL)
		return write_denial(env, version, ask, out, ret_answer);
	/* Additional records and truncation are another's trade. */
	if (st_unlikely(set->type == RR_SRV ||
			ask->question_end + set->wire_len > limit_of(env, ask)))
		return false;
	at = put_head(out, ask, RCODE_NOERROR, set->count, 0);
	at = put_turned(at, env, set);
	if (ask->has_edns)
		at = put_opt(at, env, ask);
	*ret_answer = (struct answer){.len = (size_t)(at - out),
				      .has_data = true,
				      .zone = ask->hit.zone};
	return true;
}
