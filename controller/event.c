/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/event.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "controller/hash.h"
#include "controller/strmap.h"
#include "statefuld/mem.h"

/* One type for the three memories: of events seen, of those that differ in
 * their message only, and of how many a source had for an object. */
struct entry {
	struct entry *newer, *older;
	char *key;
	int64_t last_us;

	char *name; /* seen: of the Event object, its count, its beginning */
	int64_t count;
	int64_t first_us;
	int64_t told_us;
	uint64_t told_epoch;

	size_t n_messages; /* similar: hashes of messages */
	uint64_t messages[EVENT_SIMILAR];

	double tokens;	/* rate */
	uint64_t epoch; /* rate: how often something went well */
};

struct memory {
	struct strmap map;
	struct entry *newest, *oldest;
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

static void entry_free(struct entry *e)
{
	free(e->key);
	free(e->name);
	free(e);
}

static void forget(struct memory *memory, struct entry *e)
{
	unlink_entry(memory, e);
	strmap_take(&memory->map, e->key);
	entry_free(e);
}

/* The entry of that key, a fresh one if there is none; now the newest. */
static struct entry *touch(struct memory *memory, const char *key)
{
	struct entry *e = strmap_get(&memory->map, key);

	if (e != NULL) {
		unlink_entry(memory, e);
		link_newest(memory, e);
		return e;
	}
	if (memory->map.n >= EVENT_MEMORY)
		forget(memory, memory->oldest);
	e = mem_zalloc(sizeof(*e));
	e->key = mem_strdup(key);
	strmap_put(&memory->map, key, e);
	link_newest(memory, e);
	return e;
}

static void memory_fini(struct memory *memory)
{
	while (memory->oldest != NULL)
		forget(memory, memory->oldest);
	strmap_fini(&memory->map);
}

struct event_memory *event_memory_new(void)
{
	struct event_memory *memory = mem_zalloc(sizeof(*memory));

	strmap_init(&memory->seen.map);
	strmap_init(&memory->similar.map);
	strmap_init(&memory->rate.map);
	return memory;
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

static void note_message(struct entry *e, const char *message)
{
	uint64_t hash = hash_bytes(hash_seed(), message, strlen(message));

	for (size_t i = 0; i < e->n_messages; i++)
		if (e->messages[i] == hash)
			return;
	if (e->n_messages < EVENT_SIMILAR)
		e->messages[e->n_messages++] = hash;
}

/* Whether so many of its kind came that it is told with them, as one. */
static bool collapses(struct event_memory *memory, const char *key,
		      const char *message, int64_t now_us)
{
	struct entry *e = touch(&memory->similar, key);

	if (now_us - e->last_us > INT64_C(1000000) * EVENT_SIMILAR_S)
		e->n_messages = 0;
	e->last_us = now_us;
	note_message(e, message);
	return e->n_messages >= EVENT_SIMILAR;
}

/* A bucket of EVENT_BURST that gets one token per EVENT_REFILL_S. */
static bool within_rate(struct event_memory *memory, const char *key,
			int64_t now_us)
{
	struct entry *e = touch(&memory->rate, key);
	double passed_s = (double)(now_us - e->last_us) / 1e6;

	if (e->count++ == 0)
		e->tokens = EVENT_BURST;
	else if (passed_s > 0)
		e->tokens += passed_s / EVENT_REFILL_S;
	if (e->tokens > EVENT_BURST)
		e->tokens = EVENT_BURST;
	e->last_us = now_us;
	if (e->tokens < 1)
		return false;
	e->tokens -= 1;
	return true;
}

static void judge_seen(struct event_memory *memory, const struct event *event,
		       const char *key, int64_t now_us,
		       struct event_verdict *ret)
{
	struct entry *e = touch(&memory->seen, key);

	if (e->count == 0) {
		e->first_us = now_us;
		e->name = mem_printf("%s.%" PRIx64, event->set,
				     (uint64_t)now_us * 1000 +
					     memory->serial++ % 1000);
	}
	e->count++;
	ret->fate = e->count == 1 ? EVENT_POST : EVENT_PATCH;
	ret->name = mem_strdup(e->name);
	ret->count = e->count;
	ret->first_us = e->first_us;
}

/* Whether an event says once more what was said and is still so. */
static bool is_old_news(struct event_memory *memory, const struct event *event,
			const char *object, const char *key, int64_t now_us)
{
	struct entry *of_object = touch(&memory->rate, object);
	struct entry *e = touch(&memory->seen, key);
	bool old;

	if (strcmp(event->type, "Warning") != 0) {
		of_object->epoch++;
		return false;
	}
	old = event->retried && e->told_us != 0 &&
	      e->told_epoch == of_object->epoch &&
	      now_us - e->told_us < INT64_C(1000000) * EVENT_QUIET_S;
	if (old)
		return true;
	e->told_us = now_us;
	e->told_epoch = of_object->epoch;
	return false;
}

void event_judge(struct event_memory *memory, const struct event *event,
		 int64_t now_us, struct event_verdict *ret_verdict)
{
	scope_free char *object = mem_printf("%s\n%s\n%s\n%s", event->source,
					     event->ns, event->set, event->uid);
	scope_free char *kind =
		mem_printf("%s\n%s\n%s", object, event->type, event->reason);
	scope_free char *whole = mem_printf("%s\n%s", kind, event->message);
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
