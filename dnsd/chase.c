/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/chase.h"

#include "dnsd/reply.h"
#include "dnsd/wire.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum { RECORD_HEAD = 2 + WIRE_RR_FIXED };

static bool is_loop(const struct rrset *const *passed, size_t n,
		    const struct rrset *set)
{
	for (size_t i = 0; i < n; i++)
		if (passed[i] == set)
			return true;
	return false;
}

/* The CNAME goes into the reply, and its target becomes the last name. */
static void step(struct chase *chase, const struct zone_version *version,
		 struct reply *reply, const struct rrset *cname)
{
	size_t at = reply->at;

	reply_put_answer_at(reply, cname, chase->name_at, 0);
	if (reply->flags & WIRE_TC)
		return;
	chase->name_at = at + RECORD_HEAD;
	chase->name = reply->out + chase->name_at;
	zone_find(version, chase->name, name_len(chase->name), &chase->hit);
}

void chase_cname(struct chase *ret_chase, const struct zone_version *version,
		 struct reply *reply, const struct rrset *cname)
{
	struct chase chase = {.end = CHASE_CUT, .name_at = WIRE_HEADER};
	const struct rrset *passed[CHASE_HOPS];

	for (size_t n = 0; n < CHASE_HOPS; n++) {
		if (is_loop(passed, n, cname))
			break;
		passed[n] = cname;
		step(&chase, version, reply, cname);
		if (reply->flags & WIRE_TC)
			break;
		cname = chase.hit.found == ZONE_FOUND
				? zone_node_rrset(chase.hit.node, RR_CNAME)
				: NULL;
		if (cname == NULL) {
			chase.end = chase.hit.found == ZONE_OUTSIDE
					    ? CHASE_OUTSIDE
					    : CHASE_NAME;
			break;
		}
	}
	*ret_chase = chase;
}
