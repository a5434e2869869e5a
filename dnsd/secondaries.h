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

/* The keys of all files; replaced as a whole. */
struct secondaries_keys;

struct secondaries {
	struct secondaries_keys *keys; /* NULL: none */
	char **files;
	size_t n_files;
	struct xfr_policy policy;
	struct notify_target *targets;
	size_t n_targets;
	struct notify *notify; /* while started, with targets */
};

/* What readers look keys up in: valid in a read section, and for the loop
 * thread until the next reload. NULL for none. */
const struct tsig_keys *secondaries_keys(const struct secondaries *all);

/* As dnsd_add_keys, dnsd_allow_transfer and dnsd_add_notify in
 * statefuld/dnsd.h, in this order. */
st_must_check int secondaries_add_keys(struct secondaries *all,
				       const char *path, struct err *err);
st_must_check int secondaries_allow(struct secondaries *all,
				    struct zone_slot *slot,
				    const struct dnsd_allow *allow,
				    struct err *err);
st_must_check int secondaries_tell(struct secondaries *all,
				   const struct dnsd_notify *notify,
				   struct err *err);

/* Reads all files of keys again and has *published point to what is in them
 * (see secondaries_keys). On error, also where a key that is in use is gone,
 * the old ones stay. */
st_must_check int secondaries_reload(struct secondaries *all,
				     const struct tsig_keys **published,
				     struct err *err);

/* Begins to tell; `config` without targets. */
void secondaries_start(struct secondaries *all,
		       const struct notify_config *config);
void secondaries_stop(struct secondaries *all);
void secondaries_fini(struct secondaries *all);
