/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "controller/act_priv.h"
#include "controller/canon.h"
#include "controller/revision.h"
#include "controller/status.h"
#include "controller/store.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

enum {
	PUT_TRIES = 4,	  /* SS-036 */
	STATUS_TRIES = 5, /* SS-097 */
	FIRST_WAIT_MS = 10,
	WAIT_FACTOR = 5,
};

/* The name is taken: by this very data, which is as good, or by other data,
 * which the caller hears of as ST_EEXISTS. */
static void on_namesake(struct run *run, const struct kube_answer *answer)
{
	if (answer->code != 0) {
		run_end(run, ST_ESERVER, run_words(answer));
		return;
	}
	if (revision_holds(answer->body, run->step->data))
		run_end(run, 0, NULL);
	else
		run_end(run, ST_EEXISTS, "revision name taken by other data");
}

static void tell_changes(struct run *run)
{
	const struct plan_step *step = run->step;
	scope_free char *message = NULL;

	if (step->changes == NULL)
		return;
	message = mem_printf("Revision %s (%" PRId64 ") of StatefulSet %s "
			     "changes %s",
			     step->name, step->number,
			     run_config(run)->set->name, step->changes);
	run_tell(run, "Normal", "RevisionCreated", message);
}

static void on_create(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;
	scope_free char *path = run_revision_path(run, run->step->name);

	if (answer->code == ST_EEXISTS) {
		run_send(run, KUBE_GET, path, NULL, on_namesake);
		return;
	}
	if (answer->code == 0) {
		run_wrote(run, OBJ_REVISION, answer);
		tell_changes(run);
		log_info("revision created", "set=%s/%s revision=%s", set->ns,
			 set->name, run->step->name);
	}
	run_end_with(run, answer);
}

void act_revision_create(struct run *run)
{
	const struct plan_step *step = run->step;
	scope_free char *path = run_revision_path(run, NULL);
	scope_json struct json *object =
		revision_build(run_config(run)->set, step->data, step->name,
			       step->hash, step->number);
	/* Canonical all over, so that `data` is stored in those bytes. */
	scope_free char *body = canon_print(object);

	run_send(run, KUBE_POST, path, body, on_create);
}

static void on_renumber(struct run *run, const struct kube_answer *answer)
{
	if (answer->code == ST_ECONFLICT && run->tries < PUT_TRIES - 1) {
		run_wait(run, FIRST_WAIT_MS, WAIT_FACTOR,
			 act_revision_renumber);
		return;
	}
	if (answer->code == 0)
		run_wrote(run, OBJ_REVISION, answer);
	run_end_with(run, answer);
}

void act_revision_renumber(struct run *run)
{
	const struct act_config *config = run_config(run);
	const struct obj_revision *cached =
		obj_revision(store_get(config->tools->store, OBJ_REVISION,
				       config->set->ns, run->step->name));
	scope_json struct json *object = NULL;
	scope_free char *path = run_revision_path(run, run->step->name);
	scope_free char *body = NULL;

	/* A namesake is somebody else's. */
	if (cached == NULL ||
	    strcmp(istr_text(cached->obj.uid), run->step->uid) != 0 ||
	    json_parse(cached->json, cached->json_len, &object, NULL) != 0) {
		run_end(run, ST_ECONFLICT, "the revision is gone");
		return;
	}
	json_set_str(object, "apiVersion", "apps/v1");
	json_set_str(object, "kind", "ControllerRevision");
	json_set_int(object, "revision", run->step->number);
	body = canon_print(object);
	run_send(run, KUBE_PUT, path, body, on_renumber);
}

static void on_trimmed(struct run *run, const struct kube_answer *answer)
{
	if (answer->code == ST_ENOTFOUND)
		run_end(run, 0, NULL);
	else
		run_end_with(run, answer);
}

void act_revision_delete(struct run *run)
{
	scope_free char *path = run_revision_path(run, run->step->name);

	run_delete(run, path, NULL, on_trimmed);
}

static void write_status_again(struct run *run);

static void on_status(struct run *run, const struct kube_answer *answer)
{
	if (answer->code == ST_ECONFLICT && run->tries < STATUS_TRIES - 1) {
		run_wait(run, FIRST_WAIT_MS, 1, write_status_again);
		return;
	}
	if (answer->code == 0)
		run_wrote(run, OBJ_SET, answer);
	run_end_with(run, answer);
}

static void write_status(struct run *run, const struct json *set)
{
	const struct act_config *config = run_config(run);
	scope_free char *path =
		mem_printf("/apis/apps/v1/namespaces/%s/statefulsets/%s/status",
			   config->set->ns, config->set->name);
	scope_free char *body = status_body(set, config->status);

	run_send(run, KUBE_PUT, path, body, on_status);
}

/* After a conflict: the same status on the set as it is cached now. */
static void write_status_again(struct run *run)
{
	const struct act_config *config = run_config(run);
	const struct obj_set *cached =
		obj_set(store_get(config->tools->store, OBJ_SET,
				  config->set->ns, config->set->name));
	scope_json struct json *set = NULL;

	if (cached == NULL ||
	    strcmp(istr_text(cached->obj.uid), config->set->uid) != 0 ||
	    json_parse(cached->json, cached->json_len, &set, NULL) != 0) {
		run_end(run, ST_ENOTFOUND, "the set is gone");
		return;
	}
	write_status(run, set);
}

void act_status(struct run *run)
{
	write_status(run, run_config(run)->set->json);
}
