/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "controller/feeder.h"
#include "controller/istr.h"
#include "controller/store.h"
#include "controller/store_keys.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_INPUT = 8192 };

/* A line is a kind ('0' and up, in the order of enum obj_kind), '+' to put or
 * '-' to delete or 'w' to withdraw, and an object. */
static void feed_line(struct store *store, struct feeder *feeder,
		      const char *line, size_t len)
{
	scope_json struct json *json = NULL;
	const char *ns, *name;
	enum obj_kind kind;

	if (len < 3 || line[0] < '0' || line[0] >= '0' + OBJ_KINDS ||
	    json_parse(line + 2, len - 2, &json, NULL) != 0)
		return;
	kind = (enum obj_kind)(line[0] - '0');
	ns = json_str(json, "metadata.namespace");
	name = json_str(json, "metadata.name");
	if (line[1] == '+')
		store_put(store, kind, json);
	else if (line[1] == '-')
		store_delete(store, kind, json);
	else if (ns && name)
		feeder_withdraw(feeder, ns, name);
}

static void feed(struct store *store, struct feeder *feeder, const char *text,
		 size_t size)
{
	const char *end;
	size_t len;

	for (; size > 0; text += len, size -= len) {
		end = memchr(text, '\n', size);
		len = end ? (size_t)(end - text) : size;
		feed_line(store, feeder, text, len);
		if (end)
			len++;
	}
}

/* Kept from one input to the next, since taking zones down waits for all
 * readers. */
struct lab {
	struct store *store;
	struct zone_slot *slot;
	struct feeder *feeder;
	uint64_t names; /* without any object */
};

static uint64_t count_names(const struct lab *lab)
{
	struct zone_stats stats;

	zone_slot_stats(lab->slot, &stats);
	return stats.names;
}

static void open_lab(struct lab *lab, struct loop *loop,
		     enum controller_endpoints mode)
{
	struct name zone, reverse;
	struct feeder_config config = {.loop = loop,
				       .zones = &zone,
				       .n_zones = 1,
				       .reverse_zones = &reverse,
				       .n_reverse_zones = 1,
				       .endpoints = mode};

	config.store = lab->store = store_new();
	config.slot = lab->slot = zone_slot_new();
	st_assert(name_parse(&zone, "z") == 0);
	st_assert(name_parse(&reverse, "10.in-addr.arpa") == 0);
	st_assert(feeder_new(&config, &lab->feeder, NULL) == 0);
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		store_set_missing(lab->store, (enum obj_kind)kind);
	feeder_flush(lab->feeder);
	lab->names = count_names(lab);
}

/* When all objects are gone, nothing of them may be left. */
static void run(struct lab *lab, const char *text, size_t size)
{
	feed(lab->store, lab->feeder, text, size / 2);
	feeder_flush(lab->feeder);
	feed(lab->store, lab->feeder, text + size / 2, size - size / 2);
	feed(lab->store, lab->feeder, text, size);
	feeder_flush(lab->feeder);
	for (int kind = 0; kind < OBJ_KINDS; kind++) {
		store_list_begin(lab->store, (enum obj_kind)kind);
		store_list_end(lab->store, (enum obj_kind)kind);
	}
	feeder_flush(lab->feeder);
	/* Both stores remember which label keys they were asked for. */
	st_assert(istr_count() <= 2 * FILING_MAX_KEYS);
	st_assert(count_names(lab) == lab->names);
}

/* Every object view, and all that is made of it, down to the zone. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct loop *loop;
	static struct lab pods, slices;

	if (size > MAX_INPUT)
		size = MAX_INPUT;
	if (!loop) {
		log_set_level(LOG_ERROR);
		loop = loop_new();
		open_lab(&pods, loop, ENDPOINTS_PODS);
		open_lab(&slices, loop, ENDPOINTS_SLICES);
	}
	run(&pods, (const char *)data, size);
	run(&slices, (const char *)data, size);
	return 0;
}
