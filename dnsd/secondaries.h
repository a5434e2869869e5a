/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secondaries - the servers that follow our zones: their keys, who may have
 * transfers, and who is told of changes.
 *
 * Threads: the loop thread; what is added before the start may be read by any
 * afterwards. Memory: embedded, released by secondaries_fini.
 */
#include <stddef.h>

#include "dnsd/tsig.h"
#include "dnsd/xfr_policy.h"
#include "statefuld/attr.h"

struct err;
struct notify;
struct notify_config;
struct notify_target;
struct zone_slot;

struct secondaries {
	struct tsig_keys keys;
	struct xfr_policy policy;
	struct notify_target *targets;
	size_t n_targets;
	struct notify *notify; /* while started, with targets */
};

/* As dnsd_allow_transfer and dnsd_add_notify in statefuld/dnsd.h; keys go into
 * `keys` before. */
st_must_check int secondaries_allow(struct secondaries *all,
				    struct zone_slot *slot,
				    const struct dnsd_allow *allow,
				    struct err *err);
st_must_check int secondaries_tell(struct secondaries *all,
				   const struct dnsd_notify *notify,
				   struct err *err);

/* Begins to tell; `config` without targets. */
void secondaries_start(struct secondaries *all,
		       const struct notify_config *config);
void secondaries_stop(struct secondaries *all);
void secondaries_fini(struct secondaries *all);
