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
	struct zone_stats zone;
	const struct metrics_zone *zones;
	size_t n_zones;
	struct controller_stats controller;
	struct dnsd_state_counts state;
	bool is_synced, is_ready, is_stale;
	double silent_s;  /* since the API server was heard of */
	double started_s; /* wall clock */
	double cpu_s;
	uint64_t resident_bytes;
};

void metrics_write(struct buf *out, const struct metrics *metrics);
