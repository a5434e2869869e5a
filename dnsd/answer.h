/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * answer - a query and one version of the zones to the octets of the reply.
 * Pure: no clock, no lock, no allocation; it cannot fail, as every reply has
 * an RCODE.
 *
 * Threads: any that is online with RCU while the version is in use; an
 * answer_env belongs to one thread. Memory: no heap.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/query.h"
#include "statefuld/name.h"

struct cookie_jar;
struct cookie_secrets;
struct dnsd_range;
struct limit;
struct outside;
struct sockaddr_storage;
struct tsig_key;
struct tsig_keys;
struct upstream;
struct xfr_policy;
struct zone_info;
struct zone_version;

/* One CHAOS TXT name (DNS-194): RDATA is a single string. */
struct answer_chaos {
	struct name name;
	uint16_t rdata_len;
	uint8_t rdata[256];
};
enum { ANSWER_CHAOS_MAX = 4 };

struct answer_config {
	uint16_t max_udp_payload; /* WIRE_UDP_FLOOR or more (DNS-143) */
	bool is_fixed_order;	  /* no rotation (DNS-174) */
	uint8_t nsid_len;	  /* 0: not told (DNS-147) */
	uint8_t nsid[EDNS_NSID_MAX];
	uint8_t n_chaos;
	struct answer_chaos chaos[ANSWER_CHAOS_MAX];
	/* NULL: none. May be replaced meanwhile: see answer_keys. */
	const struct tsig_keys *keys;
	const struct xfr_policy *transfers; /* NULL: to nobody */
	const struct dnsd_range *allow;	    /* who may ask; none: everybody */
	size_t n_allow;
	bool asks_outside; /* where a CNAME leads to other zones (DNS-054) */
	/* For those who call answer_write; NULL: none. */
	const struct cookie_jar *jar;
	struct limit *limit;
	struct upstream *upstream;
	/* Answers say that they may be out of date (DNS-083); written by the
	 * loop thread at any time, so read it by answer_is_stale(). */
	bool is_stale;
};

/* In a read section, for as long as that. */
static inline const struct tsig_keys *
answer_keys(const struct answer_config *config)
{
	return __atomic_load_n(&config->keys, __ATOMIC_ACQUIRE);
}

static inline bool answer_is_stale(const struct answer_config *config)
{
	return __atomic_load_n(&config->is_stale, __ATOMIC_RELAXED);
}

/* What one thread answers with. */
struct answer_env {
	const struct answer_config *config;
	uint64_t turn;	       /* where rotation stands */
	bool is_stream;	       /* TCP: no limit but that of a frame */
	bool is_encrypted;     /* the transport is: replies are padded */
	bool is_xot;	       /* and good enough for transfers (RFC 9103) */
	uint16_t keepalive_ds; /* TCP: idle timeout, units of 100 ms */
	const struct sockaddr_storage *from;  /* who asks; NULL: ourselves */
	const struct cookie_secrets *cookies; /* NULL: none are given */
	uint64_t now_s;			      /* wall clock */
	/* What is known of a name in no zone of ours; NULL: nothing. Where
	 * that is needed and is not for this name, `lacks` says so, with the
	 * name and the type, and what was written is not to be sent. */
	const struct outside *outside;
	bool lacks;
	struct name lacked;
	uint16_t lacked_type;
	/* That signed the query which is being answered. */
	const struct tsig_key *key;
};

/* What became of the client's cookie (RFC 7873 5.2). */
enum answer_cookie { ANSWER_NO_COOKIE, ANSWER_NEW_COOKIE, ANSWER_GOOD_COOKIE };

struct answer {
	size_t len;
	uint16_t rcode;
	bool is_truncated;
	bool has_data;	/* records in the answer section */
	bool is_denied; /* for who asks */
	enum answer_cookie cookie;
	const struct zone_info *zone; /* that it is about, or NULL */
};

/* The largest reply that this environment gives; `out` needs that room. */
size_t answer_room(const struct answer_env *env);

/* The same question, refused for the sake of others: TC, so that it comes again
 * by TCP, or with RCODE_BADCOOKIE a fresh cookie. */
struct answer answer_turn_away(struct answer_env *env,
			       const struct query *query, uint16_t rcode,
			       uint8_t *out);

/* kind: what query_parse said, other than QUERY_DROP. version: may be NULL
 * when there are no zones. */
struct answer answer_write(struct answer_env *env,
			   const struct zone_version *version,
			   const struct query *query, enum query_kind kind,
			   uint8_t *out);
/* The same again when what env->lacks cannot be had now. */
struct answer answer_without(struct answer_env *env,
			     const struct zone_version *version,
			     const struct query *query, enum query_kind kind,
			     uint8_t *out);
