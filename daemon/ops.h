/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ops - the endpoint for probes, Prometheus and people: /metrics, /livez,
 * /healthz, /readyz, /zone, /explain.
 *
 * What tells the zone's content is for the near alone, by a Unix socket or
 * from a loopback address; else it would be a way round the refusal of zone
 * transfers.
 *
 * Threads: the loop thread. Memory: what the config names must outlive it.
 */
#include <stdbool.h>

#include "statefuld/attr.h"

struct controller;
struct dnsd;
struct err;
struct loop;
struct ops;
struct options;
struct staleness;

struct ops_config {
	struct loop *loop;
	const struct options *options;
	struct dnsd *dnsd;
	struct controller *controller;
	const struct staleness *staleness;
};

/* Listens where the options say; the error names the address and the fix.
 * Where they say nothing, at the default place if that can be had. One line in
 * the log for each. */
st_must_check int ops_start(const struct ops_config *config,
			    struct ops **ret_ops, struct err *err);
/* DNS-088: from now on /readyz says no. */
void ops_set_lame(struct ops *ops);
void ops_free(struct ops *ops);
