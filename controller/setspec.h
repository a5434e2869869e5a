/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * setspec - what a pass needs to know of a StatefulSet, read from its JSON.
 *
 * Threads: any; pure. Memory: everything is borrowed from the JSON tree.
 */
#include <stdbool.h>
#include <stdint.h>

#include "controller/optin.h"

struct conditions;
struct json;

struct set_status {
	int64_t observed_generation;
	int64_t replicas, ready, current, updated, available;
	int64_t collisions;
	const char *current_revision, *update_revision; /* NULL: none */
	/* Borrowed; NULL: those that are there stay. */
	const struct conditions *conditions;
};

struct setspec {
	const struct json *json; /* the whole object */
	const char *ns, *name, *uid;
	int64_t generation;
	bool deleting;
	bool monotonic; /* podManagementPolicy is anything but Parallel */
	int32_t replicas, start;
	int32_t min_ready_s;
	int64_t history_limit;

	/* updateStrategy.type is RollingUpdate, or absent. With any other one
	 * pods are never taken down for an update. */
	bool rolling;
	bool has_rolling; /* updateStrategy.rollingUpdate is there (SS-066) */
	int32_t partition;
	/* How many pods may be unavailable (SS-120), at least 1; 0: the server
	 * does not keep maxUnavailable. */
	int32_t max_unavailable;

	/* spec.persistentVolumeClaimRetentionPolicy is there; what it says for
	 * claims is Delete. */
	bool has_retention, scaled_deletes, deleted_deletes;
	/* It says what nobody knows, which counts as Retain (SS-080). */
	bool odd_retention;

	const struct json *template; /* spec.template */
	const struct json *vcts;     /* spec.volumeClaimTemplates or NULL */
	struct set_status status;
	bool has_available; /* status.availableReplicas was served */
	struct optin optin;
};

/* Whether the set is to have a pod of that ordinal (SS-061). */
bool setspec_has(const struct setspec *spec, int32_t ordinal);
void setspec_read(struct setspec *ret_spec, const struct json *set);
