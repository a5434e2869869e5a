/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sliceset - the slices of one Service, as they are and as they should be.
 *
 * Threads: any; pure. Memory: owns what it is given.
 */
#include <stdbool.h>
#include <stddef.h>

#include "lab/ordered.h"

struct json;

#define SLICESET_MAX 100 /* endpoints in one slice */

struct sliceset_want {
	char *uid;
	char *group; /* family and ports, as text */
	struct json *endpoint, *ports;
	bool is_placed;
};

struct sliceset_slice {
	struct json *object; /* NULL: to be created */
	char *group;
	struct json *endpoints, *ports; /* as they should be */
	bool is_changed, is_unwanted;
};

struct sliceset {
	struct sliceset_want **wants;
	size_t n_wants;
	struct ordered by_uid;
	struct sliceset_slice **slices;
	size_t n_slices;
};

/* All zero is an empty set. */
void sliceset_fini(struct sliceset *set);
void sliceset_want(struct sliceset *set, struct json *take_endpoint,
		   struct json *take_ports);
void sliceset_have(struct sliceset *set, struct json *take_slice);
/* Decides: afterwards each slice says what is to become of it. */
void sliceset_settle(struct sliceset *set);
