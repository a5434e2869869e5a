/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/zone_pin.h"

#include <pthread.h>

#include "dnsd/zone_slot.h"
#include "statefuld/mem.h"

struct zone_pins {
	pthread_mutex_t lock; /* guards the list */
	struct zone_pin *first;
	/* Written under the lock; looked at without it where it is 0 nearly
	 * always. A pin is counted inside the read section in which its
	 * version was current, so that the writer, who learns of the batch
	 * only after that section, sees it. */
	size_t n;
};

struct zone_pins *zone_pins_new(void)
{
	struct zone_pins *pins = mem_zalloc(sizeof(*pins));

	pthread_mutex_init(&pins->lock, NULL);
	return pins;
}

void zone_pins_free(struct zone_pins *pins)
{
	st_assert(pins->n == 0);
	pthread_mutex_destroy(&pins->lock);
	free(pins);
}

void zone_pin_take_rcu(struct zone_pin *pin, const struct zone_slot *slot)
{
	struct zone_pins *pins = slot->pins;

	pthread_mutex_lock(&pins->lock);
	*pin = (struct zone_pin){.pins = pins,
				 .version = zone_slot_peek_rcu(slot),
				 .next = pins->first};
	st_assert(pin->version != NULL);
	if (pins->first != NULL)
		pins->first->prev = pin;
	pins->first = pin;
	__atomic_store_n(&pins->n, pins->n + 1, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&pins->lock);
}

void zone_pin_drop(struct zone_pin *pin)
{
	struct zone_pins *pins = pin->pins;

	pthread_mutex_lock(&pins->lock);
	*(pin->prev != NULL ? &pin->prev->next : &pins->first) = pin->next;
	if (pin->next != NULL)
		pin->next->prev = pin->prev;
	__atomic_store_n(&pins->n, pins->n - 1, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&pins->lock);
	*pin = (struct zone_pin){0};
}

bool zone_pin_is_revoked(const struct zone_pin *pin)
{
	return __atomic_load_n(&pin->is_revoked, __ATOMIC_RELAXED);
}

uint64_t zone_pins_oldest(struct zone_pins *pins)
{
	uint64_t oldest = UINT64_MAX;

	if (__atomic_load_n(&pins->n, __ATOMIC_ACQUIRE) == 0)
		return oldest;
	pthread_mutex_lock(&pins->lock);
	for (const struct zone_pin *pin = pins->first; pin; pin = pin->next) {
		if (pin->version->seq < oldest)
			oldest = pin->version->seq;
	}
	pthread_mutex_unlock(&pins->lock);
	return oldest;
}

void zone_pins_revoke(struct zone_pins *pins, uint64_t seq)
{
	pthread_mutex_lock(&pins->lock);
	for (struct zone_pin *pin = pins->first; pin; pin = pin->next) {
		if (pin->version->seq <= seq)
			__atomic_store_n(&pin->is_revoked, true,
					 __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&pins->lock);
}
