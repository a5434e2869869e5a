/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "statefuld/clk.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

/*
 * Timers are a heap of our own over clk, so that a test with a fake clock
 * decides when they are due; libevent only measures the wait. A turn is:
 * what was asked for "soon", then descriptors and signals, then due timers;
 * and after each single callback again what was asked for "soon".
 */
struct loop_timer {
	struct loop *loop;
	loop_timer_fn fn;
	void *arg;
	uint64_t due_ns;
	uint64_t seq;  /* order of arming: ties fire first come, first served */
	uint64_t turn; /* armed in this turn, so not due before the next */
	size_t at;     /* index in the heap, or NOT_IN_HEAP */
	uint64_t round; /* the flush of the soon list that last ran it */
	bool is_soon;
	struct loop_timer *prev, *next; /* soon list */
};
#define NOT_IN_HEAP SIZE_MAX

struct wake {
	struct wake *next;
	void (*fn)(void *arg);
	void *arg;
};

struct loop {
	struct event_base *base;
	struct event *waiter;
	struct event *wake_event;
	int wake_fd;
	atomic_bool stop;
	pthread_mutex_t lock; /* guards the two below; nothing nests in it */
	struct wake *wakes, **wakes_end;
	struct loop_timer **heap;
	size_t n_timers;
	uint64_t seq, turn, round;
	struct loop_timer *soon_first, *soon_last;
};

struct loop_fd {
	struct loop *loop;
	struct event *event;
	int fd, what;
	loop_fd_fn fn;
	void *arg;
};

struct loop_signal {
	struct loop *loop;
	struct event *event;
	loop_signal_fn fn;
	void *arg;
};

static bool before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->seq < b->seq;
}

static void heap_put(struct loop *loop, size_t at, struct loop_timer *timer)
{
	loop->heap[at] = timer;
	timer->at = at;
}

static void heap_up(struct loop *loop, size_t at, struct loop_timer *timer)
{
	while (at > 0 && before(timer, loop->heap[(at - 1) / 2])) {
		heap_put(loop, at, loop->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_put(loop, at, timer);
}

static void heap_down(struct loop *loop, size_t at, struct loop_timer *timer)
{
	for (;;) {
		size_t kid = 2 * at + 1;

		if (kid + 1 < loop->n_timers &&
		    before(loop->heap[kid + 1], loop->heap[kid]))
			kid++;
		if (kid >= loop->n_timers || before(timer, loop->heap[kid]))
			break;
		heap_put(loop, at, loop->heap[kid]);
		at = kid;
	}
	heap_put(loop, at, timer);
}

static void heap_add(struct loop *loop, struct loop_timer *timer)
{
	mem_grow(loop->heap, loop->n_timers);
	loop->n_timers++;
	heap_up(loop, loop->n_timers - 1, timer);
}

static void heap_remove(struct loop *loop, struct loop_timer *timer)
{
	size_t at = timer->at;
	struct loop_timer *last = loop->heap[--loop->n_timers];

	timer->at = NOT_IN_HEAP;
	if (last == timer)
		return;
	if (at > 0 && before(last, loop->heap[(at - 1) / 2]))
		heap_up(loop, at, last);
	else
		heap_down(loop, at, last);
}

static void soon_add(struct loop *loop, struct loop_timer *timer)
{
	timer->is_soon = true;
	timer->next = NULL;
	timer->prev = loop->soon_last;
	if (timer->prev != NULL)
		timer->prev->next = timer;
	else
		loop->soon_first = timer;
	loop->soon_last = timer;
}

static void soon_remove(struct loop *loop, struct loop_timer *timer)
{
	timer->is_soon = false;
	if (timer->prev != NULL)
		timer->prev->next = timer->next;
	else
		loop->soon_first = timer->next;
	if (timer->next != NULL)
		timer->next->prev = timer->prev;
	else
		loop->soon_last = timer->prev;
}

static struct loop_timer *soon_not_run_in(const struct loop *loop,
					  uint64_t round)
{
	struct loop_timer *timer = loop->soon_first;

	while (timer != NULL && timer->round == round)
		timer = timer->next;
	return timer;
}

/* Each timer at most once: one that asks for itself again gets its turn
 * later, and descriptors are looked at in between. */
static void flush_soon(struct loop *loop)
{
	uint64_t round = ++loop->round;
	struct loop_timer *timer;

	while ((timer = soon_not_run_in(loop, round)) != NULL) {
		soon_remove(loop, timer);
		timer->round = round;
		timer->fn(timer->arg);
	}
}

void loop_flush(struct loop *loop)
{
	flush_soon(loop);
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn fn,
				  void *arg)
{
	struct loop_timer *timer = mem_zalloc(sizeof(*timer));

	timer->loop = loop;
	timer->fn = fn;
	timer->arg = arg;
	timer->at = NOT_IN_HEAP;
	return timer;
}

void loop_timer_cancel(struct loop_timer *timer)
{
	if (timer->at != NOT_IN_HEAP)
		heap_remove(timer->loop, timer);
	if (timer->is_soon)
		soon_remove(timer->loop, timer);
}

void loop_timer_free(struct loop_timer *timer)
{
	if (timer == NULL)
		return;
	loop_timer_cancel(timer);
	free(timer);
}

void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms)
{
	struct loop *loop = timer->loop;
	uint64_t now = clk_mono_ns();

	loop_timer_cancel(timer);
	timer->due_ns = delay_ms < (UINT64_MAX - now) / 1000000u
				? now + delay_ms * 1000000u
				: UINT64_MAX;
	timer->seq = loop->seq++;
	timer->turn = loop->turn;
	heap_add(loop, timer);
}

void loop_timer_soon(struct loop_timer *timer)
{
	if (timer->is_soon)
		return;
	loop_timer_cancel(timer);
	soon_add(timer->loop, timer);
}

bool loop_timer_is_set(const struct loop_timer *timer)
{
	return timer->is_soon || timer->at != NOT_IN_HEAP;
}

/* One that was set in this turn ends the round: the next turn does not wait
 * then, and it sees descriptors first. */
static struct loop_timer *take_due(struct loop *loop, uint64_t now)
{
	struct loop_timer *timer = loop->n_timers > 0 ? loop->heap[0] : NULL;

	if (timer == NULL || timer->due_ns > now || timer->turn == loop->turn)
		return NULL;
	heap_remove(loop, timer);
	return timer;
}

static void run_due(struct loop *loop)
{
	uint64_t now = clk_mono_ns();
	struct loop_timer *timer;

	while ((timer = take_due(loop, now)) != NULL) {
		timer->fn(timer->arg);
		flush_soon(loop);
	}
}

static void on_fd(evutil_socket_t fd, short events, void *arg)
{
	struct loop_fd *self = arg;
	struct loop *loop = self->loop;
	int what = 0;

	if (events & EV_READ)
		what |= LOOP_READ;
	if (events & EV_WRITE)
		what |= LOOP_WRITE;
	self->fn(fd, what, self->arg);
	flush_soon(loop);
}

void loop_fd_set(struct loop_fd *self, int what)
{
	short events = EV_PERSIST;

	if (what == self->what)
		return;
	self->what = what;
	event_del(self->event);
	if (what == 0)
		return;
	if (what & LOOP_READ)
		events |= EV_READ;
	if (what & LOOP_WRITE)
		events |= EV_WRITE;
	event_assign(self->event, self->loop->base, self->fd, events, on_fd,
		     self);
	if (event_add(self->event, NULL) < 0)
		log_error("descriptor not watched", "fd=%d error=%s", self->fd,
			  log_q(strerrordesc_np(errno)));
}

struct loop_fd *loop_fd_new(struct loop *loop, int fd, int what, loop_fd_fn fn,
			    void *arg)
{
	struct loop_fd *self = mem_zalloc(sizeof(*self));

	self->loop = loop;
	self->fd = fd;
	self->fn = fn;
	self->arg = arg;
	self->event = event_new(loop->base, fd, EV_PERSIST, on_fd, self);
	st_assert(self->event != NULL);
	loop_fd_set(self, what);
	return self;
}

void loop_fd_free(struct loop_fd *self)
{
	if (self == NULL)
		return;
	event_free(self->event);
	free(self);
}

static void on_signal(evutil_socket_t signo, short events, void *arg)
{
	struct loop_signal *self = arg;
	struct loop *loop = self->loop;

	(void)events;
	self->fn((int)signo, self->arg);
	flush_soon(loop);
}

struct loop_signal *loop_signal_new(struct loop *loop, int signo,
				    loop_signal_fn fn, void *arg)
{
	struct loop_signal *self = mem_zalloc(sizeof(*self));

	self->loop = loop;
	self->fn = fn;
	self->arg = arg;
	self->event = evsignal_new(loop->base, signo, on_signal, self);
	st_assert(self->event != NULL);
	int rc = event_add(self->event, NULL);
	st_assert(rc == 0);
	return self;
}

void loop_signal_free(struct loop_signal *self)
{
	if (self == NULL)
		return;
	event_free(self->event);
	free(self);
}

/* The counter cannot overflow: it is read as soon as it is not 0. */
static void ring(struct loop *loop)
{
	const uint64_t one = 1;
	ssize_t n;

	do
		n = write(loop->wake_fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
}

static struct wake *take_wakes(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	struct wake *first = loop->wakes;
	loop->wakes = NULL;
	loop->wakes_end = &loop->wakes;
	pthread_mutex_unlock(&loop->lock);
	return first;
}

static void on_wake(evutil_socket_t fd, short events, void *arg)
{
	struct loop *loop = arg;
	struct wake *wake, *next;
	uint64_t count;

	(void)events;
	/* Before the list: a wake-up that comes later rings again. */
	ssize_t n = read(fd, &count, sizeof(count));
	(void)n;
	for (wake = take_wakes(loop); wake != NULL; wake = next) {
		next = wake->next;
		wake->fn(wake->arg);
		free(wake);
		flush_soon(loop);
	}
}

void loop_wake(struct loop *loop, void (*fn)(void *arg), void *arg)
{
	struct wake *wake = mem_zalloc(sizeof(*wake));

	wake->fn = fn;
	wake->arg = arg;
	pthread_mutex_lock(&loop->lock);
	*loop->wakes_end = wake;
	loop->wakes_end = &wake->next;
	pthread_mutex_unlock(&loop->lock);
	ring(loop);
}

static void on_wait_over(evutil_socket_t fd, short events, void *arg)
{
	(void)fd;
	(void)events;
	(void)arg;
}

static struct event_base *base_new(void)
{
	struct event_config *config = event_config_new();

	st_assert(config != NULL);
	/* Only one thread touches the base; others ring the eventfd. */
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	struct event_base *base = event_base_new_with_config(config);
	event_config_free(config);
	st_assert(base != NULL);
	return base;
}

struct loop *loop_new(void)
{
	struct loop *loop = mem_zalloc(sizeof(*loop));

	loop->base = base_new();
	loop->waiter = evtimer_new(loop->base, on_wait_over, NULL);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	st_assert(loop->waiter != NULL && loop->wake_fd >= 0);
	loop->wake_event = event_new(loop->base, loop->wake_fd,
				     EV_READ | EV_PERSIST, on_wake, loop);
	st_assert(loop->wake_event != NULL);
	int rc = event_add(loop->wake_event, NULL);
	st_assert(rc == 0);
	pthread_mutex_init(&loop->lock, NULL);
	loop->wakes_end = &loop->wakes;
	return loop;
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	st_assert(loop->n_timers == 0 && loop->soon_first == NULL);
	for (struct wake *wake = take_wakes(loop), *next; wake; wake = next) {
		next = wake->next;
		free(wake);
	}
	event_free(loop->wake_event);
	event_free(loop->waiter);
	event_base_free(loop->base);
	close(loop->wake_fd);
	pthread_mutex_destroy(&loop->lock);
	free(loop->heap);
	free(loop);
}

void loop_stop(struct loop *loop)
{
	atomic_store(&loop->stop, true);
	ring(loop);
}

void loop_run(struct loop *loop)
{
	while (!atomic_exchange(&loop->stop, false))
		loop_turn(loop, -1);
}

/* Nanoseconds until the first timer, wait_ms at most; negative: no limit. */
static int64_t time_to_wait(const struct loop *loop, int wait_ms)
{
	int64_t wait_ns = wait_ms < 0 ? -1 : (int64_t)wait_ms * 1000000;

	if (loop->n_timers == 0 || wait_ns == 0)
		return wait_ns;
	uint64_t due = loop->heap[0]->due_ns, now = clk_mono_ns();
	if (due <= now)
		return 0;
	int64_t left = due - now < INT64_MAX ? (int64_t)(due - now) : INT64_MAX;
	return wait_ns < 0 || left < wait_ns ? left : wait_ns;
}

static void wait_for_events(struct loop *loop, int64_t wait_ns)
{
	if (wait_ns == 0) {
		event_base_loop(loop->base, EVLOOP_NONBLOCK);
		return;
	}
	if (wait_ns > 0) {
		int64_t wait_us = (wait_ns + 999) / 1000;
		struct timeval tv = {
			.tv_sec = wait_us / 1000000,
			.tv_usec = wait_us % 1000000,
		};
		event_add(loop->waiter, &tv);
	}
	event_base_loop(loop->base, EVLOOP_ONCE);
	event_del(loop->waiter);
}

void loop_turn(struct loop *loop, int wait_ms)
{
	loop->turn++;
	if (loop->soon_first != NULL) {
		flush_soon(loop);
		wait_ms = 0;
	}
	wait_for_events(loop, time_to_wait(loop, wait_ms));
	run_due(loop);
}
