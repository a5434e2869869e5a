/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/dnsd.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dnsd/answer.h"
#include "dnsd/rr_text.h"
#include "dnsd/socket.h"
#include "dnsd/stats.h"
#include "dnsd/stop.h"
#include "dnsd/tcp.h"
#include "dnsd/wire.h"
#include "dnsd/worker.h"
#include "dnsd/zone.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"

enum { MAX_UDP_PAYLOAD = 1232, MAX_THREADS = 256 };

struct dnsd {
	struct dnsd_listen *listen;
	size_t n_listen;
	size_t n_workers;
	struct answer_config answer;
	struct zone_slot *slot;
	/* One for each worker, and behind them that of TCP; kept after the
	 * stop, so that counters can still be read. */
	struct stats *stats;

	/* While started. */
	bool is_running;
	struct stop stop;
	struct listener *listeners;
	size_t n_listeners;
	struct worker **workers;
	size_t n_started;
	struct loop *tcp_loop;
	pthread_t tcp_thread;
	bool has_tcp;
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

/* A name of class CH whose answer is fixed (DNS-194). */
static void add_chaos(struct answer_config *config, const char *owner,
		      const char *value)
{
	struct answer_chaos *chaos = &config->chaos[config->n_chaos];
	scope_free char *line = mem_printf("%s 0 CH TXT \"%s\"", owner, value);
	struct rr_text record;

	if (rr_text_parse(&record, line, NULL) < 0 ||
	    record.len > sizeof(chaos->rdata))
		return;
	chaos->name = record.owner;
	chaos->rdata_len = record.len;
	memcpy(chaos->rdata, record.rdata, record.len);
	config->n_chaos++;
}

static void fill_chaos(struct answer_config *config)
{
	char host[256] = "";

	add_chaos(config, "version.bind.", PACKAGE_STRING);
	add_chaos(config, "version.server.", PACKAGE_STRING);
	if (gethostname(host, sizeof(host) - 1) < 0)
		return;
	add_chaos(config, "id.server.", host);
	add_chaos(config, "hostname.bind.", host);
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

struct dnsd *dnsd_new(const struct dnsd_config *config)
{
	struct dnsd *dnsd = mem_zalloc(sizeof(*dnsd));

	dnsd->n_listen = config->n_listen;
	dnsd->listen = mem_calloc(config->n_listen, sizeof(*dnsd->listen));
	for (size_t i = 0; i < config->n_listen; i++)
		dnsd->listen[i] = config->listen[i];
	dnsd->n_workers = worker_count(config->threads);
	dnsd->answer.max_udp_payload = udp_payload(config->max_udp_payload);
	dnsd->answer.is_fixed_order = config->fixed_order;
	fill_chaos(&dnsd->answer);
	start_reclaimer();
	dnsd->slot = zone_slot_new();
	size_t size = (dnsd->n_workers + 1) * sizeof(*dnsd->stats);
	dnsd->stats = aligned_alloc(_Alignof(struct stats), size);
	st_assert(dnsd->stats != NULL);
	memset(dnsd->stats, 0, size);
	return dnsd;
}

struct zone_slot *dnsd_slot(struct dnsd *dnsd)
{
	return dnsd->slot;
}

static int open_listeners(struct dnsd *dnsd, struct err *err)
{
	dnsd->listeners = mem_calloc(dnsd->n_listen, sizeof(*dnsd->listeners));
	for (size_t i = 0; i < dnsd->n_listen; i++) {
		int rc = listener_open(&dnsd->listeners[i], &dnsd->listen[i],
				       dnsd->n_workers, err);

		if (rc < 0)
			return rc;
		dnsd->n_listeners++;
	}
	return 0;
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

static void *run_tcp(void *arg)
{
	struct dnsd *dnsd = arg;
	struct tcp *tcp = tcp_new(&(struct tcp_config){
		.loop = dnsd->tcp_loop,
		.answer = &dnsd->answer,
		.slot = dnsd->slot,
		.listeners = dnsd->listeners,
		.n_listeners = dnsd->n_listeners,
		.stats = &dnsd->stats[dnsd->n_workers],
	});

	loop_run(dnsd->tcp_loop);
	tcp_free(tcp);
	return NULL;
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
	rc = open_listeners(dnsd, err);
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
	return rc;
}

void dnsd_bound(const struct dnsd *dnsd, size_t i, struct dnsd_listen *ret)
{
	*ret = i < dnsd->n_listeners ? dnsd->listeners[i].bound
				     : dnsd->listen[i];
}

void dnsd_counters(const struct dnsd *dnsd, struct dnsd_counters *ret)
{
	*ret = (struct dnsd_counters){0};
	for (size_t i = 0; i <= dnsd->n_workers; i++)
		stats_sum(ret, &dnsd->stats[i]);
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
	join_all(dnsd);
	loop_free(dnsd->tcp_loop);
	dnsd->tcp_loop = NULL;
	free(dnsd->workers);
	dnsd->workers = NULL;
	for (size_t i = 0; i < dnsd->n_listeners; i++)
		listener_close(&dnsd->listeners[i]);
	dnsd->n_listeners = 0;
	free(dnsd->listeners);
	dnsd->listeners = NULL;
	stop_fini(&dnsd->stop);
	dnsd->is_running = false;
}

void dnsd_free(struct dnsd *dnsd)
{
	if (dnsd == NULL)
		return;
	dnsd_stop(dnsd);
	zone_slot_free(dnsd->slot);
	free(dnsd->stats);
	free(dnsd->listen);
	free(dnsd);
}
