/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * plan - what a pass over one StatefulSet writes next (SS-020 to SS-115).
 *
 * A pass goes through stages; plan_next() looks at the observed world and at
 * what earlier stages of the same pass found out, and gives the first stage
 * that has something to do. Its caller carries the steps out, tells the
 * outcome to the plan_known, and asks again; the stage PLAN_PODS is the last.
 * docs/design/plan.md has the picture.
 *
 * Threads: any; pure: no I/O, no clock, no globals, and nothing observed is
 * changed. Memory: a plan owns its steps; names of steps are copies; JSON in
 * them is borrowed from the set's tree.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/setspec.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"

struct json;
struct lost;
struct obj_claim;
struct obj_pod;
struct obj_revision;

enum {
	/* A batch of calls at the same time is never larger (SS-101). */
	PLAN_MAX_BATCH = 500,
	/* Pods made in one pass of a Parallel set; the next pass goes on. */
	PLAN_MAX_CREATES = 1000,
	/* Claims resized in one pass; they are the first batch. */
	PLAN_MAX_RESIZES = 50,
};

struct plan_pod {
	const struct obj_pod *pod;
	bool selected; /* its labels match the set's selector */
};

/* What the caches show, borrowed for one call. */
struct plan_world {
	const struct setspec *set;
	/* The pods this set controls, and the namespace's orphans. */
	const struct plan_pod *pods;
	size_t n_pods;
	/* Those whose labels match, and that the set or nobody controls
	 * (SS-022). */
	const struct obj_revision *const *revisions;
	size_t n_revisions;
	/* A claim of the set's namespace, or NULL. */
	const struct obj_claim *(*claim)(const char *name, const void *arg);
	const void *claim_arg;
	/* How long ago the pod's records left the DNS; 0: they did not. NULL:
	 * nobody knows. */
	uint64_t (*drained_ms)(const char *uid, const void *arg);
	const void *drained_arg;
	/* Claims whose pods were seen to end (SS-086); NULL: none. */
	const struct lost *lost;
	/* Revisions are written as the server serves templates (SS-032); if
	 * not, those of sets whose newest one was. */
	bool as_served;
	int64_t now_s; /* read once per pass (SS-013) */
};

/* What this pass has done or learned so far, ahead of the caches. */
struct plan_known {
	bool revisions_adopted; /* that stage is over */
	bool pods_claimed;
	char **owned; /* uids of pods and revisions adopted */
	size_t n_owned;
	char **gone; /* uids of pods released, or missing when adopted */
	size_t n_gone;
	char *update_revision; /* name; NULL until chosen by a write */
	int64_t collisions;    /* found on top of status.collisionCount */
};
void plan_known_init(struct plan_known *known);
void plan_known_fini(struct plan_known *known);
void plan_known_own(struct plan_known *known, const char *uid);
void plan_known_drop(struct plan_known *known, const char *uid);

enum plan_verb {
	PLAN_ADOPT_REVISION,
	PLAN_ADOPT_POD,
	PLAN_RELEASE_POD,
	PLAN_RENUMBER_REVISION,
	PLAN_CREATE_REVISION,
	PLAN_CREATE_POD,    /* its claims first */
	PLAN_CREATE_CLAIMS, /* of a pod that is Pending (SS-074) */
	PLAN_RESIZE_CLAIM,  /* statefuld.dev/claim-resize */
	PLAN_OWN_CLAIMS,    /* of a condemned pod (SS-084) */
	PLAN_DELETE_CLAIM,  /* of a condemned pod that went before (SS-086) */
	PLAN_REPAIR_POD,    /* SS-109, its claims first */
	PLAN_DRAIN_POD,	    /* its records leave; it is deleted later */
	PLAN_DELETE_POD,
	PLAN_DELETE_REVISION,
	PLAN_WRITE_STATUS, /* the pass adds it once the pods are done */
};

struct plan_claim {
	char *name;
	const struct json *vct; /* make it from this; NULL: it is there, but
				   being deleted (SS-073) */
};

/* A claim whose owner references are looked at (SS-084). */
struct plan_owned {
	char *name;
	bool change;   /* they are not as they should be */
	bool conflict; /* to be told (SS-083) */
};

struct plan_step {
	enum plan_verb verb;
	/* Steps of one batch run at the same time. After a batch with an
	 * error no further one is begun. */
	uint32_t batch;
	char *name; /* of the object */
	char *uid;  /* of an object that is there */
	int32_t ordinal;
	bool at_update; /* PLAN_CREATE_POD: at the update revision */
	/* PLAN_DELETE_POD for an update of a pod at the current revision:
	 * status counts one less (SS-112, SS-098). */
	bool lowers_current;
	struct plan_claim *claims; /* to make first */
	size_t n_claims;
	/* After the claims were made, and after a new pod was; before an old
	 * one is repaired. */
	struct plan_owned *owned;
	size_t n_owned;
	bool condemned; /* PLAN_OWN_CLAIMS */
	/* Pods of a Parallel set do not wait for each other: this step may
	 * begin after an earlier one failed for a reason of its own (SS-108).
	 */
	bool independent;
	const char *vct; /* PLAN_RESIZE_CLAIM: its template; borrowed */
	int64_t number;	 /* of a revision to write */
	char *data;	 /* PLAN_CREATE_REVISION: canonical */
	char *hash;	 /* its label, which collisions do not change */
	char *changes;	 /* since the newest one, for people; or NULL */
};

enum plan_stage { PLAN_ADOPT, PLAN_CLAIM, PLAN_REVISION, PLAN_PODS };

struct plan {
	enum plan_stage stage;
	struct plan_step *steps;
	size_t n_steps;

	/* All below: PLAN_PODS only. */
	struct set_status status; /* names are those owned below */
	char *current_revision, *update_revision;
	/* Template of the current revision where it is another one. */
	struct json *current_template;
	/* Revisions to delete after the status was written (SS-039). */
	struct plan_step *trim;
	size_t n_trim;
	/* No error in the pass: come back after this time; -1: no need
	 * (SS-136). */
	int64_t again_ms;
	/* A pod that drains is due then; -1: there is none. */
	int64_t drain_ms;
	/* A claim that goes with an earlier pod keeps a new one from being made
	 * (SS-087). */
	bool stale_claim;
	/* The set's name is so long that no pod can be made (SS-069). */
	bool name_too_long;
	/* Not 0: a revision could not be applied; only trim. */
	int code;
	struct err err;
};

void plan_next(const struct plan_world *world, const struct plan_known *known,
	       struct plan *ret_plan);
/* What is left to do when the revision stage failed: trim, with the
 * revisions that status names as live (SS-039). */
void plan_trim_only(const struct plan_world *world,
		    const struct plan_known *known, struct plan *ret_plan);
void plan_fini(struct plan *plan);

/* SS-021: whether the live object allows adoption. ST_ESTALE: the set is gone
 * or leaving. */
st_must_check int plan_check_live(const struct setspec *set,
				  const struct json *live, struct err *err);
