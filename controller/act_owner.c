/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/act_priv.h"
#include "controller/canon.h"
#include "controller/identity.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

/* The uid in the patch has the server refuse a namesake made meanwhile. */
static char *owner_patch(const struct run *run, struct json *take_ref)
{
	scope_json struct json *patch = json_new_object();
	struct json *meta = json_child_object(patch, "metadata");

	json_set_str(meta, "uid", run->step->uid);
	json_push(json_child_array(meta, "ownerReferences"), take_ref);
	return canon_print(patch);
}

static void adopt(struct run *run, const char *path, run_answer_fn next)
{
	scope_free char *patch =
		owner_patch(run, identity_owner_ref(run_config(run)->set));

	run_send(run, KUBE_PATCH_STRATEGIC, path, patch, next);
}

static void on_adopted_pod(struct run *run, const struct kube_answer *answer)
{
	const struct setspec *set = run_config(run)->set;

	if (answer->code == 0) {
		run_wrote(run, OBJ_POD, answer);
		log_info("pod adopted", "set=%s/%s pod=%s", set->ns, set->name,
			 run->step->name);
	}
	run_end_with(run, answer);
}

void act_adopt_pod(struct run *run)
{
	scope_free char *path = run_pod_path(run, run->step->name);

	adopt(run, path, on_adopted_pod);
}

static void on_adopted_revision(struct run *run,
				const struct kube_answer *answer)
{
	if (answer->code == 0)
		run_wrote(run, OBJ_REVISION, answer);
	run_end_with(run, answer);
}

void act_adopt_revision(struct run *run)
{
	scope_free char *path = run_revision_path(run, run->step->name);

	adopt(run, path, on_adopted_revision);
}

/* SS-026: the pod goes on and keeps its name, so its place stays blocked;
 * somebody should hear of it. */
static void tell_released(struct run *run)
{
	const struct setspec *set = run_config(run)->set;
	scope_free char *message = mem_printf(
		"Pod %s no longer matches the selector of StatefulSet %s and "
		"was released; no pod of that name can be created until it is "
		"deleted",
		run->step->name, set->name);

	run_tell(run, "Warning", "PodReleased", message);
	log_info("pod released", "set=%s/%s pod=%s", set->ns, set->name,
		 run->step->name);
}

static void on_released(struct run *run, const struct kube_answer *answer)
{
	if (answer->code == 0) {
		run_wrote(run, OBJ_POD, answer);
		tell_released(run);
	}
	/* SS-025: gone, or another one by now. */
	if (answer->code == ST_ENOTFOUND || answer->http == 422)
		run_end(run, 0, NULL);
	else
		run_end_with(run, answer);
}

void act_release_pod(struct run *run)
{
	struct json *ref = json_new_object();
	scope_free char *path = run_pod_path(run, run->step->name);
	scope_free char *patch = NULL;

	json_set_str(ref, "$patch", "delete");
	json_set_str(ref, "uid", run_config(run)->set->uid);
	patch = owner_patch(run, ref);
	run_send(run, KUBE_PATCH_STRATEGIC, path, patch, on_released);
}
