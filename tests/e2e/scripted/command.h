/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * command - what a test may ask of a scripted API server, one line each.
 *
 *   cut [KIND]       break off open watches in the middle of a line
 *   garbage [KIND]   send a line that is no JSON on open watches
 *   long [KIND]      send a line of 9 MiB on open watches
 *   gone [KIND]      forget all events; open watches get 410
 *   truncate KIND    break off the next list of this kind half-way
 *   expire N         answer the next N `continue` tokens with 410
 *   throttle N S     answer the next N requests with 429, Retry-After: S
 *   storm MS         answer 500 for so long, open watches end
 *   hang MS          send nothing at all for so long
 *   drop             close all connections
 *   away MS          as drop, and refuse new ones for so long
 *   calm             end the faults that are still to come or last
 *   ready N, unready N, move N, delete N, create N    change pod number N
 *   rate N           N random changes of pods a second
 *   stats            print what was asked so far, as JSON
 *
 * KIND is the plural in the API's paths; without it, all kinds.
 *
 * Threads: any; no state. Memory: none.
 */
#include <stdint.h>

#include "statefuld/attr.h"
#include "tests/e2e/scripted/world.h"

struct err;

enum command_op {
	COMMAND_CUT,
	COMMAND_GARBAGE,
	COMMAND_LONG,
	COMMAND_GONE,
	COMMAND_TRUNCATE,
	COMMAND_EXPIRE,
	COMMAND_THROTTLE,
	COMMAND_STORM,
	COMMAND_HANG,
	COMMAND_DROP,
	COMMAND_AWAY,
	COMMAND_CALM,
	COMMAND_CHANGE,
	COMMAND_RATE,
	COMMAND_STATS,
};

struct command {
	enum command_op op;
	uint32_t kinds; /* bits by enum world_kind */
	enum world_change change;
	uint32_t n, seconds;
};

/* `line` has no newline. ST_EPARSE says what was expected. */
st_must_check int command_parse(const char *line, struct command *ret,
				struct err *err);
