/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/process.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>

#include "daemon/flags.h"
#include "daemon/lab_side.h"
#include "daemon/listen.h"
#include "daemon/ops.h"
#include "daemon/options.h"
#include "daemon/own_pod.h"
#include "daemon/serving.h"
#include "daemon/staleness.h"
#include "statefuld/clk.h"
#include "statefuld/controller.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

enum {
	PROCESS_MAGIC = 0x53544644,
	RETIRE_MS = 1000,
	TURN_MS = 50,
};
static const int caught[] = {SIGTERM, SIGINT, SIGHUP};

struct process {
	unsigned int magic;
	const struct options *options;
	struct loop *loop;
	struct dnsd *dnsd;
	struct controller *controller;
	struct ops *ops;
	struct lab *lab; /* of `statefuld lab` */
	struct staleness *staleness;
	struct loop_timer *lame_duck; /* set while it lasts */
	struct loop_timer *wait_sync; /* set while nothing listens yet */
	struct err listen_err;	      /* of listening late */
	struct loop_signal *signals[st_array_len(caught)];
	uint64_t started_ms;
};

static struct process *process_of(void *arg)
{
	struct process *process = arg;

	st_assert(process->magic == PROCESS_MAGIC);
	return process;
}

/* Clients will soon turn away; this process goes on all the same. */
static void check_cert(const struct process *process)
{
	int64_t ends_s = dnsd_cert_ends_s(process->dnsd);
	char text[32];

	if (ends_s > clk_wall_s())
		return;
	clk_format(text, ends_s * 1000000, 0);
	log_warn("certificate has expired", "file=%s ended=%s",
		 log_q(process->options->dot_cert), text);
}

static void log_bound(const struct dnsd_listen *bound, const char *proto)
{
	char text[LISTEN_TEXT];

	listen_text(text, bound);
	log_info("listening", "addr=%s proto=%s", text, proto);
}

static void log_listening(const struct process *process)
{
	struct dnsd_listen bound;

	for (size_t i = 0; i < process->options->n_listen; i++) {
		dnsd_bound(process->dnsd, i, &bound);
		log_bound(&bound, "udp,tcp");
	}
	for (size_t i = 0; i < process->options->n_dot; i++) {
		dnsd_bound_dot(process->dnsd, i, &bound);
		log_bound(&bound, "tls");
	}
}

/* Reads the keys, and tells the DNS side who may have what. */
static int add_secondaries(const struct options *options, struct dnsd *dnsd,
			   struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < options->n_tsig_keys; i++) {
		rc = dnsd_add_keys(dnsd, options->tsig_keys[i], err);
		if (rc != 0)
			return err_wrap(err, rc, "--tsig-key");
	}
	for (size_t i = 0; rc == 0 && i < options->n_allow; i++) {
		rc = dnsd_allow_transfer(dnsd, &options->allow[i], err);
		if (rc != 0)
			return err_wrap(err, rc, "--allow-transfer");
	}
	for (size_t i = 0; rc == 0 && i < options->n_notify; i++) {
		rc = dnsd_add_notify(dnsd, &options->notify[i], err);
		if (rc != 0)
			return err_wrap(err, rc, "--notify");
	}
	return rc;
}

/* The DNS side begins to answer. */
static int begin_serving(struct process *process, struct err *err)
{
	int rc = dnsd_start(process->dnsd, err);

	if (rc != 0)
		return rc;
	log_listening(process);
	check_cert(process);
	return 0;
}

/* It was put off (DNS-081); what goes wrong now ends the program as it would
 * have at the start. */
static void serve_late(struct process *process)
{
	loop_timer_cancel(process->wait_sync);
	if (begin_serving(process, &process->listen_err) != 0)
		loop_stop(process->loop);
}

static void on_wait_over(void *arg)
{
	struct process *process = process_of(arg);

	log_warn("not synced in time", "action=%s",
		 log_q("listening, names get SERVFAIL"));
	serve_late(process);
}

static void on_ready(void *arg)
{
	struct process *process = process_of(arg);
	struct zone_stats stats;

	zone_slot_stats(dnsd_slot(process->dnsd), &stats);
	log_info("zone ready",
		 "names=%" PRIu64 " rrsets=%" PRIu64 " bytes=%" PRIu64
		 " after_ms=%" PRIu64,
		 stats.names, stats.rrsets, stats.bytes,
		 clk_mono_ms() - process->started_ms);
	if (loop_timer_is_set(process->wait_sync))
		serve_late(process);
	if (process->lab != NULL)
		lab_side_greet(process->lab, process->options, process->dnsd);
}

static void on_lame_duck_over(void *arg)
{
	loop_stop(process_of(arg)->loop);
}

static void stop_now(struct process *process, const char *signal)
{
	log_info("stopping", "signal=%s", signal);
	loop_stop(process->loop);
}

/* DNS-088: whoever still has our address asks a while longer. */
static void stop_gently(struct process *process)
{
	uint32_t lame_duck_s = process->options->lame_duck_s;

	controller_retire(process->controller);
	if (lame_duck_s == 0 || loop_timer_is_set(process->lame_duck)) {
		stop_now(process, "SIGTERM");
		return;
	}
	log_info("stopping", "signal=SIGTERM lame_duck_s=%" PRIu32,
		 lame_duck_s);
	ops_set_lame(process->ops);
	loop_timer_set(process->lame_duck, (uint64_t)lame_duck_s * 1000);
}

static void reload(struct process *process)
{
	struct err err = {0};
	int rc = controller_reload(process->controller, &err);

	if (rc == 0)
		rc = dnsd_reload(process->dnsd, &err);
	if (rc != 0) {
		log_error("reload failed", "error=%s keeping=old",
			  log_q(err_msg(&err)));
		return;
	}
	log_info("credentials reloaded", "signal=SIGHUP");
	check_cert(process);
}

static void on_signal(int signo, void *arg)
{
	struct process *process = process_of(arg);

	switch (signo) {
	case SIGTERM:
		stop_gently(process);
		break;
	case SIGINT:
		stop_now(process, "SIGINT");
		break;
	case SIGHUP:
		reload(process);
		break;
	default:
		break;
	}
}

static void catch_signals(struct process *process)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	/* A peer that hangs up shows as EPIPE where it is written to. */
	sigaction(SIGPIPE, &ignore, NULL);
	for (size_t i = 0; i < st_array_len(caught); i++)
		process->signals[i] = loop_signal_new(process->loop, caught[i],
						      on_signal, process);
	process->lame_duck =
		loop_timer_new(process->loop, on_lame_duck_over, process);
	process->wait_sync =
		loop_timer_new(process->loop, on_wait_over, process);
}

static void read_own_pod(struct own_pod *own)
{
	const char *ips = getenv("POD_IPS");

	own_pod_read(own, getenv("POD_NAMESPACE"),
		     ips != NULL ? ips : getenv("POD_IP"), OWN_POD_NAMESPACE);
}

static int make_controller(struct process *process, struct err *err)
{
	const struct options *options = process->options;
	bool has_own = options->n_ns_addrs > 0;
	struct serving interfaces, serving;
	struct own_pod own;
	int rc;

	read_own_pod(&own);
	serving_interfaces(&interfaces);
	serving_choose(&serving, options->listen, options->n_listen,
		       &interfaces);
	rc = controller_new(
		&(struct controller_config){
			.loop = process->loop,
			.slot = dnsd_slot(process->dnsd),
			.kubeconfig =
				process->lab != NULL
					? lab_side_kubeconfig(process->lab)
					: options->kubeconfig,
			.reconcile = options->reconcile,
			.api_qps = options->api_qps,
			.api_burst = options->api_burst,
			.revisions_as_served = options->revisions_as_served,
			.endpoints = options->endpoints,
			.zones = options->zones,
			.n_zones = options->n_zones,
			.reverse_zones = options->reverse_zones,
			.n_reverse_zones = options->n_reverse_zones,
			.ttl_s = options->ttl_s,
			.negative_ttl_s = options->negative_ttl_s,
			.records = options->records,
			.ns_addrs = has_own ? options->ns_addrs : serving.addrs,
			.n_ns_addrs = has_own ? options->n_ns_addrs : serving.n,
			.own_ns = own.ns,
			.own_addrs = own.n > 0 ? own.addrs : serving.addrs,
			.n_own_addrs = own.n > 0 ? own.n : serving.n,
			.on_ready = on_ready,
			.arg = process,
		},
		&process->controller, err);
	own_pod_fini(&own);
	serving_fini(&interfaces);
	serving_fini(&serving);
	return rc;
}

/* A file that cannot be used is named and left alone: it will be replaced by
 * the next. */
static int keep_state(struct process *process, bool *ret_is_restored,
		      struct err *err)
{
	const char *dir = process->options->state_dir;
	struct dnsd_restored restored;
	struct err why = {0};
	char saved[32];
	int rc;

	*ret_is_restored = false;
	if (dir == NULL)
		return 0;
	rc = dnsd_keep_state(process->dnsd, dir, err);
	if (rc != 0)
		return err_wrap(err, rc, "--state-dir %s", dir);
	if (dnsd_restore(process->dnsd, &restored, &why) != 0) {
		log_warn("saved zone left out", "error=%s",
			 log_q(err_msg(&why)));
		return 0;
	}
	if (restored.saved_s == 0)
		return 0;
	clk_format(saved, restored.saved_s * 1000000, 0);
	log_info("zone restored", "names=%" PRIu64 " saved=%s", restored.names,
		 saved);
	*ret_is_restored = true;
	return 0;
}

static int start(struct process *process, struct err *err)
{
	const struct options *options = process->options;
	bool is_restored;
	int rc;

	process->started_ms = clk_mono_ms();
	process->loop = loop_new();
	process->dnsd = dnsd_new(&(struct dnsd_config){
		.loop = process->loop,
		.listen = options->listen,
		.n_listen = options->n_listen,
		.dot = options->dot,
		.n_dot = options->n_dot,
		.upstream = options->upstream,
		.n_upstream = options->n_upstream,
		.dot_cert = options->dot_cert,
		.dot_key = options->dot_key,
		.allow_query = options->allow_query,
		.n_allow_query = options->n_allow_query,
		.rrl = options->rrl,
		.rrl_slip = options->rrl_slip,
		.rrl_exempt = options->rrl_exempt,
		.n_rrl_exempt = options->n_rrl_exempt,
		.cookie_secret = options->cookie_secret,
		.nsid = options->nsid,
		.version_text = options->version_text,
		.tcp_idle_s = options->tcp_idle_s,
		.tcp_connections = options->tcp_connections,
		.tcp_per_client = options->tcp_per_client,
		.max_udp_payload = (uint16_t)options->udp_payload,
		.threads = options->dns_threads,
	});
	rc = add_secondaries(options, process->dnsd, err);
	if (rc != 0)
		return rc;
	if (options->command == FLAGS_LAB) {
		rc = lab_side_start(process->loop, options, &process->lab, err);
		if (rc != 0)
			return rc;
	}
	rc = make_controller(process, err);
	if (rc != 0)
		return rc;
	rc = keep_state(process, &is_restored, err);
	if (rc != 0)
		return rc;
	process->staleness = staleness_new(&(struct staleness_config){
		.loop = process->loop,
		.dnsd = process->dnsd,
		.controller = process->controller,
		.after_ms = options->stale_after_ms,
		.marks_answers = options->stale_ede,
	});
	catch_signals(process);
	if (options->wait_sync_ms > 0 && !is_restored)
		loop_timer_set(process->wait_sync, options->wait_sync_ms);
	else
		rc = begin_serving(process, err);
	if (rc != 0)
		return rc;
	rc = ops_start(
		&(struct ops_config){
			.loop = process->loop,
			.options = options,
			.dnsd = process->dnsd,
			.controller = process->controller,
			.staleness = process->staleness,
		},
		&process->ops, err);
	if (rc != 0)
		return rc;
	controller_start(process->controller);
	return 0;
}

/* A successor should not have to wait for the end of our lease. */
static void retire(struct process *process)
{
	uint64_t end_ms = clk_mono_ms() + RETIRE_MS;

	controller_retire(process->controller);
	while (controller_is_retiring(process->controller) &&
	       clk_mono_ms() < end_ms)
		loop_turn(process->loop, TURN_MS);
}

/* The sockets go first, so that no question meets a half-taken-down zone. */
static void stop(struct process *process)
{
	dnsd_stop(process->dnsd);
	ops_free(process->ops);
	staleness_free(process->staleness);
	controller_free(process->controller);
	dnsd_free(process->dnsd);
	lab_side_free(process->lab);
	for (size_t i = 0; i < st_array_len(process->signals); i++)
		loop_signal_free(process->signals[i]);
	loop_timer_free(process->lame_duck);
	loop_timer_free(process->wait_sync);
	loop_free(process->loop);
}

static void log_stopped(const struct process *process)
{
	struct dnsd_counters counters;

	dnsd_counters(process->dnsd, &counters);
	log_info("stopped",
		 "udp_queries=%" PRIu64 " tcp_queries=%" PRIu64
		 " uptime_s=%" PRIu64,
		 counters.udp_queries, counters.tcp_queries,
		 (clk_mono_ms() - process->started_ms) / 1000);
}

int process_run(const struct options *options, struct err *err)
{
	struct process process = {
		.magic = PROCESS_MAGIC,
		.options = options,
	};
	int rc = start(&process, err);

	if (rc == 0) {
		loop_run(process.loop);
		retire(&process);
		log_stopped(&process);
		rc = process.listen_err.code;
		*err = process.listen_err;
	}
	stop(&process);
	return rc;
}
