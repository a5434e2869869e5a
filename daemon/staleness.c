/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/staleness.h"

#include <inttypes.h>

#include "statefuld/controller.h"
#include "statefuld/dnsd.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

enum { LOOK_MS = 1000 };

struct staleness {
	struct staleness_config config;
	struct loop_timer *timer;
	bool is_stale;
};

static void set(struct staleness *staleness, bool is_stale)
{
	const struct staleness_config *config = &staleness->config;

	if (is_stale == staleness->is_stale)
		return;
	staleness->is_stale = is_stale;
	if (config->marks_answers)
		dnsd_set_stale(config->dnsd, is_stale);
	if (is_stale)
		log_warn("answers may be stale", "silent_s=%" PRIu64 " ede=%s",
			 controller_silent_ms(config->controller) / 1000,
			 config->marks_answers ? "on" : "off");
	else
		log_info("answers are fresh again", "ede=%s",
			 config->marks_answers ? "on" : "off");
}

/* Without a zone nothing is answered that could be stale. */
static bool look(const struct staleness_config *config)
{
	if (!zone_slot_is_ready(dnsd_slot(config->dnsd)))
		return false;
	if (!controller_is_synced(config->controller))
		return true;
	return controller_silent_ms(config->controller) > config->after_ms;
}

static void on_timer(void *arg)
{
	struct staleness *staleness = arg;

	set(staleness, look(&staleness->config));
	loop_timer_set(staleness->timer, LOOK_MS);
}

struct staleness *staleness_new(const struct staleness_config *config)
{
	struct staleness *staleness = mem_zalloc(sizeof(*staleness));

	staleness->config = *config;
	staleness->timer = loop_timer_new(config->loop, on_timer, staleness);
	on_timer(staleness);
	return staleness;
}

bool staleness_is(const struct staleness *staleness)
{
	return staleness->is_stale;
}

void staleness_free(struct staleness *staleness)
{
	if (staleness == NULL)
		return;
	loop_timer_free(staleness->timer);
	free(staleness);
}
