/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/disrupt.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lab/api.h"
#include "lab/chores.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/objects.h"
#include "lab/pdb.h"
#include "lab/ref.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* Who tells the events, as upstream's controller calls itself. */
#define TELLER "controllermanager"

#define NAMES_TOLD 10

struct disrupt {
	const struct env *env;
	struct chores *chores;
};

struct search {
	const struct json *budget;
	struct json *pods;
};

static bool is_covered(const struct object *object, void *arg)
{
	const struct search *search = arg;

	return pdb_covers(search->budget, object->labels);
}

static bool on_pod(const struct object *object, void *arg)
{
	struct search *search = arg;
	struct json *pod = deed_parse(object);

	if (pod != NULL)
		json_push(search->pods, pod);
	return true;
}

/* The set that a pod's controller names, if it is that very one. */
static void add_scale(struct disrupt *disrupt, const char *ns,
		      const struct json *controller, struct json *scales)
{
	const char *version = json_str(controller, "apiVersion");
	const char *kind = json_str(controller, "kind");
	const char *name = json_str(controller, "name");
	const char *uid = json_str(controller, "uid");
	const struct object *set;
	scope_json struct json *parsed = NULL;

	if (version == NULL || kind == NULL || name == NULL || uid == NULL ||
	    strncmp(version, "apps/", 5) != 0 ||
	    strcmp(kind, "StatefulSet") != 0 || json_get(scales, uid) != NULL)
		return;
	set = objects_get(disrupt->env->objects, KIND_SET, ns, name);
	if (set == NULL || strcmp(set->uid, uid) != 0)
		return;
	parsed = deed_parse(set);
	json_set_int(scales, uid, json_int(parsed, "spec.replicas", 0));
}

static void tell_unmanaged(struct disrupt *disrupt, const struct json *budget,
			   const struct json *names)
{
	size_t n = json_len(names), told = 0;
	scope_buf struct buf list;

	buf_init(&list, 0);
	if (n == 0)
		return;
	json_each (name, names) {
		if (told == NAMES_TOLD)
			break;
		buf_printf(&list, "%s%s", told++ > 0 ? ", " : "",
			   json_value_str(name));
	}
	if (n > told)
		buf_printf(&list, " and %zu more", n - told);
	api_tell(disrupt->env->api, budget, TELLER, "Warning", "UnmanagedPods",
		 "No controller says how many there should be of these pods, "
		 "so they are not expected; .spec.minAvailable with a number "
		 "counts them too: %s",
		 list.data);
}

static void tell(struct disrupt *disrupt, const struct pdb_view *view,
		 const struct pdb_status *status, const char *failure)
{
	if (json_len(view->pods) == 0)
		api_tell(disrupt->env->api, view->budget, TELLER, "Normal",
			 "NoPods", "No matching pods found");
	if (failure != NULL)
		api_tell(disrupt->env->api, view->budget, TELLER, "Warning",
			 "CalculateExpectedPodCountFailed",
			 "Failed to calculate the number of expected pods: %s",
			 failure);
	tell_unmanaged(disrupt, view->budget, status->unmanaged);
}

/* Events are told when something has changed: the write of a status comes
 * back as an event, and would else be told again. Returns when to come back.
 */
static uint64_t keep(struct disrupt *disrupt, const struct ref *ref,
		     struct json *budget, const struct pdb_view *view)
{
	struct pdb_status status;
	struct err err = {0};
	int rc = pdb_status(view, &status, &err);
	uint64_t again_ms = 0;

	if (status.again_us > view->now_us)
		again_ms =
			(uint64_t)(status.again_us - view->now_us) / 1000 + 1;
	if (status.is_changed) {
		tell(disrupt, view, &status, rc < 0 ? err_msg(&err) : NULL);
		json_set(budget, "status", status.json);
		status.json = NULL;
		if (!deed_put(disrupt->env, ref, "/status", DEED_CONTROLLERS,
			      budget))
			again_ms = DEED_AGAIN_MS;
	}
	pdb_status_fini(&status);
	return again_ms;
}

static uint64_t work(const char *key, void *arg)
{
	struct disrupt *disrupt = arg;
	scope_json struct json *budget = NULL;
	scope_json struct json *pods = json_new_array();
	scope_json struct json *scales = json_new_object();
	struct ref ref;

	if (ref_read(key, &ref))
		budget = deed_read(disrupt->env, &ref);
	if (budget == NULL)
		return 0;
	objects_each_wanted(disrupt->env->objects, KIND_POD, ref.ns, is_covered,
			    on_pod, &(struct search){budget, pods});
	json_each (pod, pods)
		add_scale(disrupt, ref.ns, pdb_controller(pod), scales);
	const struct pdb_view view = {budget, pods, scales, clk_wall_us()};
	return keep(disrupt, &ref, budget, &view);
}

/* A pod has changed: the budgets that cover it, or did. */
struct change {
	struct disrupt *disrupt;
	const struct objects_event *event;
};

static bool add(struct disrupt *disrupt, const struct object *budget)
{
	char key[REF_TEXT];

	chores_add(disrupt->chores, ref_text_of(budget, key), 0);
	return true;
}

static bool covers(const struct json *budget, const struct object *pod)
{
	return pod != NULL && pdb_covers(budget, pod->labels);
}

static bool on_budget(const struct object *object, void *arg)
{
	const struct change *change = arg;
	scope_json struct json *budget = deed_parse(object);

	if (covers(budget, change->event->was) ||
	    covers(budget, change->event->is))
		add(change->disrupt, object);
	return true;
}

void disrupt_event(struct disrupt *disrupt, const struct objects_event *event)
{
	const struct object *any = event->is != NULL ? event->is : event->was;

	if (any->kind == KIND_PDB && event->is != NULL)
		add(disrupt, event->is);
	else if (any->kind == KIND_POD)
		objects_each(disrupt->env->objects, KIND_PDB, any->ns, NULL,
			     on_budget, &(struct change){disrupt, event});
}

static bool add_found(const struct object *object, void *arg)
{
	return add(arg, object);
}

struct disrupt *disrupt_new(const struct env *env)
{
	struct disrupt *disrupt = mem_zalloc(sizeof(*disrupt));

	disrupt->env = env;
	disrupt->chores = chores_new(env->loop, work, disrupt);
	objects_each(env->objects, KIND_PDB, NULL, NULL, add_found, disrupt);
	return disrupt;
}

void disrupt_free(struct disrupt *disrupt)
{
	if (disrupt == NULL)
		return;
	chores_free(disrupt->chores);
	free(disrupt);
}
