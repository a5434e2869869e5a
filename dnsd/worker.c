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

struct worker {
	struct worker_config config;
	struct udp_batch *batch;
	int epoll_fd;
	pthread_t thread;
};

static int watch(int epoll_fd, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* One batch from each socket; whether any had something. */
static bool serve_round(const struct worker *worker)
{
	const struct worker_config *config = &worker->config;
	size_t n = 0;

	for (size_t i = 0; i < config->n_listeners; i++)
		n += udp_serve(worker->batch,
			       config->listeners[i].udp_fds[config->index],
			       config->listeners, config->n_listeners);
	return n > 0;
}

static void *run(void *arg)
{
	struct worker *worker = arg;
	struct epoll_event event;

	rcu_register_thread();
	while (!stop_is_raised(worker->config.stop)) {
		if (serve_round(worker)) {
			rcu_quiescent_state();
			continue;
		}
		rcu_thread_offline();
		/* Which socket woke us does not matter: all are looked at. */
		(void)epoll_wait(worker->epoll_fd, &event, 1, -1);
		rcu_thread_online();
	}
	rcu_unregister_thread();
	return NULL;
}

static int watch_all(const struct worker *worker)
{
	const struct worker_config *config = &worker->config;
	int rc = watch(worker->epoll_fd, config->stop->fd);

	for (size_t i = 0; rc == 0 && i < config->n_listeners; i++)
		rc = watch(worker->epoll_fd,
			   config->listeners[i].udp_fds[config->index]);
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
