/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/gc.h"

#include <stdlib.h>
#include <string.h>

#include "lab/chores.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/objects.h"
#include "lab/ref.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define FOREGROUND "foregroundDeletion"
#define ORPHAN	   "orphan"

struct gc {
	const struct env *env;
	struct chores *chores;
};

enum owner_state {
	OWNER_SOLID,
	OWNER_GONE,
	OWNER_WAITS, /* deleted in the foreground: waits for us */
};

struct owners_seen {
	size_t n_solid, n_gone, n_waits;
	struct json *left; /* references to solid ones */
};

static bool text_has(const struct object *object, const char *text)
{
	return strstr(object->json, text) != NULL;
}

/* The object that a reference names. False for kinds that are not served, and
 * for a namespaced owner of something that has no namespace. */
static bool owner_of(const char *ns, const struct json *reference,
		     struct ref *ref)
{
	const char *version = json_str(reference, "apiVersion");
	const char *kind_name = json_str(reference, "kind");
	const char *name = json_str(reference, "name");
	const struct kind *kind = version == NULL || kind_name == NULL
					  ? NULL
					  : kinds_by_kind(version, kind_name);

	if (kind == NULL || kind->id == KINDS || name == NULL ||
	    (kind->namespaced && ns[0] == '\0'))
		return false;
	return ref_set(ref, kind->id, kind->namespaced ? ns : "", name);
}

static enum owner_state owner_state(struct gc *gc, const char *ns,
				    const struct json *reference)
{
	const char *uid = json_str(reference, "uid");
	const struct object *owner;
	scope_json struct json *parsed = NULL;
	struct ref ref;

	if (uid == NULL || !owner_of(ns, reference, &ref))
		return OWNER_SOLID;
	owner = objects_get(gc->env->objects, ref.kind, ref.ns, ref.name);
	if (owner == NULL || strcmp(owner->uid, uid) != 0)
		return OWNER_GONE;
	if (!text_has(owner, FOREGROUND))
		return OWNER_SOLID;
	parsed = deed_parse(owner);
	return ref_is_going(parsed) && ref_has_finalizer(parsed, FOREGROUND)
		       ? OWNER_WAITS
		       : OWNER_SOLID;
}

static void look_at_owners(struct gc *gc, const char *ns,
			   const struct json *object, struct owners_seen *seen)
{
	seen->left = json_new_array();
	json_each (reference, json_at(object, "metadata.ownerReferences")) {
		switch (owner_state(gc, ns, reference)) {
		case OWNER_SOLID:
			seen->n_solid++;
			json_push(seen->left, json_dup(reference));
			break;
		case OWNER_GONE:
			seen->n_gone++;
			break;
		case OWNER_WAITS:
			seen->n_waits++;
			break;
		}
	}
}

static void set_references(struct json *object, struct json *take_list)
{
	struct json *meta = json_child_object(object, "metadata");

	if (json_len(take_list) == 0) {
		json_free(take_list);
		json_remove(meta, "ownerReferences");
	} else {
		json_set(meta, "ownerReferences", take_list);
	}
}

static bool any(const struct object *object, void *arg)
{
	(void)object;
	*(bool *)arg = true;
	return false;
}

static const char *policy_for(struct gc *gc, const struct json *object,
			      bool owner_waits)
{
	bool has_dependents = false;

	if (owner_waits)
		objects_each_owned(gc->env->objects, ref_uid(object), any,
				   &has_dependents);
	if (has_dependents || ref_has_finalizer(object, FOREGROUND))
		return "Foreground";
	return ref_has_finalizer(object, ORPHAN) ? "Orphan" : "Background";
}

static uint64_t judge(struct gc *gc, const struct ref *ref, struct json *object)
{
	struct owners_seen seen = {0};
	bool is_done = true;

	look_at_owners(gc, ref->ns, object, &seen);
	if (seen.n_solid > 0 && seen.n_gone + seen.n_waits > 0) {
		set_references(object, seen.left);
		seen.left = NULL;
		is_done = deed_put(gc->env, ref, "", DEED_CONTROLLERS, object);
	} else if (seen.n_solid == 0 && seen.n_gone + seen.n_waits > 0) {
		is_done = deed_delete(gc->env, ref, ref_uid(object),
				      policy_for(gc, object, seen.n_waits > 0),
				      -1);
	}
	json_free(seen.left);
	return is_done ? 0 : DEED_AGAIN_MS;
}

/* Dependents of one owner, noted before anything is written. */
struct dependents {
	const char *uid;
	bool blocking_only;
	char **keys;
	size_t n;
};

static bool blocks(const struct object *object, const char *uid)
{
	scope_json struct json *parsed = deed_parse(object);

	json_each (reference, json_at(parsed, "metadata.ownerReferences")) {
		const char *of = json_str(reference, "uid");

		if (of != NULL && strcmp(of, uid) == 0 &&
		    json_bool(reference, "blockOwnerDeletion", false))
			return true;
	}
	return false;
}

static bool note_dependent(const struct object *object, void *arg)
{
	struct dependents *all = arg;
	char key[REF_TEXT];

	if (all->blocking_only && !blocks(object, all->uid))
		return true;
	mem_grow(all->keys, all->n);
	all->keys[all->n++] = mem_strdup(ref_text_of(object, key));
	return true;
}

static void dependents_find(struct gc *gc, struct dependents *all)
{
	objects_each_owned(gc->env->objects, all->uid, note_dependent, all);
}

static void dependents_fini(struct dependents *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->keys[i]);
	free(all->keys);
}

static uint64_t drop_finalizer(struct gc *gc, const struct ref *ref,
			       struct json *object, const char *finalizer)
{
	ref_drop_finalizer(object, finalizer);
	return deed_put(gc->env, ref, "", DEED_CONTROLLERS, object)
		       ? 0
		       : DEED_AGAIN_MS;
}

static void forget_owner(struct gc *gc, const char *key, const char *uid)
{
	struct json *left = json_new_array();
	scope_json struct json *object = NULL;
	struct ref ref;

	if (ref_read(key, &ref))
		object = deed_read(gc->env, &ref);
	json_each (reference, json_at(object, "metadata.ownerReferences")) {
		const char *of = json_str(reference, "uid");

		if (of == NULL || strcmp(of, uid) != 0)
			json_push(left, json_dup(reference));
	}
	if (object == NULL) {
		json_free(left);
		return;
	}
	set_references(object, left);
	(void)deed_put(gc->env, &ref, "", DEED_CONTROLLERS, object);
}

static uint64_t orphan(struct gc *gc, const struct ref *ref,
		       struct json *object)
{
	struct dependents all = {.uid = ref_uid(object)};
	struct dependents left = {.uid = ref_uid(object)};
	uint64_t again = DEED_AGAIN_MS;

	dependents_find(gc, &all);
	for (size_t i = 0; i < all.n; i++)
		forget_owner(gc, all.keys[i], all.uid);
	dependents_fini(&all);
	dependents_find(gc, &left);
	if (left.n == 0)
		again = drop_finalizer(gc, ref, object, ORPHAN);
	dependents_fini(&left);
	return again;
}

static uint64_t wait_for_dependents(struct gc *gc, const struct ref *ref,
				    struct json *object)
{
	struct dependents all = {.uid = ref_uid(object), .blocking_only = true};
	uint64_t again = 0;

	dependents_find(gc, &all);
	for (size_t i = 0; i < all.n; i++)
		chores_add(gc->chores, all.keys[i], 0);
	if (all.n == 0)
		again = drop_finalizer(gc, ref, object, FOREGROUND);
	dependents_fini(&all);
	return again;
}

static uint64_t work(const char *key, void *arg)
{
	struct gc *gc = arg;
	scope_json struct json *object = NULL;
	struct ref ref;

	if (ref_read(key, &ref))
		object = deed_read(gc->env, &ref);
	if (object == NULL)
		return 0;
	if (!ref_is_going(object))
		return judge(gc, &ref, object);
	if (ref_has_finalizer(object, ORPHAN))
		return orphan(gc, &ref, object);
	if (ref_has_finalizer(object, FOREGROUND))
		return wait_for_dependents(gc, &ref, object);
	return 0;
}

static bool add(const struct object *object, void *arg)
{
	struct gc *gc = arg;
	char key[REF_TEXT];

	chores_add(gc->chores, ref_text_of(object, key), 0);
	return true;
}

/* Owners that may wait for this object. */
static void add_owners(struct gc *gc, const struct object *object)
{
	scope_json struct json *parsed = deed_parse(object);
	char key[REF_TEXT];
	struct ref ref;

	json_each (reference, json_at(parsed, "metadata.ownerReferences")) {
		if (owner_of(object->ns, reference, &ref) &&
		    objects_get(gc->env->objects, ref.kind, ref.ns, ref.name) !=
			    NULL)
			chores_add(gc->chores,
				   ref_text(ref.kind, ref.ns, ref.name, key),
				   0);
	}
}

static bool same_references(const struct object *a, const struct object *b)
{
	static const char path[] = "metadata.ownerReferences";
	scope_json struct json *x = deed_parse(a);
	scope_json struct json *y = deed_parse(b);
	const struct json *refs = json_at(x, path);

	return refs != NULL && json_equal(refs, json_at(y, path));
}

/* Most objects have neither owners nor such finalizers; their text tells that
 * without a parser. */
static bool is_of_interest(const struct object *object)
{
	return text_has(object, "\"ownerReferences\"") ||
	       text_has(object, "\"" FOREGROUND "\"") ||
	       text_has(object, "\"" ORPHAN "\"");
}

void gc_event(struct gc *gc, const struct objects_event *event)
{
	const struct object *was = event->was, *is = event->is;
	bool had_owners = was != NULL && text_has(was, "\"ownerReferences\"");

	if (is == NULL) {
		objects_each_owned(gc->env->objects, was->uid, add, gc);
		if (had_owners)
			add_owners(gc, was);
		return;
	}
	if (had_owners && !same_references(was, is))
		add_owners(gc, was);
	else if (had_owners && !text_has(is, "\"deletionTimestamp\""))
		return;
	if (is_of_interest(is))
		add(is, gc);
}

static bool look(const struct object *object, void *arg)
{
	if (is_of_interest(object))
		add(object, arg);
	return true;
}

struct gc *gc_new(const struct env *env)
{
	struct gc *gc = mem_zalloc(sizeof(*gc));

	gc->env = env;
	gc->chores = chores_new(env->loop, work, gc);
	for (int kind = 0; kind < KINDS; kind++)
		objects_each(env->objects, (enum kind_id)kind, NULL, NULL, look,
			     gc);
	return gc;
}

void gc_free(struct gc *gc)
{
	if (gc == NULL)
		return;
	chores_free(gc->chores);
	free(gc);
}
