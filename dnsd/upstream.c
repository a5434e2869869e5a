/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/upstream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "dnsd/cookie_jar.h"
#include "dnsd/stats.h"
#include "dnsd/stop.h"
#include "dnsd/upstream_ask.h"
#include "dnsd/upstream_priv.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"

enum {
	ROUNDS = 3,	  /* as often may the CNAME change meanwhile */
	FAILED_TTL_S = 1, /* RFC 9520: failures are kept for a moment */
};

/* ---- what is kept ---- */

static struct upstream_kept *kept_at(struct upstream *upstream,
				     const struct name *name, uint16_t qtype)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ qtype;

	for (size_t i = 0; i < name->len; i++)
		hash = (hash ^ name->wire[i]) * UINT64_C(0x100000001b3);
	return &upstream->kept[(hash ^ hash >> 32) % UPSTREAM_CACHE];
}

static const struct outside *find_kept(struct upstream *upstream,
				       const struct name *name, uint16_t qtype)
{
	struct upstream_kept *kept = kept_at(upstream, name, qtype);
	uint64_t age_ms = clk_mono_ms() - kept->since_ms;

	if (!outside_is_for(&kept->outside, name->wire, qtype) ||
	    age_ms >= (uint64_t)kept->outside.ttl_s * 1000)
		return NULL;
	kept->outside.age_s = (uint32_t)(age_ms / 1000);
	return &kept->outside;
}

/* Takes what `outside` owns, and gives where it is now. */
static const struct outside *keep(struct upstream *upstream,
				  const struct outside *take_outside)
{
	struct upstream_kept *kept =
		kept_at(upstream, &take_outside->name, take_outside->qtype);

	outside_fini(&kept->outside);
	kept->outside = *take_outside;
	kept->since_ms = clk_mono_ms();
	if (kept->outside.ede != EDE_NONE)
		kept->outside.ttl_s = FAILED_TTL_S;
	return &kept->outside;
}

/* ---- replies ---- */

static void drop_job(struct upstream *upstream, struct upstream_job *job)
{
	atomic_fetch_sub(&upstream->n_jobs, 1);
	free(job);
}

static void send_udp(struct upstream *upstream, struct upstream_job *job,
		     size_t len)
{
	struct iovec iov = {upstream->out, len};
	struct msghdr msg = {
		.msg_name = &job->from,
		.msg_namelen = job->from_len,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = job->control_len > 0 ? job->control : NULL,
		.msg_controllen = job->control_len,
	};

	if (sendmsg(job->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		stats_add(&upstream->config.stats->n.send_errors, 1);
}

static void reply(struct upstream *upstream, struct upstream_job *job,
		  const struct answer *answer, uint16_t qtype)
{
	enum dnsd_proto proto = job->is_tls ? DNSD_TLS : DNSD_TCP;
	struct stats *stats = upstream->config.stats;

	stats_count_answer(stats,
			   stats_lane(stats, job->late ? proto : DNSD_UDP,
				      job->from.ss_family),
			   answer, qtype);
	if (job->late)
		upstream_late_tell(upstream, job->late, upstream->out,
				   answer->len);
	else
		send_udp(upstream, job, answer->len);
	drop_job(upstream, job);
}

/* Answers with what is known; false: env->lacked has to be asked for. */
static bool answer(struct upstream *upstream, struct upstream_job *job,
		   struct answer_env *env)
{
	const struct zone_version *version;
	struct answer answer;
	struct query query;
	enum query_kind kind = query_parse(&query, job->wire, job->len);

	rcu_thread_online();
	version = zone_slot_peek_rcu(upstream->config.slot);
	env->cookies = cookie_jar_peek_rcu(env->config->jar);
	env->lacks = false;
	answer = answer_write(env, version, &query, kind, upstream->out);
	rcu_thread_offline();
	if (env->lacks)
		return false;
	reply(upstream, job, &answer, query_type(&query));
	return true;
}

/* ---- lookups ---- */

static void serve(struct upstream *upstream, struct upstream_job *job,
		  const struct outside *outside);

static void on_done(struct outside *take_outside, void *arg)
{
	struct upstream_lookup *lookup = arg, **at;
	struct upstream *upstream = lookup->upstream;
	struct upstream_job *job = lookup->jobs, *next;
	const struct outside *outside = keep(upstream, take_outside);
	struct dnsd_counters *n = &upstream->config.stats->n;

	stats_add(outside->ede == EDE_NONE ? &n->upstream_answered
					   : &n->upstream_failed,
		  1);
	for (at = &upstream->lookups; *at != lookup; at = &(*at)->next)
		;
	*at = lookup->next;
	for (; job; job = next) {
		next = job->next;
		serve(upstream, job, outside);
	}
	upstream_ask_free(lookup->ask);
	free(lookup);
}

static struct upstream_lookup *find_lookup(const struct upstream *upstream,
					   const struct answer_env *env)
{
	struct upstream_lookup *at = upstream->lookups;

	while (at && (at->qtype != env->lacked_type ||
		      !name_equal(at->name.wire, env->lacked.wire)))
		at = at->next;
	return at;
}

/* Those who ask for the same wait for the same. */
static void look_up(struct upstream *upstream, struct upstream_job *job,
		    const struct answer_env *env)
{
	struct upstream_lookup *lookup = find_lookup(upstream, env);
	struct upstream_ask_config config = {
		.loop = upstream->loop,
		.servers = upstream->config.servers,
		.n_servers = upstream->config.n_servers,
		.first = upstream->turn++,
		.done = on_done,
	};

	if (!lookup) {
		config.arg = lookup = mem_zalloc(sizeof(*lookup));
		lookup->upstream = upstream;
		lookup->name = env->lacked;
		lookup->qtype = env->lacked_type;
		lookup->next = upstream->lookups;
		upstream->lookups = lookup;
		lookup->ask =
			upstream_ask_new(&config, &lookup->name, lookup->qtype);
	}
	job->next = lookup->jobs;
	lookup->jobs = job;
}

static void serve(struct upstream *upstream, struct upstream_job *job,
		  const struct outside *outside)
{
	struct answer_env env = {
		.config = upstream->config.answer,
		.from = &job->from,
		.now_s = (uint64_t)clk_wall_s(),
		.is_stream = job->late != NULL,
		.is_encrypted = job->is_tls,
		.is_xot = job->is_xot,
		.keepalive_ds = job->late ? upstream->keepalive_ds : 0,
		.outside = outside,
		.turn = clk_random(UINT32_MAX),
	};

	if (answer(upstream, job, &env))
		return;
	env.outside = find_kept(upstream, &env.lacked, env.lacked_type);
	if (env.outside) {
		stats_add(&upstream->config.stats->n.upstream_kept, 1);
		if (answer(upstream, job, &env))
			return;
	}
	/* It leads elsewhere each time that one looks. */
	if (job->n_rounds++ < ROUNDS || job->late) {
		look_up(upstream, job, &env);
	} else {
		stats_add(&upstream->config.stats->n.dropped_upstream, 1);
		drop_job(upstream, job);
	}
}

/* ---- the thread ---- */

static struct upstream_job *take_handed(struct upstream *upstream)
{
	struct upstream_job *jobs;

	pthread_mutex_lock(&upstream->lock);
	jobs = upstream->handed;
	upstream->handed = NULL;
	pthread_mutex_unlock(&upstream->lock);
	return jobs;
}

static void on_handed(void *arg)
{
	struct upstream *upstream = arg;
	struct upstream_job *job = take_handed(upstream), *next;

	for (; job; job = next) {
		next = job->next;
		serve(upstream, job, NULL);
	}
}

bool upstream_hand_over(struct upstream *upstream, struct upstream_job *job)
{
	bool is_first;

	if (atomic_fetch_add(&upstream->n_jobs, 1) >= UPSTREAM_JOBS) {
		atomic_fetch_sub(&upstream->n_jobs, 1);
		return false;
	}
	pthread_mutex_lock(&upstream->lock);
	is_first = upstream->handed == NULL;
	job->next = upstream->handed;
	upstream->handed = job;
	pthread_mutex_unlock(&upstream->lock);
	if (is_first)
		loop_wake(upstream->loop, on_handed, upstream);
	return true;
}

bool upstream_take_udp(struct upstream *upstream, int fd,
		       const struct msghdr *msg, size_t len)
{
	struct upstream_job *job = mem_zalloc(sizeof(*job) + len);

	st_assert(msg->msg_controllen <= UPSTREAM_CONTROL);
	job->fd = fd;
	job->from_len = msg->msg_namelen;
	memcpy(&job->from, msg->msg_name, msg->msg_namelen);
	job->control_len = msg->msg_controllen;
	if (msg->msg_controllen > 0)
		memcpy(job->control, msg->msg_control, msg->msg_controllen);
	job->len = len;
	memcpy(job->wire, msg->msg_iov->iov_base, len);
	if (upstream_hand_over(upstream, job))
		return true;
	free(job);
	return false;
}

static void *run(void *arg)
{
	struct upstream *upstream = arg;

	rcu_register_thread();
	rcu_thread_offline();
	loop_run(upstream->loop);
	rcu_thread_online();
	rcu_unregister_thread();
	return NULL;
}

int upstream_start(const struct upstream_config *config,
		   struct upstream **ret_upstream)
{
	struct upstream *upstream = mem_zalloc(sizeof(*upstream));
	int rc;

	upstream->config = *config;
	upstream->out = mem_alloc(WIRE_MESSAGE);
	upstream->loop = loop_new();
	pthread_mutex_init(&upstream->lock, NULL);
	rc = stop_thread_new(&upstream->thread, "dns-upstream", run, upstream);
	upstream->is_running = rc == 0;
	if (rc == 0)
		*ret_upstream = upstream;
	else
		upstream_free(upstream);
	return rc;
}

static void drop_jobs(struct upstream *upstream, struct upstream_job *job)
{
	struct upstream_job *next;

	for (; job; job = next) {
		next = job->next;
		drop_job(upstream, job);
	}
}

void upstream_stop(struct upstream *upstream)
{
	struct upstream_lookup *lookup;

	if (!upstream || !upstream->is_running)
		return;
	loop_stop(upstream->loop);
	pthread_join(upstream->thread, NULL);
	upstream->is_running = false;
	while ((lookup = upstream->lookups) != NULL) {
		upstream->lookups = lookup->next;
		drop_jobs(upstream, lookup->jobs);
		upstream_ask_free(lookup->ask);
		free(lookup);
	}
}

void upstream_free(struct upstream *upstream)
{
	if (!upstream)
		return;
	upstream_stop(upstream);
	drop_jobs(upstream, take_handed(upstream));
	upstream_lates_free(upstream);
	for (size_t i = 0; i < UPSTREAM_CACHE; i++)
		outside_fini(&upstream->kept[i].outside);
	loop_free(upstream->loop);
	pthread_mutex_destroy(&upstream->lock);
	free(upstream->scratch);
	free(upstream->out);
	free(upstream);
}
