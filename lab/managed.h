/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * managed - field managers: metadata.managedFields and server-side apply.
 *
 * Threads: any; pure. Memory: objects are changed in place.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"

struct json;
struct status;

/* After a create, update or patch: who now owns what. `was` is NULL for a
 * create. The entry of (manager, Update, apiVersion, subresource) owns what
 * this write changed; others lose it. `now_s`: wall clock. */
void managed_update(const struct kind *kind, const struct json *was,
		    struct json *is, const char *manager,
		    const char *subresource, int64_t now_s);

/* Server-side apply of `applied` onto `live` (NULL: create). On success
 * *ret_object is the merged object with managedFields. Conflicts give 409 with
 * a cause per field and manager, unless force. */
st_must_check int managed_apply(const struct kind *kind,
				const struct json *live,
				const struct json *applied, const char *manager,
				bool force, const char *subresource,
				int64_t now_s, struct json **ret_object,
				struct status *status);
