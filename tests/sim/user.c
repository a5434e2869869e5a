/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users, other controllers and administrators: all who write to the API
 * without asking.
 */
#include <stdio.h>
#include <string.h>

#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/sim/sim.h"

static const char *pick_image(uint64_t *random)
{
	static const char *const images[] = {"app:1",  "app:2", "app:3",
					     "app:4",  "app:1", "app:2",
					     "app:bad"};

	return images[dice(random, st_array_len(images))];
}

static struct json *spec_of(struct json *set)
{
	return json_child_object(set, "spec");
}

static void set_image(struct json *set, const char *image)
{
	const char *name = json_str(set, "metadata.name");

	json_set(spec_of(set), "template",
		 api_json("{'metadata':{'labels':{'app':'%s'}},'spec':"
			  "{'containers':[{'name':'main','image':'%s'}]}}",
			  name, image));
}

static void set_strategy(struct json *set, uint64_t *random)
{
	static const char *const max[] = {"1", "2", "3", "'50%'"};
	struct json *strategy;
	uint32_t partition = dice(random, 4);

	switch (dice(random, 6)) {
	case 0:
		strategy = api_json("{'type':'OnDelete'}");
		break;
	case 1:
		strategy = api_json("{'type':'RollingUpdate'}");
		break;
	case 2:
		strategy = api_json("{'type':'RollingUpdate','rollingUpdate':"
				    "{'partition':0,'maxUnavailable':%s}}",
				    max[dice(random, st_array_len(max))]);
		break;
	default:
		strategy = api_json("{'type':'RollingUpdate','rollingUpdate':"
				    "{'partition':%u}}",
				    dice(random, 2) ? partition : 0);
		break;
	}
	json_set(spec_of(set), "updateStrategy", strategy);
}

static void set_retention(struct json *set, uint64_t *random)
{
	static const char *const what[] = {"Retain", "Delete"};
	const char *deleted = what[dice(random, 2)];
	const char *scaled = what[dice(random, 2)];

	json_set(spec_of(set), "persistentVolumeClaimRetentionPolicy",
		 api_json("{'whenDeleted':'%s','whenScaled':'%s'}", deleted,
			  scaled));
}

static void add_claims(struct json *set, int which)
{
	struct json *list =
		json_child_array(spec_of(set), "volumeClaimTemplates");

	for (int i = 0; rules_claims[which][i] != NULL; i++)
		json_push(list, api_json("{'metadata':{'name':'%s'},'spec':"
					 "{'accessModes':['ReadWriteOnce'],"
					 "'resources':{'requests':{'storage':"
					 "'1Gi'}}}}",
					 rules_claims[which][i]));
}

/* What an old server does not know, it drops. */
static void drop_new_fields(const struct api *api, struct json *set)
{
	struct json *spec = spec_of(set), *strategy, *rolling;

	if (!api->old)
		return;
	json_remove(spec, "minReadySeconds");
	json_remove(spec, "ordinals");
	json_remove(spec, "persistentVolumeClaimRetentionPolicy");
	strategy = json_child_object(spec, "updateStrategy");
	if (json_get(strategy, "rollingUpdate") == NULL)
		return;
	rolling = json_child_object(strategy, "rollingUpdate");
	json_remove(rolling, "maxUnavailable");
}

static void create_set(struct sim *w, uint64_t *random)
{
	int which = (int)dice(random, RULES_SETS);
	const char *name = rules_names[which];
	/* One by one: the order of arguments is any compiler's own. */
	uint32_t replicas = dice(random, 5), limit = dice(random, 4);
	const char *policy = dice(random, 2) ? "Parallel" : "OrderedReady";
	struct json *set;

	if (things_find(&w->api.live[OBJ_SET], name) != NULL)
		return;
	set = api_json("{'metadata':{'name':'%s','namespace':'ns',"
		       "'generation':1},'spec':{'replicas':%u,'serviceName':"
		       "'%s','selector':{'matchLabels':{'app':'%s'}},"
		       "'podManagementPolicy':'%s','revisionHistoryLimit':%u},"
		       "'status':{'replicas':0}}",
		       name, replicas, name, name, policy, limit);
	set_image(set, pick_image(random));
	set_strategy(set, random);
	set_retention(set, random);
	add_claims(set, which);
	if (dice(random, 4) == 0)
		json_set_int(spec_of(set), "minReadySeconds", 5);
	drop_new_fields(&w->api, set);
	sim_trace(w, "user: creates set %s", name);
	api_write(&w->api, OBJ_SET, set);
}

static void change_spec(struct json *set, uint64_t *random)
{
	struct json *spec = spec_of(set);

	switch (dice(random, 12)) {
	case 0:
	case 1:
	case 2:
		json_set_int(spec, "replicas", dice(random, 6));
		break;
	case 3:
	case 4:
	case 5:
	case 6:
		set_image(set, pick_image(random));
		break;
	case 7:
		set_strategy(set, random);
		break;
	case 8:
		json_set_int(spec, "revisionHistoryLimit", dice(random, 3));
		break;
	case 9:
		set_retention(set, random);
		break;
	case 10:
		json_set_int(spec, "minReadySeconds", dice(random, 3) * 7);
		break;
	default:
		json_set_int(json_child_object(spec, "ordinals"), "start",
			     dice(random, 4));
		break;
	}
}

static void edit_set(struct sim *w, struct thing *set, uint64_t *random)
{
	struct json *json = json_dup(set->json);
	scope_free char *spec = NULL;

	change_spec(json, random);
	drop_new_fields(&w->api, json);
	if (json_equal(json, set->json)) {
		json_free(json);
		return;
	}
	json_set_int(api_meta(json), "generation", set->set.generation + 1);
	spec = w->trace ? json_print(json_get(json, "spec")) : NULL;
	sim_trace(w, "user: edits set %s: %s", set->name, spec ? spec : "");
	api_write(&w->api, OBJ_SET, json);
}

/* What goes beyond kube-controller-manager, on or off. */
static void opt_in(struct sim *w, struct thing *set, uint64_t *random)
{
	static const char *const asked[][2] = {
		{"statefuld.dev/rollout", "recover"},
		{"statefuld.dev/dns-drain", "5s"},
		{"statefuld.dev/conditions", "enabled"},
		{"statefuld.dev/claim-resize", "data=2Gi"},
		{"statefuld.dev/claim-resize", "logs=512Mi,data=3Gi"},
		{"statefuld.dev/claim-resize", "data=512Mi,logs=5Gi"},
	};
	struct json *json = json_dup(set->json);
	struct json *notes = json_child_object(api_meta(json), "annotations");
	uint32_t at = dice(random, st_array_len(asked));
	bool off = json_get(notes, asked[at][0]) != NULL;

	if (off)
		json_remove(notes, asked[at][0]);
	else
		json_set_str(notes, asked[at][0], asked[at][1]);
	sim_trace(w, "user: set %s: %s %s", set->name, asked[at][0],
		  off ? "off" : asked[at][1]);
	api_write(&w->api, OBJ_SET, json);
}

/* Not a word of it is ours: it must stay. */
static void add_condition(struct sim *w, struct thing *set)
{
	struct json *json = json_dup(set->json);

	json_set(json_child_object(json, "status"), "conditions",
		 api_json("[{'type':'Stranger','status':'True'}]"));
	sim_trace(w, "user: adds a condition to set %s", set->name);
	api_write(&w->api, OBJ_SET, json);
}

static void delete_set(struct sim *w, struct thing *set, uint64_t *random)
{
	static const char *const how[] = {NULL, "foregroundDeletion", "orphan"};
	const char *finalizer = how[dice(random, st_array_len(how))];
	struct json *json;

	if (set->deleting)
		return;
	sim_trace(w, "user: deletes set %s (%s)", set->name,
		  finalizer ? finalizer : "background");
	if (finalizer == NULL) {
		api_end(&w->api, set);
		return;
	}
	json = json_dup(set->json);
	json_push(json_child_array(api_meta(json), "finalizers"),
		  json_new_str(finalizer));
	json_set_int(api_meta(json), "generation", set->set.generation + 1);
	api_mark_deleting(json);
	api_write(&w->api, OBJ_SET, json);
}

static struct thing *any(const struct sim *w, enum obj_kind kind,
			 uint64_t *random)
{
	const struct things *all = &w->api.live[kind];

	return all->n > 0 ? all->all[dice(random, (uint32_t)all->n)] : NULL;
}

static void change_set(struct sim *w, uint64_t *random)
{
	struct thing *set = any(w, OBJ_SET, random);
	uint32_t what = dice(random, 30);

	if (set == NULL || what < 3)
		create_set(w, random);
	else if (what == 3)
		add_condition(w, set);
	else if (what == 4)
		delete_set(w, set, random);
	else if (what < 8)
		opt_in(w, set, random);
	else if (!set->deleting)
		edit_set(w, set, random);
}

static void set_label(struct json *object, const char *name, const char *value)
{
	struct json *labels = json_child_object(api_meta(object), "labels");

	if (value != NULL)
		json_set_str(labels, name, value);
	else
		json_remove(labels, name);
}

static void edit_pod(struct sim *w, struct thing *pod, uint64_t *random)
{
	struct json *json = json_dup(pod->json);
	const char *what;

	switch (dice(random, 4)) {
	case 0:
		what = "labels it otherwise";
		set_label(json, "app",
			  thing_says(pod->app, "other")
				  ? rules_names[dice(random, RULES_SETS)]
				  : "other");
		break;
	case 1:
		what = "takes its name label";
		set_label(json, "statefulset.kubernetes.io/pod-name", NULL);
		break;
	case 2:
		what = "takes its owner";
		json_remove(api_meta(json), "ownerReferences");
		break;
	default:
		what = "gives it a note";
		json_set_str(json_child_object(api_meta(json), "annotations"),
			     "note", "x");
		break;
	}
	sim_trace(w, "user: pod %s: %s", pod->name, what);
	api_write(&w->api, OBJ_POD, json);
}

/* An orphan that a set adopts, or one that is in its way. */
static void take_name(struct sim *w, uint64_t *random)
{
	const char *set = rules_names[dice(random, RULES_SETS)];
	scope_free char *name = mem_printf("%s-%u", set, dice(random, 6));
	const char *app = dice(random, 2) ? set : "other";

	if (things_find(&w->api.live[OBJ_POD], name) != NULL)
		return;
	/* Without the volumes of a set's pod it cannot be repaired (SS-110).
	 */
	if (strcmp(set, "web-1") != 0)
		app = "other";
	sim_trace(w, "user: creates pod %s of app %s", name, app);
	api_write(&w->api, OBJ_POD,
		  api_json("{'metadata':{'name':'%s','namespace':'ns',"
			   "'labels':{'app':'%s'}},'spec':{'containers':[{"
			   "'name':'main','image':'app:1'}]},'status':{"
			   "'phase':'Pending'}}",
			   name, app));
}

static void change_pod(struct sim *w, uint64_t *random)
{
	struct thing *pod = any(w, OBJ_POD, random);
	uint32_t what = dice(random, 10);

	if (pod == NULL || what == 0) {
		take_name(w, random);
	} else if (what < 5) {
		edit_pod(w, pod, random);
	} else {
		sim_trace(w, "user: deletes pod %s%s", pod->name,
			  what == 5 ? " by force" : "");
		api_delete(&w->api, pod, what == 5);
	}
}

static void add_owner(struct sim *w, struct thing *claim, uint64_t *random)
{
	struct json *json = json_dup(claim->json);
	uint32_t number = dice(random, 1000000);

	json_push(json_child_array(api_meta(json), "ownerReferences"),
		  api_json("{'apiVersion':'v1','kind':'Backup','name':'b',"
			   "'uid':'stranger-%u','controller':%s}",
			   number, dice(random, 3) ? "false" : "true"));
	sim_trace(w, "user: claim %s gets another owner", claim->name);
	api_write(&w->api, OBJ_CLAIM, json);
}

static void grow(struct sim *w, struct thing *claim)
{
	struct json *json = json_dup(claim->json);
	struct json *spec = json_child_object(json, "spec");
	scope_free char *size = mem_printf("%dMi", (int)claim->asked_mi + 768);

	json_set_str(json_child_object(json_child_object(spec, "resources"),
				       "requests"),
		     "storage", size);
	sim_trace(w, "user: claim %s is to have %s", claim->name, size);
	api_write(&w->api, OBJ_CLAIM, json);
}

static void change_claim(struct sim *w, uint64_t *random)
{
	struct thing *claim = any(w, OBJ_CLAIM, random);

	if (claim == NULL)
		return;
	switch (dice(random, 5)) {
	case 0:
		add_owner(w, claim, random);
		return;
	case 1:
		grow(w, claim);
		return;
	default:
		break;
	}
	sim_trace(w, "user: deletes claim %s", claim->name);
	api_delete(&w->api, claim, false);
}

/* At times a stranger's takes its name, with other data. */
static void change_revision(struct sim *w, uint64_t *random)
{
	struct thing *revision = any(w, OBJ_REVISION, random);
	scope_free char *name = NULL;

	if (revision == NULL)
		return;
	name = mem_strdup(revision->name);
	sim_trace(w, "user: deletes revision %s", name);
	w->nudge = true;
	api_end(&w->api, revision);
	if (dice(random, 2))
		return;
	sim_trace(w, "user: creates another revision %s", name);
	api_write(&w->api, OBJ_REVISION,
		  api_json("{'metadata':{'name':'%s','namespace':'ns'},"
			   "'revision':1,'data':{}}",
			   name));
}

void user_nudge(struct sim *sim)
{
	const struct things *sets = &sim->api.live[OBJ_SET];

	for (size_t i = 0; i < sets->n; i++) {
		struct json *json = json_dup(sets->all[i]->json);

		json_set_str(json_child_object(api_meta(json), "annotations"),
			     "nudge", "x");
		api_write(&sim->api, OBJ_SET, json);
	}
}

void user_do(struct sim *sim, uint64_t *random)
{
	uint32_t what = dice(random, 20);

	if (what < 12 || sim->api.live[OBJ_SET].n == 0)
		change_set(sim, random);
	else if (what < 17)
		change_pod(sim, random);
	else if (what < 19)
		change_claim(sim, random);
	else
		change_revision(sim, random);
}
