/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * alloc_priv - numbers that are taken, between the parts of alloc.
 *
 * Threads: the loop thread. Memory: see alloc.h.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct json;
struct objects;
struct status;

#define ALLOC_N_ADDRS 65536
#define ALLOC_N_PORTS (32767 - 30000 + 1)

struct alloc {
	const struct objects *objects;
	/* "NAMESPACE/NAME" of who was given it last; NULL: nobody. */
	char *addrs[ALLOC_N_ADDRS];
	char *ports[ALLOC_N_PORTS];
};

/* One admission. */
struct alloc_asker {
	struct alloc *alloc;
	char owner[320]; /* "NAMESPACE/NAME" */
	bool is_dry_run;
	struct status *status;
};

/* Whether another stored Service has `text` in its JSON. */
bool alloc_is_held(const struct alloc_asker *asker, const char *owner,
		   const char *text);
void alloc_note(const struct alloc_asker *asker, char **slot);

/* Node ports of spec.ports. */
void alloc_ports(const struct alloc_asker *asker, const struct json *was,
		 struct json *is);
