/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/job.h"

#include "dnsd/stop.h"
#include "statefuld/loop.h"
#include "statefuld/rcu.h"

static void finish(struct job *job)
{
	if (!job->is_running)
		return;
	pthread_join(job->thread, NULL);
	job->is_running = false;
	job->done(job->arg);
}

static void on_over(void *arg)
{
	finish(arg);
}

static void *run(void *arg)
{
	struct job *job = arg;
	struct zone_pin pin;

	rcu_register_thread();
	zone_pin_take_rcu(&pin, job->slot);
	rcu_thread_offline();
	job->work(&pin, job->arg);
	zone_pin_drop(&pin);
	rcu_unregister_thread();
	loop_wake(job->loop, on_over, job);
	return NULL;
}

int job_start(struct job *job, struct loop *loop, const struct zone_slot *slot,
	      void (*work)(const struct zone_pin *pin, void *arg),
	      void (*done)(void *arg), void *arg)
{
	int rc;

	st_assert(!job->is_running);
	*job = (struct job){
		.loop = loop,
		.slot = slot,
		.work = work,
		.done = done,
		.arg = arg,
	};
	rc = stop_thread_new(&job->thread, "dns-job", run, job);
	job->is_running = rc == 0;
	return rc;
}

void job_fini(struct job *job)
{
	finish(job);
}
