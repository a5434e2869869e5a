/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * managers - metadata.managedFields, decoded: who owns which fields.
 *
 * Threads: any; pure. Memory: embedded, released by managers_fini.
 */
#include <stdbool.h>
#include <stddef.h>

#include "lab/fieldset.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"

struct manager {
	char *name;
	bool applies;	   /* operation Apply, else Update */
	char *version;	   /* "apps/v1" */
	char *subresource; /* "" for the object itself */
	char *time;	   /* RFC 3339; NULL: not known */
	struct fieldset set;
};

struct managers {
	struct manager *v;
	size_t n;
};

void managers_fini(struct managers *managers);
#define scope_managers st_cleanup(managers_fini)
/* Of an object; NULL and objects without give none. ST_EPARSE: there is an
 * entry that makes no sense. */
st_must_check int managers_read(struct managers *ret_managers,
				const struct json *object);
/* Replaces those of the object; none at all removes the member. Entries come
 * in upstream's order, empty ones are left out. */
void managers_write(const struct managers *managers, struct json *object);

struct manager_id {
	const char *name;
	bool applies;
	const char *version; /* does not tell appliers apart */
	const char *subresource;
};
/* NULL if there is none. */
struct manager *managers_find(struct managers *managers,
			      const struct manager_id *id);
/* A new one without fields; good until the next. */
struct manager *managers_add(struct managers *managers,
			     const struct manager_id *id);
/* From all but `but` (may be NULL). */
void managers_lose(struct managers *managers, const struct manager *but,
		   const struct fieldset *fields);
/* Merges the oldest entries of updates where there are more than ten. */
void managers_cap(struct managers *managers);
