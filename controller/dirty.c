/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/feeder_priv.h"
#include "controller/istr.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

void dirty_add_name(struct dirty *dirty, const struct istr *ns,
		    const struct istr *name)
{
	const struct dirty_name *last;

	/* Pods of one Service tend to come one after the other. */
	if (dirty->n_names > 0) {
		last = &dirty->names[dirty->n_names - 1];
		if (last->ns == ns && last->name == name)
			return;
	}
	mem_grow(dirty->names, dirty->n_names);
	dirty->names[dirty->n_names++] =
		(struct dirty_name){istr_ref(ns), istr_ref(name)};
}

void dirty_add_addr(struct dirty *dirty, const struct addr *addr)
{
	mem_grow(dirty->addrs, dirty->n_addrs);
	dirty->addrs[dirty->n_addrs++] = *addr;
}

void dirty_add_pod(struct dirty *dirty, const struct istr *ns,
		   const struct addr *addr)
{
	mem_grow(dirty->pods, dirty->n_pods);
	dirty->pods[dirty->n_pods++] = (struct dirty_pod){istr_ref(ns), *addr};
}

void dirty_take(struct dirty *dirty, struct dirty *from)
{
	for (size_t i = 0; i < from->n_names; i++)
		dirty_add_name(dirty, from->names[i].ns, from->names[i].name);
	for (size_t i = 0; i < from->n_addrs; i++)
		dirty_add_addr(dirty, &from->addrs[i]);
	for (size_t i = 0; i < from->n_pods; i++)
		dirty_add_pod(dirty, from->pods[i].ns, &from->pods[i].addr);
	dirty->has_expected |= from->has_expected;
	dirty_clear(from);
}

bool dirty_is_empty(const struct dirty *dirty)
{
	return dirty->n_names == 0 && dirty->n_addrs == 0 &&
	       dirty->n_pods == 0 && !dirty->has_expected;
}

/* By where the texts lie: any order will do that brings equals together. */
static int by_pointer(const void *a, const void *b)
{
	const struct dirty_name *x = a, *y = b;
	uintptr_t p = (uintptr_t)x->ns, q = (uintptr_t)y->ns;

	if (p == q) {
		p = (uintptr_t)x->name;
		q = (uintptr_t)y->name;
	}
	return p < q ? -1 : p > q;
}

static int by_octets(const void *a, const void *b)
{
	const struct addr *x = a, *y = b;

	if (x->len != y->len)
		return x->len - y->len;
	return memcmp(x->octets, y->octets, x->len);
}

static void drop_name(const struct dirty_name *name)
{
	istr_drop(name->ns);
	istr_drop(name->name);
}

static void settle_names(struct dirty *dirty)
{
	size_t kept = 0;

	if (dirty->n_names < 2)
		return;
	sort_items(dirty->names, dirty->n_names, sizeof(*dirty->names),
		   by_pointer);
	for (size_t i = 1; i < dirty->n_names; i++) {
		if (by_pointer(&dirty->names[kept], &dirty->names[i]) == 0)
			drop_name(&dirty->names[i]);
		else
			dirty->names[++kept] = dirty->names[i];
	}
	dirty->n_names = kept + 1;
}

static void settle_addrs(struct dirty *dirty)
{
	size_t kept = 0;

	if (dirty->n_addrs < 2)
		return;
	sort_items(dirty->addrs, dirty->n_addrs, sizeof(*dirty->addrs),
		   by_octets);
	for (size_t i = 1; i < dirty->n_addrs; i++)
		if (by_octets(&dirty->addrs[kept], &dirty->addrs[i]) != 0)
			dirty->addrs[++kept] = dirty->addrs[i];
	dirty->n_addrs = kept + 1;
}

void dirty_settle(struct dirty *dirty)
{
	settle_names(dirty);
	settle_addrs(dirty);
}

void dirty_clear(struct dirty *dirty)
{
	for (size_t i = 0; i < dirty->n_names; i++)
		drop_name(&dirty->names[i]);
	for (size_t i = 0; i < dirty->n_pods; i++)
		istr_drop(dirty->pods[i].ns);
	dirty->n_names = dirty->n_addrs = dirty->n_pods = 0;
	dirty->has_expected = false;
}

void dirty_fini(struct dirty *dirty)
{
	dirty_clear(dirty);
	free(dirty->names);
	free(dirty->addrs);
	free(dirty->pods);
	*dirty = (struct dirty){0};
}
