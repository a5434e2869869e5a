/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pdb - disruption budgets: which pods one covers, what its status must say,
 * and whether it allows one more eviction.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct err;
struct json;
struct status;

/* Whether the budget's selector covers labels as struct object has them. {}
 * covers every pod, no selector none. */
bool pdb_covers(const struct json *budget, const char *labels);
/* The pod's condition Ready is True. */
bool pdb_is_ready(const struct json *pod);
/* The reference in ownerReferences that has controller true; NULL: none. */
const struct json *pdb_controller(const struct json *pod);

struct pdb_view {
	const struct json *budget;
	const struct json *pods;   /* a list of all that it covers */
	const struct json *scales; /* by a controller's uid: spec.replicas */
	int64_t now_us;
};
struct pdb_status {
	struct json *json;	/* what the budget's status must be */
	int64_t again_us;	/* when that may change by itself; 0: never */
	bool is_changed;	/* it says something else now */
	struct json *unmanaged; /* names of pods without controller */
};
/* ST_EINVAL, with upstream's words, where the pods to be expected cannot be
 * told; the status then allows nothing and says so. */
st_must_check int pdb_status(const struct pdb_view *view,
			     struct pdb_status *ret_status, struct err *err);
void pdb_status_fini(struct pdb_status *status);

/* Whether a pod may be evicted whatever budgets say: it has ended, has not
 * begun, or is going. */
bool pdb_is_free(const struct json *pod);
/* Whether it may because it is not ready, and the budget lets such pods go. */
bool pdb_spares(const struct json *budget, const struct json *pod);
/* Counts one eviction in the budget's status, and notes the pod there until
 * it is seen to go. False: `status` says why not. */
bool pdb_take(struct json *budget, const char *pod, int64_t now_us,
	      struct status *status);
