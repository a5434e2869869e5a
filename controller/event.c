/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/event.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "controller/hash.h"
#include "statefuld/mem.h"

enum { BUCKETS = 1024 };

/* Of events seen: what the Event object is called and says. */
struct seen {
	int64_t count;
	int64_t first_us;
	int64_t told_us;
	uint64_t told_epoch;
	uint64_t stamp; /* the end of its name */
};

/* Of events that differ in their message only. */
struct similar {
	uint32_t n;
	uint32_t messages[EVENT_SIMILAR]; /* hashes */
};

/* Of how many a source had for an object. */
struct rate {
	int64_t count;
	double tokens;
	uint64_t epoch; /* how often something went well */
};

/* Thousands of them are kept, so that texts are not. */
struct entry {
	struct entry *newer, *older;
	struct entry *next; /* in the bucket */
	uint64_t key;	    /* hash of the texts */
	int64_t last_us;
	union {
		struct seen seen;
		struct similar similar;
		struct rate rate;
	};
};

struct memory {
	struct entry *buckets[BUCKETS];
	struct entry *newest, *oldest;
	size_t n;
};

struct event_memory {
	struct memory seen, similar, rate;
	uint64_t serial; /* makes names differ within a microsecond */
};

static void unlink_entry(struct memory *memory, struct entry *e)
{
	*(e->newer ? &e->newer->older : &memory->newest) = e->older;
	*(e->older ? &e->older->newer : &memory->oldest) = e->newer;
	e->newer = e->older = NULL;
}

static void link_newest(struct memory *memory, struct entry *e)
{
	e->older = memory->newest;
	*(memory->newest ? &memory->newest->newer : &memory->oldest) = e;
	memory->newest = e;
}

/* Where the pointer to that entry is, or would be. */
static struct entry **find(struct memory *memory, uint64_t key)
{
	struct entry **at = &memory->buckets[key % BUCKETS];

	while (*at != NULL && (*at)->key != key)
		at = &(*at)->next;
	return at;
}

static void forget(struct memory *memory, struct entry *e)
{
	unlink_entry(memory, e);
	*find(memory, e->key) = e->next;
	memory->n--;
	free(e);
}

/* The entry of that key, a fresh one if there is none; now the newest. */
static struct entry *touch(struct memory *memory, uint64_t key)
{
	struct entry *e = *find(memory, key);

	if (e != NULL) {
		unlink_entry(memory, e);
		link_newest(memory, e);
		return e;
	}
	if (memory->n >= EVENT_MEMORY)
		forget(memory, memory->oldest);
	e = mem_zalloc(sizeof(*e));
	e->key = key;
	*find(memory, key) = e;
	memory->n++;
	link_newest(memory, e);
	return e;
}

static void memory_fini(struct memory *memory)
{
	while (memory->oldest != NULL)
		forget(memory, memory->oldest);
}

struct event_memory *event_memory_new(void)
{
	return mem_zalloc(sizeof(struct event_memory));
}

void event_memory_free(struct event_memory *memory)
{
	if (memory == NULL)
		return;
	memory_fini(&memory->seen);
	memory_fini(&memory->similar);
	memory_fini(&memory->rate);
	free(memory);
}

/* With the NUL, so that "ab", "c" is not "a", "bc". */
static uint64_t hash_on(uint64_t hash, const char *text)
{
	return hash_bytes(hash, text, strlen(text) + 1);
}

static void note_message(struct similar *similar, const char *message)
{
	uint32_t hash = hash_end(hash_on(hash_seed(), message));

	for (size_t i = 0; i < similar->n; i++)
		if (similar->messages[i] == hash)
			return;
	if (similar->n < EVENT_SIMILAR)
		similar->messages[similar->n++] = hash;
}

/* Whether so many of its kind came that it is told with them, as one. */
static bool collapses(struct event_memory *memory, uint64_t key,
		      const char *message, int64_t now_us)
{
	struct entry *e = touch(&memory->similar, key);

	if (now_us - e->last_us > INT64_C(1000000) * EVENT_SIMILAR_S)
		e->similar.n = 0;
	e->last_us = now_us;
	note_message(&e->similar, message);
	return e->similar.n >= EVENT_SIMILAR;
}

/* A bucket of EVENT_BURST that gets one token per EVENT_REFILL_S. */
static bool within_rate(struct event_memory *memory, uint64_t key,
			int64_t now_us)
{
	struct entry *e = touch(&memory->rate, key);
	double passed_s = (double)(now_us - e->last_us) / 1e6;

	if (e->rate.count++ == 0)
		e->rate.tokens = EVENT_BURST;
	else if (passed_s > 0)
		e->rate.tokens += passed_s / EVENT_REFILL_S;
	if (e->rate.tokens > EVENT_BURST)
		e->rate.tokens = EVENT_BURST;
	e->last_us = now_us;
	if (e->rate.tokens < 1)
		return false;
	e->rate.tokens -= 1;
	return true;
}

static void judge_seen(struct event_memory *memory, const struct event *event,
		       uint64_t key, int64_t now_us, struct event_verdict *ret)
{
	struct seen *seen = &touch(&memory->seen, key)->seen;

	if (seen->count == 0) {
		seen->first_us = now_us;
		seen->stamp = (uint64_t)now_us * 1000 + memory->serial++ % 1000;
	}
	seen->count++;
	ret->fate = seen->count == 1 ? EVENT_POST : EVENT_PATCH;
	ret->name = mem_printf("%s.%" PRIx64, event->set, seen->stamp);
	ret->count = seen->count;
	ret->first_us = seen->first_us;
}

/* Whether an event says once more what was said and is still so. */
static bool is_old_news(struct event_memory *memory, const struct event *event,
			uint64_t object, uint64_t key, int64_t now_us)
{
	struct rate *of_object = &touch(&memory->rate, object)->rate;
	struct seen *seen = &touch(&memory->seen, key)->seen;
	bool old;

	if (strcmp(event->type, "Warning") != 0) {
		of_object->epoch++;
		return false;
	}
	old = event->retried && seen->told_us != 0 &&
	      seen->told_epoch == of_object->epoch &&
	      now_us - seen->told_us < INT64_C(1000000) * EVENT_QUIET_S;
	if (old)
		return true;
	seen->told_us = now_us;
	seen->told_epoch = of_object->epoch;
	return false;
}

void event_judge(struct event_memory *memory, const struct event *event,
		 int64_t now_us, struct event_verdict *ret_verdict)
{
	uint64_t place =
		hash_on(hash_on(hash_seed(), event->source), event->ns);
	uint64_t object = hash_on(hash_on(place, event->set), event->uid);
	uint64_t kind = hash_on(hash_on(object, event->type), event->reason);
	uint64_t whole = hash_on(kind, event->message);
	bool many = collapses(memory, kind, event->message, now_us), old;

	*ret_verdict = (struct event_verdict){.fate = EVENT_DROP};
	old = is_old_news(memory, event, object, whole, now_us);
	judge_seen(memory, event, many ? kind : whole, now_us, ret_verdict);
	ret_verdict->message = mem_printf(
		"%s%s", many ? "(combined from similar events): " : "",
		event->message);
	if (old || !within_rate(memory, object, now_us))
		ret_verdict->fate = EVENT_DROP;
}

void event_verdict_fini(struct event_verdict *verdict)
{
	free(verdict->name);
	free(verdict->message);
	*verdict = (struct event_verdict){0};
}
