/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/additional.h"

#include <string.h>

#include "dnsd/reply.h"
#include "dnsd/rotation.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	OWNER_LEN = 2,
	RECORD_HEAD = OWNER_LEN + WIRE_RR_FIXED,
	/* A message of 65,535 octets holds fewer SRV records than this, the
	 * shortest being 20 octets. */
	SEEN_MAX = 4096,
	RECORD_A = 16, /* the least that is worth a search */
};

/* The nodes whose addresses are there already: open addressing over a power
 * of two that is larger than the number of records. */
struct seen {
	size_t mask;
	const struct zone_node *nodes[SEEN_MAX];
};

static void seen_init(struct seen *seen, size_t n_records)
{
	size_t size = 16;

	while (size < SEEN_MAX && size < 2 * n_records)
		size *= 2;
	seen->mask = size - 1;
	memset(seen->nodes, 0, size * sizeof(seen->nodes[0]));
}

/* True for the first time of each node. */
static bool seen_add(struct seen *seen, const struct zone_node *node)
{
	uint64_t hash = (uint64_t)(uintptr_t)node * 0x9e3779b97f4a7c15;
	size_t at = hash >> 52 & seen->mask;

	for (; seen->nodes[at] != NULL; at = (at + 1) & seen->mask) {
		if (seen->nodes[at] == node)
			return false;
	}
	seen->nodes[at] = node;
	return true;
}

static void put_addresses(struct answer_env *env, struct reply *reply,
			  const struct zone_node *node, size_t owner_at)
{
	static const uint16_t types[] = {RR_A, RR_AAAA};

	for (size_t i = 0; i < st_array_len(types); i++) {
		const struct rrset *set = zone_node_rrset(node, types[i]);

		if (set != NULL)
			reply_put_additional(reply, set, owner_at,
					     rotation_first(env, set));
	}
}

void additional_put(struct answer_env *env, const struct zone_version *version,
		    struct reply *reply, size_t from, size_t target_at)
{
	size_t end = reply->at;
	struct seen seen;

	seen_init(&seen, reply->n_answer);
	while (from < end && reply_room(reply) >= RECORD_A) {
		const uint8_t *record = reply->out + from;
		size_t owner_at = from + RECORD_HEAD + target_at;
		const uint8_t *target = reply->out + owner_at;
		struct zone_hit hit;

		zone_find(version, target, name_len(target), &hit);
		if (hit.found == ZONE_FOUND && hit.node != NULL &&
		    seen_add(&seen, hit.node))
			put_addresses(env, reply, hit.node, owner_at);
		from += RECORD_HEAD + (size_t)wire_get16(record + 10);
	}
}
