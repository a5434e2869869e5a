/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * columns - the printer columns of each kind, as a real server names them.
 *
 * Threads: any; constant data. Memory: static.
 */
#include "lab/kinds.h"

struct column {
	const char *name; /* NULL ends a list */
	const char *type; /* "string", "integer" or "boolean" */
	const char *format;
	int priority; /* 1: only with -o wide */
	const char *doc;
};

const struct column *columns_of(enum kind_id id);
