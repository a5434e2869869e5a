/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "controller/canon.h"
#include "controller/event.h"
#include "controller/kube.h"
#include "statefuld/backoff.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

enum { MAX_TRIES = 12 };

/* An event that is to be sent. It becomes JSON when its turn comes: hundreds
 * may wait. */
struct letter {
	struct letter *next;
	struct event event;
	struct event_verdict verdict;
	int64_t at_us;
	char texts[]; /* the event's */
};

struct recorder {
	struct kube *kube;
	struct event_memory *memory;
	struct letter *first, **end;
	size_t n;
	struct kube_call *call;
	struct loop_timer *timer; /* the next try */
	struct backoff backoff;
};

static void send_next(struct recorder *r);

static void letter_free(struct letter *letter)
{
	event_verdict_fini(&letter->verdict);
	free(letter);
}

static void drop_first(struct recorder *r)
{
	struct letter *letter = r->first;

	r->first = letter->next;
	if (r->first == NULL)
		r->end = &r->first;
	r->n--;
	letter_free(letter);
	backoff_reset(&r->backoff);
}

static void on_timer(void *arg)
{
	send_next(arg);
}

struct recorder *recorder_new(struct loop *loop, struct kube *kube)
{
	struct recorder *r = mem_zalloc(sizeof(*r));

	r->kube = kube;
	r->memory = event_memory_new();
	r->end = &r->first;
	r->timer = loop_timer_new(loop, on_timer, r);
	backoff_init(&r->backoff, 1000, 10000);
	return r;
}

void recorder_free(struct recorder *recorder)
{
	if (recorder == NULL)
		return;
	if (recorder->call != NULL)
		kube_cancel(recorder->call);
	while (recorder->first != NULL)
		drop_first(recorder);
	loop_timer_free(recorder->timer);
	event_memory_free(recorder->memory);
	free(recorder);
}

/* Only what a later try can cure is tried again: nobody waits for an event,
 * and a namespace that is being deleted refuses them all (SS-176). */
static void on_answer(const struct kube_answer *answer, void *arg)
{
	struct recorder *r = arg;
	struct letter *letter = r->first;

	r->call = NULL;
	if (answer->code == ST_ENOTFOUND &&
	    letter->verdict.fate == EVENT_PATCH) {
		letter->verdict.fate = EVENT_POST;
		send_next(r);
		return;
	}
	if (answer->code != 0 && err_class(answer->code) == ERR_RETRY_LATER &&
	    r->backoff.failures < MAX_TRIES) {
		loop_timer_set(r->timer, backoff_next_ms(&r->backoff));
		return;
	}
	if (answer->code != 0)
		log_debug("event refused", "set=%s/%s error=%s",
			  letter->event.ns, letter->event.set,
			  log_q(err_msg(answer->err)));
	drop_first(r);
	send_next(r);
}

static char *object_body(const struct letter *letter)
{
	const struct event *event = &letter->event;
	const struct event_verdict *verdict = &letter->verdict;
	scope_json struct json *body = json_new_object();
	struct json *meta = json_child_object(body, "metadata");
	struct json *about = json_child_object(body, "involvedObject");
	char first[32], last[32];

	clk_format(first, verdict->first_us, false);
	clk_format(last, letter->at_us, false);
	json_set_str(body, "apiVersion", "v1");
	json_set_str(body, "kind", "Event");
	json_set_str(meta, "name", verdict->name);
	json_set_str(meta, "namespace", event->ns);
	json_set_str(about, "apiVersion", "apps/v1");
	json_set_str(about, "kind", "StatefulSet");
	json_set_str(about, "namespace", event->ns);
	json_set_str(about, "name", event->set);
	json_set_str(about, "uid", event->uid);
	json_set_str(body, "type", event->type);
	json_set_str(body, "reason", event->reason);
	json_set_str(body, "message", verdict->message);
	json_set_str(json_child_object(body, "source"), "component",
		     event->source);
	json_set_str(body, "reportingComponent", event->source);
	json_set_str(body, "firstTimestamp", first);
	json_set_str(body, "lastTimestamp", last);
	json_set_int(body, "count", verdict->count);
	return canon_print(body);
}

/* Its count and time alone. */
static char *patch_body(const struct letter *letter)
{
	scope_json struct json *body = json_new_object();
	char last[32];

	clk_format(last, letter->at_us, false);
	json_set_str(body, "message", letter->verdict.message);
	json_set_str(body, "lastTimestamp", last);
	json_set_int(body, "count", letter->verdict.count);
	return canon_print(body);
}

static void send_next(struct recorder *r)
{
	struct letter *letter = r->first;
	scope_free char *path = NULL, *body = NULL;

	if (letter == NULL || r->call != NULL || loop_timer_is_set(r->timer))
		return;
	if (letter->verdict.fate == EVENT_POST) {
		path = mem_printf("/api/v1/namespaces/%s/events",
				  letter->event.ns);
		body = object_body(letter);
		r->call =
			kube_send(r->kube, KUBE_POST, path, body, on_answer, r);
		return;
	}
	path = mem_printf("/api/v1/namespaces/%s/events/%s", letter->event.ns,
			  letter->verdict.name);
	body = patch_body(letter);
	r->call = kube_send(r->kube, KUBE_PATCH_STRATEGIC, path, body,
			    on_answer, r);
}

static const char *keep(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *kept = memcpy(*at, text, size);

	*at += size;
	return kept;
}

/* The message is the verdict's. */
static struct letter *letter_new(const struct event *event,
				 const struct event_verdict *take_verdict,
				 int64_t now_us)
{
	size_t size = strlen(event->ns) + strlen(event->set) +
		      strlen(event->uid) + strlen(event->type) +
		      strlen(event->reason) + strlen(event->source) + 6;
	struct letter *letter = mem_alloc(sizeof(*letter) + size);
	char *at = letter->texts;

	letter->next = NULL;
	letter->verdict = *take_verdict;
	letter->at_us = now_us;
	letter->event = (struct event){
		.ns = keep(&at, event->ns),
		.set = keep(&at, event->set),
		.uid = keep(&at, event->uid),
		.type = keep(&at, event->type),
		.reason = keep(&at, event->reason),
		.source = keep(&at, event->source),
	};
	return letter;
}

void recorder_emit(struct recorder *recorder, const struct event *event)
{
	struct event_verdict verdict;
	struct letter *letter;
	int64_t now_us = clk_wall_us();

	if (recorder->n >= EVENT_QUEUE)
		return;
	event_judge(recorder->memory, event, now_us, &verdict);
	if (verdict.fate == EVENT_DROP) {
		event_verdict_fini(&verdict);
		return;
	}
	letter = letter_new(event, &verdict, now_us);
	*recorder->end = letter;
	recorder->end = &letter->next;
	recorder->n++;
	send_next(recorder);
}
