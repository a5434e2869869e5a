/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_pin - a version that stays valid beyond the read section in which it
 * was found, for transfers that take as long as their receiver likes.
 *
 * A version and what its successor replaced in it are one batch, which the
 * writer frees in the order of versions (dnsd/zone_slot.h). While a version
 * is pinned, its batch and the later ones wait; those of older versions do
 * not, as the pinned one has nothing of theirs. When what waits gets too much,
 * the oldest pins are revoked: their holders must let go.
 *
 * Threads: any takes, asks and drops; a pin belongs to one. There is a lock,
 * which the query path never meets. Memory: the pin is the caller's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone_pins;
struct zone_slot;
struct zone_version;

struct zone_pin {
	struct zone_pins *pins;
	const struct zone_version *version;
	struct zone_pin *prev, *next;
	bool is_revoked;
};

/* In a read section: pins the current version, which is there as soon as the
 * slot has a zone. */
void zone_pin_take_rcu(struct zone_pin *pin, const struct zone_slot *slot);
/* In or out of a read section. */
void zone_pin_drop(struct zone_pin *pin);
/* To be asked now and then; then stop and drop. */
bool zone_pin_is_revoked(const struct zone_pin *pin);

/* The slot's side. */
struct zone_pins *zone_pins_new(void);
/* Nothing is pinned any more. */
void zone_pins_free(struct zone_pins *pins);
/* The oldest version that is pinned, by its number, UINT64_MAX for none. */
uint64_t zone_pins_oldest(struct zone_pins *pins);
/* Revokes the pins of versions up to that number. */
void zone_pins_revoke(struct zone_pins *pins, uint64_t seq);
