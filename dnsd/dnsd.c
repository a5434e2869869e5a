/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/dnsd.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "dnsd/answer.h"
#include "dnsd/cookie_jar.h"
#include "dnsd/dumper.h"
#include "dnsd/identity.h"
#include "dnsd/limit.h"
#include "dnsd/notify.h"
#include "dnsd/secondaries.h"
#include "dnsd/socket.h"
#include "dnsd/state.h"
#include "dnsd/stats.h"
#include "dnsd/stop.h"
#include "dnsd/tcp.h"
#include "dnsd/transfer.h"
#include "dnsd/upstream.h"
#include "dnsd/wire.h"
#include "dnsd/worker.h"
#include "dnsd/zone.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"
#include "statefuld/tls.h"

enum {
	MAX_UDP_PAYLOAD = 1232,
	MAX_THREADS = 256,
};

/* ALPN of DNS over TLS (RFC 7858, RFC 9103 7.1). */
static const char alpn[] = "\3dot";

struct dnsd {
	struct dnsd_listen *listen, *dot;
	const struct dnsd_listen *upstream_servers;
	size_t n_upstream_servers;
	size_t n_listen, n_dot;
	const char *dot_cert, *dot_key, *cookie_secret;
	int64_t cert_ends_s;
	struct tcp_config tcp_limits;
	size_t n_workers;
	struct answer_config answer;
	struct cookie_jar *jar;
	struct secondaries secondaries;
	struct loop *loop; /* the caller's */
	struct zone_slot *slot;
	struct dumper dumper;
	struct state *state; /* NULL: none is kept */
	/* Kept after the stop, so that counters can still be read. */
	struct stats *stats;

	/* While started. */
	bool is_running;
	struct stop stop;
	struct listener *listeners, *dot_listeners;
	size_t n_listeners, n_dot_listeners;
	struct worker **workers;
	size_t n_started;
	struct loop *tcp_loop;
	pthread_t tcp_thread;
	bool has_tcp;
	/* The TCP thread's, once it runs. */
	struct tcp *tcp;
	struct tls_server *tls;
	/* On its way to that thread. */
	_Atomic(struct tls_server *) next_tls;
};

static size_t usable_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return (size_t)CPU_COUNT(&set);
	/* More CPUs than the set has bits for. */
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (size_t)n : 1;
}

static size_t worker_count(unsigned int asked)
{
	size_t n = asked > 0 ? asked : usable_cpus();

	return n < MAX_THREADS ? n : MAX_THREADS;
}

static uint16_t udp_payload(uint16_t asked)
{
	if (asked == 0)
		return MAX_UDP_PAYLOAD;
	return asked < WIRE_UDP_FLOOR ? WIRE_UDP_FLOOR : asked;
}

/* The thread on which liburcu runs what call_rcu was given is made by the
 * first call; with us it does not inherit an open signal mask. */
static void start_reclaimer(void)
{
	sigset_t before;

	stop_block_signals(&before);
	(void)get_default_call_rcu_data();
	stop_restore_signals(&before);
}

static struct dnsd_listen *copy_listen(const struct dnsd_listen *from, size_t n)
{
	struct dnsd_listen *copy = mem_calloc(n, sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = from[i];
	return copy;
}

/* One for each worker, behind them those of TCP and upstream. */
static void open_stats(struct dnsd *dnsd)
{
	struct stats *tcp = &dnsd->stats[dnsd->n_workers], *upstream = tcp + 1;

	for (size_t i = 0; i < dnsd->n_workers; i++)
		stats_open(&dnsd->stats[i], DNSD_UDP);
	stats_open(tcp, DNSD_TCP);
	stats_open(tcp, DNSD_TLS);
	for (int i = 0; dnsd->n_upstream_servers > 0 && i < DNSD_PROTOS; i++)
		stats_open(upstream, (enum dnsd_proto)i);
}

struct dnsd *dnsd_new(const struct dnsd_config *config)
{
	struct dnsd *dnsd = mem_zalloc(sizeof(*dnsd));

	dnsd->loop = config->loop;
	dnsd->n_listen = config->n_listen;
	dnsd->listen = copy_listen(config->listen, config->n_listen);
	dnsd->n_dot = config->n_dot;
	dnsd->dot = copy_listen(config->dot, config->n_dot);
	dnsd->upstream_servers = config->upstream;
	dnsd->n_upstream_servers = config->n_upstream;
	dnsd->answer.asks_outside = config->n_upstream > 0;
	dnsd->dot_cert = config->dot_cert;
	dnsd->dot_key = config->dot_key;
	dnsd->cert_ends_s = INT64_MAX;
	dnsd->tcp_limits = (struct tcp_config){
		.idle_timeout_ms = (uint64_t)config->tcp_idle_s * 1000,
		.max_connections = config->tcp_connections,
		.max_per_source = config->tcp_per_client,
	};
	dnsd->n_workers = worker_count(config->threads);
	dnsd->answer.max_udp_payload = udp_payload(config->max_udp_payload);
	dnsd->answer.is_fixed_order = config->fixed_order;
	identity_fill(&dnsd->answer, config->nsid, config->version_text);
	dnsd->answer.allow = config->allow_query;
	dnsd->answer.n_allow = config->n_allow_query;
	dnsd->cookie_secret = config->cookie_secret;
	dnsd->answer.jar = dnsd->jar = cookie_jar_new();
	if (config->rrl > 0)
		dnsd->answer.limit =
			limit_new(config->rrl, config->rrl_slip,
				  config->rrl_exempt, config->n_rrl_exempt);
	dnsd->answer.transfers = &dnsd->secondaries.policy;
	start_reclaimer();
	dnsd->slot = zone_slot_new();
	size_t size = (dnsd->n_workers + 2) * sizeof(*dnsd->stats);
	dnsd->stats = aligned_alloc(_Alignof(struct stats), size);
	st_assert(dnsd->stats != NULL);
	memset(dnsd->stats, 0, size);
	open_stats(dnsd);
	return dnsd;
}

struct zone_slot *dnsd_slot(struct dnsd *dnsd)
{
	return dnsd->slot;
}

int dnsd_add_keys(struct dnsd *dnsd, const char *path, struct err *err)
{
	int rc = secondaries_add_keys(&dnsd->secondaries, path, err);

	st_assert(!dnsd->is_running);
	dnsd->answer.keys = secondaries_keys(&dnsd->secondaries);
	return rc;
}

int dnsd_allow_transfer(struct dnsd *dnsd, const struct dnsd_allow *allow,
			struct err *err)
{
	st_assert(!dnsd->is_running);
	return secondaries_allow(&dnsd->secondaries, dnsd->slot, allow, err);
}

int dnsd_add_notify(struct dnsd *dnsd, const struct dnsd_notify *notify,
		    struct err *err)
{
	st_assert(!dnsd->is_running && dnsd->loop != NULL);
	return secondaries_tell(&dnsd->secondaries, notify, err);
}

static int open_all(struct listener **ret_listeners, size_t *ret_n,
		    const struct dnsd_listen *listen, size_t n,
		    size_t n_workers, struct err *err)
{
	*ret_listeners = mem_calloc(n, sizeof(**ret_listeners));
	for (size_t i = 0; i < n; i++) {
		int rc = listener_open(&(*ret_listeners)[i], &listen[i],
				       n_workers, err);

		if (rc < 0)
			return rc;
		(*ret_n)++;
	}
	return 0;
}

static int open_listeners(struct dnsd *dnsd, struct err *err)
{
	int rc = open_all(&dnsd->listeners, &dnsd->n_listeners, dnsd->listen,
			  dnsd->n_listen, dnsd->n_workers, err);

	if (rc < 0)
		return rc;
	return open_all(&dnsd->dot_listeners, &dnsd->n_dot_listeners, dnsd->dot,
			dnsd->n_dot, 0, err);
}

static void close_all(struct listener **listeners, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		listener_close(&(*listeners)[i]);
	*n = 0;
	free(*listeners);
	*listeners = NULL;
}

static int start_workers(struct dnsd *dnsd, struct err *err)
{
	dnsd->workers = mem_calloc(dnsd->n_workers, sizeof(*dnsd->workers));
	for (size_t i = 0; i < dnsd->n_workers; i++) {
		struct worker_config config = {
			.answer = &dnsd->answer,
			.slot = dnsd->slot,
			.listeners = dnsd->listeners,
			.n_listeners = dnsd->n_listeners,
			.index = i,
			.stats = &dnsd->stats[i],
			.stop = &dnsd->stop,
		};
		int rc = worker_start(&config, &dnsd->workers[i]);

		if (rc < 0)
			return err_set(err, rc,
				       "cannot start DNS thread %zu "
				       "of %zu: %s; try fewer with "
				       "--dns-threads",
				       i + 1, dnsd->n_workers, err_str(rc));
		dnsd->n_started++;
	}
	return 0;
}

/* Who may take a query by TCP upon himself. */
struct hooks {
	struct tcp_hook transfers, upstream;
};

static struct tcp_stream *begin_stream(const struct tcp_ask *ask, void *arg)
{
	const struct hooks *hooks = arg;
	struct tcp_stream *stream =
		hooks->transfers.begin(ask, hooks->transfers.arg);

	if (stream != NULL || hooks->upstream.begin == NULL)
		return stream;
	return hooks->upstream.begin(ask, hooks->upstream.arg);
}

static int start_upstream(struct dnsd *dnsd, struct err *err)
{
	struct upstream_config config = {
		.answer = &dnsd->answer,
		.slot = dnsd->slot,
		.stats = &dnsd->stats[dnsd->n_workers + 1],
		.servers = dnsd->upstream_servers,
		.n_servers = dnsd->n_upstream_servers,
	};
	int rc;

	if (config.n_servers == 0)
		return 0;
	rc = upstream_start(&config, &dnsd->answer.upstream);
	return rc == 0 ? 0
		       : err_set(err, rc,
				 "cannot start the DNS thread for upstream "
				 "servers: %s",
				 err_str(rc));
}

static void *run_tcp(void *arg)
{
	struct dnsd *dnsd = arg;
	struct tcp_config config = dnsd->tcp_limits;

	config.loop = dnsd->tcp_loop;
	config.answer = &dnsd->answer;
	config.slot = dnsd->slot;
	config.listeners = dnsd->listeners;
	config.n_listeners = dnsd->n_listeners;
	config.dot = dnsd->dot_listeners;
	config.n_dot = dnsd->n_dot_listeners;
	config.tls = dnsd->tls;
	config.stats = &dnsd->stats[dnsd->n_workers];
	struct transfers *transfers = transfers_new(config.loop, config.answer,
						    config.slot, config.stats);
	struct hooks hooks = {.transfers = transfers_hook(transfers)};
	if (dnsd->answer.upstream != NULL)
		hooks.upstream = upstream_hook(
			dnsd->answer.upstream, config.loop,
			(uint16_t)((config.idle_timeout_ms > 0
					    ? config.idle_timeout_ms
					    : TCP_IDLE_MS) /
				   100));
	config.hook = (struct tcp_hook){begin_stream, &hooks};
	dnsd->tcp = tcp_new(&config);
	loop_run(dnsd->tcp_loop);
	tcp_free(dnsd->tcp);
	transfers_free(transfers);
	return NULL;
}

/* On the TCP thread. */
static void take_tls(void *arg)
{
	struct dnsd *dnsd = arg;
	struct tls_server *next = atomic_exchange(&dnsd->next_tls, NULL);

	if (next == NULL)
		return;
	tcp_set_tls(dnsd->tcp, next);
	tls_server_free(dnsd->tls);
	dnsd->tls = next;
}

static int load_tls(struct dnsd *dnsd, struct tls_server **ret, struct err *err)
{
	int rc = tls_server_new(dnsd->dot_cert, dnsd->dot_key, alpn, ret, err);

	if (rc < 0)
		return err_wrap(err, rc, "DNS over TLS");
	dnsd->cert_ends_s = tls_server_ends_s(*ret);
	return 0;
}

static int load_cookies(struct dnsd *dnsd, struct err *err)
{
	if (dnsd->cookie_secret == NULL)
		return 0;
	int rc = cookie_jar_load(dnsd->jar, dnsd->cookie_secret, err);
	return rc < 0 ? err_wrap(err, rc, "--cookie-secret") : 0;
}

int dnsd_reload(struct dnsd *dnsd, struct err *err)
{
	struct tls_server *tls = NULL;

	int rc = load_cookies(dnsd, err);
	if (rc == 0)
		rc = secondaries_reload(&dnsd->secondaries, &dnsd->answer.keys,
					err);
	if (rc < 0 || !dnsd->has_tcp || dnsd->n_dot == 0)
		return rc;
	rc = load_tls(dnsd, &tls, err);
	if (rc < 0)
		return rc;
	tls_server_free(atomic_exchange(&dnsd->next_tls, tls));
	loop_wake(dnsd->tcp_loop, take_tls, dnsd);
	return 0;
}

int64_t dnsd_cert_ends_s(const struct dnsd *dnsd)
{
	return dnsd->cert_ends_s;
}

static int start_tcp(struct dnsd *dnsd, struct err *err)
{
	dnsd->tcp_loop = loop_new();
	int rc = stop_thread_new(&dnsd->tcp_thread, "dns-tcp", run_tcp, dnsd);

	if (rc < 0)
		return err_set(err, rc,
			       "cannot start the DNS thread for TCP: "
			       "%s",
			       err_str(rc));
	dnsd->has_tcp = true;
	return 0;
}

static int start_all(struct dnsd *dnsd, struct err *err)
{
	int rc = stop_init(&dnsd->stop);

	if (rc < 0)
		return err_set(err, rc, "cannot make an event descriptor: %s",
			       err_str(rc));
	rc = load_cookies(dnsd, err);
	if (rc == 0 && dnsd->n_dot > 0)
		rc = load_tls(dnsd, &dnsd->tls, err);
	if (rc == 0)
		rc = open_listeners(dnsd, err);
	if (rc == 0)
		rc = start_upstream(dnsd, err);
	if (rc == 0)
		rc = start_workers(dnsd, err);
	return rc == 0 ? start_tcp(dnsd, err) : rc;
}

int dnsd_start(struct dnsd *dnsd, struct err *err)
{
	st_assert(!dnsd->is_running);
	dnsd->is_running = true;
	int rc = start_all(dnsd, err);
	if (rc < 0)
		dnsd_stop(dnsd);
	else
		secondaries_start(&dnsd->secondaries,
				  &(struct notify_config){
					  .loop = dnsd->loop,
					  .slot = dnsd->slot,
					  .listen = dnsd->listen,
					  .n_listen = dnsd->n_listen,
				  });
	return rc;
}

void dnsd_bound(const struct dnsd *dnsd, size_t i, struct dnsd_listen *ret)
{
	*ret = i < dnsd->n_listeners ? dnsd->listeners[i].bound
				     : dnsd->listen[i];
}

void dnsd_bound_dot(const struct dnsd *dnsd, size_t i, struct dnsd_listen *ret)
{
	*ret = i < dnsd->n_dot_listeners ? dnsd->dot_listeners[i].bound
					 : dnsd->dot[i];
}

void dnsd_counters(const struct dnsd *dnsd, struct dnsd_counters *ret)
{
	*ret = (struct dnsd_counters){0};
	for (size_t i = 0; i < dnsd->n_workers + 2; i++)
		stats_sum(ret, &dnsd->stats[i]);
	for (size_t i = 0; i < dnsd->n_listeners; i++)
		ret->dropped_queue += listener_dropped(&dnsd->listeners[i]);
	notify_count(dnsd->secondaries.notify, ret);
}

void dnsd_sum_replies(const struct dnsd *dnsd, enum dnsd_proto proto,
		      enum dnsd_family family, dnsd_replies *sum, size_t rows)
{
	for (size_t i = 0; i < dnsd->n_workers + 2; i++)
		if (dnsd->stats[i].lanes[proto][family] != NULL)
			stats_sum_replies(sum, rows,
					  dnsd->stats[i].lanes[proto][family]);
}

void dnsd_sum_traffic(const struct dnsd *dnsd, enum dnsd_proto proto,
		      struct dnsd_traffic *sum)
{
	for (size_t i = 0; i < dnsd->n_workers + 2; i++)
		for (int k = 0; k < DNSD_FAMILIES; k++)
			if (dnsd->stats[i].lanes[proto][k] != NULL)
				stats_sum_traffic(
					sum, dnsd->stats[i].lanes[proto][k]);
}

int dnsd_dump(struct dnsd *dnsd, const uint8_t *apex, dnsd_dump_fn fn,
	      void *arg)
{
	return dumper_start(&dnsd->dumper, dnsd->loop, dnsd->slot, apex, fn,
			    arg);
}

int dnsd_keep_state(struct dnsd *dnsd, const char *dir, struct err *err)
{
	int rc = state_new(dnsd->loop, dnsd->slot, dir, &dnsd->state, err);

	if (rc == 0)
		state_keep(dnsd->state);
	return rc;
}

int dnsd_restore(struct dnsd *dnsd, struct dnsd_restored *ret, struct err *err)
{
	return state_restore(dnsd->state, ret, err);
}

void dnsd_state_counts(const struct dnsd *dnsd, struct dnsd_state_counts *ret)
{
	*ret = (struct dnsd_state_counts){0};
	if (dnsd->state != NULL)
		state_counts(dnsd->state, ret);
}

void dnsd_set_stale(struct dnsd *dnsd, bool is_stale)
{
	__atomic_store_n(&dnsd->answer.is_stale, is_stale, __ATOMIC_RELAXED);
}

static void join_all(struct dnsd *dnsd)
{
	if (dnsd->n_started > 0)
		stop_raise(&dnsd->stop);
	if (dnsd->has_tcp) {
		loop_stop(dnsd->tcp_loop);
		pthread_join(dnsd->tcp_thread, NULL);
		dnsd->has_tcp = false;
	}
	for (size_t i = 0; i < dnsd->n_started; i++)
		worker_join(dnsd->workers[i]);
	dnsd->n_started = 0;
}

void dnsd_stop(struct dnsd *dnsd)
{
	if (!dnsd->is_running)
		return;
	secondaries_stop(&dnsd->secondaries);
	upstream_stop(dnsd->answer.upstream);
	join_all(dnsd);
	upstream_free(dnsd->answer.upstream);
	dnsd->answer.upstream = NULL;
	loop_free(dnsd->tcp_loop);
	dnsd->tcp_loop = NULL;
	free(dnsd->workers);
	dnsd->workers = NULL;
	close_all(&dnsd->listeners, &dnsd->n_listeners);
	close_all(&dnsd->dot_listeners, &dnsd->n_dot_listeners);
	tls_server_free(dnsd->tls);
	dnsd->tls = NULL;
	tls_server_free(atomic_exchange(&dnsd->next_tls, NULL));
	stop_fini(&dnsd->stop);
	dnsd->is_running = false;
}

void dnsd_free(struct dnsd *dnsd)
{
	if (dnsd == NULL)
		return;
	dnsd_stop(dnsd);
	dumper_fini(&dnsd->dumper);
	state_free(dnsd->state);
	zone_slot_free(dnsd->slot);
	cookie_jar_free(dnsd->jar);
	limit_free(dnsd->answer.limit);
	secondaries_fini(&dnsd->secondaries);
	for (size_t i = 0; i < dnsd->n_workers + 2; i++)
		stats_fini(&dnsd->stats[i]);
	free(dnsd->stats);
	free(dnsd->listen);
	free(dnsd->dot);
	free(dnsd);
}
