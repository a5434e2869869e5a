/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * act_priv - one step being carried out; shared by the files of act.
 *
 * A run sends a request and names the function that goes on with the answer;
 * it ends with run_end(), after which it must not be touched.
 *
 * Threads: the loop thread. Memory: runs belong to their act.
 */
#include "controller/act.h"
#include "controller/kube.h"
#include "statefuld/buf.h"

struct run;
typedef void (*run_fn)(struct run *run);
typedef void (*run_answer_fn)(struct run *run,
			      const struct kube_answer *answer);

struct run {
	struct act *act;
	const struct plan_step *step;
	struct kube_call *call;
	run_answer_fn next;
	struct loop_timer *timer;
	run_fn retry;
	int tries;
	bool over;

	size_t claim; /* of step->claims, now being made */
	run_fn claims_done;
	struct buf errors; /* of claims, as Go joins them */
	size_t n_errors;
	int error_code;

	size_t owned; /* of step->owned, now being looked at */
	run_fn owned_done;
	bool owned_wrote;

	/* How the POST of the pod went, while its claims are seen to. */
	int code;
	char *words;
	char *version; /* of the claim to delete, as it was read */
};

const struct act_config *run_config(const struct run *run);
void run_send(struct run *run, enum kube_verb verb, const char *path,
	      const char *body, run_answer_fn next);
/* DELETE of the object that the step means, and of no later one of its name:
 * ST_ECONFLICT then. The caches may be behind, and a name says nothing. With a
 * resourceVersion (else NULL) only as long as the object is as it was. */
void run_delete(struct run *run, const char *path, const char *version,
		run_answer_fn next);
/* Calls fn after first_ms * factor^tries and up to a tenth more, and counts
 * the try. */
void run_wait(struct run *run, uint32_t first_ms, uint32_t factor, run_fn fn);
void run_end(struct run *run, int code, const char *message);
/* Ends with what the answer says. */
void run_end_with(struct run *run, const struct kube_answer *answer);
/* The server's own words, or ours where it had none. Borrowed. */
const char *run_words(const struct kube_answer *answer);
/* Remembers the written object's resourceVersion. */
void run_wrote(struct run *run, enum obj_kind kind,
	       const struct kube_answer *answer);

/* Events of chapter 18; error NULL: it went well. */
void run_tell_pod(struct run *run, const char *verb, const char *error);
void run_tell_claim(struct run *run, const char *claim, const char *error);
/* SS-183. */
void run_tell_conflict(struct run *run, const char *claim);
/* One of our own, beyond parity. */
void run_tell(struct run *run, const char *type, const char *reason,
	      const char *message);

/* Paths in the set's namespace; name NULL: the collection. */
char *run_pod_path(const struct run *run, const char *name);
char *run_claim_path(const struct run *run, const char *name);
char *run_set_path(const struct run *run);
char *run_revision_path(const struct run *run, const char *name);

/* Makes the step's claims (SS-072), then calls done; run->n_errors says how
 * it went. */
void run_claims(struct run *run, run_fn done);

/* All errors of claims as one text. */
char *run_claim_errors(struct run *run);
/* Puts the step's claims under their owners (SS-082), then calls done;
 * run->n_errors says how it went. */
void run_owned(struct run *run, run_fn done);

/* After a conflict in the repair of a pod: calls fn after a while, or returns
 * false where that was tried often enough (SS-109). */
bool act_pod_again(struct run *run, run_fn fn);

void act_pod_create(struct run *run);
void act_claim_resize(struct run *run);
void act_claim_delete(struct run *run);
void act_pod_drain(struct run *run);
void act_pod_delete(struct run *run);
void act_pod_repair(struct run *run);
void act_pod_claims(struct run *run);
void act_pod_own(struct run *run);
void act_adopt_pod(struct run *run);
void act_release_pod(struct run *run);
void act_adopt_revision(struct run *run);
void act_revision_create(struct run *run);
void act_revision_renumber(struct run *run);
void act_revision_delete(struct run *run);
void act_status(struct run *run);
