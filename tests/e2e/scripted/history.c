/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/scripted/history.h"

#include <stdlib.h>

#include "statefuld/mem.h"

struct history {
	struct history_event *ring;
	size_t keep;
	uint64_t begin, end; /* places kept */
	uint64_t floor;	     /* the newest version that was dropped */
};

static struct history_event *slot(const struct history *history, uint64_t place)
{
	return &history->ring[place % history->keep];
}

struct history *history_new(size_t keep, uint64_t version)
{
	struct history *history = mem_zalloc(sizeof(*history));

	history->ring = mem_calloc(keep, sizeof(*history->ring));
	history->keep = keep;
	history->floor = version;
	return history;
}

static void drop_first(struct history *history)
{
	struct history_event *event = slot(history, history->begin++);

	history->floor = event->version;
	free(event->line);
	event->line = NULL;
}

void history_free(struct history *history)
{
	if (history == NULL)
		return;
	while (history->begin < history->end)
		drop_first(history);
	free(history->ring);
	free(history);
}

void history_add(struct history *history, enum world_kind kind,
		 uint64_t version, char *take_line, size_t len)
{
	if (history->end - history->begin == history->keep)
		drop_first(history);
	*slot(history, history->end++) =
		(struct history_event){kind, version, take_line, len};
}

void history_forget(struct history *history, uint64_t version)
{
	while (history->begin < history->end)
		drop_first(history);
	history->floor = version;
}

bool history_find(const struct history *history, uint64_t version,
		  uint64_t *ret_place)
{
	uint64_t low = history->begin, high = history->end;

	if (version < history->floor)
		return false;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (slot(history, middle)->version <= version)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_place = low;
	return true;
}

uint64_t history_end(const struct history *history)
{
	return history->end;
}

const struct history_event *history_at(const struct history *history,
				       uint64_t place, bool *ret_lost)
{
	*ret_lost = place < history->begin;
	if (*ret_lost || place >= history->end)
		return NULL;
	return slot(history, place);
}
