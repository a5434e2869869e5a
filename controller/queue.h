/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * queue - keys that want a pass: each once, in order of arrival, never two at
 * a time, with delays and back-off (SS-002, SS-009).
 *
 * Time comes in as a value, so that the caller owns the timer: after every
 * change it asks queue_wait_ms() how long nothing will be due.
 *
 * Threads: belongs to one. Memory: keys are copied.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

enum {
	QUEUE_FIRST_MS = 5,	    /* own back-off of a key */
	QUEUE_MAX_MS = 1000 * 1000, /* its cap */
	QUEUE_SOON_MS = 60 * 1000,  /* the cap where time alone will help */
	QUEUE_RATE = 10,	    /* per second, shared by all keys */
	QUEUE_BURST = 100,
};

struct queue *queue_new(void);
void queue_free(struct queue *queue);

/* Due at once. While the key is worked on, it becomes due again after that. */
void queue_add(struct queue *queue, const char *key);
/* Due at that time, unless it is due earlier for another reason; does not
 * keep queue_add() from making it due now. */
void queue_add_at(struct queue *queue, const char *key, uint64_t at_ms);
/* The pass failed: due again after max(own back-off, shared bucket,
 * least_ms). The own back-off is 5 ms, doubled per failure in a row, and
 * never over max_ms. Returns the delay. */
uint64_t queue_retry(struct queue *queue, const char *key, uint64_t now_ms,
		     uint64_t max_ms, uint64_t least_ms);
/* The pass went well: the back-off starts anew. */
void queue_forget(struct queue *queue, const char *key);

/* The next due key, now being worked on; NULL if none is. Borrowed until
 * queue_done(). */
const char *queue_take(struct queue *queue, uint64_t now_ms);
void queue_done(struct queue *queue, const char *key);

/* 0: a key is due; UINT64_MAX: none will be without a further call. */
uint64_t queue_wait_ms(const struct queue *queue, uint64_t now_ms);
/* Keys due, delayed or worked on. */
size_t queue_len(const struct queue *queue);
/* Keys that became due so far, and failures among the reasons. */
void queue_counts(const struct queue *queue, uint64_t *ret_adds,
		  uint64_t *ret_retries);
