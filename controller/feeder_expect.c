/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/feeder_priv.h"
#include "controller/store.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

/* What is denied for a shorter time, since it will be there soon: each pod
 * that a set wants, below its headless Service, and that Service's own name,
 * which has no records while no pod is ready (DNS-037, DNS-072). */
struct expect {
	struct feeder *feeder;
	struct zone_expected *items;
	size_t n;
};

static void add(struct expect *expect, const struct obj_set *set,
		const struct name *zone)
{
	struct zone_expected item = {
		.prefix = istr_text(set->obj.name),
		.first = set->first_ordinal,
		.n = set->replicas,
	};

	if (records_service_name(&item.parent, zone, istr_text(set->obj.ns),
				 istr_text(set->service_name)) != 0)
		return;
	mem_grow(expect->items, expect->n);
	expect->items[expect->n++] = item;
}

static bool on_set(const struct obj *obj, void *arg)
{
	const struct obj_set *set = obj_set(obj);
	struct expect *expect = arg;
	const struct feeder_config *config = &expect->feeder->config;
	const struct obj_service *service;

	if (!set->service_name || set->replicas == 0 || obj->deleting)
		return true;
	service = obj_service(store_get(config->store, OBJ_SERVICE,
					istr_text(obj->ns),
					istr_text(set->service_name)));
	if (!service || service->type != SERVICE_HEADLESS ||
	    !exposure_has_service(&expect->feeder->exposure, config->store,
				  service))
		return true;
	for (size_t i = 0; i < config->n_zones; i++)
		add(expect, set, &config->zones[i]);
	return true;
}

void feeder_put_expected(struct feeder *feeder, struct zone_edit *edit)
{
	struct expect expect = {.feeder = feeder};

	store_each(feeder->config.store, OBJ_SET, on_set, &expect);
	zone_edit_expect(edit, expect.items, expect.n,
			 feeder->config.records.pending_ttl_s);
	free(expect.items);
}

static bool same_set(const struct obj_set *a, const struct obj_set *b)
{
	return a->service_name == b->service_name &&
	       a->replicas == b->replicas &&
	       a->first_ordinal == b->first_ordinal &&
	       a->obj.deleting == b->obj.deleting;
}

static void expect_anew(struct feeder *feeder)
{
	if (!feeder->is_ready)
		return;
	feeder->dirty.has_expected = true;
	feeder_wake(feeder);
}

static void on_set_change(const struct obj *was, const struct obj *is,
			  void *arg)
{
	if (!was || !is || !same_set(obj_set(was), obj_set(is)))
		expect_anew(arg);
}

static bool is_headless(const struct obj *service)
{
	return service && obj_service(service)->type == SERVICE_HEADLESS;
}

static void on_service_change(const struct obj *was, const struct obj *is,
			      void *arg)
{
	const struct feeder *feeder = arg;
	bool may_hide = feeder->exposure.of_services && was && is;

	if (is_headless(was) != is_headless(is) ||
	    (may_hide && is_headless(is)))
		expect_anew(arg);
}

static void on_namespace_change(const struct obj *was st_unused,
				const struct obj *is st_unused, void *arg)
{
	const struct feeder *feeder = arg;

	if (feeder->exposure.of_namespaces)
		expect_anew(arg);
}

void feeder_expect_subscribe(struct feeder *feeder)
{
	struct store *store = feeder->config.store;

	store_subscribe(store, OBJ_SET, on_set_change, feeder);
	store_subscribe(store, OBJ_SERVICE, on_service_change, feeder);
	store_subscribe(store, OBJ_NAMESPACE, on_namespace_change, feeder);
}
