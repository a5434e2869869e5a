/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/act_priv.h"
#include "controller/canon.h"
#include "controller/claims.h"
#include "controller/identity.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

enum { PUT_TRIES = 4, FIRST_WAIT_MS = 10, WAIT_FACTOR = 5 }; /* SS-109 */

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
static char *claim_errors(struct run *run)
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

static void create_failed(struct run *run, const struct kube_answer *answer)
{
	run_tell_pod(run, "Create", run_words(answer));
	run_end_with(run, answer);
}

/* The name is taken if it is there: old servers say so in words that mean
 * nothing, since they try to make another name from generateName (SS-171). */
static void on_create_look(struct run *run, const struct kube_answer *answer)
{
	scope_free char *message = NULL;

	if (answer->code == 0) {
		message = mem_printf("pods \"%s\" already exists",
				     run->step->name);
		run_end(run, ST_EEXISTS, message);
		return;
	}
	if (answer->code == ST_ENOTFOUND) {
		message = mem_strdup(
			"The POST operation against Pod could not be completed "
			"at this time, please try again.");
		run_tell_pod(run, "Create", message);
		run_end(run, ST_ESERVER, message);
		return;
	}
	create_failed(run, answer);
}

static void on_create(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;
	scope_free char *path = run_pod_path(run, run->step->name);

	if (answer->code == 0) {
		run_wrote(run, OBJ_POD, answer);
		run_tell_pod(run, "Create", NULL);
		log_info("pod created", "set=%s/%s pod=%s", set->ns, set->name,
			 run->step->name);
		run_end(run, 0, NULL);
	} else if (answer->code == ST_EEXISTS) {
		run_end_with(run, answer);
	} else if (strcmp(answer->reason, "ServerTimeout") == 0) {
		run_send(run, KUBE_GET, path, NULL, on_create_look);
	} else {
		create_failed(run, answer);
	}
}

static void create_pod(struct run *run)
{
	const struct act_config *config = run_config(run);
	const struct plan *plan = config->plan;
	bool at_current = !run->step->at_update && plan->current_template;
	scope_json struct json *object = NULL;
	scope_free char *path = run_pod_path(run, NULL);
	scope_free char *body = NULL;

	if (run->n_errors > 0) {
		body = claim_errors(run);
		run_tell_pod(run, "Create", body);
		run_end(run, run->error_code, body);
		return;
	}
	object = identity_pod(config->set,
			      at_current ? plan->current_template
					 : config->set->template,
			      run->step->at_update ? plan->update_revision
						   : plan->current_revision,
			      run->step->ordinal);
	body = canon_print(object);
	run_send(run, KUBE_POST, path, body, on_create);
}

void act_pod_create(struct run *run)
{
	run_claims(run, create_pod);
}

static void claims_made(struct run *run)
{
	scope_free char *errors = claim_errors(run);

	run_end(run, run->error_code, errors);
}

void act_pod_claims(struct run *run)
{
	run_claims(run, claims_made);
}

/* SS-173: gone already is as good. A lost answer says nothing, so only a
 * clear no brings the records back. */
static void on_delete(struct run *run, const struct kube_answer *answer)
{
	const struct act_config *config = run_config(run);
	const struct setspec *set = config->set;

	if (answer->code != 0 && answer->code != ST_ENOTFOUND) {
		if (answer->http != 0 && config->tools->restore != NULL)
			config->tools->restore(set->ns, run->step->name,
					       config->tools->arg);
		run_tell_pod(run, "Delete", run_words(answer));
		run_end_with(run, answer);
		return;
	}
	if (answer->code == 0)
		run_wrote(run, OBJ_POD, answer);
	run_tell_pod(run, "Delete", NULL);
	log_info("pod deleted", "set=%s/%s pod=%s", set->ns, set->name,
		 run->step->name);
	run_end(run, 0, NULL);
}

void act_pod_delete(struct run *run)
{
	const struct act_config *config = run_config(run);
	scope_free char *path = run_pod_path(run, run->step->name);

	if (config->tools->withdraw != NULL)
		config->tools->withdraw(config->set->ns, run->step->name,
					config->tools->arg);
	run_send(run, KUBE_DELETE, path, NULL, on_delete);
}

static void repair_read(struct run *run);

static void repair_failed(struct run *run, int code, const char *message)
{
	run_tell_pod(run, "Update", message);
	run_end(run, code, message);
}

static void on_repair_put(struct run *run, const struct kube_answer *answer)
{
	if (answer->code == ST_ECONFLICT && run->tries < PUT_TRIES - 1) {
		run_wait(run, FIRST_WAIT_MS, WAIT_FACTOR, repair_read);
		return;
	}
	if (answer->code != 0) {
		repair_failed(run, answer->code, run_words(answer));
		return;
	}
	run_wrote(run, OBJ_POD, answer);
	run_tell_pod(run, "Update", NULL);
	run_end(run, 0, NULL);
}

/* The cache keeps no whole pods, so the one to PUT is read; if it is right
 * already, the cache was behind and nothing is written. */
static void on_repair_read(struct run *run, const struct kube_answer *answer)
{
	const char *uid = json_str(answer->body, "metadata.uid");
	scope_json struct json *pod = NULL;
	scope_free char *path = run_pod_path(run, run->step->name);
	scope_free char *body = NULL;

	if (answer->code != 0) {
		repair_failed(run, answer->code, run_words(answer));
		return;
	}
	if (uid == NULL || strcmp(uid, run->step->uid) != 0) {
		run_end(run, ST_ECONFLICT, "the pod is another one now");
		return;
	}
	pod = json_dup(answer->body);
	identity_repair(run_config(run)->set, pod, run->step->ordinal);
	if (json_equal(pod, answer->body)) {
		run_end(run, 0, NULL);
		return;
	}
	body = canon_print(pod);
	run_send(run, KUBE_PUT, path, body, on_repair_put);
}

static void repair_read(struct run *run)
{
	scope_free char *name = identity_pod_name(run_config(run)->set->name,
						  run->step->ordinal);
	scope_free char *path = run_pod_path(run, name);

	run_send(run, KUBE_GET, path, NULL, on_repair_read);
}

static void repair_begin(struct run *run)
{
	scope_free char *errors = NULL;

	if (run->n_errors == 0) {
		repair_read(run);
		return;
	}
	errors = claim_errors(run);
	repair_failed(run, run->error_code, errors);
}

void act_pod_repair(struct run *run)
{
	run_claims(run, repair_begin);
}
