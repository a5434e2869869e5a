/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/node.h"

#include "dnsd/slab.h"

_Static_assert(RRSET_STUB_PTR + sizeof(void *) == RRSET_STUB,
	       "a stub ends with its pointer");
_Static_assert(sizeof(struct zone_node) == 4, "a node's head is one word");

size_t node_slots_room(const struct zone_node *node)
{
	const struct rrset *slot = node_slots(node);

	for (unsigned i = 0; i < node->n_sets; i++)
		slot = rrset_next(slot);
	return (size_t)((const uint8_t *)slot -
			(const uint8_t *)node_slots(node));
}

size_t node_size(const struct zone_node *node)
{
	return (size_t)((const uint8_t *)node_slots(node) -
			(const uint8_t *)node) +
	       node_slots_room(node);
}

void node_spec_load(struct node_spec *spec, const struct zone_node *node)
{
	const struct rrset *slot;

	spec->zone = 0;
	spec->bare = false;
	spec->n = 0;
	if (node == NULL)
		return;
	spec->zone = node->zone;
	spec->bare = node->bare;
	slot = node_slots(node);
	for (; spec->n < node->n_sets; slot = rrset_next(slot)) {
		spec->sets[spec->n].set = rrset_of(slot);
		spec->sets[spec->n].ext =
			slot->count == 0 ? rrset_stub_ext(slot) : NULL;
		spec->n++;
	}
}

unsigned node_spec_find(const struct node_spec *spec, uint16_t type,
			bool *found)
{
	unsigned i = 0;

	while (i < spec->n && spec->sets[i].set->type < type)
		i++;
	*found = i < spec->n && spec->sets[i].set->type == type;
	return i;
}

void node_spec_put(struct node_spec *spec, const struct rrset *set,
		   struct rrset_ext *ext)
{
	bool found;
	unsigned at = node_spec_find(spec, set->type, &found);

	if (!found) {
		st_assert(spec->n < NODE_MAX_SETS);
		memmove(&spec->sets[at + 1], &spec->sets[at],
			(spec->n - at) * sizeof(spec->sets[0]));
		spec->n++;
	}
	spec->sets[at].set = set;
	spec->sets[at].ext = ext;
}

void node_spec_drop(struct node_spec *spec, uint16_t type)
{
	bool found;
	unsigned at = node_spec_find(spec, type, &found);

	if (!found)
		return;
	spec->n--;
	memmove(&spec->sets[at], &spec->sets[at + 1],
		(spec->n - at) * sizeof(spec->sets[0]));
}

bool rrset_equals(const struct rrset *a, const struct rrset *b)
{
	if (a == b)
		return true;
	return a->type == b->type && a->count == b->count &&
	       a->wire_len == b->wire_len &&
	       memcmp(a->wire, b->wire, a->wire_len) == 0;
}

bool node_spec_equals(const struct node_spec *spec,
		      const struct zone_node *node)
{
	const struct rrset *slot;

	if (node == NULL)
		return node_spec_is_empty(spec);
	if (spec->n != node->n_sets || spec->bare != node->bare ||
	    spec->zone != node->zone)
		return false;
	slot = node_slots(node);
	for (unsigned i = 0; i < spec->n; i++) {
		if (!rrset_equals(spec->sets[i].set, rrset_of(slot)))
			return false;
		slot = rrset_next(slot);
	}
	return true;
}

struct rrset_ext *rrset_ext_new(struct slab *slab, const struct rrset *set)
{
	size_t size = sizeof(struct rrset_ext) + set->wire_len;
	struct rrset_ext *ext;

	ext = slab_alloc(slab, size);
	ext->refs = 0;
	memcpy(&ext->set, set, sizeof(*set) + set->wire_len);
	return ext;
}

void rrset_ext_free(struct slab *slab, struct rrset_ext *ext)
{
	slab_free(slab, ext, sizeof(*ext) + ext->set.wire_len);
}
