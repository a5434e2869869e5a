/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/act_priv.h"
#include "controller/canon.h"
#include "controller/identity.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

enum { PUT_TRIES = 4, FIRST_WAIT_MS = 10, WAIT_FACTOR = 5 }; /* SS-109 */

/* SS-172: trouble with the owners comes before all else. */
static void create_told(struct run *run)
{
	scope_free char *errors = NULL;

	if (run->n_errors > 0) {
		errors = run_claim_errors(run);
		run_tell_pod(run, "Update", errors);
		run_end(run, run->error_code, errors);
		return;
	}
	run_tell_pod(run, "Create", run->words);
	run_end(run, run->code, run->words);
}

static void create_failed(struct run *run, int code, const char *words)
{
	run->code = code;
	run->words = mem_strdup(words);
	run_owned(run, create_told);
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
		create_failed(run, ST_ESERVER,
			      "The POST operation against Pod could not be "
			      "completed at this time, please try again.");
		return;
	}
	create_failed(run, answer->code, run_words(answer));
}

static void on_create(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;
	scope_free char *path = run_pod_path(run, run->step->name);

	if (answer->code == 0) {
		run_wrote(run, OBJ_POD, answer);
		log_info("pod created", "set=%s/%s pod=%s", set->ns, set->name,
			 run->step->name);
		run_owned(run, create_told);
	} else if (answer->code == ST_EEXISTS) {
		run_end_with(run, answer);
	} else if (strcmp(answer->reason, "ServerTimeout") == 0) {
		run_send(run, KUBE_GET, path, NULL, on_create_look);
	} else {
		create_failed(run, answer->code, run_words(answer));
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
		body = run_claim_errors(run);
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

static void claims_owned(struct run *run)
{
	scope_free char *errors = run_claim_errors(run);

	/* Those of a condemned pod fail without an event (SS-172). */
	if (run->n_errors > 0 && !run->step->condemned)
		run_tell_pod(run, "Update", errors);
	run_end(run, run->error_code, errors);
}

static void claims_made(struct run *run)
{
	scope_free char *errors = NULL;

	if (run->n_errors == 0) {
		run_owned(run, claims_owned);
		return;
	}
	errors = run_claim_errors(run);
	run_end(run, run->error_code, errors);
}

void act_pod_claims(struct run *run)
{
	run_claims(run, claims_made);
}

void act_pod_own(struct run *run)
{
	run_owned(run, claims_owned);
}

static void restore(const struct run *run)
{
	const struct act_config *config = run_config(run);

	if (config->tools->restore != NULL)
		config->tools->restore(config->set->ns, run->step->name,
				       config->tools->arg);
}

/* SS-173: gone already is as good. A lost answer says nothing, so only a
 * clear no brings the records back. A conflict means that the name is another
 * pod's by now, which nobody has decided on. */
static void on_delete(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;

	if (answer->code == ST_ECONFLICT) {
		restore(run);
		run_end(run, ST_ECONFLICT, "the pod is another one now");
		return;
	}
	if (answer->code != 0 && answer->code != ST_ENOTFOUND) {
		if (answer->http != 0)
			restore(run);
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

static void withdraw(const struct run *run)
{
	const struct act_config *config = run_config(run);

	if (config->tools->withdraw != NULL)
		config->tools->withdraw(config->set->ns, run->step->name,
					config->tools->arg);
}

void act_pod_drain(struct run *run)
{
	withdraw(run);
	run_end(run, 0, NULL);
}

void act_pod_delete(struct run *run)
{
	scope_free char *path = run_pod_path(run, run->step->name);

	withdraw(run);
	run_delete(run, path, NULL, on_delete);
}

static void repair_read(struct run *run);

bool act_pod_again(struct run *run, run_fn fn)
{
	if (run->tries >= PUT_TRIES - 1)
		return false;
	run_wait(run, FIRST_WAIT_MS, WAIT_FACTOR, fn);
	return true;
}

static void repair_failed(struct run *run, int code, const char *message)
{
	run_tell_pod(run, "Update", message);
	run_end(run, code, message);
}

static void on_repair_put(struct run *run, const struct kube_answer *answer)
{
	if (answer->code == ST_ECONFLICT && act_pod_again(run, repair_read))
		return;
	if (answer->code != 0) {
		repair_failed(run, answer->code, run_words(answer));
		return;
	}
	run_wrote(run, OBJ_POD, answer);
	run_tell_pod(run, "Update", NULL);
	run_end(run, 0, NULL);
}

/* The cache keeps no whole pods, so the one to PUT is read; if it is right
 * already, the cache was behind and nothing is written. A pod whose claim has
 * got another owner is PUT as it is (SS-084). */
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
	if (!run->owned_wrote && json_equal(pod, answer->body)) {
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

static void repair_owned(struct run *run)
{
	scope_free char *errors = NULL;

	if (run->n_errors == 0) {
		repair_read(run);
		return;
	}
	errors = run_claim_errors(run);
	repair_failed(run, run->error_code, errors);
}

static void repair_begin(struct run *run)
{
	if (run->n_errors == 0)
		run_owned(run, repair_owned);
	else
		repair_owned(run);
}

void act_pod_repair(struct run *run)
{
	run_claims(run, repair_begin);
}
