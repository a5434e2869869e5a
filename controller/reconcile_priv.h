/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * reconcile_priv - shared by the files of reconcile, and by nobody else.
 *
 * Threads: the loop thread. Memory: works belong to their reconcile.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/act.h"
#include "controller/advice.h"
#include "controller/conditions.h"
#include "controller/drain.h"
#include "controller/lost.h"
#include "controller/obj.h"
#include "controller/reconcile.h"
#include "controller/strmap.h"

struct adviser;
struct loop_timer;
struct pass;
struct pass_result;
struct queue;

/* What is kept of a set between passes, while there is anything to keep. */
struct work {
	struct reconcile *owner;
	char *key;
	char *uid;
	uint64_t written[OBJ_KINDS]; /* resourceVersions of own writes */
	bool parked;
	struct advice_notes notes;
	struct drain drain;
	struct lost lost;
	struct progress progress;
	uint32_t look_ms;    /* since the last look at a stale claim; or 0 */
	int last_code;	     /* of the last pass, so that a log line is not */
	uint64_t last_error; /* repeated for every retry */
	uint64_t refused_ms; /* by a quota, in the last pass; or 0 */
	bool room;	     /* there may be, since the pass began */
	struct pass *pass;
};

struct reconcile {
	struct reconcile_config config;
	struct act_tools tools;
	struct adviser *adviser;
	struct queue *queue;
	struct strmap works;
	struct loop_timer *turn;
	bool active;
	bool begun; /* all is synced, and we are active */
	bool wake;  /* a parked set may go on */
	size_t n_passes;
	size_t n_parked;
	size_t n_refused;	   /* works that wait for a quota */
	uint64_t n_done, n_failed; /* passes */
	uint64_t seen[OBJ_KINDS];
	/* Own writes of before we were active anew: not seen by all yet, and
	 * whose they were is forgotten. */
	uint64_t written[OBJ_KINDS];
};

/* The queue has changed. */
void reconcile_schedule(struct reconcile *r);
/* Whether the set waits for a quota from now on. */
void reconcile_refused(struct work *work, bool refused);
/* What follows from how a pass went: when the set gets its next one, and what
 * is told. */
void reconcile_pass_ended(struct work *work, const struct pass_result *result);
