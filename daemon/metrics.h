/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * metrics - what the process counts, as Prometheus text (DNS-220). Pure.
 *
 * Names follow the custom of the field: rest_client_ and workqueue_ are those
 * of Kubernetes' own controllers, so that their dashboards fit.
 *
 * Threads: any. Memory: the text goes to the caller's buffer, which has no
 * limit.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/controller.h"
#include "statefuld/dnsd.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

struct buf;

struct metrics_zone {
	const uint8_t *apex; /* wire */
	uint32_t serial;
};

struct metrics {
	struct dnsd_counters dns;
	/* Row 0, and one for each zone, but DNSD_ROWS at most. */
	dnsd_replies *replies[DNSD_PROTOS][DNSD_FAMILIES];
	struct dnsd_traffic traffic[DNSD_PROTOS];
	struct zone_stats zone;
	const struct metrics_zone *zones; /* in the order of the slot */
	size_t n_zones;
	struct controller_stats controller;
	struct dnsd_state_counts state;
	bool is_synced, is_ready, is_stale;
	double silent_s;  /* since the API server was heard of */
	double started_s; /* wall clock */
	double cpu_s;
	uint64_t resident_bytes;
};

/* All series: those of the DNS side by zone and so on are there once there is
 * something to count. */
void metrics_write(struct buf *out, const struct metrics *metrics);
