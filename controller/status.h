/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * status - the set's status: counts, completion, and whether it is worth a
 * write (SS-090 to SS-098, SS-140).
 *
 * Threads: any; pure. Memory: struct set_status borrows its revision names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/setspec.h"

struct json;
struct obj_pod;

/* SS-090. */
bool pod_is_created(const struct obj_pod *pod);
bool pod_has_ended(const struct obj_pod *pod); /* Failed or Succeeded */
bool pod_is_running_ready(const struct obj_pod *pod);
bool pod_is_available(const struct obj_pod *pod, int32_t min_ready_s,
		      int64_t now_s);
bool pod_is_unavailable(const struct obj_pod *pod, int32_t min_ready_s,
			int64_t now_s);
/* The pod's revision label; "": it has none. */
const char *pod_revision(const struct obj_pod *pod);
/* Whether the pod's revision label is that name; a pod without one is at no
 * revision (SS-115). */
bool pod_is_at(const struct obj_pod *pod, const char *revision);

/* Adds one pod to the counts (SS-091). The revisions are those in status. */
void status_count(struct set_status *status, const struct obj_pod *pod,
		  int32_t min_ready_s, int64_t now_s);
/* SS-140, just before the write. */
void status_complete(struct set_status *status, const struct setspec *set);
/* SS-097. Only what the server keeps is compared: one that drops
 * availableReplicas never serves it, and minReadySeconds neither, without
 * which the count equals readyReplicas. */
bool status_needs_write(const struct setspec *set,
			const struct set_status *status);
/* The whole set with this status, as the body of a PUT (SS-094); conditions
 * of others are kept (SS-093). */
char *status_body(const struct json *set, const struct set_status *status);
