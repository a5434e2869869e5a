/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/zone_lab.h"

#include <string.h>

#include "statefuld/attr.h"
#include "statefuld/err.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

static const uint8_t *wire_of(struct name *name, const char *text)
{
	st_assert(name_parse(name, text) == 0);
	return name->wire;
}

int lab_add_zone(struct zone_slot *slot, const char *apex)
{
	const struct zone_soa soa = {5, 7200, 1800, 86400, 5};
	struct name name, mname, rname;
	const uint8_t *ns[1];

	ns[0] = wire_of(&mname, "ns.dns.cluster.local.");
	return zone_slot_add_zone(slot, wire_of(&name, apex), mname.wire,
				  wire_of(&rname, "hostmaster.cluster.local."),
				  &soa, ns, 1, 5, LAB_NOW, NULL);
}

struct zone_slot *lab_slot(const char *apex, ...)
{
	struct zone_slot *slot = zone_slot_new();
	va_list args;

	va_start(args, apex);
	for (; apex != NULL; apex = va_arg(args, const char *))
		st_assert(lab_add_zone(slot, apex) == 0);
	va_end(args);
	return slot;
}

void lab_edit_raw(struct zone_edit *edit, const char *owner, uint16_t type,
		  uint8_t fill, unsigned n, size_t len)
{
	static uint8_t octets[64][512];
	struct rr_data data[64];
	struct name name;
	struct rr_set set = {.owner = wire_of(&name, owner),
			     .type = type,
			     .ttl_s = 5,
			     .n = n,
			     .data = data};

	st_assert(n <= 64 && len <= sizeof(octets[0]));
	for (unsigned i = 0; i < n; i++) {
		memset(octets[i], (int)(fill + i), len);
		data[i].wire = octets[i];
		data[i].len = (uint16_t)len;
	}
	zone_edit_put(edit, &set);
}

void lab_edit_a(struct zone_edit *edit, const char *owner, uint8_t octet,
		unsigned n)
{
	lab_edit_raw(edit, owner, RR_A, octet, n, 4);
}

int lab_put_a(struct zone_slot *slot, const char *owner, uint8_t octet)
{
	struct zone_edit *edit = zone_edit_begin(slot);

	lab_edit_a(edit, owner, octet, 1);
	return zone_edit_commit(edit, LAB_NOW);
}

void lab_edit_bare(struct zone_edit *edit, const char *owner)
{
	lab_edit_raw(edit, owner, RR_NONE, 0, 0, 0);
}

void lab_edit_drop(struct zone_edit *edit, const char *owner)
{
	struct name name;

	zone_edit_drop(edit, wire_of(&name, owner));
}

void lab_clear(struct zone_edit *edit, const char *top)
{
	struct name name;

	zone_edit_subtree(edit, wire_of(&name, top), NULL, 0);
}

struct zone_hit lab_hit(const struct zone_slot *slot, const char *text)
{
	struct zone_hit hit;
	struct name name;

	wire_of(&name, text);
	zone_find(zone_slot_peek_rcu(slot), name.wire, name.len, &hit);
	return hit;
}

enum zone_find lab_find(const struct zone_slot *slot, const char *name)
{
	return lab_hit(slot, name).found;
}

uint32_t lab_serial(const struct zone_slot *slot, const char *apex)
{
	struct name name;

	return zone_slot_serial(slot, wire_of(&name, apex));
}
