/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/thing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

bool thing_says(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static const char *label(const struct json *meta, const char *name)
{
	return json_value_str(json_get(json_get(meta, "labels"), name));
}

static void read_name(struct thing *t)
{
	size_t len = strlen(t->name), at = len;
	long long number = 0;

	t->number = -1;
	while (at > 0 && t->name[at - 1] >= '0' && t->name[at - 1] <= '9')
		at--;
	if (at == len || at == 0 || t->name[at - 1] != '-' || len - at > 9 ||
	    sscanf(t->name + at, "%lld", &number) != 1)
		return;
	t->number = number;
	t->parent_len = at - 1;
}

static const char *image_of(const struct json *spec)
{
	return json_str(json_first(json_get(spec, "containers")), "image");
}

static void read_pod(struct thing *t)
{
	const struct json *meta = json_get(t->json, "metadata");
	const struct json *status = json_get(t->json, "status");
	const struct json *spec = json_get(t->json, "spec");
	const char *since;
	int64_t us;

	t->pod.phase = json_str(status, "phase");
	t->pod.revision = label(meta, "controller-revision-hash");
	t->pod.label = label(meta, "statefulset.kubernetes.io/pod-name");
	t->pod.node = json_str(spec, "nodeName");
	t->pod.image = image_of(spec);
	json_each (c, json_get(status, "conditions")) {
		if (!thing_says(json_str(c, "type"), "Ready"))
			continue;
		t->pod.ready = thing_says(json_str(c, "status"), "True");
		since = json_str(c, "lastTransitionTime");
		if (since != NULL && clk_parse(since, &us) == 0)
			t->pod.ready_since_s = us / 1000000;
	}
}

static void read_strategy(struct thing_set *set, const struct json *spec)
{
	const struct json *strategy = json_get(spec, "updateStrategy");
	const struct json *rolling = json_get(strategy, "rollingUpdate");
	const struct json *max = json_get(rolling, "maxUnavailable");

	set->rolling = thing_says(json_str(strategy, "type"), "RollingUpdate");
	set->partition = rolling ? json_int(rolling, "partition", 0) : -1;
	set->max_unavailable = json_value_str(max);
	if (json_type(max) == JSON_NUMBER)
		snprintf(set->max_number, sizeof(set->max_number), "%d",
			 (int)json_value_int(max, 0));
}

static void read_set(struct thing *t)
{
	const struct json *notes = json_at(t->json, "metadata.annotations");
	const struct json *spec = json_get(t->json, "spec");
	const struct json *policy =
		json_get(spec, "persistentVolumeClaimRetentionPolicy");
	struct thing_set *set = &t->set;

	set->generation = json_int(t->json, "metadata.generation", 0);
	set->replicas = json_int(spec, "replicas", 1);
	set->start = json_int(spec, "ordinals.start", 0);
	set->min_ready_s = json_int(spec, "minReadySeconds", 0);
	set->limit = json_int(spec, "revisionHistoryLimit", 10);
	set->parallel =
		thing_says(json_str(spec, "podManagementPolicy"), "Parallel");
	set->has_retention = policy != NULL;
	set->scaled_deletes =
		thing_says(json_str(policy, "whenScaled"), "Delete");
	set->deleted_deletes =
		thing_says(json_str(policy, "whenDeleted"), "Delete");
	set->recovers = json_get(notes, "statefuld.dev/rollout") != NULL;
	set->drains = json_get(notes, "statefuld.dev/dns-drain") != NULL;
	set->resize =
		json_value_str(json_get(notes, "statefuld.dev/claim-resize"));
	set->status = json_get(t->json, "status");
	set->image = image_of(json_at(spec, "template.spec"));
	read_strategy(set, spec);
}

int64_t thing_mi(const char *text)
{
	int number = 0;
	char unit = 0;

	if (text == NULL || sscanf(text, "%d%ci", &number, &unit) != 2)
		return 0;
	return unit == 'G' ? number * INT64_C(1024) : number;
}

int64_t thing_wanted_mi(const struct thing *set, const char *vct)
{
	scope_free char *item = mem_printf("%s=", vct);
	const char *at = set->set.resize ? strstr(set->set.resize, item) : NULL;

	return at != NULL ? thing_mi(at + strlen(item)) : 0;
}

static void read_claim(struct thing *t)
{
	t->asked_mi =
		thing_mi(json_str(t->json, "spec.resources.requests.storage"));
	t->has_mi = thing_mi(json_str(t->json, "status.capacity.storage"));
}

static void read_meta(struct thing *t)
{
	const struct json *meta = json_get(t->json, "metadata");
	const char *version = json_str(meta, "resourceVersion");

	t->name = json_str(meta, "name");
	t->uid = json_str(meta, "uid");
	t->app = label(meta, "app");
	t->deleting = json_get(meta, "deletionTimestamp") != NULL;
	if (version != NULL)
		sscanf(version, "%" SCNu64, &t->version);
	json_each (ref, json_get(meta, "ownerReferences"))
		if (json_bool(ref, "controller", false))
			t->controller = json_str(ref, "uid");
}

struct thing *thing_new(enum obj_kind kind, struct json *take_json, bool gone)
{
	struct thing *t = mem_zalloc(sizeof(*t));

	t->refs = 1;
	t->kind = kind;
	t->gone = gone;
	t->json = take_json;
	read_meta(t);
	switch (kind) {
	case OBJ_POD:
		read_pod(t);
		read_name(t);
		break;
	case OBJ_CLAIM:
		read_claim(t);
		read_name(t);
		break;
	case OBJ_SET:
		read_set(t);
		break;
	default:
		t->number = json_int(t->json, "revision", 0);
		t->image =
			image_of(json_at(t->json, "data.spec.template.spec"));
		break;
	}
	return t;
}

struct thing *thing_hold(struct thing *thing)
{
	thing->refs++;
	return thing;
}

void thing_drop(struct thing *thing)
{
	if (thing == NULL || --thing->refs > 0)
		return;
	json_free(thing->json);
	free(thing);
}

bool thing_is_member(const struct thing *pod, const char *set)
{
	return pod->number >= 0 && thing_says(pod->app, set) &&
	       strlen(set) == pod->parent_len &&
	       strncmp(pod->name, set, pod->parent_len) == 0;
}

bool thing_has_phase(const struct thing *pod, const char *phase)
{
	return thing_says(pod->pod.phase, phase);
}

bool thing_is_available(const struct thing *pod, int64_t min_ready_s,
			int64_t now_s)
{
	return pod->pod.ready &&
	       (min_ready_s == 0 ||
		pod->pod.ready_since_s + min_ready_s <= now_s);
}

bool thing_is_good(const struct thing *pod, int64_t min_ready_s, int64_t now_s)
{
	return thing_has_phase(pod, "Running") && !pod->deleting &&
	       thing_is_available(pod, min_ready_s, now_s);
}

bool thing_at(const struct thing *pod, const char *revision)
{
	return thing_says(pod->pod.revision, revision);
}

const struct json *thing_owner(const struct thing *thing, const char *uid)
{
	json_each (ref, json_at(thing->json, "metadata.ownerReferences"))
		if (thing_says(json_str(ref, "uid"), uid))
			return ref;
	return NULL;
}

struct thing *things_find(const struct things *things, const char *name)
{
	for (size_t i = 0; name != NULL && i < things->n; i++)
		if (strcmp(things->all[i]->name, name) == 0)
			return things->all[i];
	return NULL;
}

void things_put(struct things *things, struct thing *thing)
{
	thing_hold(thing);
	for (size_t i = 0; i < things->n; i++) {
		if (strcmp(things->all[i]->name, thing->name) != 0)
			continue;
		thing_drop(things->all[i]);
		things->all[i] = thing;
		return;
	}
	st_assert(things->n < THING_MAX);
	things->all[things->n++] = thing;
}

void things_remove(struct things *things, const char *name)
{
	for (size_t i = 0; i < things->n; i++) {
		if (strcmp(things->all[i]->name, name) != 0)
			continue;
		thing_drop(things->all[i]);
		things->all[i] = things->all[--things->n];
		return;
	}
}

void things_clear(struct things *things)
{
	while (things->n > 0)
		thing_drop(things->all[--things->n]);
}

void things_copy(struct things *to, const struct things *from)
{
	for (size_t i = 0; i < from->n; i++)
		thing_hold(from->all[i]);
	things_clear(to);
	memcpy(to->all, from->all, from->n * sizeof(*to->all));
	to->n = from->n;
}
