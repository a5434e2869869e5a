/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/act.h"

#include <stdlib.h>

#include "controller/act_priv.h"
#include "controller/event.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

/* So many batches may fail for what may be one cause (SS-108). */
enum { MAX_COMMON = 2 };

struct act {
	struct act_config config;
	struct act_result result;
	int n_common;	  /* see reach(): batches that failed wholly */
	int reach;	  /* least one in the batch */
	size_t next;	  /* first step not yet begun */
	struct run *runs; /* of the batch */
	size_t n_runs, n_begun, n_left;
	bool is_beginning;
	struct loop_timer *turn; /* begins a batch, or ends all */
	struct kube_call *live;	 /* GET before the first adoption */
	bool live_done;
	int live_code;
	struct err live_err;
};

const struct act_config *run_config(const struct run *run)
{
	return &run->act->config;
}

static void on_answer(const struct kube_answer *answer, void *arg)
{
	struct run *run = arg;
	struct act_result *result = &run->act->result;

	run->call = NULL;
	if (answer->retry_after_ms > result->retry_after_ms)
		result->retry_after_ms = answer->retry_after_ms;
	run->next(run, answer);
}

void run_send(struct run *run, enum kube_verb verb, const char *path,
	      const char *body, run_answer_fn next)
{
	run->next = next;
	run->call = kube_send(run_config(run)->tools->kube, verb, path, body,
			      on_answer, run);
}

void run_delete(struct run *run, const char *path, const char *version,
		run_answer_fn next)
{
	scope_json struct json *options = json_new_object();
	scope_free char *body = NULL;

	json_set_str(options, "apiVersion", "v1");
	json_set_str(options, "kind", "DeleteOptions");
	json_set_str(json_child_object(options, "preconditions"), "uid",
		     run->step->uid);
	if (version != NULL)
		json_set_str(json_child_object(options, "preconditions"),
			     "resourceVersion", version);
	body = json_print(options);
	run_send(run, KUBE_DELETE, path, body, next);
}

static void on_retry(void *arg)
{
	struct run *run = arg;

	run->retry(run);
}

void run_wait(struct run *run, uint32_t first_ms, uint32_t factor, run_fn fn)
{
	uint32_t delay_ms = first_ms;

	for (int i = 0; i < run->tries; i++)
		delay_ms *= factor;
	run->tries++;
	run->retry = fn;
	if (run->timer == NULL)
		run->timer = loop_timer_new(run_config(run)->tools->loop,
					    on_retry, run);
	loop_timer_set(run->timer, delay_ms + clk_random(delay_ms / 10 + 1));
}

/* How far a failure reaches beyond its object: not at all where its name is
 * taken or what it holds is refused, perhaps where something is forbidden, as
 * by a quota, and wholly where the server is in trouble. */
static int reach(int code)
{
	switch (code) {
	case 0:
	case ST_EEXISTS:
	case ST_EREFUSED:
		return 0;
	case ST_EFORBIDDEN:
		return 1;
	default:
		return MAX_COMMON;
	}
}

static void begin_more(struct act *act);

void run_end(struct run *run, int code, const char *message)
{
	struct act *act = run->act;

	st_assert(!run->over);
	run->over = true;
	if (act->config.on_step != NULL)
		code = act->config.on_step(run->step, code, act->config.arg);
	if (reach(code) < act->reach)
		act->reach = reach(code);
	if (reach(code) == MAX_COMMON)
		act->n_common = MAX_COMMON;
	if (code != 0 && act->result.code == 0) {
		act->result.code = code;
		err_set(&act->result.err, code, "%s",
			message ? message : err_str(code));
	}
	act->n_left--;
	begin_more(act);
}

const char *run_words(const struct kube_answer *answer)
{
	const char *message = json_str(answer->body, "message");

	return message && *message ? message : err_msg(answer->err);
}

void run_end_with(struct run *run, const struct kube_answer *answer)
{
	run_end(run, answer->code, answer->code ? run_words(answer) : NULL);
}

void run_wrote(struct run *run, enum obj_kind kind,
	       const struct kube_answer *answer)
{
	const struct act_config *config = run_config(run);
	const char *version =
		json_str(answer->body, "metadata.resourceVersion");

	if (version != NULL && config->on_write != NULL)
		config->on_write(kind, version, config->arg);
}

static void tell(struct run *run, const char *type, const char *reason,
		 const char *message, const char *source)
{
	const struct act_config *config = run_config(run);
	struct event event = {
		.ns = config->set->ns,
		.set = config->set->name,
		.uid = config->set->uid,
		.type = type,
		.reason = reason,
		.message = message,
		.source = source,
		.retried = true,
	};

	recorder_emit(config->tools->recorder, &event);
}

static void tell_verb(struct run *run, const char *verb, bool well,
		      const char *message)
{
	scope_free char *reason =
		mem_printf("%s%s", well ? "Successful" : "Failed", verb);

	tell(run, well ? "Normal" : "Warning", reason, message,
	     "statefulset-controller");
}

void run_tell_pod(struct run *run, const char *verb, const char *error)
{
	scope_free char *message = mem_printf(
		"%s Pod %s in StatefulSet %s %s%s", verb, run->step->name,
		run_config(run)->set->name,
		error ? "failed error: " : "successful", error ? error : "");

	tell_verb(run, verb, error == NULL, message);
}

void run_tell_claim(struct run *run, const char *claim, const char *error)
{
	scope_free char *message = mem_printf(
		"Create Claim %s %sPod %s in StatefulSet %s %s%s", claim,
		error ? "for " : "", run->step->name,
		run_config(run)->set->name,
		error ? "failed error: " : "success", error ? error : "");

	tell_verb(run, "Create", error == NULL, message);
}

void run_tell_conflict(struct run *run, const char *claim)
{
	scope_free char *message = mem_printf(
		"PersistentVolumeClaim %s has a conflicting OwnerReference "
		"that acts as a manging controller, the retention policy is "
		"ignored for this claim",
		claim);

	tell(run, "Warning", "ConflictingController", message,
	     "statefulset-controller");
}

void run_tell(struct run *run, const char *type, const char *reason,
	      const char *message)
{
	tell(run, type, reason, message, "statefuld");
}

static char *path_of(const struct run *run, const char *prefix,
		     const char *kind, const char *name)
{
	return mem_printf("%s/namespaces/%s/%s%s%s", prefix,
			  run_config(run)->set->ns, kind, name ? "/" : "",
			  name ? name : "");
}

char *run_pod_path(const struct run *run, const char *name)
{
	return path_of(run, "/api/v1", "pods", name);
}

char *run_claim_path(const struct run *run, const char *name)
{
	return path_of(run, "/api/v1", "persistentvolumeclaims", name);
}

char *run_set_path(const struct run *run)
{
	return path_of(run, "/apis/apps/v1", "statefulsets",
		       run_config(run)->set->name);
}

char *run_revision_path(const struct run *run, const char *name)
{
	return path_of(run, "/apis/apps/v1", "controllerrevisions", name);
}

static bool adopts(const struct plan_step *step)
{
	return step->verb == PLAN_ADOPT_POD ||
	       step->verb == PLAN_ADOPT_REVISION;
}

static void run_begin(struct run *run)
{
	static void (*const begin[])(struct run * run) = {
		[PLAN_ADOPT_REVISION] = act_adopt_revision,
		[PLAN_ADOPT_POD] = act_adopt_pod,
		[PLAN_RELEASE_POD] = act_release_pod,
		[PLAN_RENUMBER_REVISION] = act_revision_renumber,
		[PLAN_CREATE_REVISION] = act_revision_create,
		[PLAN_CREATE_POD] = act_pod_create,
		[PLAN_CREATE_CLAIMS] = act_pod_claims,
		[PLAN_RESIZE_CLAIM] = act_claim_resize,
		[PLAN_OWN_CLAIMS] = act_pod_own,
		[PLAN_DELETE_CLAIM] = act_claim_delete,
		[PLAN_REPAIR_POD] = act_pod_repair,
		[PLAN_DRAIN_POD] = act_pod_drain,
		[PLAN_DELETE_POD] = act_pod_delete,
		[PLAN_DELETE_REVISION] = act_revision_delete,
		[PLAN_WRITE_STATUS] = act_status,
	};
	struct act *act = run->act;
	scope_free char *message = NULL;

	if (!adopts(run->step) || act->live_code == 0) {
		begin[run->step->verb](run);
		return;
	}
	message = run->step->verb == PLAN_ADOPT_REVISION
			  ? mem_printf("can't adopt ControllerRevisions: %s",
				       err_msg(&act->live_err))
			  : mem_printf("can't adopt Pod %s/%s (%s): %s",
				       act->config.set->ns, run->step->name,
				       run->step->uid, err_msg(&act->live_err));
	run_end(run, act->live_code, message);
}

/* SS-101: after an error no batch is begun; but the pods of a Parallel set do
 * not wait for each other (SS-108), unless it seems to be the same for all. */
static bool may_go_on(const struct act *act)
{
	if (act->next >= act->config.n_steps)
		return false;
	return act->result.code == 0 ||
	       (act->config.steps[act->next].independent &&
		act->n_common < MAX_COMMON);
}

/* Never more at a time than are one set's share of the connection. Steps may
 * end while they begin. */
static void begin_more(struct act *act)
{
	if (act->is_beginning)
		return;
	act->is_beginning = true;
	while (act->n_begun < act->n_runs &&
	       act->n_begun + act->n_left < act->n_runs + ACT_MAX_RUNS)
		run_begin(&act->runs[act->n_begun++]);
	act->is_beginning = false;
	if (act->n_left == 0)
		loop_timer_soon(act->turn);
}

static void batch_end(struct act *act)
{
	for (size_t i = 0; i < act->n_runs; i++) {
		struct run *run = &act->runs[i];

		if (run->call != NULL)
			kube_cancel(run->call);
		if (run->timer != NULL)
			loop_timer_free(run->timer);
		buf_fini(&run->errors);
		free(run->words);
		free(run->version);
	}
	free(act->runs);
	act->runs = NULL;
	act->n_runs = 0;
}

static void batch_begin(struct act *act)
{
	const struct plan_step *steps = act->config.steps;
	size_t first = act->next, end = first;

	while (end < act->config.n_steps &&
	       steps[end].batch == steps[first].batch)
		end++;
	act->next = end;
	act->n_runs = end - first;
	act->reach = MAX_COMMON;
	act->runs = mem_calloc(act->n_runs, sizeof(*act->runs));
	for (size_t i = 0; i < act->n_runs; i++) {
		act->runs[i].act = act;
		act->runs[i].step = &steps[first + i];
		buf_init(&act->runs[i].errors, 0);
	}
	act->n_begun = 0;
	act->n_left = act->n_runs;
	begin_more(act);
}

/* SS-021. */
static void on_live(const struct kube_answer *answer, void *arg)
{
	struct act *act = arg;

	act->live = NULL;
	act->live_done = true;
	act->live_code = answer->code;
	if (answer->code == 0)
		act->live_code = plan_check_live(act->config.set, answer->body,
						 &act->live_err);
	else
		err_set(&act->live_err, answer->code, "%s", run_words(answer));
	if (act->live_code == ST_ENOTFOUND)
		act->live_code = ST_ESTALE;
	batch_begin(act);
}

static bool needs_live(const struct act *act)
{
	if (act->live_done)
		return false;
	for (size_t i = act->next; i < act->config.n_steps; i++)
		if (adopts(&act->config.steps[i]))
			return true;
	return false;
}

static void on_turn(void *arg)
{
	struct act *act = arg;
	const struct setspec *set = act->config.set;
	scope_free char *path = NULL;

	if (act->n_runs > 0)
		act->n_common += act->reach;
	batch_end(act);
	if (!may_go_on(act)) {
		act->config.on_done(&act->result, act->config.arg);
		return;
	}
	if (!needs_live(act)) {
		batch_begin(act);
		return;
	}
	path = mem_printf("/apis/apps/v1/namespaces/%s/statefulsets/%s",
			  set->ns, set->name);
	act->live = kube_send(act->config.tools->kube, KUBE_GET, path, NULL,
			      on_live, act);
}

struct act *act_new(const struct act_config *config)
{
	struct act *act = mem_zalloc(sizeof(*act));

	st_assert(config->n_steps > 0);
	act->config = *config;
	act->turn = loop_timer_new(config->tools->loop, on_turn, act);
	loop_timer_soon(act->turn);
	return act;
}

void act_free(struct act *act)
{
	if (act == NULL)
		return;
	batch_end(act);
	if (act->live != NULL)
		kube_cancel(act->live);
	loop_timer_free(act->turn);
	free(act);
}
