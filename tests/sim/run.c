/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/run.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "statefuld/mem.h"

enum { SHRINK_RUNS = 4000 };

void history_free(struct history *history)
{
	free(history->ops);
	*history = (struct history){0};
}

static void finish(struct sim *w, struct run_result *ret)
{
	if (w->verdict.rule[0] == '\0')
		sim_heal(w);
	*ret = (struct run_result){
		.verdict = w->verdict,
		.steps = w->n_steps,
		.requests = w->n_requests,
		.rest_ms = w->rest_ms,
	};
	if (w->trace && w->verdict.rule[0] != '\0')
		sim_trace(w, "BROKEN %s: %s", w->verdict.rule, w->verdict.text);
	sim_fini(w);
}

void run_history(uint64_t seed, const struct history *history, bool trace,
		 struct run_result *ret_result)
{
	struct sim w;

	sim_init(&w, seed);
	w.trace = trace;
	for (size_t i = 0; i < history->n && w.verdict.rule[0] == '\0'; i++)
		sim_do(&w, &history->ops[i]);
	finish(&w, ret_result);
}

/* What a child leaves for its parent. */
struct shared {
	struct run_result result;
	size_t n;
	struct op ops[];
};

struct run {
	pid_t pid; /* 0: it is over */
	uint64_t seed;
	size_t size; /* of what is shared */
	struct shared *shared;
};

static struct run *run_new(uint64_t seed, size_t n)
{
	struct run *run = mem_zalloc(sizeof(*run));

	run->seed = seed;
	run->size = sizeof(struct shared) + n * sizeof(struct op);
	run->shared = mmap(NULL, run->size, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	st_assert(run->shared != MAP_FAILED);
	fflush(stdout);
	run->pid = fork();
	st_assert(run->pid >= 0);
	return run;
}

void run_free(struct run *run)
{
	if (run == NULL)
		return;
	if (run->pid > 0) {
		kill(run->pid, SIGKILL);
		waitpid(run->pid, NULL, 0);
	}
	munmap(run->shared, run->size);
	free(run);
}

uint64_t run_seed(const struct run *run)
{
	return run->seed;
}

const struct run_result *run_result(const struct run *run)
{
	return &run->shared->result;
}

struct history run_ops(const struct run *run)
{
	size_t n = run->shared->n;
	struct history history = {.ops = mem_calloc(n + 1, sizeof(struct op)),
				  .n = n};

	memcpy(history.ops, run->shared->ops, n * sizeof(struct op));
	return history;
}

static void make_up(struct shared *shared, uint64_t seed, size_t n)
{
	uint64_t random = seed;
	struct sim sim;

	sim_init(&sim, seed);
	while (shared->n < n && sim.verdict.rule[0] == '\0') {
		struct op op = sim_pick(&sim, &random);

		shared->ops[shared->n++] = op;
		sim_do(&sim, &op);
	}
	finish(&sim, &shared->result);
}

struct run *run_begin(uint64_t seed, size_t steps)
{
	struct run *run = run_new(seed, steps);

	if (run->pid > 0)
		return run;
	make_up(run->shared, seed, steps);
	_exit(0);
}

static void ended(struct run *run, int status)
{
	run->pid = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		verdict_set(&run->shared->result.verdict, "crash",
			    "the controller ended by itself");
}

struct run *run_await(struct run **runs, size_t n)
{
	int status = 0;
	pid_t pid = wait(&status);

	for (size_t i = 0; i < n; i++) {
		struct run *run = runs[i];

		if (run == NULL || run->pid != pid)
			continue;
		ended(run, status);
		runs[i] = NULL;
		return run;
	}
	return NULL;
}

static bool breaks(uint64_t seed, const struct history *history,
		   const char *rule)
{
	struct run *run = run_new(seed, 0);
	int status = 0;
	bool same;

	if (run->pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		run_history(seed, history, false, &run->shared->result);
		_exit(0);
	}
	st_assert(waitpid(run->pid, &status, 0) == run->pid);
	ended(run, status);
	same = strcmp(run->shared->result.verdict.rule, rule) == 0;
	run_free(run);
	return same;
}

/* The history without `len` ops from `at`, if that still breaks the rule. */
static bool cut_out(uint64_t seed, struct history *history, size_t at,
		    size_t len, const char *rule)
{
	struct history less = {
		.ops = mem_calloc(history->n + 1, sizeof(struct op))};

	for (size_t i = 0; i < history->n; i++)
		if (i < at || i >= at + len)
			less.ops[less.n++] = history->ops[i];
	if (!breaks(seed, &less, rule)) {
		history_free(&less);
		return false;
	}
	history_free(history);
	*history = less;
	return true;
}

void run_shrink(uint64_t seed, struct history *history, const char *rule)
{
	int left = SHRINK_RUNS;
	bool any = true;

	for (size_t len = history->n / 2; len > 0 && left > 0;
	     len = len > 1 || !any ? len / 2 : 1) {
		any = false;
		for (size_t end = history->n; end > 0 && left-- > 0;) {
			size_t at = end > len ? end - len : 0;

			any |= cut_out(seed, history, at, end - at, rule);
			end = at < history->n ? at : history->n;
		}
	}
}
