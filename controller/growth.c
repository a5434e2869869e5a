/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/growth.h"

#include <math.h>

#include "controller/affected.h"
#include "controller/event.h"
#include "controller/obj.h"
#include "controller/setspec.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct growth {
	struct recorder *recorder;
	const struct obj_claim *claim;
};

/* In the largest unit of which it is a whole number. */
static char *size_text(double bytes)
{
	static const char *const units[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
	size_t unit = 0;

	while (unit + 1 < st_array_len(units) && bytes >= 1024 &&
	       fmod(bytes, 1024) == 0) {
		bytes /= 1024;
		unit++;
	}
	return mem_printf("%.0f%s", bytes, units[unit]);
}

static void on_set(const struct obj_set *set, int32_t after_s st_unused,
		   void *arg)
{
	const struct growth *growth = arg;
	scope_json struct json *json = NULL;
	scope_free char *message = NULL, *size = NULL;
	struct setspec spec;

	if (json_parse(set->json, set->json_len, &json, NULL) != 0)
		return;
	setspec_read(&spec, json);
	if (spec.optin.resize == NULL)
		return;
	size = size_text(growth->claim->capacity);
	message = mem_printf("Claim %s has grown to %s",
			     istr_text(growth->claim->obj.name), size);
	recorder_emit(growth->recorder, &(struct event){
						.ns = spec.ns,
						.set = spec.name,
						.uid = spec.uid,
						.type = "Normal",
						.reason = "ClaimResized",
						.message = message,
						.source = "statefuld",
					});
}

void growth_tell(const struct store *store, struct recorder *recorder,
		 const struct obj *was, const struct obj *is)
{
	struct growth growth = {.recorder = recorder};

	if (was == NULL || is == NULL)
		return;
	growth.claim = obj_claim(is);
	if (obj_claim(was)->capacity > 0 &&
	    obj_claim(was)->capacity < growth.claim->capacity)
		affected_by_name(store, is, on_set, &growth);
}
