/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/history.h"

#include "lab/content.h"
#include "statefuld/mem.h"

#define MAX_EVENTS 100000
#define MAX_BYTES  ((size_t)12 << 20)
/* One who comes late is told this many events before others get a turn. */
#define TOLD_AT_ONCE 1000

struct objects_watch {
	struct history *history;
	enum kind_id kind;
	uint64_t next; /* number of the first event not looked at */
	objects_watch_fn fn;
	void *arg;
	bool is_dead; /* freed while telling */
	struct objects_watch *prev, *later;
};

static struct history_event *slot(const struct history *history,
				  uint64_t number)
{
	return &history->ring[number & (history->cap - 1)];
}

/* What only the history keeps alive because of this event. */
static size_t cost(const struct history_event *event)
{
	return sizeof(*event) + (event->was ? content_size(event->was) : 0) +
	       (event->last ? content_size(event->last) : 0);
}

static void drop_contents(struct history *history,
			  const struct history_event *event)
{
	history->bytes -= event->cost;
	content_unref(event->was);
	content_unref(event->is);
	content_unref(event->last);
}

static void drop_oldest(struct history *history)
{
	struct history_event *event = slot(history, history->first++);

	history->oldest = event->version;
	drop_contents(history, event);
}

void history_init(struct history *history, uint64_t version)
{
	*history = (struct history){
		.oldest = version,
		.max_events = MAX_EVENTS,
		.max_bytes = MAX_BYTES,
	};
}

void history_fini(struct history *history)
{
	st_assert(history->watches == NULL);
	while (history->first < history->end)
		drop_oldest(history);
	free(history->ring);
}

static void grow(struct history *history)
{
	struct history was = *history;

	history->cap = was.cap > 0 ? was.cap * 2 : 256;
	history->ring = mem_calloc(history->cap, sizeof(*history->ring));
	for (uint64_t i = was.first; i < was.end; i++)
		*slot(history, i) = *slot(&was, i);
	free(was.ring);
}

void history_add(struct history *history, struct history_event take_event)
{
	if (history->end - history->first == history->cap)
		grow(history);
	take_event.cost = cost(&take_event);
	history->bytes += take_event.cost;
	*slot(history, history->end++) = take_event;
}

const struct history_event *history_open(const struct history *history,
					 size_t at)
{
	uint64_t number = history->open + at;

	return number < history->end ? slot(history, number) : NULL;
}

void history_close(struct history *history)
{
	history->open = history->end;
}

void history_take_back(struct history *history)
{
	st_assert(history->end > history->open);
	drop_contents(history, slot(history, --history->end));
	for (struct objects_watch *i = history->watches; i; i = i->later) {
		if (i->next > history->end)
			i->next = history->end;
	}
}

static uint64_t slowest(const struct history *history)
{
	uint64_t number = history->open;

	for (struct objects_watch *i = history->watches; i; i = i->later) {
		if (!i->is_dead && i->next < number)
			number = i->next;
	}
	return number;
}

static bool is_too_much(const struct history *history)
{
	return history->end - history->first > history->max_events ||
	       history->bytes > history->max_bytes;
}

static void trim(struct history *history)
{
	uint64_t keep = is_too_much(history) ? slowest(history) : 0;

	while (history->first < keep && is_too_much(history))
		drop_oldest(history);
}

void history_forget(struct history *history, uint64_t version)
{
	uint64_t keep = slowest(history);

	while (history->first < keep)
		drop_oldest(history);
	history->oldest = version;
}

/* Holds a content with its text during a call. */
struct held {
	struct content *content;
	bool was_cold;
};

static struct held hold(struct content *content)
{
	if (content == NULL)
		return (struct held){NULL, false};
	content->holds++;
	return (struct held){content_ref(content), content_warm(content)};
}

static const struct object *object_of(const struct held *held)
{
	return held->content != NULL ? &held->content->object : NULL;
}

static void let_go(const struct held *held)
{
	if (held->content == NULL)
		return;
	held->content->holds--;
	if (held->was_cold && !held->content->is_warm_for_turn)
		content_cool(held->content, NULL);
	content_unref(held->content);
}

/* Whatever the callback writes moves the ring. */
static void tell_one(struct objects_watch *watch,
		     const struct history_event *event)
{
	const struct held was = hold(event->was);
	const struct held is = hold(event->is);
	const struct held last = hold(event->last);
	const struct objects_event told = {
		.version = event->version,
		.was = object_of(&was),
		.is = object_of(&is),
		.last = object_of(&last),
	};

	watch->fn(&told, watch->arg);
	let_go(&was);
	let_go(&is);
	let_go(&last);
}

static enum kind_id kind_of(const struct history_event *event)
{
	return (event->is ? event->is : event->was)->object.kind;
}

static void tell(struct history *history, struct objects_watch *watch)
{
	uint64_t end = history->open;

	for (int n = 0; watch->next < end && n < TOLD_AT_ONCE;) {
		const struct history_event *event =
			slot(history, watch->next++);

		if (watch->kind != KINDS && watch->kind != kind_of(event))
			continue;
		n++;
		tell_one(watch, event);
		if (watch->is_dead)
			break;
	}
}

static void destroy(struct objects_watch *watch)
{
	struct history *history = watch->history;

	if (watch->prev != NULL)
		watch->prev->later = watch->later;
	else
		history->watches = watch->later;
	if (watch->later != NULL)
		watch->later->prev = watch->prev;
	else
		history->watches_last = watch->prev;
	free(watch);
}

static void sweep(struct history *history)
{
	struct objects_watch *later;

	for (struct objects_watch *i = history->watches; i; i = later) {
		later = i->later;
		if (i->is_dead)
			destroy(i);
	}
}

bool history_tell(struct history *history)
{
	history->is_telling = true;
	for (struct objects_watch *i = history->watches; i; i = i->later) {
		if (!i->is_dead)
			tell(history, i);
	}
	history->is_telling = false;
	sweep(history);
	trim(history);
	return history_has_news(history);
}

bool history_has_news(const struct history *history)
{
	return slowest(history) < history->open;
}

/* The first event that is newer. */
static uint64_t number_after(const struct history *history, uint64_t since)
{
	uint64_t low = history->first, high = history->end;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (slot(history, mid)->version <= since)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct objects_watch *history_watch(struct history *history, enum kind_id kind,
				    uint64_t since, objects_watch_fn fn,
				    void *arg)
{
	struct objects_watch *watch = mem_zalloc(sizeof(*watch));

	watch->history = history;
	watch->kind = kind;
	watch->next = number_after(history, since);
	watch->fn = fn;
	watch->arg = arg;
	watch->prev = history->watches_last;
	if (watch->prev != NULL)
		watch->prev->later = watch;
	else
		history->watches = watch;
	history->watches_last = watch;
	return watch;
}

void objects_watch_free(struct objects_watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->history->is_telling)
		watch->is_dead = true;
	else
		destroy(watch);
}
