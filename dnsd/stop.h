/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * stop - a flag that threads see while they work, with a descriptor that
 * wakes those that wait; and the start of threads that leave signals alone.
 *
 * Threads: any may raise it, all may look. Memory: embedded.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "statefuld/attr.h"

struct stop {
	atomic_bool is_raised;
	int fd; /* readable once raised, and for good */
};

st_must_check int stop_init(struct stop *stop);
void stop_fini(struct stop *stop);
void stop_raise(struct stop *stop);

static inline bool stop_is_raised(const struct stop *stop)
{
	return atomic_load_explicit(&stop->is_raised, memory_order_relaxed);
}

/* Between these two, new threads begin with all signals blocked: those are
 * the main thread's. */
void stop_block_signals(sigset_t *ret_before);
void stop_restore_signals(const sigset_t *before);

/* A thread that begins so. 0 or -errno. */
st_must_check int stop_thread_new(pthread_t *ret_thread, const char *name,
				  void *(*fn)(void *arg), void *arg);
