/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * conditions - the list of conditions in a pod's status.
 *
 * Threads: any. Memory: objects are changed in place.
 */
#include <stdbool.h>

struct json;

/* Sets a condition; reason and message may be NULL. lastTransitionTime moves
 * with the value only. Returns whether anything changed. */
bool conditions_set(struct json *status, const char *type, bool value,
		    const char *reason, const char *message);
/* "True", "False", "Unknown", or NULL. */
const char *conditions_get(const struct json *status, const char *type);
