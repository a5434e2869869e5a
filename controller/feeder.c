/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/feeder.h"

#include <stdlib.h>

#include "controller/explain.h"
#include "controller/feeder_priv.h"
#include "controller/store.h"
#include "statefuld/clk.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

static void *copy(const void *items, size_t n, size_t size)
{
	return n > 0 ? mem_dup(items, n * size) : NULL;
}

static void copy_config(struct feeder *feeder,
			const struct feeder_config *config)
{
	feeder->config = *config;
	feeder->config.zones =
		copy(config->zones, config->n_zones, sizeof(*config->zones));
	feeder->config.reverse_zones =
		copy(config->reverse_zones, config->n_reverse_zones,
		     sizeof(*config->reverse_zones));
	feeder->config.ns_addrs = copy(config->ns_addrs, config->n_ns_addrs,
				       sizeof(*config->ns_addrs));
	feeder->config.own_addrs = copy(config->own_addrs, config->n_own_addrs,
					sizeof(*config->own_addrs));
	feeder->config.own_ns =
		config->own_ns ? mem_strdup(config->own_ns) : NULL;
	nameserver_init(&feeder->nameserver,
			&(struct nameserver_pod){feeder->config.own_ns,
						 feeder->config.own_addrs,
						 config->n_own_addrs});
}

/* The kinds whose first lists have to be whole (DNS-080). */
static bool has_all(const struct feeder *feeder)
{
	const struct store *store = feeder->config.store;

	return store_is_synced(store, OBJ_NAMESPACE) &&
	       store_is_synced(store, OBJ_SERVICE) &&
	       (!feeder_wants_slices(feeder) ||
		store_is_synced(store, OBJ_SLICE)) &&
	       (!(feeder_wants_pods(feeder) ||
		  feeder->config.records.pods == PODS_VERIFIED) ||
		store_is_synced(store, OBJ_POD));
}

static void publish_first(struct feeder *feeder)
{
	struct zone_edit *edit = zone_edit_begin(feeder->config.slot);

	dirty_clear(&feeder->dirty);
	if (zone_slot_is_ready(feeder->config.slot))
		feeder_drop_all(feeder, edit);
	feeder_put_all(feeder, edit);
	zone_edit_set_ready(edit);
	zone_edit_commit(edit, (uint32_t)clk_wall_s());
	feeder->is_ready = true;
	feeder->woken_ns = 0;
	if (feeder->config.on_ready)
		feeder->config.on_ready(feeder->config.arg);
}

void feeder_flush(struct feeder *feeder)
{
	struct zone_edit *edit;

	if (!feeder->is_ready) {
		if (has_all(feeder))
			publish_first(feeder);
		return;
	}
	if (dirty_is_empty(&feeder->dirty)) {
		feeder_end_timings(feeder, false);
		feeder->woken_ns = 0;
		return;
	}
	dirty_settle(&feeder->dirty);
	edit = zone_edit_begin(feeder->config.slot);
	feeder_put_dirty(feeder, edit);
	zone_edit_commit(edit, (uint32_t)clk_wall_s());
	dirty_clear(&feeder->dirty);
	feeder_end_timings(feeder, true);
	if (feeder->woken_ns != 0)
		prom_observe(&feeder->updates,
			     (double)(clk_mono_ns() - feeder->woken_ns) / 1e9);
	feeder->woken_ns = 0;
}

const struct prom_histogram *feeder_updates(const struct feeder *feeder)
{
	return &feeder->updates;
}

static void on_flush(void *arg)
{
	feeder_flush(arg);
}

void feeder_wake(struct feeder *feeder)
{
	if (feeder->woken_ns == 0)
		feeder->woken_ns = clk_mono_ns();
	loop_timer_soon(feeder->flush_timer);
}

void feeder_fill_explain(struct feeder *feeder, struct explain_config *config)
{
	config->store = feeder->config.store;
	config->zones = feeder->config.zones;
	config->n_zones = feeder->config.n_zones;
	config->reverse_zones = feeder->config.reverse_zones;
	config->n_reverse_zones = feeder->config.n_reverse_zones;
	config->endpoints = feeder->config.endpoints;
	config->exposure = &feeder->exposure;
	config->records = &feeder->config.records;
	config->is_synced = feeder->is_ready;
	config->hide = feeder_is_withdrawn;
	config->hide_arg = feeder;
}

bool feeder_is_ready(const struct feeder *feeder)
{
	return feeder->is_ready;
}

int feeder_new(const struct feeder_config *config, struct feeder **ret_feeder,
	       struct err *err)
{
	struct feeder *feeder = mem_zalloc(sizeof(*feeder));
	struct zone_edit *edit;
	int rc;

	st_assert(config->n_zones > 0);
	copy_config(feeder, config);
	endpoints_init(&feeder->eps);
	feeder->eps.hide = feeder_is_withdrawn;
	feeder->eps.hide_arg = feeder;
	feeder->eps.has_pod_names = config->records.endpoint_pod_names;
	records_init(&feeder->records, config->ttl_s);
	feeder->records.has_srv_addrs = config->records.compat_srv_addresses;
	feeder->records.has_loose_srv = config->records.compat_loose_srv;
	feeder->flush_timer = loop_timer_new(config->loop, on_flush, feeder);
	feeder_withdraw_init(feeder);
	rc = exposure_init(&feeder->exposure, &config->records, err);
	if (rc == 0)
		rc = feeder_add_zones(feeder, err);
	if (rc != 0) {
		feeder_free(feeder);
		return rc;
	}
	edit = zone_edit_begin(config->slot);
	feeder_put_static(feeder, edit);
	zone_edit_commit(edit, (uint32_t)clk_wall_s());
	if (config->n_reverse_zones == 0 &&
	    config->records.pods != PODS_VERIFIED)
		store_omit(config->store, STORE_OMIT_ADDRS);
	feeder_subscribe(feeder);
	*ret_feeder = feeder;
	return 0;
}

void feeder_free(struct feeder *feeder)
{
	if (!feeder)
		return;
	feeder_withdraw_fini(feeder);
	loop_timer_free(feeder->flush_timer);
	feeder_end_timings(feeder, false);
	dirty_fini(&feeder->dirty);
	dirty_fini(&feeder->held);
	endpoints_fini(&feeder->eps);
	records_fini(&feeder->records);
	exposure_fini(&feeder->exposure);
	free(feeder->targets);
	free((void *)(uintptr_t)feeder->config.zones);
	free((void *)(uintptr_t)feeder->config.reverse_zones);
	free((void *)(uintptr_t)feeder->config.ns_addrs);
	nameserver_fini(&feeder->nameserver);
	free((void *)(uintptr_t)feeder->config.own_addrs);
	free((void *)(uintptr_t)feeder->config.own_ns);
	free(feeder);
}
