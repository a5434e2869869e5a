/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/worker.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "dnsd/socket.h"
#include "dnsd/stop.h"
#include "dnsd/udp.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"

enum {
	EVENTS = 16,
	TURNS = 16, /* batches from a socket before others are looked at */
};

struct worker {
	struct worker_config config;
	struct udp_batch *batch;
	int epoll_fd;
	pthread_t thread;
};

/* What is not a listener: the stop. */
enum { WATCH_STOP = -1 };

static int watch(int epoll_fd, int fd, int32_t listener)
{
	struct epoll_event event = {.events = EPOLLIN,
				    .data.u32 = (uint32_t)listener};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* Serves one socket until a batch is not full, which says that nothing waits
 * there; so a query that comes alone costs three system calls and not four. A
 * socket that is never done lets the others have a turn. */
static void serve(const struct worker *worker, int32_t listener)
{
	const struct worker_config *config = &worker->config;
	int fd, turns = TURNS;

	if (listener == WATCH_STOP)
		return;
	fd = config->listeners[listener].udp_fds[config->index];
	while (udp_serve(worker->batch, fd, config->listeners,
			 config->n_listeners) == UDP_BATCH &&
	       --turns > 0)
		rcu_quiescent_state();
}

static void *run(void *arg)
{
	struct worker *worker = arg;
	struct epoll_event events[EVENTS];
	int n;

	rcu_register_thread();
	rcu_thread_offline();
	while (!stop_is_raised(worker->config.stop)) {
		n = epoll_wait(worker->epoll_fd, events, EVENTS, -1);
		rcu_thread_online();
		for (int i = 0; i < n; i++)
			serve(worker, (int32_t)events[i].data.u32);
		rcu_thread_offline();
	}
	rcu_unregister_thread();
	return NULL;
}

static int watch_all(const struct worker *worker)
{
	const struct worker_config *config = &worker->config;
	int rc = watch(worker->epoll_fd, config->stop->fd, WATCH_STOP);

	for (size_t i = 0; rc == 0 && i < config->n_listeners; i++)
		rc = watch(worker->epoll_fd,
			   config->listeners[i].udp_fds[config->index],
			   (int32_t)i);
	return rc;
}

static void worker_free(struct worker *worker)
{
	if (worker->epoll_fd >= 0)
		close(worker->epoll_fd);
	udp_batch_free(worker->batch);
	free(worker);
}

static int launch(struct worker *worker)
{
	char name[16];

	worker->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (worker->epoll_fd < 0)
		return -errno;
	int rc = watch_all(worker);
	if (rc < 0)
		return rc;
	snprintf(name, sizeof(name), "dns-%zu", worker->config.index);
	return stop_thread_new(&worker->thread, name, run, worker);
}

int worker_start(const struct worker_config *config, struct worker **ret_worker)
{
	struct worker *worker = mem_zalloc(sizeof(*worker));

	worker->config = *config;
	worker->batch =
		udp_batch_new(config->answer, config->slot, config->stats);
	int rc = launch(worker);
	if (rc < 0) {
		worker_free(worker);
		return rc;
	}
	*ret_worker = worker;
	return 0;
}

void worker_join(struct worker *worker)
{
	pthread_join(worker->thread, NULL);
	worker_free(worker);
}
