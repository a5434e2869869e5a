/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_model_priv - the list that models the zones, for its two parts: what
 * edits it, and what compares it with the zones.
 *
 * Threads: one. Memory: fixed size.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/name.h"

struct zone_slot;

enum {
	MAX_ITEMS = 400,
	MAX_WANTS = 24,
	N_ZONES = 4,
};

/* The content of an RRset follows from these numbers. type 0: bare. */
struct content {
	uint16_t type, len;
	uint8_t n, fill;
};

struct item {
	struct name name;
	struct content content;
};

struct list {
	size_t n;
	struct item item[MAX_ITEMS];
};

struct input {
	const uint8_t *at, *end;
};

struct model {
	struct zone_slot *slot;
	struct name apex[N_ZONES];
	uint32_t serial[N_ZONES];
	struct list now, next; /* published, and with the edit's changes */
	uint32_t clock_s;
};

/* The next octet of the input, 0 behind its end. */
uint8_t model_take(struct input *in);
void model_take_name(struct input *in, struct name *name);
/* Where an item of that name and type is, or would be. */
size_t model_list_find(const struct list *list, const struct item *key);
bool model_list_has(const struct list *list, size_t at, const struct item *key);
/* The zone of a name, or -1. */
int model_zone_of(const struct model *model, const uint8_t *name);
bool model_is_apex(const struct model *model, const uint8_t *name);

/* Compares everything with the published version; aborts if it differs. */
void model_check(const struct model *model, struct input *in);
