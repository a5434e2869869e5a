/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * xfr_policy - who may have a zone transferred, and what those hear who may
 * not (DNS-201). Pure.
 *
 * Threads: any, once the policy is complete. Memory: the list is the
 * policy's; xfr_policy_fini frees it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/dnsd.h"

struct query;
struct tsig_key;
struct zone_info;
struct zone_version;

struct xfr_policy {
	struct dnsd_allow *allow; /* none: transfers are off */
	size_t n;
};

void xfr_policy_fini(struct xfr_policy *policy);

/* Whether a query is for a transfer at all: not one of another class, or of
 * an EDNS version that we do not know. */
bool xfr_is_asked(const struct query *query);

/* Who asks. */
struct xfr_asker {
	const struct sockaddr_storage *addr;
	const struct tsig_key *key; /* that signed; NULL: none */
	bool is_stream;
	bool is_tls, is_xot; /* RFC 9103: TLS 1.3 and ALPN `dot` */
};

struct xfr_refusal {
	uint16_t rcode;
	int16_t ede;
	const char *text; /* static */
};

/* The zone to be given to a question for which xfr_is_asked; or NULL and why
 * not. */
const struct zone_info *xfr_judge(const struct xfr_policy *policy,
				  const struct xfr_asker *asker,
				  const struct zone_version *version,
				  const struct query *query,
				  struct xfr_refusal *ret_refusal);
