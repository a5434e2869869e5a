/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * audit - whether a list, made for no other reason, brings what the watch
 * should have told long ago (DNS-085). Pure.
 *
 * A difference that is newer than all that the watch had told is no fault: it
 * was on its way.
 *
 * Threads: any. Memory: embedded.
 */
#include <stdbool.h>
#include <stdint.h>

struct obj;

struct audit {
	bool is_on;
	uint64_t seen; /* resourceVersion up to which the watch has told */
	uint32_t missed, gone;
};

/* The larger of what is known and a resourceVersion, NULL for none. */
uint64_t audit_newer(uint64_t seen, const char *version);

void audit_begin(struct audit *audit, uint64_t seen);
/* A change that the list brings; as store_fn. */
void audit_change(struct audit *audit, const struct obj *was,
		  const struct obj *is);
/* The list is whole as of that resourceVersion: gives how many changes had
 * been missed. What is gone counts only where it cannot have gone since. */
uint32_t audit_end(struct audit *audit, const char *version);
