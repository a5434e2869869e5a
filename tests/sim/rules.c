/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/rules.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "controller/pass.h"
#include "controller/plan.h"
#include "controller/store.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

const char *const rules_names[RULES_SETS] = {"web", "web-1", "db"};
const char *const rules_claims[RULES_SETS][3] = {
	{"data"}, {NULL}, {"data", "logs"}};

void verdict_set(struct verdict *verdict, const char *rule, const char *fmt,
		 ...)
{
	va_list args;

	if (verdict->rule[0] != '\0')
		return;
	snprintf(verdict->rule, sizeof(verdict->rule), "%s", rule);
	va_start(args, fmt);
	vsnprintf(verdict->text, sizeof(verdict->text), fmt, args);
	va_end(args);
}

void uids_add(struct uids *uids, const char *uid)
{
	if (uid != NULL && uids->n < RULES_UIDS)
		snprintf(uids->text[uids->n++], sizeof(uids->text[0]), "%s",
			 uid);
}

bool uids_have(const struct uids *uids, const char *uid)
{
	for (size_t i = 0; uid != NULL && i < uids->n; i++)
		if (strcmp(uids->text[i], uid) == 0)
			return true;
	return false;
}

void uids_drop(struct uids *uids, const char *uid)
{
	for (size_t i = 0; i < uids->n; i++)
		if (strcmp(uids->text[i], uid) == 0)
			memmove(uids->text[i], uids->text[--uids->n],
				sizeof(uids->text[i]));
}

int rules_set_of(const char *name, enum obj_kind kind)
{
	const char *end = kind == OBJ_SET ? NULL : strrchr(name, '-');
	size_t len = end != NULL ? (size_t)(end - name) : strlen(name);

	for (int i = 0; i < RULES_SETS; i++) {
		size_t n = strlen(rules_names[i]);

		if (kind != OBJ_CLAIM && len == n &&
		    strncmp(name, rules_names[i], n) == 0)
			return i;
		for (int c = 0; kind == OBJ_CLAIM && rules_claims[i][c]; c++) {
			size_t v = strlen(rules_claims[i][c]);

			if (len == v + 1 + n && name[v] == '-' &&
			    strncmp(name, rules_claims[i][c], v) == 0 &&
			    strncmp(name + v + 1, rules_names[i], n) == 0)
				return i;
		}
	}
	return -1;
}

struct judge *judge_new(struct verdict *verdict)
{
	struct judge *judge = mem_zalloc(sizeof(*judge));

	judge->verdict = verdict;
	return judge;
}

static void forget_view(struct judged *j)
{
	thing_drop(j->set);
	j->set = NULL;
	things_clear(&j->pods);
	things_clear(&j->claims);
	things_clear(&j->revisions);
}

void judge_free(struct judge *judge)
{
	if (judge == NULL)
		return;
	for (int i = 0; i < RULES_SETS; i++)
		forget_view(&judge->sets[i]);
	free(judge);
}

bool rules_claimed(const struct judged *j, const struct thing *pod)
{
	if (!thing_is_member(pod, j->set->name) ||
	    uids_have(&j->gone, pod->uid))
		return false;
	return pod->controller == NULL ? uids_have(&j->own, pod->uid)
				       : thing_says(pod->controller, j->uid);
}

const struct thing *rules_pod_at(const struct judged *j, int64_t ordinal)
{
	for (size_t i = 0; i < j->pods.n; i++)
		if (j->pods.all[i]->number == ordinal &&
		    rules_claimed(j, j->pods.all[i]))
			return j->pods.all[i];
	return NULL;
}

bool rules_in_range(const struct thing *set, int64_t ordinal)
{
	return ordinal >= set->set.start &&
	       ordinal < set->set.start + set->set.replicas;
}

bool rules_good(const struct judged *j, const struct thing *pod)
{
	return pod != NULL &&
	       thing_is_good(pod, j->set->set.min_ready_s, j->now_s);
}

/* Invariant: the caches hold what they were told, no less and no more. */
static void check_store(struct judge *judge, int kind)
{
	const struct things *view = &judge->side->feeds[kind].view;
	const struct store *store = judge->side->store;
	char version[24];

	if (store_count(store, side_kinds[kind]) != view->n)
		verdict_set(judge->verdict, "cache",
			    "the store holds %zu %ss and was told of %zu",
			    store_count(store, side_kinds[kind]),
			    obj_kind_name(side_kinds[kind]), view->n);
	for (size_t i = 0; i < view->n; i++) {
		const struct obj *obj = store_get(store, side_kinds[kind], "ns",
						  view->all[i]->name);

		snprintf(version, sizeof(version), "%" PRIu64,
			 view->all[i]->version);
		if (obj == NULL ||
		    !thing_says(istr_text(obj->version), version))
			verdict_set(judge->verdict, "cache",
				    "the store has %s at %s and was told %s",
				    view->all[i]->name,
				    obj ? istr_text(obj->version) : "nothing",
				    version);
	}
}

static void pass_began(struct judge *judge, const char *name)
{
	int at = rules_set_of(name, OBJ_SET);
	struct judged *j = &judge->sets[at < 0 ? 0 : at];
	struct thing *set = things_find(&judge->side->feeds[0].view, name);

	if (at < 0)
		return;
	if (set == NULL) {
		verdict_set(judge->verdict, "cache",
			    "a pass for %s, which there is not", name);
		return;
	}
	forget_view(j);
	j->set = thing_hold(set);
	j->now_s = clk_wall_s();
	j->own.n = j->gone.n = j->made.n = j->deleted.n = j->owned.n = 0;
	j->absent.n = 0;
	j->live_generation = 0;
	rules_claims_kept(judge, j);
	j->updates = j->updated_good = j->lowered = 0;
	j->live = false;
	j->posted[0] = '\0';
	j->statuses = 0;
	if (strcmp(j->uid, set->uid) != 0)
		memset(j->wrote, 0, sizeof(j->wrote));
	snprintf(j->uid, sizeof(j->uid), "%s", set->uid);
	for (int kind = 0; kind < SIDE_KINDS; kind++)
		if (j->wrote[kind] > judge->side->feeds[kind].seen)
			verdict_set(judge->verdict, "SS-011",
				    "a pass for %s began at %s version %" PRIu64
				    ", though it wrote %" PRIu64,
				    name, obj_kind_name(side_kinds[kind]),
				    judge->side->feeds[kind].seen,
				    j->wrote[kind]);
}

static void asked(struct judge *judge, const char *name)
{
	int at = rules_set_of(name, OBJ_SET);
	struct judged *j = &judge->sets[at < 0 ? 0 : at];
	struct side_feed *feeds = judge->side->feeds;

	if (at < 0)
		return;
	for (int kind = 0; kind < SIDE_KINDS; kind++)
		check_store(judge, kind);
	things_copy(&j->pods, &feeds[1].view);
	things_copy(&j->claims, &feeds[2].view);
	things_copy(&j->revisions, &feeds[3].view);
}

struct pass *__real_pass_new(const struct pass_config *config,
			     const struct obj_set *set, struct err *err);
struct pass *__wrap_pass_new(const struct pass_config *config,
			     const struct obj_set *set, struct err *err);
struct pass *__wrap_pass_new(const struct pass_config *config,
			     const struct obj_set *set, struct err *err)
{
	if (side_active->judge != NULL)
		pass_began(side_active->judge, istr_text(set->obj.name));
	return __real_pass_new(config, set, err);
}

void __real_plan_next(const struct plan_world *world,
		      const struct plan_known *known, struct plan *ret_plan);
void __wrap_plan_next(const struct plan_world *world,
		      const struct plan_known *known, struct plan *ret_plan);
void __wrap_plan_next(const struct plan_world *world,
		      const struct plan_known *known, struct plan *ret_plan)
{
	if (side_active->judge != NULL)
		asked(side_active->judge, world->set->name);
	__real_plan_next(world, known, ret_plan);
}

void __real_plan_trim_only(const struct plan_world *world,
			   const struct plan_known *known,
			   struct plan *ret_plan);
void __wrap_plan_trim_only(const struct plan_world *world,
			   const struct plan_known *known,
			   struct plan *ret_plan);
void __wrap_plan_trim_only(const struct plan_world *world,
			   const struct plan_known *known,
			   struct plan *ret_plan)
{
	if (side_active->judge != NULL)
		asked(side_active->judge, world->set->name);
	__real_plan_trim_only(world, known, ret_plan);
}

/* The order of tables comes from hashes, and must not differ from run to
 * run. */
uint64_t __wrap_hash_seed(void);
uint64_t __wrap_hash_seed(void)
{
	return UINT64_C(0x9e3779b97f4a7c15);
}

static struct judged *judged_of(struct judge *judge,
				const struct api_path *path,
				const struct json *body)
{
	const char *name =
		path->name[0] ? path->name : json_str(body, "metadata.name");
	int at;

	if (path->kind == OBJ_KINDS || name == NULL)
		return NULL;
	at = rules_set_of(name, (enum obj_kind)path->kind);
	if (at < 0)
		return NULL;
	if (judge->sets[at].set == NULL) {
		verdict_set(judge->verdict, "scope",
			    "a request for %s, of no pass", name);
		return NULL;
	}
	return &judge->sets[at];
}

static void sent(struct side *side, struct kube_call *call)
{
	struct judge *judge = side->judge;
	scope_json struct json *body = NULL;
	struct api_path path;
	struct judged *j;
	const char *name;

	if (side->paused)
		verdict_set(judge->verdict, "lease",
			    "%s is asked for by who does not lead", call->path);
	api_path_read(&path, call->path);
	if (path.kind == OBJ_KINDS || call->verb == KUBE_GET)
		return;
	if (call->body != NULL &&
	    json_parse(call->body, strlen(call->body), &body, NULL) != 0)
		verdict_set(judge->verdict, "body", "%s", call->body);
	j = judged_of(judge, &path, body);
	if (j == NULL)
		return;
	name = path.name[0] ? path.name : json_str(body, "metadata.name");
	switch (path.kind) {
	case OBJ_POD:
		rules_pod_sent(judge, j, call, body, name);
		break;
	case OBJ_CLAIM:
		rules_claim_sent(judge, j, call, body, name);
		break;
	case OBJ_REVISION:
		rules_revision_sent(judge, j, call, body, name);
		break;
	default:
		rules_status_sent(judge, j, body);
		break;
	}
}

static bool is_release(const struct kube_call *call)
{
	return strstr(call->body, "\"$patch\":\"delete\"") != NULL;
}

/* What a pass knows from an answer before the caches show it. */
static void learn(struct judged *j, const struct kube_call *call,
		  const struct api_path *path)
{
	const struct thing *thing = call->reply.thing;

	if (call->verb == KUBE_PATCH_STRATEGIC && path->kind == OBJ_POD)
		uids_add(is_release(call) ? &j->gone : &j->own, thing->uid);
	if (call->verb == KUBE_PATCH_STRATEGIC && path->kind == OBJ_REVISION)
		uids_add(&j->own, thing->uid);
	if (call->verb == KUBE_POST && path->kind == OBJ_CLAIM)
		uids_add(&j->made, thing->name);
	if (call->verb == KUBE_POST && path->kind == OBJ_REVISION)
		snprintf(j->posted, sizeof(j->posted), "%s", thing->name);
	if (call->verb == KUBE_PUT && path->kind == OBJ_CLAIM &&
	    !rules_in_range(j->set, thing->number))
		uids_add(&j->owned, thing->name);
	if (call->verb == KUBE_GET && path->kind == OBJ_SET &&
	    !thing->deleting && strcmp(thing->uid, j->uid) == 0)
		j->live_generation = thing->set.generation;
	if (call->verb == KUBE_GET && path->kind == OBJ_SET)
		j->live = !thing->deleting && strcmp(thing->uid, j->uid) == 0;
	for (int kind = 0; kind < SIDE_KINDS && call->verb != KUBE_GET; kind++)
		if (side_kinds[kind] == (enum obj_kind)path->kind &&
		    thing->version > j->wrote[kind] &&
		    (path->kind != OBJ_REVISION || call->verb != KUBE_DELETE))
			j->wrote[kind] = thing->version;
}

static void answered(struct side *side, const struct kube_call *call)
{
	struct judge *judge = side->judge;
	struct api_path path;
	int at;

	api_path_read(&path, call->path);
	if (!call->lost && path.kind == OBJ_POD && call->verb == KUBE_GET &&
	    call->reply.http == 404) {
		at = rules_set_of(path.name, OBJ_POD);
		if (at >= 0)
			uids_add(&judge->sets[at].absent, path.name);
	}
	if (call->lost || call->reply.thing == NULL || path.kind == OBJ_KINDS)
		return;
	at = rules_set_of(call->reply.thing->name, (enum obj_kind)path.kind);
	if (at >= 0 && judge->sets[at].set != NULL)
		learn(&judge->sets[at], call, &path);
}

static size_t drained_at(const struct drained *drained, const char *uid)
{
	size_t i = 0;

	while (i < drained->uids.n && strcmp(drained->uids.text[i], uid) != 0)
		i++;
	return i;
}

uint64_t rules_drained_ms(const struct judge *judge, const char *uid)
{
	size_t at = drained_at(&judge->drained, uid);

	return at < judge->drained.uids.n
		       ? clk_mono_ms() - judge->drained.since_ms[at]
		       : 0;
}

/* The oldest makes room. */
static void drain_begins(struct drained *drained, const char *uid)
{
	struct uids *uids = &drained->uids;

	if (drained_at(drained, uid) < uids->n)
		return;
	if (uids->n == RULES_UIDS) {
		memmove(uids->text[0], uids->text[1],
			sizeof(uids->text[0]) * --uids->n);
		memmove(&drained->since_ms[0], &drained->since_ms[1],
			sizeof(drained->since_ms[0]) * uids->n);
	}
	drained->since_ms[uids->n] = clk_mono_ms();
	uids_add(uids, uid);
}

static void drain_ends(struct drained *drained, const char *uid)
{
	size_t at = drained_at(drained, uid);

	if (at < drained->uids.n)
		drained->since_ms[at] = clk_mono_ms();
}

static void withdrawn(struct side *side, const char *pod, bool back)
{
	struct judge *judge = side->judge;
	const struct thing *thing = things_find(&side->feeds[1].view, pod);

	uids_drop(&judge->withdrawn, pod);
	if (!back)
		uids_add(&judge->withdrawn, pod);
	if (thing != NULL && back)
		drain_ends(&judge->drained, thing->uid);
	else if (thing != NULL)
		drain_begins(&judge->drained, thing->uid);
}

const struct side_watch rules_watch = {
	.sent = sent, .answered = answered, .withdrawn = withdrawn};

void rules_deleting(struct verdict *verdict, const struct api *api,
		    const struct kube_call *call)
{
	struct api_path path;
	const struct thing *thing;

	api_path_read(&path, call->path);
	if (call->verb != KUBE_DELETE || path.kind == OBJ_KINDS)
		return;
	thing = things_find(&api->live[path.kind], path.name);
	if (thing == NULL || call->about == NULL ||
	    strcmp(call->about, thing->uid) == 0 ||
	    (call->body && strstr(call->body, "preconditions") != NULL))
		return;
	verdict_set(verdict, "stale delete",
		    "the DELETE of %s was meant for %s and hits %s", path.name,
		    call->about, thing->uid);
}
