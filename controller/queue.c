/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/queue.h"

#include <string.h>

#include "controller/strmap.h"
#include "statefuld/mem.h"

enum { NOT_DELAYED = -1 };

struct item {
	char *key;
	struct item *next;   /* of those due */
	bool due;	     /* in that list */
	bool working, again; /* taken; and wanted once more since */
	uint32_t failures;
	uint64_t at_ms;
	ptrdiff_t place; /* in the heap, or NOT_DELAYED */
};

struct queue {
	struct strmap items;
	struct item *first, **end;
	struct item **heap; /* by at_ms, earliest first */
	size_t n_heap;
	double tokens; /* may be negative: those who wait in line */
	uint64_t refilled_ms;
	uint64_t n_adds, n_retries;
};

struct queue *queue_new(void)
{
	struct queue *queue = mem_zalloc(sizeof(*queue));

	strmap_init(&queue->items);
	queue->end = &queue->first;
	queue->tokens = QUEUE_BURST;
	return queue;
}

static void item_free(struct item *item)
{
	free(item->key);
	free(item);
}

void queue_free(struct queue *queue)
{
	struct item *item;
	size_t at = 0;

	if (queue == NULL)
		return;
	while ((item = strmap_next(&queue->items, &at)) != NULL)
		item_free(item);
	strmap_fini(&queue->items);
	free(queue->heap);
	free(queue);
}

static struct item *item_of(struct queue *queue, const char *key)
{
	struct item *item = strmap_get(&queue->items, key);

	if (item != NULL)
		return item;
	item = mem_zalloc(sizeof(*item));
	item->key = mem_strdup(key);
	item->place = NOT_DELAYED;
	strmap_put(&queue->items, key, item);
	return item;
}

static void drop_idle(struct queue *queue, struct item *item)
{
	if (item->due || item->working || item->failures > 0 ||
	    item->place != NOT_DELAYED)
		return;
	strmap_take(&queue->items, item->key);
	item_free(item);
}

static void put(struct queue *queue, size_t place, struct item *item)
{
	queue->heap[place] = item;
	item->place = (ptrdiff_t)place;
}

static void sift_up(struct queue *queue, size_t at, struct item *item)
{
	while (at > 0 && queue->heap[(at - 1) / 2]->at_ms > item->at_ms) {
		put(queue, at, queue->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(queue, at, item);
}

static void sift_down(struct queue *queue, size_t at, struct item *item)
{
	for (;;) {
		size_t child = at * 2 + 1;

		if (child + 1 < queue->n_heap &&
		    queue->heap[child + 1]->at_ms < queue->heap[child]->at_ms)
			child++;
		if (child >= queue->n_heap ||
		    queue->heap[child]->at_ms >= item->at_ms)
			break;
		put(queue, at, queue->heap[child]);
		at = child;
	}
	put(queue, at, item);
}

static void undelay(struct queue *queue, struct item *item)
{
	struct item *last;
	size_t at = (size_t)item->place;

	if (item->place == NOT_DELAYED)
		return;
	last = queue->heap[--queue->n_heap];
	item->place = NOT_DELAYED;
	if (last == item)
		return;
	if (last->at_ms < item->at_ms)
		sift_up(queue, at, last);
	else
		sift_down(queue, at, last);
}

void queue_add(struct queue *queue, const char *key)
{
	struct item *item = item_of(queue, key);

	if (item->working) {
		item->again = true;
		return;
	}
	if (item->due)
		return;
	queue->n_adds++;
	item->due = true;
	item->next = NULL;
	*queue->end = item;
	queue->end = &item->next;
}

void queue_add_at(struct queue *queue, const char *key, uint64_t at_ms)
{
	struct item *item = item_of(queue, key);

	if (item->place != NOT_DELAYED && item->at_ms <= at_ms)
		return;
	undelay(queue, item);
	item->at_ms = at_ms;
	mem_grow(queue->heap, queue->n_heap);
	sift_up(queue, queue->n_heap++, item);
}

/* How long until the shared bucket has a token for one more. */
static uint64_t bucket_ms(struct queue *queue, uint64_t now_ms)
{
	if (now_ms > queue->refilled_ms) {
		double passed = (double)(now_ms - queue->refilled_ms);

		queue->tokens += passed * QUEUE_RATE / 1000;
		queue->refilled_ms = now_ms;
	}
	if (queue->tokens > QUEUE_BURST)
		queue->tokens = QUEUE_BURST;
	queue->tokens -= 1;
	return queue->tokens >= 0
		       ? 0
		       : (uint64_t)(-queue->tokens * 1000 / QUEUE_RATE);
}

uint64_t queue_retry(struct queue *queue, const char *key, uint64_t now_ms,
		     uint64_t max_ms, uint64_t least_ms)
{
	struct item *item = item_of(queue, key);
	uint64_t shared = bucket_ms(queue, now_ms);
	uint64_t own = item->failures < 40
			       ? (uint64_t)QUEUE_FIRST_MS << item->failures
			       : max_ms;

	queue->n_retries++;
	item->failures++;
	if (own > max_ms)
		own = max_ms;
	if (own < shared)
		own = shared;
	if (own < least_ms)
		own = least_ms;
	queue_add_at(queue, key, now_ms + own);
	return own;
}

void queue_forget(struct queue *queue, const char *key)
{
	struct item *item = strmap_get(&queue->items, key);

	if (item == NULL)
		return;
	item->failures = 0;
	drop_idle(queue, item);
}

static void wake_delayed(struct queue *queue, uint64_t now_ms)
{
	while (queue->n_heap > 0 && queue->heap[0]->at_ms <= now_ms) {
		struct item *item = queue->heap[0];

		undelay(queue, item);
		queue_add(queue, item->key);
	}
}

const char *queue_take(struct queue *queue, uint64_t now_ms)
{
	struct item *item;

	wake_delayed(queue, now_ms);
	item = queue->first;
	if (item == NULL)
		return NULL;
	queue->first = item->next;
	if (queue->first == NULL)
		queue->end = &queue->first;
	item->due = false;
	item->working = true;
	item->again = false;
	return item->key;
}

void queue_done(struct queue *queue, const char *key)
{
	struct item *item = strmap_get(&queue->items, key);

	if (item == NULL || !item->working)
		return;
	item->working = false;
	if (item->again)
		queue_add(queue, item->key);
	drop_idle(queue, item);
}

uint64_t queue_wait_ms(const struct queue *queue, uint64_t now_ms)
{
	if (queue->first != NULL)
		return 0;
	if (queue->n_heap == 0)
		return UINT64_MAX;
	return queue->heap[0]->at_ms > now_ms ? queue->heap[0]->at_ms - now_ms
					      : 0;
}

size_t queue_len(const struct queue *queue)
{
	return queue->items.n;
}

void queue_counts(const struct queue *queue, uint64_t *ret_adds,
		  uint64_t *ret_retries)
{
	*ret_adds = queue->n_adds;
	*ret_retries = queue->n_retries;
}
