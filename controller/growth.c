/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/growth.h"

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

static void on_set(const struct obj_set *set, int32_t after_s st_unused,
		   void *arg)
{
	const struct growth *growth = arg;
	scope_json struct json *json = NULL;
	scope_free char *message = NULL;
	struct setspec spec;

	if (json_parse(set->json, set->json_len, &json, NULL) != 0)
		return;
	setspec_read(&spec, json);
	if (spec.optin.resize == NULL)
		return;
	message = mem_printf("Claim %s has grown to %.0f bytes",
			     istr_text(growth->claim->obj.name),
			     growth->claim->capacity);
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
