/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/affected.h"

#include <string.h>

#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/selector.h"
#include "controller/store.h"
#include "statefuld/mem.h"

const struct obj_set *affected_owner(const struct store *store,
				     const struct obj *obj)
{
	const struct obj_owner *owner = obj->owner;
	const struct obj_set *set;

	if (owner->kind == NULL || owner->name == NULL ||
	    strcmp(istr_text(owner->kind), "StatefulSet") != 0)
		return NULL;
	set = obj_set(store_get(store, OBJ_SET, istr_text(obj->ns),
				istr_text(owner->name)));
	return set && istr_equal(set->obj.uid, owner->uid) ? set : NULL;
}

struct match {
	const struct obj *pod;
	affected_fn fn;
	void *arg;
};

static bool match_set(const struct obj *obj, void *arg)
{
	const struct match *match = arg;
	const struct obj_set *set = obj_set(obj);

	if (set->match != NULL &&
	    selector_matches(set->match, match->pod->labels,
			     match->pod->n_labels))
		match->fn(set, 0, match->arg);
	return true;
}

static void each_matching(const struct store *store, const struct obj *pod,
			  affected_fn fn, void *arg)
{
	struct match match = {.pod = pod, .fn = fn, .arg = arg};

	store_each_in(store, OBJ_SET, istr_text(pod->ns), match_set, &match);
}

/* SS-006; besides, a pod that is nobody's, or somebody else's, may have stood
 * in the way of one of ours of that name. */
static void gone(const struct store *store, const struct obj *pod,
		 affected_fn fn, void *arg)
{
	const struct obj_set *set = affected_owner(store, pod);
	scope_free char *parent = NULL;
	int32_t ordinal;
	size_t len;

	if (set == NULL &&
	    identity_parse(istr_text(pod->name), &len, &ordinal)) {
		parent = mem_strndup(istr_text(pod->name), len);
		set = obj_set(
			store_get(store, OBJ_SET, istr_text(pod->ns), parent));
	}
	if (set != NULL)
		fn(set, 0, arg);
}

static bool same_labels(const struct obj *a, const struct obj *b)
{
	if (a->n_labels != b->n_labels)
		return false;
	for (uint32_t i = 0; i < a->n_labels; i++)
		if (!istr_equal(a->labels[i].key, b->labels[i].key) ||
		    !istr_equal(a->labels[i].value, b->labels[i].value))
			return false;
	return true;
}

static bool same_owner(const struct obj *a, const struct obj *b)
{
	return istr_equal(a->owner->uid, b->owner->uid) &&
	       istr_equal(a->owner->kind, b->owner->kind) &&
	       istr_equal(a->owner->name, b->owner->name);
}

/* SS-005. */
static void changed(const struct store *store, const struct obj *was,
		    const struct obj *is, affected_fn fn, void *arg)
{
	const struct obj_set *set;

	if (!same_owner(was, is)) {
		set = affected_owner(store, was);
		if (set != NULL)
			fn(set, 0, arg);
	}
	if (is->owner->kind == NULL) {
		if (!same_owner(was, is) || !same_labels(was, is))
			each_matching(store, is, fn, arg);
		return;
	}
	set = affected_owner(store, is);
	if (set == NULL)
		return;
	fn(set, 0, arg);
	if (set->min_ready_s > 0 && obj_pod(is)->ready && !obj_pod(was)->ready)
		fn(set, set->min_ready_s, arg);
}

void affected_by_pod(const struct store *store, const struct obj *was,
		     const struct obj *is, affected_fn fn, void *arg)
{
	const struct obj_set *set;

	if (is == NULL || (was == NULL && is->deleting)) {
		gone(store, is ? is : was, fn, arg);
		return;
	}
	if (was != NULL) {
		changed(store, was, is, fn, arg);
		return;
	}
	/* SS-004. */
	set = affected_owner(store, is);
	if (set != NULL)
		fn(set, 0, arg);
	else if (is->owner->kind == NULL)
		each_matching(store, is, fn, arg);
}

/* Where the pod is there, nobody waits for the claim: a missing one comes back
 * when the set is next looked at, and not sooner than upstream's. */
static bool lacks_pod(const struct store *store, const struct obj_set *set,
		      int32_t ordinal)
{
	scope_free char *pod =
		identity_pod_name(istr_text(set->obj.name), ordinal);

	return store_get(store, OBJ_POD, istr_text(set->obj.ns), pod) == NULL;
}

/* Such a claim went with its pod, and nobody was told that it was in the next
 * one's way (SS-087): the set comes back by itself. */
static bool went_with_pod(const struct obj_claim *claim,
			  const struct obj_set *set, int32_t ordinal)
{
	scope_free char *pod =
		identity_pod_name(istr_text(set->obj.name), ordinal);

	for (uint32_t i = 0; i < claim->n_owners; i++)
		if (strcmp(istr_text(claim->owners[i].kind), "Pod") == 0 &&
		    strcmp(istr_text(claim->owners[i].name), pod) == 0)
			return true;
	return false;
}

void affected_by_name(const struct store *store, const struct obj *claim,
		      affected_fn fn, void *arg)
{
	scope_free char *name = NULL;
	int32_t ordinal;
	size_t len;

	if (!identity_parse(istr_text(claim->name), &len, &ordinal))
		return;
	/* "<template>-<set>": any dash may be the one between them. */
	name = mem_strndup(istr_text(claim->name), len);
	for (char *at = strchr(name, '-'); at; at = strchr(at + 1, '-')) {
		const struct obj_set *set = obj_set(store_get(
			store, OBJ_SET, istr_text(claim->ns), at + 1));

		if (set != NULL)
			fn(set, 0, arg);
	}
}

struct waiting {
	const struct store *store;
	const struct obj *claim;
	affected_fn fn;
	void *arg;
};

static void wake_waiting(const struct obj_set *set, int32_t after_s, void *arg)
{
	const struct waiting *w = arg;
	int32_t ordinal;
	size_t len;

	if (identity_parse(istr_text(w->claim->name), &len, &ordinal) &&
	    lacks_pod(w->store, set, ordinal) &&
	    !went_with_pod(obj_claim(w->claim), set, ordinal))
		w->fn(set, after_s, w->arg);
}

void affected_by_claim(const struct store *store, const struct obj *was,
		       const struct obj *is, affected_fn fn, void *arg)
{
	struct waiting waiting = {
		.store = store,
		.claim = is ? is : was,
		.fn = fn,
		.arg = arg,
	};

	/* Only what can end a wait: gone, or on its way. */
	if (is != NULL && (was == NULL || was->deleting == is->deleting))
		return;
	affected_by_name(store, waiting.claim, wake_waiting, &waiting);
}

struct naming {
	const struct obj *service;
	affected_fn fn;
	void *arg;
};

static bool names_service(const struct obj *obj, void *arg)
{
	const struct naming *naming = arg;
	const struct obj_set *set = obj_set(obj);

	if (set->service_name != NULL &&
	    istr_equal(set->service_name, naming->service->name))
		naming->fn(set, 0, naming->arg);
	return true;
}

void affected_by_service(const struct store *store, const struct obj *service,
			 affected_fn fn, void *arg)
{
	struct naming naming = {.service = service, .fn = fn, .arg = arg};

	store_each_in(store, OBJ_SET, istr_text(service->ns), names_service,
		      &naming);
}
