/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * loop - timers, file descriptors and signals on one thread; wraps libevent.
 *
 * Threads: a loop and all it holds belong to the thread that runs it; only
 * loop_stop and loop_wake may be called from elsewhere. Memory: free timers
 * and fds before their loop. A callback may free its own timer or fd.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct loop;
struct loop_timer;
struct loop_fd;
struct loop_signal;

struct loop *loop_new(void);
void loop_free(struct loop *loop);
/* Returns after loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* One turn: waits at most wait_ms (-1 = until something happens, 0 = poll). */
void loop_turn(struct loop *loop, int wait_ms);

typedef void (*loop_timer_fn)(void *arg);
struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn fn,
				  void *arg);
void loop_timer_free(struct loop_timer *timer);
/* (Re)arms; fires once. 0 fires in the next turn. */
void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms);
void loop_timer_cancel(struct loop_timer *timer);
bool loop_timer_is_set(const struct loop_timer *timer);
/* Fires as soon as the callback that now runs has returned, in the same turn,
 * before the loop waits again; several calls collapse into one. */
void loop_timer_soon(struct loop_timer *timer);

enum { LOOP_READ = 1, LOOP_WRITE = 2 };
typedef void (*loop_fd_fn)(int fd, int what, void *arg);
/* Level-triggered. The descriptor stays the caller's. `what` may be 0. */
struct loop_fd *loop_fd_new(struct loop *loop, int fd, int what, loop_fd_fn fn,
			    void *arg);
void loop_fd_set(struct loop_fd *fd, int what);
void loop_fd_free(struct loop_fd *fd);

/* For the one other user of libevent: its base, and what such a user calls
 * at the end of each of its callbacks, so that what was asked for "soon"
 * happens in the same turn. */
struct event_base;
struct event_base *loop_base(struct loop *loop);
void loop_flush(struct loop *loop);

typedef void (*loop_signal_fn)(int signo, void *arg);
struct loop_signal *loop_signal_new(struct loop *loop, int signo,
				    loop_signal_fn fn, void *arg);
void loop_signal_free(struct loop_signal *signal);

/* From any thread: has fn(arg) called on the loop's thread, soon. Calls are
 * kept in order. Those not yet run when the loop is freed are dropped. */
void loop_wake(struct loop *loop, void (*fn)(void *arg), void *arg);
