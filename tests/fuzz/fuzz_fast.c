/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as a query, before and after the first sync: where dnsd/fast.h takes
 * it, its answer is that of the ordinary path, octet for octet, and rotation
 * has made the same turn (fast_lab_compare asserts it).
 */
#include <stdint.h>
#include <stdlib.h>

#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "tests/unit/fast_lab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Kept for all inputs. */
static struct zone_slot *slots[2];
static struct fast_lab two[2];
static struct answer_config config;

static void free_slots(void)
{
	for (size_t i = 0; i < st_array_len(slots); i++) {
		fast_lab_fini(&two[i]);
		zone_slot_free(slots[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer_env env = {.config = &config};

	if (slots[0] == NULL) {
		for (size_t i = 0; i < st_array_len(slots); i++) {
			slots[i] = serve_lab_slot(i == 1);
			two[i] = fast_lab(slots[i]);
		}
		config = *serve_lab_config();
		config.is_fixed_order = false;
		st_assert(atexit(free_slots) == 0);
	}
	if (size > 0)
		env.turn = (uint64_t)data[size - 1] << 56;
	for (size_t i = 0; i < st_array_len(two); i++)
		(void)fast_lab_compare(&env, &two[i], data, size);
	return 0;
}
