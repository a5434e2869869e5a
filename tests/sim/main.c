/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim - runs the simulation over a range of seeds. The first rule broken ends
 * it: with the seed, the shortest history that breaks that rule, and 1.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "tests/sim/run.h"

enum { MAX_STEPS = 10000000, MAX_JOBS = 64 };

static const char usage[] =
	"Usage: sim [--steps N] [--seconds N] [--jobs N] [--plain] [FROM-TO | "
	"N]\n"
	"  FROM-TO      seeds; N means 1-N (default 100)\n"
	"  --steps N    of each, before faults end (default 1000)\n"
	"  --seconds N  begin no further seed after that time\n"
	"  --jobs N     seeds at a time (default 1)\n"
	"  --plain      name the seed that breaks a rule; no history\n";

struct options {
	uint64_t from, to;
	uint64_t steps;
	uint64_t seconds;
	uint64_t jobs;
	bool plain;
};

static bool read_number(const char *text, uint64_t *ret)
{
	char *end;

	*ret = strtoull(text, &end, 10);
	return *text != '\0' && *end == '\0';
}

static bool read_seeds(const char *text, struct options *o)
{
	char dash;

	if (read_number(text, &o->to)) {
		o->from = 1;
		return o->to > 0;
	}
	return sscanf(text, "%" SCNu64 "-%" SCNu64 "%c", &o->from, &o->to,
		      &dash) == 2 &&
	       o->from <= o->to;
}

/* A flag with a number; NULL: there is none of that name. */
static uint64_t *number_of(struct options *o, const char *flag)
{
	if (strcmp(flag, "--steps") == 0)
		return &o->steps;
	if (strcmp(flag, "--seconds") == 0)
		return &o->seconds;
	return strcmp(flag, "--jobs") == 0 ? &o->jobs : NULL;
}

static bool read_options(int argc, char **argv, struct options *o)
{
	*o = (struct options){.from = 1,
			      .to = 100,
			      .steps = 1000,
			      .seconds = UINT64_MAX,
			      .jobs = 1};
	for (int i = 1; i < argc; i++) {
		uint64_t *number = number_of(o, argv[i]);

		if (strcmp(argv[i], "--plain") == 0)
			o->plain = true;
		else if (number != NULL) {
			if (i + 1 == argc || !read_number(argv[++i], number))
				return false;
		} else if (!read_seeds(argv[i], o))
			return false;
	}
	return o->steps > 0 && o->steps <= MAX_STEPS && o->jobs > 0 &&
	       o->jobs <= MAX_JOBS;
}

static void report(const struct run *run, bool plain)
{
	const struct verdict *verdict = &run_result(run)->verdict;
	struct history history = run_ops(run);
	struct run_result last;
	size_t n = history.n;

	printf("FAIL: seed %" PRIu64 ": %s: %s\n", run_seed(run), verdict->rule,
	       verdict->text);
	if (!plain) {
		run_shrink(run_seed(run), &history, verdict->rule);
		printf("%zu of its %zu steps are enough:\n", history.n, n);
		fflush(stdout);
		run_history(run_seed(run), &history, true, &last);
	}
	history_free(&history);
}

struct total {
	uint64_t seeds, steps, requests;
	uint64_t rest_ms, slowest; /* and the seed that took so long */
};

/* Whether no rule was broken. */
static bool run_all(const struct options *o, struct total *total)
{
	struct run *runs[MAX_JOBS] = {NULL}, *over = NULL;
	time_t begun = time(NULL);
	uint64_t next = o->from, left = 0;
	bool good = true;

	do {
		for (size_t i = 0; i < o->jobs && next <= o->to; i++) {
			if (runs[i] != NULL ||
			    (uint64_t)(time(NULL) - begun) >= o->seconds)
				continue;
			runs[i] = run_begin(next++, o->steps);
			left++;
		}
		over = left > 0 ? run_await(runs, o->jobs) : NULL;
		if (over == NULL)
			break;
		left--;
		total->seeds++;
		total->steps += run_result(over)->steps;
		total->requests += run_result(over)->requests;
		if (run_result(over)->rest_ms >= total->rest_ms) {
			total->rest_ms = run_result(over)->rest_ms;
			total->slowest = run_seed(over);
		}
		good = run_result(over)->verdict.rule[0] == '\0';
		if (!good)
			report(over, o->plain);
		run_free(over);
	} while (good);
	for (size_t i = 0; i < o->jobs; i++)
		run_free(runs[i]);
	return good;
}

int main(int argc, char **argv)
{
	time_t begun = time(NULL);
	struct total total = {0};
	struct options o;

	if (!read_options(argc, argv, &o)) {
		fputs(usage, stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_set_level(LOG_ERROR);
	if (!run_all(&o, &total))
		return 1;
	printf("PASS: sim: %" PRIu64 " seeds from %" PRIu64 ", %" PRIu64
	       " steps, %" PRIu64 " requests, %ld s; to rest within %" PRIu64
	       " s (seed %" PRIu64 ")\n",
	       total.seeds, o.from, total.steps, total.requests,
	       (long)(time(NULL) - begun), (total.rest_ms + 999) / 1000,
	       total.slowest);
	return 0;
}
