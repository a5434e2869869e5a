/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/ops.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/listen.h"
#include "daemon/metrics.h"
#include "daemon/ops_path.h"
#include "daemon/options.h"
#include "daemon/staleness.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/controller.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "statefuld/prom.h"
#include "statefuld/web.h"
#include "statefuld/zone_edit.h"

struct ops {
	struct ops_config config;
	struct web *web;
	int64_t started_us;
	bool is_lame;
};

static const char text_plain[] = "text/plain; charset=utf-8";

static void reply_text(struct web_call *call, int code, const char *text)
{
	struct buf body;

	buf_init(&body, 0);
	buf_puts(&body, text);
	web_reply(call, code, text_plain, &body);
	buf_fini(&body);
}

/* ---- probes (DNS-082, DNS-088) ---- */

/* DNS-082. Stays true when the API server goes away: all replicas would leave
 * at the same time. A zone of an earlier run is answered from, but is no sync:
 * who can choose should choose a replica that has one. */
static bool is_ready(const struct ops *ops)
{
	return !ops->is_lame && controller_is_synced(ops->config.controller);
}

/* That the loop answers is all there is to say. */
static void tell_live(struct ops *ops st_unused, struct web_call *call,
		      const struct web_request *request st_unused)
{
	reply_text(call, 200, "ok\n");
}

static void tell_ready(struct ops *ops, struct web_call *call,
		       const struct web_request *request st_unused)
{
	if (is_ready(ops))
		reply_text(call, 200, "ok\n");
	else
		reply_text(call, 503,
			   ops->is_lame ? "stopping\n"
					: "not synced with the API server "
					  "yet\n");
}

/* ---- metrics ---- */

static uint64_t resident_bytes(void)
{
	unsigned long long size = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%llu %llu", &size, &resident) != 2)
		resident = 0;
	fclose(file);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double cpu_s(void)
{
	struct rusage usage = {0};

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void add_zones(struct metrics_zone *zones, const struct zone_slot *slot,
		      const struct name *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		zones[i] = (struct metrics_zone){
			names[i].wire,
			zone_slot_serial(slot, names[i].wire),
		};
}

/* The DNS side's counters; to be given back by drop_traffic(). */
static void add_traffic(struct metrics *metrics, const struct dnsd *dnsd)
{
	size_t rows = metrics->n_zones + 1;

	if (rows > DNSD_ROWS)
		rows = DNSD_ROWS;
	dnsd_counters(dnsd, &metrics->dns);
	for (int i = 0; i < DNSD_PROTOS; i++) {
		enum dnsd_proto proto = (enum dnsd_proto)i;

		dnsd_sum_traffic(dnsd, proto, &metrics->traffic[i]);
		for (int k = 0; k < DNSD_FAMILIES; k++) {
			metrics->replies[i][k] =
				mem_calloc(rows, sizeof(dnsd_replies));
			dnsd_sum_replies(dnsd, proto, (enum dnsd_family)k,
					 metrics->replies[i][k], rows);
		}
	}
}

static void drop_traffic(struct metrics *metrics)
{
	for (int i = 0; i < DNSD_PROTOS; i++)
		for (int k = 0; k < DNSD_FAMILIES; k++)
			free(metrics->replies[i][k]);
}

static void tell_metrics(struct ops *ops, struct web_call *call,
			 const struct web_request *request st_unused)
{
	const struct options *options = ops->config.options;
	const struct zone_slot *slot = dnsd_slot(ops->config.dnsd);
	size_t n = options->n_zones + options->n_reverse_zones;
	scope_free struct metrics_zone *zones = mem_calloc(n, sizeof(*zones));
	struct metrics metrics = {
		.zones = zones,
		.n_zones = n,
		.is_synced = controller_is_synced(ops->config.controller),
		.is_ready = is_ready(ops),
		.is_stale = staleness_is(ops->config.staleness),
		.silent_s =
			(double)controller_silent_ms(ops->config.controller) /
			1000,
		.started_s = (double)ops->started_us / 1e6,
		.cpu_s = cpu_s(),
		.resident_bytes = resident_bytes(),
	};
	struct buf body;

	add_zones(zones, slot, options->zones, options->n_zones);
	add_zones(zones + options->n_zones, slot, options->reverse_zones,
		  options->n_reverse_zones);
	add_traffic(&metrics, ops->config.dnsd);
	dnsd_state_counts(ops->config.dnsd, &metrics.state);
	zone_slot_stats(slot, &metrics.zone);
	controller_stats(ops->config.controller, &metrics.controller);
	buf_init(&body, 0);
	metrics_write(&body, &metrics);
	drop_traffic(&metrics);
	web_reply(call, 200, PROM_CONTENT_TYPE, &body);
	buf_fini(&body);
}

/* ---- the zone ---- */

static void tell_why(struct ops *ops, struct web_call *call,
		     const struct web_request *request)
{
	char name[NAME_MAX_TEXT], format[8] = "";
	bool as_json;
	struct buf body;

	if (!web_param(name, sizeof(name), request->query, "name") || !*name) {
		reply_text(call, 400,
			   "which name? write for instance /explain?name="
			   "web-0.nginx.default.svc.cluster.local\n");
		return;
	}
	as_json = web_param(format, sizeof(format), request->query, "format") &&
		  strcmp(format, "json") == 0;
	buf_init(&body, 0);
	controller_explain(ops->config.controller, name, as_json, &body);
	web_reply(call, 200, as_json ? "application/json" : text_plain, &body);
	buf_fini(&body);
}

static void on_dump(int rc, struct buf *text, void *arg)
{
	struct web_call *call = arg;

	if (rc == 0)
		web_reply(call, 200, text_plain, text);
	else if (rc == ST_ENOTFOUND)
		reply_text(call, 404, "no such zone\n");
	else
		reply_text(call, 503, "too much changes: try again\n");
}

/* All zones, or that of ?zone=NAME. */
static void tell_zone(struct ops *ops, struct web_call *call,
		      const struct web_request *request)
{
	char text[NAME_MAX_TEXT];
	bool is_one = web_param(text, sizeof(text), request->query, "zone");
	struct name apex;
	int rc;

	if (is_one && name_parse(&apex, text) != 0) {
		reply_text(call, 400, "zone: this is no name\n");
		return;
	}
	if (!zone_slot_is_ready(dnsd_slot(ops->config.dnsd))) {
		reply_text(call, 503, "not synced with the API server yet\n");
		return;
	}
	rc = dnsd_dump(ops->config.dnsd, is_one ? apex.wire : NULL, on_dump,
		       call);
	if (rc != 0)
		reply_text(call, 503, "another dump is under way\n");
}

/* ---- routes ---- */

static const struct route {
	const char *path;
	bool is_private;
	void (*tell)(struct ops *ops, struct web_call *call,
		     const struct web_request *request);
} routes[] = {
	{"/metrics", false, tell_metrics}, {"/livez", false, tell_live},
	{"/healthz", false, tell_live},	   {"/readyz", false, tell_ready},
	{"/zone", true, tell_zone},	   {"/explain", true, tell_why},
};

static void tell_paths(struct web_call *call)
{
	struct buf body;

	buf_init(&body, 0);
	buf_puts(&body, "statefuld " PACKAGE_VERSION "\n");
	for (size_t i = 0; i < st_array_len(routes); i++)
		buf_printf(&body, "%s\n", routes[i].path);
	web_reply(call, 200, text_plain, &body);
	buf_fini(&body);
}

static void on_request(struct web_call *call, const struct web_request *request,
		       void *arg)
{
	for (size_t i = 0; i < st_array_len(routes); i++) {
		if (strcmp(request->path, routes[i].path) != 0)
			continue;
		if (routes[i].is_private && !request->is_near)
			reply_text(call, 403,
				   "only from a loopback address or by a Unix "
				   "socket\n");
		else
			routes[i].tell(arg, call, request);
		return;
	}
	if (strcmp(request->path, "/") == 0)
		tell_paths(call);
	else
		reply_text(call, 404, "no such path: see /\n");
}

/* ---- start and stop ---- */

static int listen_at(struct ops *ops, const struct options_ops *at,
		     struct err *err)
{
	struct dnsd_listen bound = at->listen;
	char text[LISTEN_TEXT];
	int rc;

	if (at->path != NULL) {
		rc = web_listen_unix(ops->web, at->path, err);
		if (rc != 0)
			return err_wrap(err, rc, "--ops unix:%s", at->path);
		log_info("ops endpoint", "addr=%s", log_q(at->path));
		return 0;
	}
	listen_text(text, &bound);
	rc = web_listen(ops->web, &bound.addr, bound.addr_len, &bound.addr,
			err);
	if (rc != 0)
		return err_wrap(err, rc, "--ops %s", text);
	listen_text(text, &bound);
	log_info("ops endpoint", "addr=%s", text);
	return 0;
}

static bool listen_default(struct ops *ops, size_t i, struct err *err)
{
	char path[OPS_PATH_MAX], folder[OPS_PATH_MAX];
	int rc;

	if (!ops_path(path, i))
		return false;
	ops_path_folder(folder, i);
	if (*folder != '\0' && mkdir(folder, 0755) < 0 && errno != EEXIST) {
		rc = -errno;
		return err_set(err, rc, "%s: %s", folder, err_str(rc)) == 0;
	}
	rc = web_listen_unix(ops->web, path, err);
	if (rc != 0)
		return err_wrap(err, rc, "%s", path) == 0;
	log_info("ops endpoint", "addr=%s", log_q(path));
	return true;
}

/* Nobody asked for it, so that it cannot be had is no reason to stop. */
static void listen_somewhere(struct ops *ops)
{
	struct err err = {0};

	for (size_t i = 0; i < OPS_PATHS; i++)
		if (listen_default(ops, i, &err))
			return;
	log_info("no ops endpoint", "error=%s fix=%s", log_q(err_msg(&err)),
		 log_q("say where with --ops"));
}

int ops_start(const struct ops_config *config, struct ops **ret_ops,
	      struct err *err)
{
	const struct options *options = config->options;
	struct ops *ops = mem_zalloc(sizeof(*ops));
	int rc = 0;

	ops->config = *config;
	ops->started_us = clk_wall_us();
	ops->web = web_new(config->loop, on_request, ops);
	for (size_t i = 0; i < options->n_ops && rc == 0; i++)
		rc = listen_at(ops, &options->ops[i], err);
	if (rc != 0) {
		ops_free(ops);
		return rc;
	}
	if (options->n_ops == 0 && !options->no_ops)
		listen_somewhere(ops);
	*ret_ops = ops;
	return 0;
}

void ops_set_lame(struct ops *ops)
{
	ops->is_lame = true;
}

void ops_free(struct ops *ops)
{
	if (ops == NULL)
		return;
	web_free(ops->web);
	free(ops);
}
