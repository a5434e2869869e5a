/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sim - all of the simulation: an API server, one or two statefulds, and
 * what goes on around them. A history is a list of ops; each op brings its own
 * randomness, so that a history with some ops taken out is a history still.
 *
 * Threads: none; one world at a time, as the clock is the process's. Memory:
 * sim_fini() releases all.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "tests/sim/api.h"
#include "tests/sim/rules.h"
#include "tests/sim/side.h"

enum op_kind {
	OP_TIME,   /* passes */
	OP_SERVE,  /* a request is carried out or answered */
	OP_TELL,   /* a store hears of a change */
	OP_FIRE,   /* a timer */
	OP_NATURE, /* kubelet, scheduler, garbage collector */
	OP_USER,
	OP_BOOKMARK,
	OP_REPEAT,  /* an event comes twice */
	OP_CUT,	    /* a watch ends; list anew */
	OP_DOWN,    /* the API server goes away, or comes back */
	OP_FULL,    /* quota, on or off */
	OP_RESTART, /* a statefuld dies, and another one starts */
	OP_PAUSE,   /* a statefuld loses its Lease, or has it again */
	OP_LEADER,  /* a second one starts, or the first one ends at last */
	OPS,
};

struct op {
	uint8_t kind;
	uint32_t word;
};

struct history {
	struct op *ops;
	size_t n;
};

enum { SIM_SIDES = 2 };

struct sim {
	struct api api;
	struct kube_call *calls;
	struct side *sides[SIM_SIDES]; /* the older one first */
	struct verdict verdict;
	uint32_t faults; /* per thousand requests */
	uint32_t users;	 /* weight of what they do */
	bool calm;	 /* one side, no crashes */
	bool down;
	bool nudge;   /* a revision was lost, and nobody is woken by that */
	bool healing; /* no more faults, users, or bad images */
	bool trace;   /* tell what happens, on standard output */
	uint64_t n_steps, n_requests;
	uint64_t rest_ms; /* from the end of faults to the last write */
};

/* What a seed alone decides. */
void sim_init(struct sim *sim, uint64_t seed);
void sim_fini(struct sim *sim);
void sim_do(struct sim *sim, const struct op *op);
/* One more op, as the world is now and chance will have it. */
struct op sim_pick(struct sim *sim, uint64_t *random);
/* Faults end; runs until nothing is left to be done, and judges. */
void sim_heal(struct sim *sim);
void sim_trace(const struct sim *sim, const char *fmt, ...) st_printf(2, 3);

/* The next number below `sides`. */
uint32_t dice(uint64_t *random, uint32_t sides);

/* One thing that the cluster does by itself; false: nothing is left. */
bool nature_do(struct sim *sim, uint64_t *random);
void user_do(struct sim *sim, uint64_t *random);
/* A note on every set: an edit that changes nothing. */
void user_nudge(struct sim *sim);
