/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/answer.h"

#include <string.h>

#include "dnsd/acl.h"
#include "dnsd/additional.h"
#include "dnsd/chase.h"
#include "dnsd/outside.h"
#include "dnsd/pod_name.h"
#include "dnsd/reply.h"
#include "dnsd/rotation.h"
#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "dnsd/xfr.h"
#include "dnsd/xfr_policy.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/zone_edit.h"

/* Where the target begins in RDATA. */
enum { SRV_TARGET_AT = 6, NS_TARGET_AT = 0 };

enum {
	OPT_ROOM = WIRE_OPT + EDNS_ROOM_MAX,
	/* A signed reply without records. */
	SIGNED_MAX = WIRE_HEADER + NAME_MAX_LEN + 4 + OPT_ROOM + TSIG_ROOM_MAX,
};

size_t answer_room(const struct answer_env *env)
{
	size_t payload = env->config->max_udp_payload;

	if (env->is_stream)
		return WIRE_MESSAGE;
	return payload > SIGNED_MAX ? payload : SIGNED_MAX;
}

/* DNS-140, 144, 172. */
static size_t size_limit(const struct answer_env *env,
			 const struct query *query)
{
	if (env->is_stream)
		return WIRE_MESSAGE;
	if (!query->has_edns || query->edns_size <= WIRE_UDP_FLOOR)
		return WIRE_UDP_FLOOR;
	return query->edns_size < env->config->max_udp_payload
		       ? query->edns_size
		       : env->config->max_udp_payload;
}

static void explain(struct reply *reply, int16_t ede, const char *text)
{
	reply->told->ede = ede;
	reply->told->ede_text = text;
}

static void fail(struct reply *reply, uint16_t rcode, int16_t ede,
		 const char *text)
{
	reply->rcode = rcode;
	reply->flags = 0;
	explain(reply, ede, text);
}

/* A name asked for or led to, lower case, and where it stands in the
 * message. */
struct spot {
	const uint8_t *name;
	size_t len, at;
};

/* NXDOMAIN or NODATA: the SOA of the zone in which we looked, whose apex is
 * the tail of the name (DNS-062). Before the first sync absence means nothing
 * (DNS-080, DNS-081). */
static void deny(struct reply *reply, const struct zone_version *version,
		 const struct zone_hit *hit, const struct spot *spot)
{
	const struct zone_info *zone = hit->zone;
	uint32_t ttl_s = zone->negative_ttl_s;

	if (!zone_is_ready(version)) {
		fail(reply, RCODE_SERVFAIL, EDE_NOT_READY,
		     "no sync with the API server yet");
		return;
	}
	if (hit->found == ZONE_MISSING) {
		reply->rcode = RCODE_NXDOMAIN;
		ttl_s = zone_denial_ttl_s(version, zone, spot->name);
	}
	reply_put_soa(reply, zone->soa, spot->at + spot->len - zone->apex_len,
		      ttl_s);
}

/* DNS-057, DNS-058: an address that the name spells. */
static void put_pod(struct reply *reply, const struct zone_version *version,
		    uint16_t qtype, const struct zone_info *zone,
		    const struct pod_name *pod, const struct spot *spot)
{
	uint16_t type = pod->addr_len == 4 ? RR_A : RR_AAAA;
	struct zone_hit hit = {.found = ZONE_EMPTY, .zone = zone};

	if (qtype == type || qtype == RR_ANY)
		reply_put_address(reply, spot->at, zone->pods_ttl_s, pod->addr,
				  pod->addr_len);
	else
		deny(reply, version, &hit, spot);
}

/* No record of that type, and no CNAME either. */
static void put_nothing(struct reply *reply, const struct zone_version *version,
			uint16_t qtype, const struct zone_hit *hit,
			const struct spot *spot)
{
	struct pod_name pod;

	if (hit->found == ZONE_MISSING &&
	    pod_name_find(&pod, version, hit->zone, spot->name))
		put_pod(reply, version, qtype, hit->zone, &pod, spot);
	else
		deny(reply, version, hit, spot);
}

/* DNS-190: one RRset is enough for ANY (RFC 8482 4.1). */
static const struct rrset *pick_any(const struct zone_hit *hit)
{
	if (hit->is_apex)
		return hit->zone->soa;
	return hit->found == ZONE_FOUND ? zone_node_rrset_at(hit->node, 0)
					: NULL;
}

static inline const struct rrset *pick(const struct zone_hit *hit,
				       uint16_t qtype)
{
	if (st_unlikely(hit->is_apex)) {
		if (qtype == RR_SOA)
			return hit->zone->soa;
		if (qtype == RR_NS)
			return hit->zone->ns;
	}
	if (st_unlikely(qtype == RR_ANY))
		return pick_any(hit);
	return hit->found == ZONE_FOUND ? zone_node_rrset(hit->node, qtype)
					: NULL;
}

/* DNS-148: the SOA of a zone of ours, whose EXPIRE is for its secondaries. */
static bool is_soa_answer(const struct zone_hit *hit, const struct rrset *set)
{
	return hit->is_apex && set == hit->zone->soa;
}

static void put_more(struct answer_env *env, const struct zone_version *version,
		     struct reply *reply, const struct rrset *set, size_t from)
{
	if (st_likely(set->type == RR_A || set->type == RR_AAAA) ||
	    reply->flags & WIRE_TC)
		return;
	if (set->type == RR_SRV)
		additional_put(env, version, reply, from, SRV_TARGET_AT);
	else if (set->type == RR_NS)
		additional_put(env, version, reply, from, NS_TARGET_AT);
}

static void put_positive(struct answer_env *env,
			 const struct zone_version *version,
			 struct reply *reply, const struct rrset *set)
{
	size_t from = reply->at;

	reply_put_answer(reply, set, rotation_first(env, set));
	put_more(env, version, reply, set, from);
}

/* DNS-054: an answer without what it leads to would be an empty success. */
static void put_outside(struct answer_env *env, const struct query *query,
			struct reply *reply, const struct chase *chase)
{
	const struct outside *outside = env->outside;

	if (!outside_is_for(outside, chase->name, query->qtype)) {
		env->lacks = true;
		name_copy(&env->lacked, chase->name);
		env->lacked_type = query->qtype;
	} else if (outside->ede != EDE_NONE) {
		reply_empty(reply, query);
		fail(reply, RCODE_SERVFAIL, outside->ede, outside->text);
	} else {
		reply->rcode = outside->rcode;
		outside_put(outside, reply, chase->name_at);
	}
}

/* The question's name has a CNAME: RCODE and authority tell of the name where
 * the chain ends (DNS-052, RFC 6604). A target elsewhere is all there is to
 * say (DNS-053). */
static void follow(struct answer_env *env, const struct zone_version *version,
		   const struct query *query, struct reply *reply,
		   const struct rrset *cname)
{
	struct chase chase;
	const struct rrset *set;
	struct spot spot;
	size_t from;

	chase_cname(&chase, version, reply, cname);
	if (chase.end == CHASE_OUTSIDE && env->config->asks_outside)
		put_outside(env, query, reply, &chase);
	if (chase.end != CHASE_NAME)
		return;
	set = pick(&chase.hit, query->qtype);
	if (set == NULL) {
		spot = (struct spot){chase.name, name_len(chase.name),
				     chase.name_at};
		put_nothing(reply, version, query->qtype, &chase.hit, &spot);
		return;
	}
	from = reply->at;
	reply_put_answer_at(reply, set, chase.name_at,
			    rotation_first(env, set));
	put_more(env, version, reply, set, from);
}

/* Nothing of that type is at the name asked for. */
static void put_other(struct answer_env *env,
		      const struct zone_version *version,
		      const struct query *query, struct reply *reply,
		      const struct zone_hit *hit)
{
	const struct rrset *cname =
		hit->found == ZONE_FOUND ? zone_node_rrset(hit->node, RR_CNAME)
					 : NULL;

	const struct spot spot = {query->qname, query->qname_len, WIRE_HEADER};

	if (cname != NULL)
		follow(env, version, query, reply, cname);
	else
		put_nothing(reply, version, query->qtype, hit, &spot);
}

/* DNS-061 from the zone match on. */
static inline void look_up(struct answer_env *env,
			   const struct zone_version *version,
			   const struct query *query, struct reply *reply)
{
	struct zone_hit hit = {.found = ZONE_OUTSIDE};

	if (st_likely(version != NULL))
		zone_find(version, query->qname, query->qname_len, &hit);
	if (st_unlikely(hit.found == ZONE_OUTSIDE)) {
		fail(reply, RCODE_REFUSED, EDE_NOT_AUTHORITATIVE,
		     "name is in no zone served here");
		return;
	}
	reply->flags = WIRE_AA;
	reply->told->zone = hit.zone;
	const struct rrset *set = pick(&hit, query->qtype);
	if (st_likely(set != NULL)) {
		put_positive(env, version, reply, set);
		reply->told->has_expire = is_soa_answer(&hit, set);
	} else {
		put_other(env, version, query, reply, &hit);
	}
	if (st_unlikely(answer_is_stale(env->config)) && zone_is_ready(version))
		explain(reply,
			reply->rcode == RCODE_NXDOMAIN ? EDE_STALE_NXDOMAIN
						       : EDE_STALE,
			NULL);
}

static bool is_our_apex(const struct zone_version *version,
			const struct query *query)
{
	struct zone_hit hit;

	if (version == NULL)
		return false;
	zone_find(version, query->qname, query->qname_len, &hit);
	return hit.found != ZONE_OUTSIDE && hit.is_apex;
}

/* RFC 1995 2: the steps if they fit, else the SOA, after which the client asks
 * by TCP. The OPT is not written here. */
static bool put_message(struct xfr *xfr, struct reply *reply)
{
	size_t len;

	xfr->has_edns = false;
	len = xfr_next(xfr, reply->out, reply->end, NULL);
	if (!xfr_is_done(xfr))
		return false;
	reply->at = len;
	reply->n_answer = wire_get16(reply->out + 6);
	return true;
}

static void put_transfer(const struct zone_version *version,
			 const struct zone_info *zone,
			 const struct query *query, struct reply *reply)
{
	uint32_t serial = 0;
	struct xfr xfr;

	reply->flags = WIRE_AA;
	(void)xfr_client_serial(query, &serial);
	xfr_begin_since(&xfr, version, zone, query, serial);
	if (xfr.kind != XFR_WHOLE && put_message(&xfr, reply))
		return;
	xfr_begin_soa(&xfr, version, zone, query);
	if (!put_message(&xfr, reply))
		reply->flags |= WIRE_TC;
}

/* DNS-191, 201, 203: those that are allowed on a connection were taken by
 * dnsd/transfer.h, so that here the rest is refused; on UDP, what fits into
 * one message is given. */
static void answer_transfer(struct answer_env *env,
			    const struct zone_version *version,
			    const struct query *query, struct reply *reply)
{
	static const struct xfr_policy nobody;
	const struct xfr_policy *policy = env->config->transfers;
	struct xfr_asker asker = {.addr = env->from,
				  .key = env->key,
				  .is_stream = env->is_stream,
				  .is_tls = env->is_encrypted,
				  .is_xot = env->is_xot};
	struct xfr_refusal refusal;
	const struct zone_info *zone =
		xfr_judge(policy != NULL ? policy : &nobody, &asker, version,
			  query, &refusal);

	if (zone == NULL)
		fail(reply, refusal.rcode, refusal.ede, refusal.text);
	else if (env->is_stream)
		fail(reply, RCODE_SERVFAIL, EDE_NONE, NULL);
	else
		put_transfer(version, zone, query, reply);
}

static void answer_meta(struct answer_env *env,
			const struct zone_version *version,
			const struct query *query, struct reply *reply)
{
	switch (query->qtype) {
	case RR_AXFR:
	case RR_IXFR:
		answer_transfer(env, version, query, reply);
		return;
	case TYPE_MAILA:
	case TYPE_MAILB:
		fail(reply, RCODE_NOTIMP, EDE_NONE, NULL);
		return;
	case TYPE_NXNAME:
		fail(reply, RCODE_FORMERR, EDE_INVALID_TYPE,
		     "NXNAME cannot be asked for");
		return;
	default:
		fail(reply, RCODE_FORMERR, EDE_NONE, NULL);
	}
}

/* DNS-194: AA stays 0. */
static void answer_chaos(const struct answer_config *config,
			 const struct query *query, struct reply *reply)
{
	for (size_t i = 0; i < config->n_chaos; i++) {
		const struct answer_chaos *chaos = &config->chaos[i];

		if (query->qtype == RR_TXT &&
		    query->qname_len == chaos->name.len &&
		    memcmp(query->qname, chaos->name.wire, chaos->name.len) ==
			    0) {
			reply_put_record(reply, RR_TXT, CLASS_CH, chaos->rdata,
					 chaos->rdata_len);
			return;
		}
	}
	fail(reply, RCODE_REFUSED, EDE_NONE, NULL);
}

/* Types that ask for something else than data (DNS-192, RFC 6895). Any
 * other, known or not, is asked for like an A (DNS-068). */
static bool is_meta(uint16_t qtype)
{
	switch (qtype) {
	case 0:
	case RR_OPT:
	case TYPE_NXNAME:
	case TYPE_TKEY:
	case TYPE_TSIG:
	case RR_IXFR:
	case RR_AXFR:
	case TYPE_MAILB:
	case TYPE_MAILA:
		return true;
	default:
		return false;
	}
}

static void answer_ask(struct answer_env *env,
		       const struct zone_version *version,
		       const struct query *query, struct reply *reply)
{
	if (st_unlikely(query->qclass != CLASS_IN)) {
		if (query->qclass == CLASS_CH)
			answer_chaos(env->config, query, reply);
		else
			fail(reply, RCODE_REFUSED, EDE_NOT_SUPPORTED,
			     "only class IN is served");
	} else if (st_unlikely(is_meta(query->qtype))) {
		answer_meta(env, version, query, reply);
	} else {
		look_up(env, version, query, reply);
	}
}

/* We are the primary of our zones and secondary of none (DNS-196). */
static void answer_notify(const struct zone_version *version,
			  const struct query *query, struct reply *reply)
{
	bool is_ours = query->qclass == CLASS_IN && is_our_apex(version, query);

	fail(reply, is_ours ? RCODE_REFUSED : RCODE_NOTAUTH, EDE_NONE, NULL);
}

/* A cookie that is good frees the client from limits; any is answered with one
 * of ours (DNS-161, 164). */
static enum answer_cookie eat_cookie(const struct answer_env *env,
				     const struct query *query,
				     struct edns_told *told)
{
	const struct edns_asked *asked = &query->asked;

	if (!query->has_edns || !(asked->wants & EDNS_COOKIE) ||
	    env->cookies == NULL || env->from == NULL)
		return ANSWER_NO_COOKIE;
	told->has_cookie = true;
	cookie_make(env->cookies, asked->cookie, env->from,
		    (uint32_t)env->now_s, told->cookie);
	return cookie_is_good(env->cookies, asked->cookie, asked->cookie_len,
			      env->from, (uint32_t)env->now_s)
		       ? ANSWER_GOOD_COOKIE
		       : ANSWER_NEW_COOKIE;
}

static struct edns_told tell(const struct answer_env *env)
{
	const struct answer_config *config = env->config;

	return (struct edns_told){
		.payload = config->max_udp_payload,
		.keepalive_ds = env->is_stream ? env->keepalive_ds : 0,
		.is_encrypted = env->is_encrypted,
		.nsid = config->nsid,
		.nsid_len = config->nsid_len,
		.ede = EDE_NONE,
	};
}

/* DNS-189. */
static bool may_ask(const struct answer_env *env)
{
	const struct answer_config *config = env->config;

	for (size_t i = 0; i < config->n_allow; i++) {
		if (acl_holds(&config->allow[i], env->from))
			return true;
	}
	return config->n_allow == 0 || env->from == NULL;
}

static void answer_kind(struct answer_env *env,
			const struct zone_version *version,
			const struct query *query, enum query_kind kind,
			struct reply *reply)
{
	if (st_unlikely(kind == QUERY_BAD))
		fail(reply, RCODE_FORMERR, EDE_NONE, NULL);
	else if (st_unlikely(kind == QUERY_UNKNOWN))
		fail(reply, RCODE_NOTIMP, EDE_NONE, NULL);
	else if (st_unlikely(!may_ask(env)))
		fail(reply, RCODE_REFUSED, EDE_PROHIBITED,
		     "this address may not ask here");
	else if (st_unlikely(query->has_edns && query->edns_version > 0))
		fail(reply, RCODE_BADVERS, EDE_NONE, NULL);
	else if (st_unlikely(kind == QUERY_NOTIFY))
		answer_notify(version, query, reply);
	else if (st_likely(kind == QUERY_ASK))
		answer_ask(env, version, query, reply);
}

static struct answer finish(struct reply *reply, const struct query *query,
			    enum answer_cookie cookie)
{
	struct answer answer = {
		.rcode = reply->rcode,
		.is_truncated = reply->flags & WIRE_TC,
		.has_data = reply->n_answer > 0,
		.is_denied = reply->told->ede == EDE_PROHIBITED,
		.cookie = cookie,
		.zone = reply->told->zone,
	};

	answer.len = reply_finish(reply, query);
	return answer;
}

struct answer answer_turn_away(struct answer_env *env,
			       const struct query *query, uint16_t rcode,
			       uint8_t *out)
{
	struct edns_told told = tell(env);
	enum answer_cookie cookie = eat_cookie(env, query, &told);
	struct reply reply;

	reply_begin(&reply, query, out, size_limit(env, query), &told);
	reply.rcode = rcode;
	reply.flags = rcode == RCODE_NOERROR ? WIRE_TC : 0;
	return finish(&reply, query, cookie);
}

/* DNS-197, 205: room for the signature is set aside first. A request that is
 * signed with long names is itself longer than the least reply to it. */
static struct answer write_signed(struct answer_env *env,
				  const struct zone_version *version,
				  const struct query *query,
				  enum query_kind kind, uint8_t *out)
{
	size_t limit = size_limit(env, query), room = 0, least;
	struct edns_told told = tell(env);
	enum answer_cookie cookie = eat_cookie(env, query, &told);
	struct tsig_state tsig;
	struct answer answer;
	struct reply reply;
	uint16_t rcode;

	rcode = tsig_check(&tsig, answer_keys(env->config), query->wire,
			   query->wire_len, query->tsig_at, env->now_s);
	if (rcode != RCODE_FORMERR)
		room = tsig_room(&tsig);
	least = WIRE_HEADER + (size_t)query->question_len + OPT_ROOM + room;
	if (limit < least)
		limit = least;
	env->key = rcode == RCODE_NOERROR ? tsig.key : NULL;
	reply_begin(&reply, query, out, limit - room, &told);
	if (rcode != RCODE_NOERROR)
		fail(&reply, rcode, EDE_NONE, NULL);
	else
		answer_kind(env, version, query, kind, &reply);
	answer = finish(&reply, query, cookie);
	if (room > 0)
		answer.len = tsig_sign(&tsig, out, answer.len, env->now_s);
	env->key = NULL;
	return answer;
}

struct answer answer_write(struct answer_env *env,
			   const struct zone_version *version,
			   const struct query *query, enum query_kind kind,
			   uint8_t *out)
{
	struct edns_told told = tell(env);
	enum answer_cookie cookie;
	struct reply reply;

	if (st_unlikely(query->tsig_at != 0 && kind != QUERY_BAD))
		return write_signed(env, version, query, kind, out);
	cookie = eat_cookie(env, query, &told);
	reply_begin(&reply, query, out, size_limit(env, query), &told);
	answer_kind(env, version, query, kind, &reply);
	return finish(&reply, query, cookie);
}

struct answer answer_without(struct answer_env *env,
			     const struct zone_version *version,
			     const struct query *query, enum query_kind kind,
			     uint8_t *out)
{
	struct outside outside;
	struct answer answer;

	outside_fail(&outside, &env->lacked, env->lacked_type, EDE_NETWORK,
		     "too many lookups are under way");
	env->lacks = false;
	env->outside = &outside;
	answer = answer_write(env, version, query, kind, out);
	env->outside = NULL;
	return answer;
}
