/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claims of a pod: making them, and putting them under their owners.
 */
#include <string.h>

#include "controller/act_priv.h"
#include "controller/canon.h"
#include "controller/claims.h"
#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/retention.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

static void claim_next(struct run *run);

static void claim_error(struct run *run, int code, const char *fmt,
			const char *claim, const char *why)
{
	if (run->n_errors++ > 0)
		buf_puts(&run->errors, ", ");
	else
		run->error_code = code;
	buf_puts(&run->errors, fmt);
	buf_puts(&run->errors, claim);
	buf_puts(&run->errors, why);
}

/* All errors as one text, as Go's aggregate prints them. */
char *run_claim_errors(struct run *run)
{
	const char *text = run->errors.data ? run->errors.data : "";

	return run->n_errors > 1 ? mem_printf("[%s]", text) : mem_strdup(text);
}

/* SS-072: that somebody else was faster makes no claim event. */
static void on_claim(struct run *run, const struct kube_answer *answer)
{
	const char *claim = run->step->claims[run->claim].name;
	scope_free char *why = NULL;

	if (answer->code == 0) {
		run_wrote(run, OBJ_CLAIM, answer);
		run_tell_claim(run, claim, NULL);
	} else {
		why = mem_printf(": %s", run_words(answer));
		claim_error(run, answer->code, "failed to create PVC ", claim,
			    why);
		if (answer->code != ST_EEXISTS)
			run_tell_claim(run, claim, run_words(answer));
	}
	run->claim++;
	claim_next(run);
}

static void claim_next(struct run *run)
{
	const struct plan_step *step = run->step;
	scope_json struct json *object = NULL;
	scope_free char *path = run_claim_path(run, NULL);
	scope_free char *body = NULL;

	/* SS-073. */
	for (; run->claim < step->n_claims; run->claim++) {
		if (step->claims[run->claim].vct != NULL)
			break;
		claim_error(run, ST_EEXISTS, "pvc ",
			    step->claims[run->claim].name, " is being deleted");
	}
	if (run->claim == step->n_claims) {
		run->claims_done(run);
		return;
	}
	object = claims_build(run_config(run)->set,
			      step->claims[run->claim].vct, step->ordinal);
	body = canon_print(object);
	run_send(run, KUBE_POST, path, body, on_claim);
}

void run_claims(struct run *run, run_fn done)
{
	run->claims_done = done;
	claim_next(run);
}

static void owned_next(struct run *run);

static const char *owned_name(const struct run *run)
{
	return run->step->owned[run->owned].name;
}

static void owned_failed(struct run *run, int code, const char *words)
{
	scope_free char *why =
		mem_printf(" for delete policy ownerRefs: %s", words);

	claim_error(run, code, "could not update claim ", owned_name(run), why);
	run->owned_done(run);
}

static void owned_skip(struct run *run)
{
	run->owned++;
	owned_next(run);
}

static void owned_read(struct run *run);

/* SS-174: a conflict counts among those of the pod's own PUT. */
static void on_owned_put(struct run *run, const struct kube_answer *answer)
{
	if (answer->code == ST_ECONFLICT &&
	    run->step->verb == PLAN_REPAIR_POD &&
	    act_pod_again(run, owned_read))
		return;
	if (answer->code != 0) {
		owned_failed(run, answer->code, run_words(answer));
		return;
	}
	run_wrote(run, OBJ_CLAIM, answer);
	run->owned_wrote = true;
	owned_skip(run);
}

static void set_owners(struct json *claim, struct json *take_owners)
{
	struct json *meta = json_child_object(claim, "metadata");

	if (json_len(take_owners) > 0) {
		json_set(meta, "ownerReferences", take_owners);
		return;
	}
	json_free(take_owners);
	json_remove(meta, "ownerReferences");
}

/* The claim as it is to be; NULL: as it is. */
static struct json *corrected(const struct run *run, const struct json *body,
			      const struct obj_claim *view)
{
	const struct setspec *set = run_config(run)->set;
	const struct retention_pod pod = {
		.name = run->step->name,
		.uid = run->step->uid,
		.condemned = run->step->condemned,
	};
	const struct json *refs = json_at(body, "metadata.ownerReferences");
	struct json *claim;

	if (retention_fits(set, &pod, view))
		return NULL;
	claim = json_dup(body);
	set_owners(claim, retention_owners(set, &pod, view, refs));
	return claim;
}

/* The cache keeps no whole claims, so the one to PUT is read, and judged anew;
 * one that is gone needs no owner. */
static void on_owned_read(struct run *run, const struct kube_answer *answer)
{
	scope_free char *path = run_claim_path(run, owned_name(run));
	scope_json struct json *claim = NULL;
	scope_free char *body = NULL;
	struct obj *view = NULL;
	struct err err;
	int code;

	if (answer->code == ST_ENOTFOUND) {
		owned_skip(run);
		return;
	}
	if (answer->code != 0) {
		owned_failed(run, answer->code, run_words(answer));
		return;
	}
	code = obj_decode(OBJ_CLAIM, answer->body, &view, &err);
	if (code != 0) {
		owned_failed(run, code, err_msg(&err));
		return;
	}
	claim = corrected(run, answer->body, obj_claim(view));
	obj_free(view);
	if (claim == NULL) {
		owned_skip(run);
		return;
	}
	body = canon_print(claim);
	run_send(run, KUBE_PUT, path, body, on_owned_put);
}

static void owned_read(struct run *run)
{
	scope_free char *path = run_claim_path(run, owned_name(run));

	run_send(run, KUBE_GET, path, NULL, on_owned_read);
}

static void owned_next(struct run *run)
{
	const struct plan_step *step = run->step;

	for (; run->owned < step->n_owned; run->owned++) {
		if (step->owned[run->owned].conflict)
			run_tell_conflict(run, owned_name(run));
		if (step->owned[run->owned].change) {
			owned_read(run);
			return;
		}
	}
	run->owned_done(run);
}

void run_owned(struct run *run, run_fn done)
{
	run->owned_done = done;
	owned_next(run);
}

static void resize_failed(struct run *run, const struct kube_answer *answer)
{
	scope_free char *message =
		mem_printf("Claim %s cannot be resized: %s", run->step->name,
			   run_words(answer));

	run_tell(run, "Warning", "ClaimResizeFailed", message);
	run_end_with(run, answer);
}

static void on_resized(struct run *run, const struct kube_answer *answer)
{
	const char *size = json_str(
		json_at(answer->body, "spec.resources.requests"), "storage");
	scope_free char *message = NULL;

	if (answer->code != 0) {
		resize_failed(run, answer);
		return;
	}
	run_wrote(run, OBJ_CLAIM, answer);
	message = mem_printf("Claim %s is resized to %s", run->step->name,
			     size ? size : "");
	run_tell(run, "Normal", "ClaimResizing", message);
	run_end(run, 0, NULL);
}

/* As with owners, the claim to PUT is read, and judged anew. */
static void on_resize_read(struct run *run, const struct kube_answer *answer)
{
	const char *uid = json_str(answer->body, "metadata.uid");
	scope_free char *path = run_claim_path(run, run->step->name);
	scope_json struct json *claim = NULL;
	scope_free char *body = NULL;

	if (answer->code != 0 || uid == NULL ||
	    strcmp(uid, run->step->uid) != 0) {
		run_end(run, 0, NULL);
		return;
	}
	claim = json_dup(answer->body);
	if (!claims_raise(run_config(run)->set, run->step->vct, claim)) {
		run_end(run, 0, NULL);
		return;
	}
	body = canon_print(claim);
	run_send(run, KUBE_PUT, path, body, on_resized);
}

void act_claim_resize(struct run *run)
{
	scope_free char *path = run_claim_path(run, run->step->name);

	run_send(run, KUBE_GET, path, NULL, on_resize_read);
}

static void delete_failed(struct run *run, const struct kube_answer *answer)
{
	scope_free char *message =
		mem_printf("Claim %s of a pod that was scaled away cannot be "
			   "deleted: %s",
			   run->step->name, run_words(answer));

	run_tell(run, "Warning", "ClaimDeleteFailed", message);
	run_end_with(run, answer);
}

static void on_deleted(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;
	scope_free char *message = NULL;

	if (answer->code == ST_ENOTFOUND || answer->code == ST_ECONFLICT) {
		run_end_with(run, answer);
		return;
	}
	if (answer->code != 0) {
		delete_failed(run, answer);
		return;
	}
	run_wrote(run, OBJ_CLAIM, answer);
	message = mem_printf("Claim %s is deleted, as whenScaled says: its pod "
			     "was gone before it was scaled away",
			     run->step->name);
	run_tell(run, "Normal", "ClaimDeleted", message);
	log_info("claim deleted", "set=%s/%s claim=%s", set->ns, set->name,
		 run->step->name);
	run_end(run, 0, NULL);
}

/* Scaled up again meanwhile, the set wants the claim for a pod to come. */
static void on_delete_set(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;
	const char *uid = json_str(answer->body, "metadata.uid");
	scope_free char *path = run_claim_path(run, run->step->name);

	if (answer->code != 0 || uid == NULL || strcmp(uid, set->uid) != 0 ||
	    json_str(answer->body, "metadata.deletionTimestamp") != NULL ||
	    json_int(answer->body, "metadata.generation", 0) !=
		    set->generation) {
		run_end_with(run, answer);
		return;
	}
	run_delete(run, path, run->version, on_deleted);
}

static void on_delete_pod(struct run *run, const struct kube_answer *answer)
{
	scope_free char *path = run_set_path(run);

	if (answer->code != ST_ENOTFOUND) {
		run_end_with(run, answer);
		return;
	}
	run_send(run, KUBE_GET, path, NULL, on_delete_set);
}

static void on_delete_read(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;
	const char *version =
		json_str(answer->body, "metadata.resourceVersion");
	scope_free char *pod = identity_pod_name(set->name, run->step->ordinal);
	scope_free char *path = run_pod_path(run, pod);
	struct obj *claim = NULL;
	bool ours;

	if (answer->code != 0 || version == NULL ||
	    obj_decode(OBJ_CLAIM, answer->body, &claim, NULL) != 0) {
		run_end_with(run, answer);
		return;
	}
	ours = strcmp(istr_text(claim->uid), run->step->uid) == 0 &&
	       !claim->deleting && retention_is_ours(set, obj_claim(claim));
	obj_free(claim);
	if (!ours) {
		run_end(run, 0, NULL);
		return;
	}
	run->version = mem_strdup(version);
	run_send(run, KUBE_GET, path, NULL, on_delete_pod);
}

/* SS-086. Caches are behind by nature, and what is deleted is data: claim, pod
 * and set are read in turn, and the claim goes only as it was then. Whatever
 * is not as expected ends it; the set comes back. */
void act_claim_delete(struct run *run)
{
	scope_free char *path = run_claim_path(run, run->step->name);

	run_send(run, KUBE_GET, path, NULL, on_delete_read);
}
