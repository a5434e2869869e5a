/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/dump.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>

#include "dnsd/rr_text.h"
#include "dnsd/rrset.h"
#include "dnsd/zone.h"
#include "dnsd/zone_slot.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum { LOOK_EVERY = 1024 }; /* RRsets between two looks at the pin */

struct dump {
	const struct zone_pin *pin;
	struct buf *out;
	size_t n;
};

static int put_set(const uint8_t *owner, const struct rrset *set, void *arg)
{
	struct dump *dump = arg;
	struct rr_data *data;
	int rc = 0;

	if (dump->n++ % LOOK_EVERY == 0 && zone_pin_is_revoked(dump->pin))
		return ST_ECANCELED;
	data = mem_calloc(set->count, sizeof(*data));
	rrset_data(set, data);
	for (size_t i = 0; i < set->count && rc == 0; i++)
		rc = rr_text_print(dump->out, owner, set->type,
				   rrset_ttl_s(set), data[i].wire, data[i].len);
	free(data);
	return rc;
}

static int put_zone(struct dump *dump, const struct zone_info *zone)
{
	return zone_each(dump->pin->version, zone, put_set, dump);
}

int dump_zones(const struct zone_pin *pin, const uint8_t *apex, struct buf *out)
{
	const struct zone_version *version = pin->version;
	struct dump dump = {.pin = pin, .out = out};
	int rc = apex != NULL ? ST_ENOTFOUND : 0;

	for (size_t i = 0; i < version->n_zones; i++) {
		const struct zone_info *zone = &version->zones[i];

		if (apex != NULL && !name_equal(apex, zone->apex))
			continue;
		rc = put_zone(&dump, zone);
		if (rc != 0 || apex != NULL)
			break;
	}
	return rc;
}
