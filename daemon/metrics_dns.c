/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "daemon/metrics_priv.h"
#include "statefuld/attr.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"
#include "statefuld/prom.h"

enum { LABELS_MAX = NAME_MAX_TEXT * 2 };

static const char *const protos[DNSD_PROTOS] = {
	[DNSD_UDP] = "udp",
	[DNSD_TCP] = "tcp",
	[DNSD_TLS] = "tls",
};

/* ---- replies ---- */

/* The zone of a row, as a label; "." for none, as CoreDNS has it. */
static void zone_label(char out[LABELS_MAX], const struct metrics *metrics,
		       size_t row)
{
	char text[NAME_MAX_TEXT] = ".";

	if (row == DNSD_ROWS - 1)
		snprintf(text, sizeof(text), "others");
	else if (row > 0)
		name_text(text, metrics->zones[row - 1].apex);
	prom_label(out, LABELS_MAX, "zone", text);
}

static size_t n_rows(const struct metrics *metrics)
{
	return metrics->n_zones + 1 < DNSD_ROWS ? metrics->n_zones + 1
						: DNSD_ROWS;
}

static uint64_t sum_of_type(dnsd_replies replies, size_t type)
{
	uint64_t n = 0;

	for (size_t i = 0; i < DNSD_RCODES; i++)
		n += replies[i][type];
	return n;
}

static uint64_t sum_of_rcode(dnsd_replies replies, size_t rcode)
{
	uint64_t n = 0;

	for (size_t i = 0; i < DNSD_TYPES; i++)
		n += replies[rcode][i];
	return n;
}

/* What has come at least once: all there could be would be thousands. */
static void put_types(struct buf *out, const char *labels, dnsd_replies replies)
{
	for (size_t i = 0; i < DNSD_TYPES; i++) {
		uint64_t n = sum_of_type(replies, i);
		char all[LABELS_MAX + 128];

		if (n == 0)
			continue;
		snprintf(all, sizeof(all), "%s,type=\"%s\"", labels,
			 dnsd_type_name(i));
		prom_count(out, "statefuld_dns_requests_total", all, n);
	}
}

static void put_requests(struct buf *out, const struct metrics *metrics)
{
	char zone[LABELS_MAX], labels[LABELS_MAX + 64];

	prom_head(out, "statefuld_dns_requests_total", "counter",
		  "DNS queries answered, by zone (. is none of ours), "
		  "transport, family of addresses and type.");
	for (size_t row = 0; row < n_rows(metrics); row++) {
		zone_label(zone, metrics, row);
		for (size_t i = 0; i < DNSD_PROTOS * DNSD_FAMILIES; i++) {
			size_t family = i % DNSD_FAMILIES;
			size_t proto = i / DNSD_FAMILIES;

			snprintf(labels, sizeof(labels),
				 "%s,proto=\"%s\",family=\"%c\"", zone,
				 protos[proto], family == DNSD_V4 ? '1' : '2');
			put_types(out, labels,
				  metrics->replies[proto][family][row]);
		}
	}
}

static uint64_t sum_of_all(const struct metrics *metrics, size_t row,
			   size_t rcode)
{
	uint64_t n = 0;

	for (size_t i = 0; i < DNSD_PROTOS; i++)
		for (size_t k = 0; k < DNSD_FAMILIES; k++)
			n += sum_of_rcode(metrics->replies[i][k][row], rcode);
	return n;
}

static void put_responses(struct buf *out, const struct metrics *metrics)
{
	static const char name[] = "statefuld_dns_responses_total";
	char zone[LABELS_MAX], labels[LABELS_MAX + 64];

	prom_head(out, name, "counter", "DNS responses, by zone and RCODE.");
	for (size_t row = 0; row < n_rows(metrics); row++) {
		zone_label(zone, metrics, row);
		for (size_t i = 0; i < DNSD_RCODES; i++) {
			uint64_t n = sum_of_all(metrics, row, i);

			if (n == 0)
				continue;
			snprintf(labels, sizeof(labels), "%s,rcode=\"%s\"",
				 zone, dnsd_rcode_name(i));
			prom_count(out, name, labels, n);
		}
	}
}

/* ---- sizes and times ---- */

static void put_sizes(struct buf *out, const struct metrics *metrics)
{
	static const char name[] = "statefuld_dns_response_size_bytes";
	double bounds[DNSD_SIZES];
	char labels[32];

	for (size_t i = 0; i < DNSD_SIZES; i++)
		bounds[i] = (double)dnsd_size_bound(i);
	prom_head(out, name, "histogram", "Size of DNS responses.");
	for (size_t i = 0; i < DNSD_PROTOS; i++) {
		const struct dnsd_traffic *traffic = &metrics->traffic[i];

		/* None has less than 12 octets, nor more than 65535. */
		snprintf(labels, sizeof(labels), "proto=\"%s\"", protos[i]);
		prom_buckets(out, name, labels,
			     &(struct prom_buckets){
				     .bounds = bounds + 3,
				     .n = traffic->sizes + 3,
				     .n_bounds = DNSD_SIZES - 4,
				     .sum = (double)traffic->size_sum,
			     });
	}
}

static void put_times(struct buf *out, const struct metrics *metrics)
{
	static const char name[] = "statefuld_dns_request_duration_seconds";
	double bounds[DNSD_TIMES];
	char labels[32];

	for (size_t i = 0; i < DNSD_TIMES; i++)
		bounds[i] = dnsd_time_bound_s(i);
	prom_head(out, name, "histogram",
		  "From having read a DNS query to having sent its response, "
		  "of a sample: all queries of one batch in 16. Waiting for "
		  "upstream servers is left out.");
	for (size_t i = 0; i < DNSD_PROTOS; i++) {
		const struct dnsd_traffic *traffic = &metrics->traffic[i];

		snprintf(labels, sizeof(labels), "proto=\"%s\"", protos[i]);
		prom_buckets(out, name, labels,
			     &(struct prom_buckets){
				     .bounds = bounds,
				     .n = traffic->times,
				     .n_bounds = DNSD_TIMES,
				     .sum = (double)traffic->time_sum_ns / 1e9,
			     });
	}
}
_Static_assert(DNSD_SAMPLE == 16, "the help says so");

/* ---- what else may become of a query ---- */

/* A value of the one label of a family. */
struct labelled {
	const char *label;
	uint64_t value;
};

static void put_labelled(struct buf *out, const char *name, const char *help,
			 const struct labelled *values, size_t n)
{
	prom_head(out, name, "counter", help);
	for (size_t i = 0; i < n; i++)
		prom_count(out, name, values[i].label, values[i].value);
}

static void put_drops(struct buf *out, const struct dnsd_counters *dns)
{
	const struct labelled values[] = {
		{"reason=\"malformed\"", dns->dropped_malformed},
		{"reason=\"loop\"", dns->dropped_loop},
		{"reason=\"rrl\"", dns->rrl_dropped},
		{"reason=\"upstream\"", dns->dropped_upstream},
		{"reason=\"send\"", dns->send_errors},
		{"reason=\"queue\"", dns->dropped_queue},
	};

	put_labelled(out, "statefuld_dns_dropped_total",
		     "DNS messages that got no response: no query; from our "
		     "own address; over the rate limit; an ExternalName that "
		     "kept changing; the response could not be sent; lost in "
		     "the kernel since nobody took them in time.",
		     values, st_array_len(values));
}

static void put_limits(struct buf *out, const struct dnsd_counters *dns)
{
	const struct labelled rrl[] = {
		{"action=\"cut\"", dns->rrl_cut},
		{"action=\"drop\"", dns->rrl_dropped},
	};
	const struct labelled cookies[] = {
		{"state=\"good\"", dns->cookies_good},
		{"state=\"new\"", dns->cookies_new},
	};

	put_labelled(out, "statefuld_dns_rrl_total",
		     "Responses that the rate limit cut or dropped.", rrl,
		     st_array_len(rrl));
	put_labelled(out, "statefuld_dns_cookies_total",
		     "Queries with a DNS cookie; new: any that is not good.",
		     cookies, st_array_len(cookies));
	metrics_counter(out, "statefuld_dns_denied_total",
			"Queries refused because of who asked.", dns->denied);
}

static void put_messages(struct buf *out, const struct dnsd_counters *dns)
{
	const struct labelled values[] = {
		{"proto=\"udp\"", dns->udp_queries},
		{"proto=\"tcp\"", dns->tcp_queries},
	};

	put_labelled(out, "statefuld_dns_messages_total",
		     "DNS messages received, answered or not; tcp is with "
		     "TLS.",
		     values, st_array_len(values));
	metrics_counter(out, "statefuld_dns_truncated_total",
			"DNS responses with TC set.", dns->truncated);
	metrics_counter(out, "statefuld_dns_tcp_connections_total",
			"TCP connections accepted, those with TLS included.",
			dns->tcp_connections);
	metrics_gauge(out, "statefuld_dns_tcp_connections_open",
		      "TCP connections that are open.", dns->tcp_open);
}

/* ---- other servers ---- */

static void put_upstream(struct buf *out, const struct dnsd_counters *dns)
{
	const struct labelled values[] = {
		{"result=\"answered\"", dns->upstream_answered},
		{"result=\"failed\"", dns->upstream_failed},
		{"result=\"kept\"", dns->upstream_kept},
		{"result=\"turned_away\"", dns->upstream_turned_away},
	};

	put_labelled(out, "statefuld_dns_upstream_total",
		     "Lookups of where an ExternalName leads: answered by an "
		     "upstream server, or by none; known from before; not "
		     "made, since too many were under way.",
		     values, st_array_len(values));
}

static void put_secondaries(struct buf *out, const struct dnsd_counters *dns)
{
	static const char transfers[] = "statefuld_dns_transfers_total";
	static const char notify[] = "statefuld_dns_notify_total";

	prom_head(out, transfers, "counter",
		  "Zone transfers begun by TCP, whole or changes alone; those "
		  "cut off as too slow.");
	prom_count(out, transfers, "kind=\"axfr\"", dns->transfers_whole);
	prom_count(out, transfers, "kind=\"ixfr\"", dns->transfers_steps);
	prom_count(out, transfers, "kind=\"cut\"", dns->transfers_cut);
	prom_head(out, notify, "counter",
		  "NOTIFY messages sent, and what came of them.");
	prom_count(out, notify, "result=\"sent\"", dns->notify_sent);
	prom_count(out, notify, "result=\"acknowledged\"",
		   dns->notify_acknowledged);
	prom_count(out, notify, "result=\"failed\"", dns->notify_failed);
}

void metrics_write_dns(struct buf *out, const struct metrics *metrics)
{
	const struct dnsd_counters *dns = &metrics->dns;

	put_messages(out, dns);
	put_requests(out, metrics);
	put_responses(out, metrics);
	put_sizes(out, metrics);
	put_times(out, metrics);
	put_drops(out, dns);
	put_limits(out, dns);
	put_upstream(out, dns);
	put_secondaries(out, dns);
}
