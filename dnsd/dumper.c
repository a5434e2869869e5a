/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/dumper.h"

#include <errno.h>

#include "dnsd/dump.h"

enum { MAX_TEXT = 1 << 30 };

static void work(const struct zone_pin *pin, void *arg)
{
	struct dumper *dumper = arg;

	dumper->rc = dump_zones(pin, dumper->is_one ? dumper->apex.wire : NULL,
				&dumper->text);
}

static void done(void *arg)
{
	struct dumper *dumper = arg;

	dumper->fn(dumper->rc, &dumper->text, dumper->arg);
	buf_fini(&dumper->text);
}

int dumper_start(struct dumper *dumper, struct loop *loop,
		 const struct zone_slot *slot, const uint8_t *apex,
		 dnsd_dump_fn fn, void *arg)
{
	if (dumper->job.is_running)
		return -EBUSY;
	buf_init(&dumper->text, MAX_TEXT);
	dumper->is_one = apex != NULL;
	if (apex != NULL)
		name_copy(&dumper->apex, apex);
	dumper->fn = fn;
	dumper->arg = arg;
	return job_start(&dumper->job, loop, slot, work, done, dumper);
}

void dumper_fini(struct dumper *dumper)
{
	job_fini(&dumper->job);
}
