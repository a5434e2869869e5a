/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/pods.h"

#include <stdio.h>
#include <string.h>

#include "statefuld/attr.h"
#include "statefuld/err.h"

enum { SERVICES_PER_NS = 100 };

static void parse(struct name *name, const char *text)
{
	st_assert(name_parse(name, text) == 0);
}

static void put_srv(uint8_t *out, struct rr_data *data, unsigned weight,
		    const struct name *target)
{
	const uint8_t head[6] = {0, 0, 0, (uint8_t)weight, 0, 80};

	memcpy(out, head, sizeof(head));
	memcpy(out + sizeof(head), target->wire, target->len);
	data->wire = out;
	data->len = (uint16_t)(sizeof(head) + target->len);
}

void pods_make(struct pods *svc, unsigned number, unsigned replicas,
	       unsigned shift)
{
	char text[128];

	snprintf(text, sizeof(text), "svc-%u.ns-%u.svc.cluster.local", number,
		 number / SERVICES_PER_NS);
	parse(&svc->name, text);
	name_copy(&svc->port, svc->name.wire);
	st_assert(name_prepend(&svc->port, "_tcp", 4) == 0);
	st_assert(name_prepend(&svc->port, "_http", 5) == 0);
	for (unsigned i = 0; i < replicas; i++) {
		uint32_t ip = UINT32_C(0x0a000000) + number * replicas + i;

		if (i == 0)
			ip += shift << 21;
		for (int j = 0; j < 4; j++)
			svc->addr[i][j] = (uint8_t)(ip >> (24 - 8 * j));
		svc->a[i].wire = svc->addr[i];
		svc->a[i].len = 4;
		snprintf(text, sizeof(text), "web-%u", i);
		name_copy(&svc->pod[i], svc->name.wire);
		st_assert(name_prepend(&svc->pod[i], text, strlen(text)) == 0);
		name_reverse(&svc->ptr[i], svc->addr[i], 4);
		svc->ptrs[i].wire = svc->pod[i].wire;
		svc->ptrs[i].len = svc->pod[i].len;
		put_srv(svc->srv[i], &svc->srvs[i], 100 / replicas,
			&svc->pod[i]);
		put_srv(svc->pod_srv[i], &svc->pod_srvs[i], 100, &svc->pod[i]);
	}
}

static void add_set(struct rr_set *sets, size_t *n, const struct name *owner,
		    uint16_t type, const struct rr_data *data, unsigned count)
{
	sets[(*n)++] = (struct rr_set){.owner = owner->wire,
				       .type = type,
				       .ttl_s = 5,
				       .n = count,
				       .data = data};
}

void pods_edit(struct zone_edit *edit, const struct pods *svc,
	       unsigned replicas)
{
	struct rr_set sets[3 + 2 * PODS_MAX];
	size_t n = 0;

	add_set(sets, &n, &svc->name, RR_A, svc->a, replicas);
	add_set(sets, &n, &svc->name, RR_SRV, svc->srvs, replicas);
	add_set(sets, &n, &svc->port, RR_SRV, svc->srvs, replicas);
	for (unsigned i = 0; i < replicas; i++) {
		add_set(sets, &n, &svc->pod[i], RR_A, &svc->a[i], 1);
		add_set(sets, &n, &svc->pod[i], RR_SRV, &svc->pod_srvs[i], 1);
	}
	zone_edit_subtree(edit, svc->name.wire, sets, n);
}

void pods_edit_ptr(struct zone_edit *edit, const struct pods *svc, unsigned i,
		   unsigned n)
{
	struct rr_set set = {.owner = svc->ptr[i].wire,
			     .type = RR_PTR,
			     .ttl_s = 5,
			     .n = n,
			     .data = &svc->ptrs[i]};

	zone_edit_put(edit, &set);
}

void pods_add_zones(struct zone_slot *slot)
{
	static const char *const apexes[] = {"cluster.local",
					     "10.in-addr.arpa"};
	const struct zone_soa soa = {5, 7200, 1800, 86400, 5};
	struct name apex, mname;
	const uint8_t *ns = mname.wire;

	parse(&mname, "ns.dns.cluster.local");
	for (size_t i = 0; i < st_array_len(apexes); i++) {
		parse(&apex, apexes[i]);
		st_assert(zone_slot_add_zone(slot, apex.wire, ns, ns, &soa, &ns,
					     1, 5, PODS_CLOCK_S, NULL) == 0);
	}
}
