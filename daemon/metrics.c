/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/metrics.h"

#include <inttypes.h>
#include <stdio.h>

#include "daemon/metrics_priv.h"
#include "statefuld/attr.h"
#include "statefuld/buf.h"
#include "statefuld/prom.h"

enum { LABELS_MAX = NAME_MAX_TEXT * 2 };

void metrics_counter(struct buf *out, const char *name, const char *help,
		     uint64_t value)
{
	prom_head(out, name, "counter", help);
	prom_count(out, name, "", value);
}

void metrics_gauge(struct buf *out, const char *name, const char *help,
		   uint64_t value)
{
	prom_head(out, name, "gauge", help);
	prom_count(out, name, "", value);
}

/* ---- the process ---- */

static void put_process(struct buf *out, const struct metrics *metrics)
{
	prom_head(out, "statefuld_build_info", "gauge", "The version running.");
	prom_count(out, "statefuld_build_info",
		   "version=\"" PACKAGE_VERSION "\"", 1);
	metrics_gauge(out, "statefuld_synced",
		      "Whether all objects have been listed once.",
		      metrics->is_synced);
	metrics_gauge(out, "statefuld_ready", "Whether /readyz says so.",
		      metrics->is_ready);
	metrics_gauge(out, "statefuld_stale",
		      "Whether answers may be out of date.", metrics->is_stale);
	prom_head(out, "statefuld_api_silent_seconds", "gauge",
		  "How long the API server has not been heard of; 0 while all "
		  "is connected.");
	prom_number(out, "statefuld_api_silent_seconds", "", metrics->silent_s);
	prom_head(out, "process_start_time_seconds", "gauge",
		  "Start of the process, in seconds since 1970.");
	prom_number(out, "process_start_time_seconds", "", metrics->started_s);
	prom_head(out, "process_cpu_seconds_total", "counter",
		  "CPU time used, user and system.");
	prom_number(out, "process_cpu_seconds_total", "", metrics->cpu_s);
	metrics_gauge(out, "process_resident_memory_bytes",
		      "Memory that is resident.", metrics->resident_bytes);
}

static void put_updates(struct buf *out, const struct prom_histogram *updates)
{
	static const char name[] = "statefuld_zone_update_duration_seconds";

	prom_head(out, name, "histogram",
		  "From hearing of a change to its being answered.");
	prom_histogram(out, name, "", updates);
}

static void put_programming(struct buf *out,
			    const struct controller_stats *stats)
{
	static const char name[] =
		"coredns_kubernetes_dns_programming_duration_seconds";
	static const char *const kinds[CONTROLLER_SERVICE_KINDS] = {
		[CONTROLLER_CLUSTER_IP] = "service_kind=\"cluster_ip\"",
		[CONTROLLER_WITH_SELECTOR] =
			"service_kind=\"headless_with_selector\"",
		[CONTROLLER_WITHOUT_SELECTOR] =
			"service_kind=\"headless_without_selector\"",
	};

	prom_head(out, name, "histogram",
		  "From the time that the API server has for a change, in "
		  "whole seconds, to its being answered.");
	for (size_t i = 0; i < CONTROLLER_SERVICE_KINDS; i++)
		prom_histogram(out, name, kinds[i], &stats->programming[i]);
}

static void put_zone(struct buf *out, const struct metrics *metrics)
{
	static const char serial[] = "statefuld_zone_serial";
	char text[NAME_MAX_TEXT], labels[LABELS_MAX];

	metrics_gauge(out, "statefuld_zone_names", "Names in all zones.",
		      metrics->zone.names);
	metrics_gauge(out, "statefuld_zone_records", "Records in all zones.",
		      metrics->zone.records);
	metrics_gauge(out, "statefuld_zone_rrsets", "RRsets in all zones.",
		      metrics->zone.rrsets);
	metrics_gauge(out, "statefuld_zone_bytes",
		      "Memory that the zones take.", metrics->zone.bytes);
	metrics_counter(out, "statefuld_zone_versions_total",
			"Versions of the zones published.",
			metrics->zone.versions);
	prom_head(out, serial, "gauge", "SOA serial of each zone.");
	for (size_t i = 0; i < metrics->n_zones; i++) {
		name_text(text, metrics->zones[i].apex);
		prom_label(labels, sizeof(labels), "zone", text);
		prom_count(out, serial, labels, metrics->zones[i].serial);
	}
}

static void put_state(struct buf *out, const struct dnsd_state_counts *state)
{
	metrics_counter(out, "statefuld_state_writes_total",
			"Times that the zone was saved.", state->written);
	metrics_counter(out, "statefuld_state_write_errors_total",
			"Times that it could not be saved.", state->failed);
	prom_head(out, "statefuld_state_last_write_seconds", "gauge",
		  "When it last was, in seconds since 1970; 0: not yet.");
	prom_number(out, "statefuld_state_last_write_seconds", "",
		    (double)state->last_s);
}

/* ---- the API client ---- */

/* One family over all kinds. */
#define put_watches(out, stats, name, type, help, value)                       \
	do {                                                                   \
		prom_head((out), (name), (type), (help));                      \
		for (size_t i = 0; i < (stats)->n_watches; i++) {              \
			const struct controller_watch_stats *watch =           \
				&(stats)->watches[i];                          \
			char labels[64];                                       \
                                                                               \
			snprintf(labels, sizeof(labels), "kind=\"%s\"",        \
				 watch->kind);                                 \
			prom_number((out), (name), labels, (double)(value));   \
		}                                                              \
	} while (0)

static void put_api(struct buf *out, const struct controller_stats *stats)
{
	put_watches(out, stats, "statefuld_watch_connected", "gauge",
		    "Whether a list or watch of this kind is open.",
		    watch->is_connected);
	put_watches(out, stats, "statefuld_watch_synced", "gauge",
		    "Whether this kind has been listed completely once.",
		    watch->is_synced);
	put_watches(out, stats, "statefuld_watch_last_event_age_seconds",
		    "gauge", "Time since anything came, bookmarks included.",
		    (double)watch->silent_ms / 1000);
	put_watches(out, stats, "statefuld_watch_objects", "gauge",
		    "Objects kept in memory.", watch->objects);
	put_watches(out, stats, "statefuld_watch_list_items_total", "counter",
		    "Objects received in lists.", watch->items);
	put_watches(out, stats, "statefuld_watch_events_total", "counter",
		    "Changes received.", watch->events);
	put_watches(out, stats, "statefuld_watch_bookmarks_total", "counter",
		    "Bookmarks received.", watch->bookmarks);
	put_watches(out, stats, "statefuld_watch_lists_total", "counter",
		    "Lists completed; all but the first are relists.",
		    watch->lists);
	put_watches(out, stats, "statefuld_watch_audits_total", "counter",
		    "Lists made to look for changes that a watch missed.",
		    watch->audits);
	put_watches(out, stats, "statefuld_watch_missed_total", "counter",
		    "Changes that a watch had missed, repaired since.",
		    watch->missed);
}

static void put_requests(struct buf *out, const struct controller_stats *stats)
{
	static const char name[] = "rest_client_requests_total";
	char labels[64];

	prom_head(out, name, "counter",
		  "Requests to the API server, by method and class of the "
		  "status code; <error>: no answer came.");
	for (size_t i = 0; i < CONTROLLER_METHODS; i++) {
		for (size_t k = 0; k < CONTROLLER_CLASSES; k++) {
			if (stats->methods[i] == NULL || k == 1)
				continue;
			if (k == 0)
				snprintf(labels, sizeof(labels),
					 "method=\"%s\",code=\"<error>\"",
					 stats->methods[i]);
			else
				snprintf(labels, sizeof(labels),
					 "method=\"%s\",code=\"%zuxx\"",
					 stats->methods[i], k);
			prom_count(out, name, labels, stats->requests[i][k]);
		}
	}
}

static void put_one(struct buf *out, const char *name, const char *type,
		    const char *help, const char *labels, uint64_t value)
{
	prom_head(out, name, type, help);
	prom_count(out, name, labels, value);
}

static void put_reconcile(struct buf *out, const struct controller_stats *stats)
{
	static const char queue[] = "name=\"statefulset\"";
	static const char passes[] = "controller_runtime_reconcile_total";

	if (!stats->reconciles)
		return;
	put_one(out, "workqueue_depth", "gauge", "StatefulSets in the queue.",
		queue, stats->queue_len);
	put_one(out, "workqueue_adds_total", "counter",
		"StatefulSets that became due.", queue, stats->queue_adds);
	put_one(out, "workqueue_retries_total", "counter",
		"Of these, because a pass failed.", queue,
		stats->queue_retries);
	put_one(out, "controller_runtime_active_workers", "gauge",
		"Passes under way.", "controller=\"statefulset\"",
		stats->passes_under_way);
	prom_head(out, passes, "counter", "Passes ended, by result.");
	prom_count(out, passes, "controller=\"statefulset\",result=\"success\"",
		   stats->passes_done - stats->passes_failed);
	prom_count(out, passes, "controller=\"statefulset\",result=\"error\"",
		   stats->passes_failed);
}

void metrics_write(struct buf *out, const struct metrics *metrics)
{
	put_process(out, metrics);
	metrics_write_dns(out, metrics);
	put_zone(out, metrics);
	put_updates(out, &metrics->controller.zone_updates);
	put_programming(out, &metrics->controller);
	put_state(out, &metrics->state);
	put_api(out, &metrics->controller);
	put_requests(out, &metrics->controller);
	put_reconcile(out, &metrics->controller);
}
