/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/xfr_policy.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/acl.h"
#include "dnsd/query.h"
#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "dnsd/xfr.h"
#include "dnsd/zone.h"
#include "statefuld/zone_edit.h"

void xfr_policy_fini(struct xfr_policy *policy)
{
	free(policy->allow);
	*policy = (struct xfr_policy){0};
}

bool xfr_is_asked(const struct query *query)
{
	return (query->qtype == RR_AXFR || query->qtype == RR_IXFR) &&
	       query->qclass == CLASS_IN &&
	       !(query->has_edns && query->edns_version > 0);
}

static bool is_allowed(const struct xfr_policy *policy,
		       const struct xfr_asker *asker)
{
	for (size_t i = 0; i < policy->n; i++) {
		const struct dnsd_allow *allow = &policy->allow[i];

		if (!allow->is_key) {
			if (acl_holds(&allow->range, asker->addr))
				return true;
		} else if (asker->key != NULL &&
			   name_equal(asker->key->name.wire, allow->key.wire)) {
			return true;
		}
	}
	return false;
}

static const struct zone_info *refuse(struct xfr_refusal *refusal,
				      uint16_t rcode, int16_t ede,
				      const char *text)
{
	*refusal = (struct xfr_refusal){rcode, ede, text};
	return NULL;
}

const struct zone_info *xfr_judge(const struct xfr_policy *policy,
				  const struct xfr_asker *asker,
				  const struct zone_version *version,
				  const struct query *query,
				  struct xfr_refusal *ret_refusal)
{
	struct zone_hit hit = {.found = ZONE_OUTSIDE};
	uint32_t serial;

	/* RFC 5936 4.2. */
	if (!asker->is_stream && query->qtype == RR_AXFR)
		return refuse(ret_refusal, RCODE_REFUSED, EDE_NOT_SUPPORTED,
			      "ask for AXFR by TCP");
	if (version != NULL)
		zone_find(version, query->qname, query->qname_len, &hit);
	if (!hit.is_apex)
		return refuse(ret_refusal, RCODE_NOTAUTH, EDE_NONE, NULL);
	if (policy->n == 0)
		return refuse(ret_refusal, RCODE_REFUSED, EDE_NOT_SUPPORTED,
			      "zone transfers are off");
	if (asker->is_tls && !asker->is_xot)
		return refuse(ret_refusal, RCODE_REFUSED, EDE_PROHIBITED,
			      "transfers need TLS 1.3 and ALPN dot");
	if (!is_allowed(policy, asker))
		return refuse(ret_refusal, RCODE_REFUSED, EDE_PROHIBITED,
			      "no --allow-transfer for you");
	if (query->qtype == RR_IXFR && !xfr_client_serial(query, &serial))
		return refuse(ret_refusal, RCODE_FORMERR, EDE_NONE, NULL);
	if (!zone_is_ready(version))
		return refuse(ret_refusal, RCODE_SERVFAIL, EDE_NOT_READY,
			      "no sync with the API server yet");
	return hit.zone;
}
