/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_lab - small helpers with which tests fill zones and look into them.
 * Names are text with a trailing dot.
 *
 * Threads: one. Memory: slots are the caller's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/zone.h"

struct zone_edit;

enum {
	LAB_NOW = 1700000000, /* the serial that zones begin with */
};

/* A slot with these zones; the list ends with NULL. */
struct zone_slot *lab_slot(const char *apex, ...);
int lab_add_zone(struct zone_slot *slot, const char *apex);

/* An edit of its own: the owner has one A record, 10.0.0.`octet`. */
int lab_put_a(struct zone_slot *slot, const char *owner, uint8_t octet);
/* The same within an edit; n records, counting up from `octet`. n = 0
 * removes. */
void lab_edit_a(struct zone_edit *edit, const char *owner, uint8_t octet,
		unsigned n);
/* As RRset of `type` with n records of `len` octets of `fill`, `fill` + 1... */
void lab_edit_raw(struct zone_edit *edit, const char *owner, uint16_t type,
		  uint8_t fill, unsigned n, size_t len);
void lab_edit_bare(struct zone_edit *edit, const char *owner);
void lab_edit_drop(struct zone_edit *edit, const char *owner);
void lab_clear(struct zone_edit *edit, const char *top);

/* What zone_find says. */
struct zone_hit lab_hit(const struct zone_slot *slot, const char *name);
enum zone_find lab_find(const struct zone_slot *slot, const char *name);
uint32_t lab_serial(const struct zone_slot *slot, const char *apex);
