/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/watch.h"

#include <stdlib.h>
#include <string.h>

#include "controller/kube_stream.h"
#include "controller/split.h"
#include "controller/watch_line.h"
#include "controller/watch_url.h"
#include "statefuld/backoff.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

enum {
	RETRY_FIRST_MS = 100,
	/* Shorter than client-go's 30 s: a zone that is behind for half a
	 * minute after an outage costs users more than a few connections
	 * cost the server. */
	RETRY_MAX_MS = 10 * 1000,
	WELL_MS = 1000, /* a watch that lived so long was a good one */
	HEAD_MAX_MS = 30 * 1000,
	LIST_SILENT_MS = 30 * 1000,
	/* A server that does not know sendInitialEvents may ignore it, and
	 * then never says that the initial events are over. */
	INITIAL_SILENT_MS = 5 * 1000,
	/* Bookmarks come about once a minute. */
	WATCH_SILENT_MS = 150 * 1000,
	WATCH_MIN_S = 300,
	WATCH_SPREAD_S = 300,
	WATCH_GRACE_MS = 30 * 1000,
};

enum phase {
	PHASE_WAIT,    /* for the time of the next try */
	PHASE_LIST,    /* in pages */
	PHASE_INITIAL, /* a watch that sends the list first */
	PHASE_WATCH,
	PHASE_OVER, /* the server does not have it */
};

struct watch {
	struct kube *kube;
	char *path, *kind;
	const struct watch_ops *ops;
	void *arg;
	bool is_optional;
	enum phase phase;
	struct kube_call *call;
	struct loop_timer *timer;
	struct backoff backoff;
	char *version; /* resume from here; NULL: list first */
	char *page;    /* continue token of the next page, or NULL */
	struct split_lines lines;
	struct split_list list;
	bool list_open; /* list_begin was told, the end not yet */
	bool is_synced; /* a list was whole once */
	bool is_open;	/* the answer's head has come */
	bool is_well;	/* and it has proved to be of use */
	bool was_gone;	/* 410 came since it was last well */
	bool may_hurry; /* it waits for the server, not because it was told to
			 */
	struct kube_member member;
	int complaint; /* code that was logged for this kind alone */
	uint64_t begun_ms, open_ms, active_ms, heard_ms;
	uint32_t budget_ms; /* after which the server ends the watch */
	struct err stop;    /* why we stopped reading; code 0: we did not */
	int busy;	    /* our frames on the stack */
	bool is_freed;
};

static void start(struct watch *watch);

/* ---- life ---- */

static void destroy(struct watch *watch)
{
	loop_timer_free(watch->timer);
	split_lines_fini(&watch->lines);
	split_list_fini(&watch->list);
	free(watch->version);
	free(watch->page);
	free(watch->path);
	free(watch->kind);
	free(watch);
}

/* The receiver may free the watch from any callback; its memory stays until
 * our last frame is gone. */
static void enter(struct watch *watch)
{
	watch->busy++;
}

static void leave(struct watch *watch)
{
	if (--watch->busy == 0 && watch->is_freed)
		destroy(watch);
}

void watch_free(struct watch *watch)
{
	if (!watch || watch->is_freed)
		return;
	kube_cancel(watch->call);
	watch->call = NULL;
	loop_timer_cancel(watch->timer);
	kube_leave(watch->kube, &watch->member);
	watch->is_freed = true;
	enter(watch);
	leave(watch);
}

static void set_phase(struct watch *watch, enum phase phase)
{
	static const char *const names[] = {"wait", "list", "initial", "watch",
					    "over"};

	log_debug("watch phase", "kind=%s from=%s to=%s version=%s",
		  watch->kind, names[watch->phase], names[phase],
		  log_q(watch->version));
	watch->phase = phase;
}

static void set_version(struct watch *watch, const char *version)
{
	if (version && watch->version && strcmp(version, watch->version) == 0)
		return;
	free(watch->version);
	watch->version = mem_strdup(version);
}

/* ---- what the log is told ---- */

static void tell_well(struct watch *watch)
{
	if (watch->is_well)
		return;
	watch->is_well = true;
	watch->was_gone = false;
	backoff_reset(&watch->backoff);
	kube_well(watch->kube, &watch->member);
	if (watch->complaint != 0)
		log_info("watch works", "kind=%s", watch->kind);
	watch->complaint = 0;
}

static const char *verb_of(const struct watch *watch)
{
	return watch->phase == PHASE_LIST ? "list" : "watch";
}

static void tell_forbidden(struct watch *watch, const char *cause)
{
	scope_free char *fix = mem_printf("allow list and watch on %s for this "
					  "user, for instance by a ClusterRole",
					  watch->kind);

	log_warn("access denied", "verb=%s resource=%s cause=%s fix=%s",
		 verb_of(watch), watch->kind, log_q(cause), log_q(fix));
}

/* Trouble with the server is told once for all watches; what concerns this
 * kind alone is told once until it works again or fails in another way. */
static void tell_failure(struct watch *watch, int code, const char *cause)
{
	switch (code) {
	case ST_ENET:
	case ST_ETIMEOUT:
	case ST_ESERVER:
	case ST_ETHROTTLE:
		kube_trouble(watch->kube, &watch->member,
			     "api server unreachable", cause);
		return;
	case ST_EAUTH:
		kube_trouble(watch->kube, &watch->member, "credentials refused",
			     cause);
		return;
	case ST_EGONE:
		log_debug("watch too old", "kind=%s cause=%s", watch->kind,
			  log_q(cause));
		return;
	}
	/* It did answer. */
	if (watch->member.in_trouble)
		kube_well(watch->kube, &watch->member);
	if (watch->complaint != code && code == ST_EFORBIDDEN)
		tell_forbidden(watch, cause);
	else if (watch->complaint != code)
		log_warn("watch failed", "verb=%s kind=%s cause=%s action=%s",
			 verb_of(watch), watch->kind, log_q(cause),
			 log_q("trying again"));
	watch->complaint = code;
}

/* ---- ends and retries ---- */

static void abort_list(struct watch *watch)
{
	free(watch->page);
	watch->page = NULL;
	if (!watch->list_open)
		return;
	watch->list_open = false;
	watch->ops->list_abort(watch->arg);
}

static void schedule(struct watch *watch, uint32_t delay_ms)
{
	if (watch->is_freed)
		return;
	set_phase(watch, PHASE_WAIT);
	loop_timer_set(watch->timer, delay_ms);
}

/* The list begins again in the old way, which every server knows. */
static void fall_back(struct watch *watch)
{
	if (kube_watch_list(watch->kube) != KUBE_UNABLE)
		log_debug("watch-list not offered", "kind=%s", watch->kind);
	kube_set_watch_list(watch->kube, KUBE_UNABLE);
	abort_list(watch);
	schedule(watch, 0);
}

/* The server answers another watch again. */
static void hurry(void *arg)
{
	struct watch *watch = arg;

	if (watch->phase != PHASE_WAIT || !watch->may_hurry)
		return;
	backoff_reset(&watch->backoff);
	watch->may_hurry = false;
	loop_timer_set(watch->timer, clk_random(RETRY_FIRST_MS));
}

static bool is_missing(const struct watch *watch, int http)
{
	return (http == 404 || (http == 403 && watch->is_optional)) &&
	       !watch->is_synced && !watch->list_open &&
	       (watch->phase == PHASE_LIST || watch->phase == PHASE_INITIAL);
}

static void fail(struct watch *watch, int code, const char *cause, int http,
		 uint32_t retry_after_ms)
{
	bool was_well = watch->phase == PHASE_WATCH && watch->is_well;
	uint32_t delay_ms = 0;

	watch->may_hurry = false;
	if (watch->phase == PHASE_INITIAL && (http == 400 || http == 422)) {
		fall_back(watch);
		return;
	}
	if (is_missing(watch, http)) {
		set_phase(watch, PHASE_OVER);
		if (watch->member.in_trouble)
			kube_well(watch->kube, &watch->member);
		watch->ops->missing(watch->arg);
		return;
	}
	/* A good watch that broke is picked up at once, and in silence: if the
	 * server is gone, that try will say so. */
	if (code != ST_ECANCELED &&
	    (!was_well || code == ST_EPARSE || code == ST_ELIMIT))
		tell_failure(watch, code, cause);
	if (code == ST_EGONE && !watch->was_gone) {
		/* The server is there: the delays of an outage are over. */
		backoff_reset(&watch->backoff);
		watch->was_gone = true;
	}
	if (code != ST_ECANCELED && !was_well)
		delay_ms = backoff_next_ms(&watch->backoff);
	watch->may_hurry =
		retry_after_ms == 0 && (code == ST_ENET || code == ST_ETIMEOUT);
	if (delay_ms < retry_after_ms)
		delay_ms = retry_after_ms;
	log_debug("watch ended", "kind=%s cause=%s retry_ms=%u", watch->kind,
		  log_q(cause), delay_ms);
	if (code == ST_EGONE)
		set_version(watch, NULL);
	abort_list(watch);
	schedule(watch, delay_ms);
}

/* For use where bytes come in: ends the stream, on_done does the rest. */
static int stop(struct watch *watch, int code, const char *why)
{
	return err_set(&watch->stop, code, "%s: %s", watch->path, why);
}

/* ---- bytes ---- */

/* The receiver may have freed us. */
static int go_on(const struct watch *watch)
{
	return watch->is_freed ? ST_ECANCELED : 0;
}

static int parse(struct watch *watch, const char *text, size_t len,
		 struct json **ret)
{
	struct err err = {0};

	if (json_parse(text, len, ret, &err) != 0)
		return stop(watch, ST_EPARSE, err_msg(&err));
	if (json_type(*ret) != JSON_OBJECT)
		return stop(watch, ST_EPARSE, "not an object");
	return 0;
}

static int on_item(const char *text, size_t len, void *arg)
{
	struct watch *watch = arg;
	scope_json struct json *object = NULL;
	int rc = parse(watch, text, len, &object);

	if (rc != 0)
		return rc;
	watch->ops->list_item(object, watch->arg);
	return go_on(watch);
}

static int on_initial_end(struct watch *watch, const char *version)
{
	set_version(watch, version);
	kube_set_watch_list(watch->kube, KUBE_ABLE);
	set_phase(watch, PHASE_WATCH);
	watch->list_open = false;
	watch->is_synced = true;
	watch->ops->list_end(version, watch->arg);
	return go_on(watch);
}

static int on_bookmark(struct watch *watch, const struct watch_line *line)
{
	if (watch->phase == PHASE_WATCH) {
		set_version(watch, line->version);
		watch->ops->progress(line->version, watch->arg);
		return go_on(watch);
	}
	if (line->is_initial_end)
		return on_initial_end(watch, line->version);
	/* It took the watch for an ordinary one. */
	kube_set_watch_list(watch->kube, KUBE_UNABLE);
	return stop(watch, ST_ECANCELED, "no initial events");
}

static int on_change(struct watch *watch, const struct watch_line *line)
{
	static const enum watch_event events[] = {
		[LINE_ADDED] = WATCH_ADDED,
		[LINE_MODIFIED] = WATCH_MODIFIED,
		[LINE_DELETED] = WATCH_DELETED,
	};

	if (watch->phase == PHASE_INITIAL && line->type != LINE_DELETED) {
		watch->ops->list_item(line->object, watch->arg);
		return go_on(watch);
	}
	if (watch->phase == PHASE_WATCH)
		set_version(watch, line->version);
	watch->ops->event(events[line->type], line->object, watch->arg);
	return go_on(watch);
}

static int on_line(const char *text, size_t len, void *arg)
{
	struct watch *watch = arg;
	scope_json struct json *root = NULL;
	struct watch_line line;
	int rc = parse(watch, text, len, &root);

	if (rc != 0)
		return rc;
	rc = watch_line_read(root, &line, &watch->stop);
	if (rc != 0)
		return err_wrap(&watch->stop, rc, "%s", watch->path);
	tell_well(watch);
	switch (line.type) {
	case LINE_OTHER:
		return 0;
	case LINE_BOOKMARK:
		return on_bookmark(watch, &line);
	default:
		return on_change(watch, &line);
	}
}

/* ---- streams ---- */

static void arm(struct watch *watch);

static void on_open(void *arg)
{
	struct watch *watch = arg;

	enter(watch);
	watch->is_open = true;
	watch->open_ms = watch->active_ms = watch->heard_ms = clk_mono_ms();
	arm(watch);
	if (watch->phase != PHASE_WATCH && !watch->list_open) {
		watch->list_open = true;
		watch->ops->list_begin(watch->arg);
	}
	leave(watch);
}

static int on_data(const char *data, size_t len, void *arg)
{
	struct watch *watch = arg;
	int rc;

	enter(watch);
	watch->heard_ms = watch->active_ms = clk_mono_ms();
	if (watch->phase == PHASE_LIST)
		rc = split_list_feed(&watch->list, data, len, on_item, watch,
				     &watch->stop);
	else
		rc = split_lines_feed(&watch->lines, data, len, on_line, watch,
				      &watch->stop);
	leave(watch);
	return rc;
}

/* A page has come whole: the next one, or the end of the list. */
static void end_page(struct watch *watch)
{
	scope_json struct json *meta = NULL;
	const char *text = watch->list.metadata, *version, *more;

	if (!split_list_is_whole(&watch->list) || !text ||
	    json_parse(text, strlen(text), &meta, NULL) != 0 ||
	    !(version = json_str(meta, "resourceVersion"))) {
		fail(watch, ST_EPARSE, "the list is cut or has no version", 0,
		     0);
		return;
	}
	kube_well(watch->kube, &watch->member);
	more = json_str(meta, "continue");
	free(watch->page);
	watch->page = more && more[0] ? mem_strdup(more) : NULL;
	if (!watch->page) {
		set_version(watch, version);
		watch->list_open = false;
		watch->is_synced = true;
		watch->ops->list_end(version, watch->arg);
	}
	if (!watch->is_freed)
		start(watch);
}

static void end_stream(struct watch *watch, const struct kube_answer *answer)
{
	bool is_ours = watch->stop.code != 0;
	int code = is_ours ? watch->stop.code : answer->code;
	const char *cause =
		is_ours ? err_msg(&watch->stop) : err_msg(answer->err);

	if (watch->phase == PHASE_INITIAL &&
	    kube_watch_list(watch->kube) == KUBE_UNABLE) {
		fall_back(watch);
		return;
	}
	if (code != 0)
		fail(watch, code, cause, is_ours ? 0 : answer->http,
		     answer->retry_after_ms);
	else if (watch->phase == PHASE_LIST)
		end_page(watch);
	else if (split_lines_is_cut(&watch->lines))
		fail(watch, ST_ENET, "the watch ended in the middle of a line",
		     0, 0);
	else
		fail(watch, ST_ENET, "the watch ended at once", 0, 0);
}

static void on_done(const struct kube_answer *answer, void *arg)
{
	struct watch *watch = arg;

	enter(watch);
	watch->call = NULL;
	loop_timer_cancel(watch->timer);
	if (watch->is_open && clk_mono_ms() - watch->open_ms >= WELL_MS &&
	    watch->phase == PHASE_WATCH && watch->stop.code == 0)
		tell_well(watch);
	end_stream(watch, answer);
	leave(watch);
}

static const struct kube_stream_ops stream_ops = {on_open, on_data, on_done};

/* ---- time ---- */

/* The longest silence that is borne now. */
static uint64_t silence_max_ms(const struct watch *watch)
{
	if (!watch->is_open)
		return HEAD_MAX_MS;
	if (watch->phase == PHASE_LIST)
		return LIST_SILENT_MS;
	if (watch->phase == PHASE_WATCH)
		return WATCH_SILENT_MS;
	return kube_watch_list(watch->kube) == KUBE_ABLE ? LIST_SILENT_MS
							 : INITIAL_SILENT_MS;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When the stream under way has to be looked at next. */
static uint64_t next_check_ms(const struct watch *watch)
{
	uint64_t at = watch->active_ms + silence_max_ms(watch);

	if (watch->phase == PHASE_WATCH)
		at = min_u64(at, watch->begun_ms + watch->budget_ms);
	if (watch->is_open && !watch->is_well && watch->phase == PHASE_WATCH)
		at = min_u64(at, watch->open_ms + WELL_MS);
	return at;
}

static void arm(struct watch *watch)
{
	uint64_t now = clk_mono_ms(), at = next_check_ms(watch);

	loop_timer_set(watch->timer, at > now ? at - now : 0);
}

static void give_up(struct watch *watch)
{
	struct kube_call *call = watch->call;

	watch->call = NULL;
	if (watch->is_open && watch->phase == PHASE_INITIAL &&
	    kube_watch_list(watch->kube) != KUBE_ABLE) {
		kube_cancel(call);
		fall_back(watch);
		return;
	}
	kube_suspect(watch->kube, call);
	kube_cancel(call);
	err_set(&watch->stop, ST_ETIMEOUT, "%s: %s", watch->path,
		watch->is_open ? "nothing was heard for too long"
			       : "no answer in time");
	fail(watch, ST_ETIMEOUT, watch->stop.msg, 0, 0);
}

static void on_timer(void *arg)
{
	struct watch *watch = arg;
	uint64_t now = clk_mono_ms();

	enter(watch);
	if (watch->phase == PHASE_WAIT) {
		start(watch);
	} else if (watch->call) {
		if (watch->is_open && watch->phase == PHASE_WATCH &&
		    now - watch->open_ms >= WELL_MS)
			tell_well(watch);
		if (now >= next_check_ms(watch))
			give_up(watch);
		else
			arm(watch);
	}
	leave(watch);
}

/* ---- starting ---- */

static void start(struct watch *watch)
{
	uint32_t timeout_s = WATCH_MIN_S + clk_random(WATCH_SPREAD_S + 1);
	scope_free char *url = NULL;

	watch->is_open = watch->is_well = false;
	watch->stop = (struct err){0};
	watch->begun_ms = watch->active_ms = clk_mono_ms();
	watch->budget_ms = timeout_s * 1000 + WATCH_GRACE_MS;
	split_lines_fini(&watch->lines);
	split_lines_init(&watch->lines, SPLIT_MAX_TEXT);
	split_list_fini(&watch->list);
	split_list_init(&watch->list, SPLIT_MAX_TEXT);
	if (watch->version) {
		url = watch_url_resume(watch->path, watch->version, timeout_s);
		set_phase(watch, PHASE_WATCH);
	} else if (kube_watch_list(watch->kube) != KUBE_UNABLE) {
		url = watch_url_initial(watch->path, timeout_s);
		set_phase(watch, PHASE_INITIAL);
	} else {
		url = watch_url_list(watch->path, watch->page);
		set_phase(watch, PHASE_LIST);
	}
	watch->call = kube_stream(watch->kube, url, &stream_ops, watch);
	arm(watch);
}

struct watch *watch_new(const struct watch_config *config)
{
	struct watch *watch = mem_zalloc(sizeof(*watch));

	watch->kube = config->kube;
	watch->path = mem_strdup(config->path);
	watch->kind = mem_strdup(config->kind);
	watch->ops = config->ops;
	watch->arg = config->arg;
	watch->is_optional = config->is_optional;
	watch->heard_ms = clk_mono_ms();
	watch->timer = loop_timer_new(kube_loop(config->kube), on_timer, watch);
	watch->member.retry = hurry;
	watch->member.arg = watch;
	kube_join(config->kube, &watch->member);
	backoff_init(&watch->backoff, RETRY_FIRST_MS, RETRY_MAX_MS);
	split_lines_init(&watch->lines, SPLIT_MAX_TEXT);
	split_list_init(&watch->list, SPLIT_MAX_TEXT);
	start(watch);
	return watch;
}

bool watch_is_open(const struct watch *watch)
{
	return watch->call && watch->is_open;
}

uint64_t watch_silent_ms(const struct watch *watch)
{
	return clk_mono_ms() - watch->heard_ms;
}
