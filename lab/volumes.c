/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/volumes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lab/api.h"
#include "lab/chores.h"
#include "lab/classes.h"
#include "lab/deed.h"
#include "lab/defaults.h"
#include "lab/env.h"
#include "lab/hostdir.h"
#include "lab/links.h"
#include "lab/objects.h"
#include "lab/quantity.h"
#include "lab/ref.h"
#include "lab/volume_match.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define BINDER		    "persistentvolume-controller"
#define PROVISIONED_BY	    "pv.kubernetes.io/provisioned-by"
#define STORAGE_PROVISIONER "volume.kubernetes.io/storage-provisioner"

struct volumes {
	const struct env *env;
	const struct hostdir *dir;
	struct chores *chores;
	/* Names of volumes by the claims that they are bound to; under OPEN
	 * those of the others. */
	struct links links;
};

static bool is_text(const struct json *object, const char *path,
		    const char *text)
{
	const char *have = json_str(object, path);

	return have != NULL && strcmp(have, text) == 0;
}

static const char *note_of(const struct json *object, const char *key)
{
	return json_value_str(
		json_get(json_at(object, "metadata.annotations"), key));
}

static bool put(struct volumes *volumes, const struct ref *ref, const char *sub,
		const struct json *object)
{
	return deed_put(volumes->env, ref, sub, DEED_CONTROLLERS, object);
}

static bool set_phase(struct volumes *volumes, const struct ref *ref,
		      struct json *object, const char *phase)
{
	if (is_text(object, "status.phase", phase))
		return true;
	json_set_str(json_child_object(object, "status"), "phase", phase);
	return put(volumes, ref, "/status", object);
}

/* Binding: each write is seen by the next look, so that one that fails is
 * taken up where it stopped. */
static bool bind_volume(struct volumes *volumes, const struct ref *ref,
			const struct json *claim)
{
	scope_json struct json *volume = deed_read(volumes->env, ref);
	scope_json struct json *taken = NULL;

	if (volume == NULL)
		return false;
	if (!is_text(volume, "spec.claimRef.uid", ref_uid(claim))) {
		volume_match_take(volume, claim);
		if (!put(volumes, ref, "", volume))
			return false;
	}
	taken = deed_read(volumes->env, ref);
	return taken != NULL && set_phase(volumes, ref, taken, "Bound");
}

static bool bind_claim(struct volumes *volumes, const struct ref *ref,
		       struct json *claim, const struct json *volume)
{
	scope_json struct json *given = NULL;

	volume_match_give(claim, volume);
	if (!put(volumes, ref, "", claim))
		return false;
	given = deed_read(volumes->env, ref);
	if (given == NULL)
		return false;
	volume_match_status(given, volume);
	return put(volumes, ref, "/status", given);
}

static uint64_t bind(struct volumes *volumes, const struct ref *ref,
		     struct json *claim, const struct json *volume)
{
	struct ref to;

	if (!ref_set(&to, KIND_PV, "", ref_name(volume)))
		return 0;
	return bind_volume(volumes, &to, claim) &&
			       bind_claim(volumes, ref, claim, volume)
		       ? 0
		       : DEED_AGAIN_MS;
}

#define OPEN ""

/* Where the links have a volume. */
static const char *link_of(const struct object *object, char text[REF_TEXT])
{
	scope_json struct json *volume = deed_parse(object);
	const char *ns = json_str(volume, "spec.claimRef.namespace");
	const char *name = json_str(volume, "spec.claimRef.name");

	if (ns == NULL || name == NULL ||
	    !is_text(volume, "status.phase", "Bound"))
		return OPEN;
	return ref_text(KIND_PVC, ns, name, text);
}

static void link_volume(struct volumes *volumes, const struct object *was,
			const struct object *is)
{
	char text[REF_TEXT];

	if (was != NULL)
		links_remove(&volumes->links, link_of(was, text), was->name);
	if (is != NULL)
		links_add(&volumes->links, link_of(is, text), is->name);
}

/* The smallest volume that will do. */
struct best {
	struct volumes *volumes;
	const struct json *claim;
	struct json *volume;
	struct quantity size;
};

static void try_volume(const char *name, void *arg)
{
	struct best *best = arg;
	const struct object *object =
		objects_get(best->volumes->env->objects, KIND_PV, "", name);
	struct json *volume = object == NULL ? NULL : deed_parse(object);
	struct quantity size;

	if (volume == NULL || !volume_match_is_free(volume, best->claim) ||
	    volume_match_refusal(volume, best->claim) != NULL ||
	    !volume_match_capacity(volume, &size) ||
	    (best->volume != NULL && quantity_cmp(&size, &best->size) >= 0)) {
		json_free(volume);
		return;
	}
	json_free(best->volume);
	best->volume = volume;
	best->size = size;
}

static void set_source(struct volumes *volumes, struct json *spec,
		       const char *name)
{
	struct json *source = json_child_object(spec, "hostPath");
	scope_free char *path = hostdir_path(volumes->dir, name);

	json_set_str(source, "path", path == NULL ? "" : path);
	json_set_str(source, "type", "");
}

static struct json *new_volume(struct volumes *volumes, const char *name,
			       const struct json *claim,
			       const struct json *class)
{
	struct json *volume = json_new_object();
	struct json *meta, *spec;
	const char *reclaim = json_str(class, "reclaimPolicy");
	const struct json *mode = json_at(claim, "spec.volumeMode");

	json_set_str(volume, "kind", "PersistentVolume");
	json_set_str(volume, "apiVersion", "v1");
	meta = json_child_object(volume, "metadata");
	json_set_str(meta, "name", name);
	json_set_str(json_child_object(meta, "annotations"), PROVISIONED_BY,
		     DEFAULTS_PROVISIONER);
	spec = json_child_object(volume, "spec");
	json_set(spec, "capacity",
		 json_dup(json_at(claim, "spec.resources.requests")));
	set_source(volumes, spec, name);
	json_set(spec, "accessModes",
		 json_dup(json_at(claim, "spec.accessModes")));
	volume_match_take(volume, claim);
	json_set_str(spec, "persistentVolumeReclaimPolicy",
		     reclaim == NULL ? "Delete" : reclaim);
	json_set_str(spec, "storageClassName", ref_name(class));
	if (mode != NULL)
		json_set(spec, "volumeMode", json_dup(mode));
	return volume;
}

static bool tell_provisioner(struct volumes *volumes, const struct ref *ref,
			     const char *provisioner)
{
	scope_json struct json *claim = deed_read(volumes->env, ref);
	struct json *notes;

	if (claim == NULL || note_of(claim, STORAGE_PROVISIONER) != NULL)
		return claim != NULL;
	notes = json_child_object(json_child_object(claim, "metadata"),
				  "annotations");
	json_set_str(notes, STORAGE_PROVISIONER, provisioner);
	return put(volumes, ref, "", claim);
}

static char *provisioned_name(const struct json *claim)
{
	return mem_printf("pvc-%.64s", ref_uid(claim));
}

static uint64_t provision(struct volumes *volumes, const struct ref *ref,
			  const struct json *claim, const struct json *class)
{
	scope_free char *name = provisioned_name(claim);
	scope_json struct json *volume =
		new_volume(volumes, name, claim, class);
	struct ref to;
	struct err err;

	if (!tell_provisioner(volumes, ref, DEFAULTS_PROVISIONER))
		return DEED_AGAIN_MS;
	if (hostdir_make(volumes->dir, name, &err) < 0) {
		api_tell(volumes->env->api, claim, DEFAULTS_PROVISIONER,
			 "Warning", "ProvisioningFailed",
			 "failed to provision volume with StorageClass \"%s\": "
			 "%s",
			 ref_name(class), err_msg(&err));
		return DEED_AGAIN_MS;
	}
	if (!ref_set(&to, KIND_PV, "", "") ||
	    !deed_post(volumes->env, &to, DEED_CONTROLLERS, volume, NULL))
		return DEED_AGAIN_MS;
	api_tell(volumes->env->api, claim, DEFAULTS_PROVISIONER, "Normal",
		 "ProvisioningSucceeded", "Successfully provisioned volume %s",
		 name);
	return 1; /* and now there is one that matches */
}

static void tell(struct volumes *volumes, const struct json *claim,
		 const char *type, const char *reason, const char *text)
{
	api_tell(volumes->env->api, claim, BINDER, type, reason, "%s", text);
}

static void tell_external(struct volumes *volumes, const struct json *claim,
			  const char *provisioner)
{
	api_tell(volumes->env->api, claim, BINDER, "Normal",
		 "ExternalProvisioning",
		 "Waiting for a volume to be created either by the external "
		 "provisioner '%s' or manually by the system administrator. If "
		 "volume creation is delayed, please verify that the "
		 "provisioner is running and correctly registered.",
		 provisioner);
}

static uint64_t ask_class(struct volumes *volumes, const struct ref *ref,
			  const struct json *claim, const struct json *class)
{
	const char *provisioner = json_str(class, "provisioner");

	if (is_text(class, "volumeBindingMode", "WaitForFirstConsumer") &&
	    note_of(claim, VOLUMES_SELECTED_NODE) == NULL)
		tell(volumes, claim, "Normal", "WaitForFirstConsumer",
		     "waiting for first consumer to be created before binding");
	else if (provisioner != NULL &&
		 strcmp(provisioner, DEFAULTS_PROVISIONER) == 0)
		return provision(volumes, ref, claim, class);
	else if (provisioner != NULL &&
		 strcmp(provisioner, "kubernetes.io/no-provisioner") != 0)
		tell_external(volumes, claim, provisioner);
	else
		tell(volumes, claim, "Normal", "FailedBinding",
		     "no persistent volumes available for this claim and no "
		     "storage class is set");
	return 0;
}

static uint64_t find_volume(struct volumes *volumes, const struct ref *ref,
			    struct json *claim)
{
	const char *name = classes_asked(claim);
	struct best best = {volumes, claim, NULL, {0}};
	scope_free char *own = provisioned_name(claim);
	char text[REF_TEXT];
	scope_json struct json *class = NULL;
	uint64_t again;

	links_each(&volumes->links, OPEN, try_volume, &best);
	links_each(&volumes->links,
		   ref_text(KIND_PVC, ref->ns, ref->name, text), try_volume,
		   &best);
	/* Made just now, it may not have been heard of yet. */
	if (best.volume == NULL)
		try_volume(own, &best);
	if (best.volume != NULL) {
		again = bind(volumes, ref, claim, best.volume);
		json_free(best.volume);
		return again;
	}
	if (name == NULL || name[0] == '\0') {
		tell(volumes, claim, "Normal", "FailedBinding",
		     "no persistent volumes available for this claim and no "
		     "storage class is set");
		return 0;
	}
	class = classes_read(volumes->env->objects, name);
	if (class != NULL)
		return ask_class(volumes, ref, claim, class);
	api_tell(volumes->env->api, claim, BINDER, "Warning",
		 "ProvisioningFailed",
		 "storageclass.storage.k8s.io \"%s\" not found", name);
	return 0;
}

/* The claim names its volume. */
static uint64_t use_volume(struct volumes *volumes, const struct ref *ref,
			   struct json *claim, const char *name)
{
	scope_json struct json *volume = NULL;
	const char *refusal;
	struct ref to;

	if (ref_set(&to, KIND_PV, "", name))
		volume = deed_read(volumes->env, &to);
	if (volume == NULL)
		return 0;
	refusal = volume_match_refusal(volume, claim);
	if (!volume_match_is_free(volume, claim)) {
		api_tell(volumes->env->api, claim, BINDER, "Warning",
			 "FailedBinding",
			 "volume \"%s\" already bound to a different claim.",
			 name);
		return 0;
	}
	if (refusal != NULL) {
		api_tell(volumes->env->api, claim, BINDER, "Warning",
			 "VolumeMismatch",
			 "Cannot bind to requested volume \"%s\": %s", name,
			 refusal);
		return 0;
	}
	return bind(volumes, ref, claim, volume);
}

/* A bound claim: Lost without its volume; else the volume is kept bound. */
static uint64_t check_bound(struct volumes *volumes, const struct ref *ref,
			    struct json *claim)
{
	const char *name = json_str(claim, "spec.volumeName");

	if (name != NULL &&
	    objects_get(volumes->env->objects, KIND_PV, "", name) != NULL)
		return 0;
	if (!is_text(claim, "status.phase", "Lost"))
		tell(volumes, claim, "Warning", "ClaimLost",
		     "Bound claim has lost its PersistentVolume. Data on the "
		     "volume is lost!");
	return set_phase(volumes, ref, claim, "Lost") ? 0 : DEED_AGAIN_MS;
}

static uint64_t work_claim(struct volumes *volumes, const struct ref *ref,
			   struct json *claim)
{
	scope_free char *name = mem_strdup(json_str(claim, "spec.volumeName"));

	if (ref_is_going(claim))
		return 0;
	if (note_of(claim, "pv.kubernetes.io/bind-completed") != NULL &&
	    !is_text(claim, "status.phase", "Pending"))
		return check_bound(volumes, ref, claim);
	if (name != NULL && name[0] != '\0')
		return use_volume(volumes, ref, claim, name);
	return find_volume(volumes, ref, claim);
}

/* Volumes. */

static uint64_t reclaim(struct volumes *volumes, const struct ref *ref,
			struct json *volume)
{
	const char *by = note_of(volume, PROVISIONED_BY);
	struct err err;

	if (!is_text(volume, "spec.persistentVolumeReclaimPolicy", "Delete") ||
	    by == NULL || strcmp(by, DEFAULTS_PROVISIONER) != 0)
		return 0;
	if (hostdir_remove(volumes->dir, ref->name, &err) < 0) {
		api_tell(volumes->env->api, volume, BINDER, "Warning",
			 "VolumeFailedDelete", "%s", err_msg(&err));
		return 0;
	}
	return deed_delete(volumes->env, ref, ref_uid(volume), NULL, -1)
		       ? 0
		       : DEED_AGAIN_MS;
}

static bool claim_is_there(struct volumes *volumes, const struct json *volume)
{
	const char *ns = json_str(volume, "spec.claimRef.namespace");
	const char *name = json_str(volume, "spec.claimRef.name");
	const char *uid = json_str(volume, "spec.claimRef.uid");
	const struct object *claim;

	if (ns == NULL || name == NULL)
		return false;
	claim = objects_get(volumes->env->objects, KIND_PVC, ns, name);
	return claim != NULL && uid != NULL && strcmp(claim->uid, uid) == 0;
}

static uint64_t work_volume(struct volumes *volumes, const struct ref *ref,
			    struct json *volume)
{
	const char *uid = json_str(volume, "spec.claimRef.uid");
	bool is_taken = uid != NULL && uid[0] != '\0';

	if (ref_is_going(volume))
		return 0;
	if (!is_taken)
		return set_phase(volumes, ref, volume, "Available")
			       ? 0
			       : DEED_AGAIN_MS;
	if (claim_is_there(volumes, volume))
		return 0;
	if (!is_text(volume, "status.phase", "Released"))
		return set_phase(volumes, ref, volume, "Released")
			       ? 0
			       : DEED_AGAIN_MS;
	return reclaim(volumes, ref, volume);
}

static uint64_t work(const char *key, void *arg)
{
	struct volumes *volumes = arg;
	scope_json struct json *object = NULL;
	struct ref ref;

	if (ref_read(key, &ref))
		object = deed_read(volumes->env, &ref);
	if (object == NULL)
		return 0;
	return ref.kind == KIND_PVC ? work_claim(volumes, &ref, object)
				    : work_volume(volumes, &ref, object);
}

static bool add(const struct object *object, void *arg)
{
	struct volumes *volumes = arg;
	char key[REF_TEXT];

	chores_add(volumes->chores, ref_text_of(object, key), 0);
	return true;
}

static bool add_volume(const struct object *object, void *arg)
{
	link_volume(arg, NULL, object);
	return add(object, arg);
}

static bool add_pending(const struct object *object, void *arg)
{
	if (strstr(object->json, "\"phase\":\"Pending\"") != NULL)
		add(object, arg);
	return true;
}

static void add_pending_claims(struct volumes *volumes)
{
	objects_each(volumes->env->objects, KIND_PVC, NULL, NULL, add_pending,
		     volumes);
}

static void claim_went(struct volumes *volumes, const struct object *object)
{
	scope_json struct json *claim = deed_parse(object);
	const char *name = json_str(claim, "spec.volumeName");
	const struct object *volume =
		name == NULL
			? NULL
			: objects_get(volumes->env->objects, KIND_PV, "", name);

	if (volume != NULL)
		add(volume, volumes);
}

static void volume_went(struct volumes *volumes, const struct object *object)
{
	scope_json struct json *volume = deed_parse(object);
	const char *ns = json_str(volume, "spec.claimRef.namespace");
	const char *name = json_str(volume, "spec.claimRef.name");
	const struct object *claim =
		ns == NULL || name == NULL ? NULL
					   : objects_get(volumes->env->objects,
							 KIND_PVC, ns, name);

	if (claim != NULL)
		add(claim, volumes);
}

/* What may serve somebody who waits. */
static bool may_help(const struct objects_event *event)
{
	return event->is != NULL &&
	       ((event->is->kind == KIND_PV &&
		 strstr(event->is->json, "\"phase\":\"Available\"") != NULL) ||
		(event->is->kind == KIND_STORAGECLASS));
}

void volumes_event(struct volumes *volumes, const struct objects_event *event)
{
	const struct object *is = event->is;
	enum kind_id kind = is != NULL ? is->kind : event->was->kind;

	if (kind != KIND_PVC && kind != KIND_PV && kind != KIND_STORAGECLASS)
		return;
	if (kind == KIND_PV)
		link_volume(volumes, event->was, is);
	if (is != NULL && kind != KIND_STORAGECLASS)
		add(is, volumes);
	else if (is == NULL && kind == KIND_PVC)
		claim_went(volumes, event->was);
	else if (is == NULL && kind == KIND_PV)
		volume_went(volumes, event->was);
	if (may_help(event))
		add_pending_claims(volumes);
}

struct volumes *volumes_new(const struct env *env, const struct hostdir *dir)
{
	struct volumes *volumes = mem_zalloc(sizeof(*volumes));

	volumes->env = env;
	volumes->dir = dir;
	volumes->chores = chores_new(env->loop, work, volumes);
	objects_each(env->objects, KIND_PVC, NULL, NULL, add, volumes);
	objects_each(env->objects, KIND_PV, NULL, NULL, add_volume, volumes);
	return volumes;
}

void volumes_free(struct volumes *volumes)
{
	if (volumes == NULL)
		return;
	chores_free(volumes->chores);
	links_fini(&volumes->links);
	free(volumes);
}
