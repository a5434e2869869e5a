/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * feeder - keeps the zone equal to what follows from the store.
 *
 * Changes are gathered and become one version once the callback that brought
 * them has returned. Until all kinds that matter are synced, only the static
 * names are there (DNS-080); then all appears in one version.
 *
 * Threads: the loop thread. Memory: the config is copied; loop, store and slot
 * are borrowed. Free the feeder before them, and do not feed the store in
 * between.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/obj.h"
#include "statefuld/attr.h"
#include "statefuld/controller.h"
#include "statefuld/name.h"

struct err;
struct feeder;
struct prom_histogram;
struct loop;
struct store;
struct zone_slot;

struct feeder_config {
	struct loop *loop;
	struct store *store;
	struct zone_slot *slot;
	const struct name *zones; /* cluster zones, the first is primary */
	size_t n_zones;
	const struct name *reverse_zones;
	size_t n_reverse_zones;
	uint32_t ttl_s;
	uint32_t negative_ttl_s;
	const struct addr *ns_addrs;
	size_t n_ns_addrs;
	/* The pod that this runs in, if it is one (DNS-076). */
	const char *own_ns;
	const struct addr *own_addrs;
	size_t n_own_addrs;
	enum controller_endpoints endpoints;
	struct controller_records records;
	void (*on_ready)(void *arg); /* once; may be NULL */
	/* Slices that were not kept, since a Service had its endpoints from
	 * pods, are wanted now: list them again, soon, and call
	 * feeder_slices_listed() after each list of slices. Until then the
	 * Service keeps the records it has. NULL: slices are all kept. */
	void (*want_slices)(void *want_arg);
	void *want_arg;
	void *arg;
};

/* Adds the zones to the slot, with the static names, and subscribes to the
 * store, which must still be empty. ST_EEXISTS: a zone is given twice.
 * ST_ELIMIT: a zone's name is too long to hold any. ST_EINVAL: a selector
 * is wrong. */
st_must_check int feeder_new(const struct feeder_config *config,
			     struct feeder **ret_feeder, struct err *err);
void feeder_free(struct feeder *feeder);

/* Takes what a pod has in the zone out of it, at once, before the pod is
 * deleted; not where the Service publishes not-ready addresses. It lasts until
 * the pod, by uid, is gone, or comes to its end when the pod is not being
 * deleted FEEDER_WITHDRAW_MS later: then the delete never came about. */
enum { FEEDER_WITHDRAW_MS = 30000 };
void feeder_withdraw(struct feeder *feeder, const char *ns, const char *pod);
/* Ends a withdrawal: the pod was not deleted after all. */
void feeder_restore(struct feeder *feeder, const char *ns, const char *pod);

/* A list of slices has just ended. */
void feeder_slices_listed(struct feeder *feeder);

/* What explain_name() has to know of the feeder; the rest is the caller's. */
struct explain_config;
void feeder_fill_explain(struct feeder *feeder, struct explain_config *config);

/* Publishes what is gathered now, without waiting for the loop. */
void feeder_flush(struct feeder *feeder);
/* From hearing of a change to its being answered (DNS-087). */
const struct prom_histogram *feeder_updates(const struct feeder *feeder);
/* From the time that the API server gives for it, CONTROLLER_SERVICE_KINDS. */
const struct prom_histogram *feeder_programming(const struct feeder *feeder);
bool feeder_is_ready(const struct feeder *feeder);
