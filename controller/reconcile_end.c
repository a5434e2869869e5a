/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a pass went, and what follows from it.
 */
#include <inttypes.h>
#include <string.h>

#include "controller/adviser.h"
#include "controller/hash.h"
#include "controller/pass.h"
#include "controller/queue.h"
#include "controller/reconcile_priv.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

enum {
	MAX_RETRY_AFTER_MS = 300 * 1000,
	/* Looks at a claim that is in a new pod's way, doubled (SS-089). The
	 * first one gives upstream's triggers time to come before. */
	FIRST_LOOK_MS = 10 * 1000,
	MAX_LOOK_MS = 60 * 1000,
	DRAIN_LOOK_MS = 10 * 1000,
	ROOM_MS = 1000, /* from one try to the next */
};

/* Errors that only time heals are tried at least once a minute (SS-009). */
static uint64_t longest_ms(int code)
{
	switch (code) {
	case ST_EREFUSED:
	case ST_EINVAL:
	case ST_EPARSE:
	case ST_ELIMIT:
		return QUEUE_MAX_MS;
	default:
		return QUEUE_SOON_MS;
	}
}

void reconcile_refused(struct work *work, bool refused)
{
	struct reconcile *r = work->owner;
	size_t was = r->n_refused;

	r->n_refused += (size_t)refused - (work->refused_ms != 0);
	work->refused_ms = refused ? clk_mono_ms() : 0;
	if ((was != 0) != (r->n_refused != 0) && r->config.want_quota != NULL)
		r->config.want_quota(r->n_refused != 0, r->config.quota_arg);
}

static bool is_in(const struct work *work, const char *ns)
{
	size_t len = ns ? strlen(ns) : 0;

	return ns == NULL ||
	       (strncmp(work->key, ns, len) == 0 && work->key[len] == '/');
}

static void try_again(struct work *work)
{
	queue_add_at(work->owner->queue, work->key, work->refused_ms + ROOM_MS);
}

void reconcile_room(struct reconcile *reconcile, const char *ns)
{
	struct work *work;
	size_t at = 0;

	while ((work = strmap_next(&reconcile->works, &at)) != NULL) {
		if (!is_in(work, ns))
			continue;
		work->room = true;
		if (work->refused_ms != 0)
			try_again(work);
	}
	reconcile_schedule(reconcile);
}

/* The words of the server's quota admission. */
static bool is_refused(const struct pass_result *result)
{
	return result->code == ST_EFORBIDDEN &&
	       strstr(err_msg(&result->err), "quota") != NULL;
}

static void pass_failed(struct work *work, const struct pass_result *result)
{
	struct reconcile *r = work->owner;
	const char *words = err_msg(&result->err);
	uint64_t error = hash_bytes(hash_seed(), words, strlen(words));
	uint32_t least_ms = result->retry_after_ms < MAX_RETRY_AFTER_MS
				    ? result->retry_after_ms
				    : MAX_RETRY_AFTER_MS;
	uint64_t delay_ms = queue_retry(r->queue, work->key, clk_mono_ms(),
					longest_ms(result->code), least_ms);
	/* A server in trouble has many words for it; one line is enough. */
	bool news = work->last_code != result->code ||
		    (work->last_error != error &&
		     err_class(result->code) != ERR_RETRY_LATER);

	/* A set that is leaving refuses adoption until it is gone (SS-153). */
	log_at(news && result->code != ST_ESTALE ? LOG_WARN : LOG_DEBUG,
	       "pass failed", "set=%s error=%s retry_ms=%" PRIu64, work->key,
	       log_q(words), delay_ms);
	work->last_code = result->code;
	work->last_error = error;
}

struct listener {
	struct work *work;
	const char *ns, *set;
};

static void on_finding(const struct finding *finding, int64_t since_s,
		       void *arg)
{
	const struct listener *to = arg;

	adviser_tell(to->work->owner->adviser, to->ns, to->set, to->work->uid,
		     finding, since_s);
}

/* Each finding once, however many passes there are. */
static void advise(struct work *work, const struct pass_result *result)
{
	const char *slash = strchr(work->key, '/');
	scope_free char *ns =
		mem_strndup(work->key, (size_t)(slash - work->key));
	struct listener to = {.work = work, .ns = ns, .set = slash + 1};
	int64_t after_s;

	if (result->advice == NULL)
		return;
	after_s = advice_due(&work->notes, result->advice, result->is_news,
			     clk_wall_s(), on_finding, &to);
	if (after_s >= 0)
		queue_add_at(work->owner->queue, work->key,
			     clk_mono_ms() + (uint64_t)after_s * 1000);
}

static void back_to_dns(const char *pod, void *arg)
{
	const struct listener *to = arg;
	const struct reconcile_config *config = &to->work->owner->config;

	if (config->restore != NULL)
		config->restore(to->ns, pod, config->arg);
}

/* Pods that are to go no more come back into the DNS. The others are looked
 * at again often enough for the feeder not to take that for granted. */
static void drain_on(struct work *work, const struct pass_result *result)
{
	const char *slash = strchr(work->key, '/');
	scope_free char *ns =
		mem_strndup(work->key, (size_t)(slash - work->key));
	struct listener to = {.work = work, .ns = ns, .set = slash + 1};
	uint64_t after_ms = DRAIN_LOOK_MS;

	if (result->advice == NULL)
		return;
	drain_sweep(&work->drain, back_to_dns, &to);
	if (result->drain_ms < 0)
		return;
	if ((uint64_t)result->drain_ms < after_ms)
		after_ms = (uint64_t)result->drain_ms;
	queue_add_at(work->owner->queue, work->key, clk_mono_ms() + after_ms);
}

/* Neither the claim's end nor a change of its owners wakes the set. */
static void look_again(struct work *work, bool stale_claim)
{
	uint32_t next_ms = work->look_ms ? work->look_ms * 2 : FIRST_LOOK_MS;

	work->look_ms = 0;
	if (!stale_claim)
		return;
	work->look_ms = next_ms < MAX_LOOK_MS ? next_ms : MAX_LOOK_MS;
	queue_add_at(work->owner->queue, work->key,
		     clk_mono_ms() + work->look_ms);
}

static void pass_went_well(struct work *work, const struct pass_result *result)
{
	struct reconcile *r = work->owner;

	if (work->last_code != 0)
		log_info("pass succeeded again", "set=%s", work->key);
	work->last_code = 0;
	queue_forget(r->queue, work->key);
	if (result->again_ms >= 0)
		queue_add_at(r->queue, work->key,
			     clk_mono_ms() + (uint64_t)result->again_ms);
	look_again(work, result->stale_claim);
}

void reconcile_pass_ended(struct work *work, const struct pass_result *result)
{
	struct reconcile *r = work->owner;

	reconcile_refused(work, is_refused(result));
	if (result->code != 0)
		pass_failed(work, result);
	else
		pass_went_well(work, result);
	/* The refusal may be older than the room. */
	if (work->refused_ms != 0 && work->room)
		try_again(work);
	r->n_done++;
	r->n_failed += result->code != 0;
	advise(work, result);
	drain_on(work, result);
}
