/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * objects_lab - short ways to write into the lab's store, for its tests.
 */
#include "lab/objects.h"

struct json;

/* {"metadata":{"name","namespace","uid"},"spec":{"value"}}; the caller's.
 * `where` is "ns/name", or "/name". */
struct json *objects_lab_object(const char *where, int value);
/* Puts such an object; it must succeed. Returns its version. */
uint64_t objects_lab_put(struct objects *objects, enum kind_id kind,
			 const char *where, int value);
/* The code that the store gives. */
int objects_lab_try(struct objects *objects, enum kind_id kind,
		    const char *where, int value, uint64_t expect);
int objects_lab_delete(struct objects *objects, enum kind_id kind,
		       const char *where);
/* spec.value, or -1 if there is none. */
int objects_lab_value(const struct objects *objects, enum kind_id kind,
		      const char *where);

/* What a watch was told, as "+ns/name=1 ~ns/name=2 -ns/name=2 ". */
struct objects_lab_seen {
	char text[4096];
	uint64_t last; /* version */
	size_t n;
};
void objects_lab_see(const struct objects_event *event, void *arg);
