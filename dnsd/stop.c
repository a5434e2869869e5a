/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/stop.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int stop_init(struct stop *stop)
{
	atomic_init(&stop->is_raised, false);
	stop->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return stop->fd < 0 ? -errno : 0;
}

void stop_fini(struct stop *stop)
{
	if (stop->fd >= 0)
		close(stop->fd);
	stop->fd = -1;
}

void stop_raise(struct stop *stop)
{
	const uint64_t one = 1;

	/* The flag alone decides; nothing is published through it. The write
	 * fails only when the counter is full, and then it is readable. */
	atomic_store_explicit(&stop->is_raised, true, memory_order_relaxed);
	if (write(stop->fd, &one, sizeof(one)) < 0)
		st_assert(errno == EAGAIN);
}

void stop_block_signals(sigset_t *ret_before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, ret_before);
}

void stop_restore_signals(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

int stop_thread_new(pthread_t *ret_thread, const char *name,
		    void *(*fn)(void *arg), void *arg)
{
	sigset_t before;

	stop_block_signals(&before);
	int rc = pthread_create(ret_thread, NULL, fn, arg);
	stop_restore_signals(&before);
	if (rc == 0)
		pthread_setname_np(*ret_thread, name);
	return -rc;
}
