/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/sim/api.h"
#include "tests/sim/loop_fake.h"
#include "tests/sim/rules.h"
#include "tests/sim/side.h"

enum { RUN_MS = 10 * 60 * 1000, RUN_TURNS = 100000, MAX_EVENTS = 256 };

struct cluster {
	struct api api;
	struct kube_call *calls;
	struct side *side;
	struct judge *judge;
	struct verdict verdict;
	uint64_t random;
	enum cluster_fault fault;
	int fault_at, requests;
	enum kube_verb forbid_verb;
	const char *forbid; /* NULL: nothing */
	int forbidden;
	bool deaf[OBJ_KINDS];
	char *events[MAX_EVENTS];
	size_t n_events;
};

static uint32_t dice(struct cluster *c, uint32_t sides)
{
	c->random = c->random * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(c->random >> 33) % sides;
}

static void on_event(const struct json *event, void *arg)
{
	struct cluster *c = arg;
	const char *reason = json_str(event, "reason");

	/* A repeated one is told as its count and time alone. */
	if (reason != NULL && c->n_events < MAX_EVENTS)
		c->events[c->n_events++] =
			mem_printf("%s %s: %s [%s]", json_str(event, "type"),
				   reason, json_str(event, "message"),
				   json_str(event, "source.component"));
}

struct cluster *cluster_new(uint64_t seed, enum cluster_fault fault,
			    int fault_at)
{
	struct cluster *c = mem_zalloc(sizeof(*c));

	clk_fake(UINT64_C(1000000000000), INT64_C(1767225600000000));
	clk_seed(seed);
	c->random = seed;
	c->fault = fault;
	c->fault_at = fault_at;
	api_init(&c->api);
	c->api.old = true;
	c->api.on_event = on_event;
	c->api.arg = c;
	c->judge = judge_new(&c->verdict);
	c->side = side_new(&c->api, &c->calls, &rules_watch, c->judge);
	c->judge->side = c->side;
	return c;
}

void cluster_free(struct cluster *cluster)
{
	side_free(cluster->side);
	judge_free(cluster->judge);
	while (cluster->calls != NULL) {
		struct kube_call *call = cluster->calls;

		cluster->calls = call->next;
		side_call_free(call);
	}
	while (cluster->n_events > 0)
		free(cluster->events[--cluster->n_events]);
	api_fini(&cluster->api);
	clk_real();
	free(cluster);
}

void cluster_forbid(struct cluster *cluster, enum kube_verb verb,
		    const char *part)
{
	cluster->forbid_verb = verb;
	cluster->forbid = part;
}

bool cluster_wants_quota(const struct cluster *cluster)
{
	return cluster->side->wants_quota;
}

void cluster_room(struct cluster *cluster, const char *ns)
{
	side_room(cluster->side, ns);
}

int cluster_forbidden(const struct cluster *cluster)
{
	return cluster->forbidden;
}

static void serve(struct cluster *c, struct kube_call *call)
{
	enum cluster_fault fault =
		c->requests++ == c->fault_at ? c->fault : FAULT_NONE;

	if (c->forbid != NULL && call->verb == c->forbid_verb &&
	    strstr(call->path, c->forbid) != NULL) {
		c->forbidden++;
		side_refuse(call, 403, "Forbidden");
		return;
	}
	switch (fault) {
	case FAULT_REFUSED:
		side_refuse(call, 500, "InternalError");
		break;
	case FAULT_CONFLICT:
		side_refuse(call, 409, "Conflict");
		break;
	case FAULT_THROTTLED:
		side_refuse(call, 429, "TooManyRequests");
		call->retry_after_ms = 2;
		break;
	default:
		rules_deleting(&c->verdict, &c->api, call);
		side_serve(&c->api, call);
		call->lost = fault == FAULT_LOST;
		break;
	}
}

/* One of the calls under way, whichever. */
static void serve_one(struct cluster *c)
{
	struct kube_call *call = c->calls;

	while (call->next != NULL && dice(c, 2) == 0)
		call = call->next;
	serve(c, call);
	side_answer(&c->calls, call);
}

/* Each kind has a watch of its own: the order holds within a kind only. */
static bool tell_one(struct cluster *c)
{
	int kind = (int)dice(c, SIDE_KINDS);

	for (int i = 0; i < SIDE_KINDS; i++, kind++) {
		int at = kind % SIDE_KINDS;

		if (!c->deaf[side_kinds[at]] && side_tell(c->side, at))
			return true;
	}
	return false;
}

static void make_ready(struct cluster *c, const struct thing *pod)
{
	struct json *json = json_dup(pod->json);
	struct json *status = json_child_object(json, "status");

	json_set_str(json_child_object(json, "spec"), "nodeName", "node");
	json_set_str(status, "phase", "Running");
	json_set(status, "conditions",
		 api_json("[{'type':'Ready','status':'True',"
			  "'lastTransitionTime':'2026-01-01T00:00:00Z'}]"));
	api_write(&c->api, OBJ_POD, json);
}

/* Now and then a pod gets ready, and one that is to go, goes. Whether there
 * was anything to do. */
static bool kubelet(struct cluster *c)
{
	const struct things *pods = &c->api.live[OBJ_POD];
	bool busy = false;

	for (size_t i = pods->n; i > 0; i--) {
		struct thing *pod = pods->all[i - 1];

		if (pod->pod.ready && !pod->deleting)
			continue;
		busy = true;
		if (dice(c, 8) > 0)
			continue;
		if (pod->deleting)
			api_end(&c->api, pod);
		else
			make_ready(c, pod);
	}
	return busy;
}

/* Time passes only where nothing else is left to happen. */
static void turn(struct cluster *c)
{
	uint64_t now = clk_mono_ms(), due;
	bool busy = c->calls != NULL;

	if (c->calls != NULL && dice(c, 3) > 0)
		serve_one(c);
	if (dice(c, 3) > 0)
		busy |= tell_one(c);
	busy |= kubelet(c);
	if (side_fire(c->side) || busy || c->calls != NULL)
		return;
	due = loop_fake_due(c->side->loop);
	if (due == UINT64_MAX)
		clk_fake_advance_ms(1000);
	else
		clk_fake_advance_ms(due > now ? due - now : 1);
}

bool cluster_run(struct cluster *cluster,
		 bool (*settled)(const struct cluster *cluster))
{
	uint64_t end_ms = clk_mono_ms() + RUN_MS;

	for (int i = 0; !settled(cluster); i++) {
		if (clk_mono_ms() > end_ms || i > RUN_TURNS)
			return false;
		turn(cluster);
	}
	return true;
}

void cluster_idle(struct cluster *cluster, int ms)
{
	uint64_t end_ms = clk_mono_ms() + (uint64_t)ms;

	while (clk_mono_ms() < end_ms || cluster->calls)
		turn(cluster);
}

void cluster_deaf(struct cluster *cluster, enum obj_kind kind, bool deaf)
{
	cluster->deaf[kind] = deaf;
}

void cluster_lead(struct cluster *cluster, bool lead)
{
	side_pause(cluster->side, !lead);
}

void cluster_apply(struct cluster *cluster, enum obj_kind kind,
		   const char *text)
{
	struct json *json = NULL, *object;
	const struct thing *thing;

	st_assert(json_parse(text, strlen(text), &json, NULL) == 0);
	thing = things_find(&cluster->api.live[kind],
			    json_str(json, "metadata.name"));
	if (thing == NULL) {
		if (kind == OBJ_SET)
			json_set_int(api_meta(json), "generation", 1);
		api_write(&cluster->api, kind, json);
		return;
	}
	object = json_dup(thing->json);
	json_set(object, "spec", json_dup(json_get(json, "spec")));
	if (kind != OBJ_SET && json_get(json, "status") != NULL)
		json_set(object, "status", json_dup(json_get(json, "status")));
	json_set_int(api_meta(object), "generation",
		     json_int(object, "metadata.generation", 1) + 1);
	json_free(json);
	api_write(&cluster->api, kind, object);
}

void cluster_remove(struct cluster *cluster, enum obj_kind kind,
		    const char *name)
{
	api_end(&cluster->api, things_find(&cluster->api.live[kind], name));
}

const struct json *cluster_get(const struct cluster *cluster,
			       enum obj_kind kind, const char *name)
{
	const struct thing *thing = things_find(&cluster->api.live[kind], name);

	return thing ? thing->json : NULL;
}

int cluster_count(const struct cluster *cluster, enum obj_kind kind)
{
	return (int)cluster->api.live[kind].n;
}

int cluster_requests(const struct cluster *cluster)
{
	return cluster->requests;
}

int cluster_writes(const struct cluster *cluster)
{
	return (int)cluster->api.n_writes;
}

int cluster_doubles(const struct cluster *cluster)
{
	return (int)cluster->api.n_doubles;
}

bool cluster_has_event(const struct cluster *cluster, const char *text)
{
	for (size_t i = 0; i < cluster->n_events; i++)
		if (strstr(cluster->events[i], text) != NULL)
			return true;
	return false;
}

const char *cluster_broken(const struct cluster *cluster)
{
	return cluster->verdict.rule[0] ? cluster->verdict.text : NULL;
}
