/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/lease.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "controller/canon.h"
#include "controller/hash.h"
#include "controller/kube.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

#define LEASES "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
#define OWN    "statefuld"
#define RIVAL  "kube-controller-manager"

enum { MS_PER_S = 1000 };

/* Why there is nothing to do; each is told once. */
enum state { STATE_NEW, STATE_LEADS, STATE_RIVAL, STATE_OTHER, STATE_LOST };

struct lease {
	struct lease_config config;
	char me[128];
	struct kube_call *call;
	struct loop_timer *tick;     /* the next try */
	struct loop_timer *deadline; /* renewed, or over */
	struct lease_sight rival, own;
	struct json *last; /* our own Lease as last read, or NULL */
	uint64_t sent_ms;  /* of the write under way */
	enum state state;
	bool leads, leaving;
	bool told_right; /* that one is missing */
};

static uint64_t mix(uint64_t hash, const char *text)
{
	return hash_bytes(hash, text ? text : "", text ? strlen(text) : 0);
}

void lease_seen(struct lease_sight *sight, const struct json *lease,
		uint64_t now_ms)
{
	const char *holder = json_str(lease, "spec.holderIdentity");
	int64_t lasts_s = json_int(lease, "spec.leaseDurationSeconds", 0);
	uint64_t stamp = hash_seed();

	if (lease == NULL) {
		*sight = (struct lease_sight){0};
		return;
	}
	stamp = mix(stamp, json_str(lease, "metadata.resourceVersion"));
	stamp = mix(stamp, json_str(lease, "spec.renewTime"));
	stamp = mix(stamp, holder) | 1;
	if (stamp != sight->stamp)
		sight->changed_ms = now_ms;
	sight->stamp = stamp;
	sight->lasts_ms = lasts_s > 0 && lasts_s < INT32_MAX
				  ? (uint64_t)lasts_s * MS_PER_S
				  : LEASE_DURATION_MS;
	snprintf(sight->holder, sizeof(sight->holder), "%s",
		 holder ? holder : "");
}

bool lease_is_live(const struct lease_sight *sight, uint64_t now_ms)
{
	return sight->holder[0] != '\0' &&
	       now_ms < sight->changed_ms + sight->lasts_ms;
}

enum lease_verdict lease_judge(const struct lease_sight *rival,
			       const struct lease_sight *own, const char *me,
			       uint64_t now_ms)
{
	if (lease_is_live(rival, now_ms))
		return LEASE_RIVAL;
	if (strcmp(own->holder, me) != 0 && lease_is_live(own, now_ms))
		return LEASE_OTHER;
	return LEASE_TAKE;
}

struct json *lease_build(const struct json *old, const char *me, bool take,
			 int64_t now_us)
{
	struct json *lease = old ? json_dup(old) : json_new_object();
	struct json *meta = json_child_object(lease, "metadata");
	struct json *spec = json_child_object(lease, "spec");
	const char *holder = json_str(spec, "holderIdentity");
	bool renews = holder != NULL && strcmp(holder, me) == 0;
	char now[32];

	clk_format(now, now_us, true);
	json_set_str(lease, "apiVersion", "coordination.k8s.io/v1");
	json_set_str(lease, "kind", "Lease");
	json_set_str(meta, "name", OWN);
	json_set_str(meta, "namespace", "kube-system");
	json_remove(meta, "managedFields");
	if (take && !renews) {
		json_set_int(spec, "leaseTransitions",
			     old ? json_int(spec, "leaseTransitions", 0) + 1
				 : 0);
		json_set_str(spec, "acquireTime", now);
	}
	json_set_str(spec, "holderIdentity", take ? me : "");
	json_set_int(spec, "leaseDurationSeconds",
		     take ? LEASE_DURATION_MS / MS_PER_S : 1);
	json_set_str(spec, "renewTime", now);
	return lease;
}

/* The one place where leading begins and ends; the reason is told once. */
static void set_state(struct lease *lease, enum state state)
{
	bool leads = state == STATE_LEADS, changed = leads != lease->leads;

	if (lease->state != state && leads)
		log_info("leading", "lease=kube-system/" OWN " identity=%s",
			 lease->me);
	if (lease->state != state && state == STATE_RIVAL)
		log_warn("not reconciling", "reason=%s holder=%s fix=%s",
			 log_q("kube-controller-manager holds its lease"),
			 log_q(lease->rival.holder),
			 log_q("if its StatefulSet controller is off give "
			       "--reconcile=on, for DNS alone "
			       "--reconcile=off"));
	if (lease->state != state && state == STATE_OTHER)
		log_info("not reconciling", "reason=%s holder=%s",
			 log_q("another replica leads"),
			 log_q(lease->own.holder));
	if (lease->state != state && state == STATE_LOST)
		log_warn("not reconciling", "reason=%s",
			 log_q("the lease was not renewed in time"));
	lease->state = state;
	lease->leads = leads;
	if (!leads)
		loop_timer_cancel(lease->deadline);
	if (changed)
		lease->config.on_change(leads, lease->config.arg);
}

static void again(struct lease *lease)
{
	uint64_t retry_ms = lease->config.retry_ms;

	if (!lease->leaving)
		loop_timer_set(lease->tick,
			       retry_ms + clk_random((uint32_t)retry_ms / 5));
}

static void send(struct lease *lease, enum kube_verb verb, const char *path,
		 const char *body, kube_fn fn)
{
	lease->call =
		kube_send(lease->config.kube, verb, path, body, fn, lease);
}

/* Without a right, or without an answer, nothing is known and nothing taken;
 * who leads goes on until the deadline. */
static void failed(struct lease *lease, const struct kube_answer *answer)
{
	bool news = answer->code == ST_EFORBIDDEN && !lease->told_right;

	log_at(news ? LOG_WARN : LOG_DEBUG, "lease unknown", "error=%s fix=%s",
	       log_q(err_msg(answer->err)),
	       log_q("grant what deploy/rbac.yaml does, or give "
		     "--reconcile=on or off"));
	lease->told_right |= news;
	again(lease);
}

static void on_written(const struct kube_answer *answer, void *arg)
{
	struct lease *lease = arg;
	uint64_t spent_ms = clk_mono_ms() - lease->sent_ms;

	lease->call = NULL;
	if (lease->leaving)
		return;
	/* Somebody was faster: who, the next look tells. */
	if (answer->code == ST_ECONFLICT || answer->code == ST_EEXISTS) {
		again(lease);
		return;
	}
	if (answer->code != 0) {
		failed(lease, answer);
		return;
	}
	lease_seen(&lease->own, answer->body, clk_mono_ms());
	again(lease);
	if (spent_ms >= lease->config.renew_ms)
		return;
	loop_timer_set(lease->deadline, lease->config.renew_ms - spent_ms);
	set_state(lease, STATE_LEADS);
}

static void write_lease(struct lease *lease, bool take)
{
	scope_json struct json *json =
		lease_build(lease->last, lease->me, take, clk_wall_us());
	scope_free char *body = canon_print(json);

	lease->sent_ms = clk_mono_ms();
	if (lease->last == NULL)
		send(lease, KUBE_POST, LEASES, body, on_written);
	else
		send(lease, KUBE_PUT, LEASES "/" OWN, body, on_written);
}

static void decide(struct lease *lease)
{
	switch (lease_judge(&lease->rival, &lease->own, lease->me,
			    clk_mono_ms())) {
	case LEASE_RIVAL:
		set_state(lease, STATE_RIVAL);
		/* Another replica need not wait for it. */
		if (strcmp(lease->own.holder, lease->me) == 0)
			write_lease(lease, false);
		else
			again(lease);
		return;
	case LEASE_OTHER:
		set_state(lease, STATE_OTHER);
		again(lease);
		return;
	case LEASE_TAKE:
		write_lease(lease, true);
		return;
	}
}

static void on_own(const struct kube_answer *answer, void *arg)
{
	struct lease *lease = arg;

	lease->call = NULL;
	if (answer->code != 0 && answer->code != ST_ENOTFOUND) {
		failed(lease, answer);
		return;
	}
	json_free(lease->last);
	lease->last = answer->code == 0 ? json_dup(answer->body) : NULL;
	lease_seen(&lease->own, lease->last, clk_mono_ms());
	decide(lease);
}

static void on_rival(const struct kube_answer *answer, void *arg)
{
	struct lease *lease = arg;

	lease->call = NULL;
	if (answer->code != 0 && answer->code != ST_ENOTFOUND) {
		failed(lease, answer);
		return;
	}
	lease_seen(&lease->rival, answer->code == 0 ? answer->body : NULL,
		   clk_mono_ms());
	send(lease, KUBE_GET, LEASES "/" OWN, NULL, on_own);
}

static void on_tick(void *arg)
{
	struct lease *lease = arg;

	if (lease->call == NULL)
		send(lease, KUBE_GET, LEASES "/" RIVAL, NULL, on_rival);
}

/* What is under way cannot be known to have come in time. */
static void on_deadline(void *arg)
{
	struct lease *lease = arg;

	if (lease->call != NULL)
		kube_cancel(lease->call);
	lease->call = NULL;
	set_state(lease, STATE_LOST);
	again(lease);
}

struct lease *lease_new(const struct lease_config *config)
{
	struct lease *lease = mem_zalloc(sizeof(*lease));
	char host[64] = "";

	lease->config = *config;
	if (gethostname(host, sizeof(host) - 1) != 0 || host[0] == '\0')
		snprintf(host, sizeof(host), "statefuld");
	snprintf(lease->me, sizeof(lease->me), "%s_%08" PRIx32 "%08" PRIx32,
		 host, clk_random(UINT32_MAX), clk_random(UINT32_MAX));
	lease->tick = loop_timer_new(config->loop, on_tick, lease);
	lease->deadline = loop_timer_new(config->loop, on_deadline, lease);
	return lease;
}

void lease_free(struct lease *lease)
{
	if (lease == NULL)
		return;
	if (lease->call != NULL)
		kube_cancel(lease->call);
	loop_timer_free(lease->tick);
	loop_timer_free(lease->deadline);
	json_free(lease->last);
	free(lease);
}

void lease_start(struct lease *lease)
{
	loop_timer_set(lease->tick, 0);
}

static void on_current(const struct kube_answer *answer, void *arg)
{
	struct lease *lease = arg;
	const char *holder = json_str(answer->body, "spec.holderIdentity");

	lease->call = NULL;
	if (answer->code != 0 || holder == NULL ||
	    strcmp(holder, lease->me) != 0)
		return;
	json_free(lease->last);
	lease->last = json_dup(answer->body);
	write_lease(lease, false);
}

void lease_release(struct lease *lease)
{
	bool led = lease->leads;

	if (lease->leaving)
		return;
	lease->leaving = true;
	loop_timer_cancel(lease->tick);
	if (lease->call != NULL)
		kube_cancel(lease->call);
	lease->call = NULL;
	lease->leads = false;
	loop_timer_cancel(lease->deadline);
	if (!led)
		return;
	lease->config.on_change(false, lease->config.arg);
	send(lease, KUBE_GET, LEASES "/" OWN, NULL, on_current);
}

bool lease_is_busy(const struct lease *lease)
{
	return lease != NULL && lease->call != NULL;
}
