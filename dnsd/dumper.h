/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * dumper - makes dumps of the zones without keeping the loop, one at a time.
 *
 * Threads: the loop thread. Memory: embedded, zeroed before use.
 */
#include <stdbool.h>

#include "dnsd/job.h"
#include "statefuld/attr.h"
#include "statefuld/buf.h"
#include "statefuld/dnsd.h"
#include "statefuld/name.h"

struct dumper {
	struct job job;
	struct buf text;
	struct name apex;
	bool is_one; /* zone, of that apex */
	int rc;
	dnsd_dump_fn fn;
	void *arg;
};

/* -EBUSY: one is under way. Otherwise fn is called once, in any case. */
st_must_check int dumper_start(struct dumper *dumper, struct loop *loop,
			       const struct zone_slot *slot,
			       const uint8_t *apex, dnsd_dump_fn fn, void *arg);
void dumper_fini(struct dumper *dumper);
