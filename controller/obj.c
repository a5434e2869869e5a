/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/obj.h"

#include <stdlib.h>
#include <string.h>

#include "controller/istr.h"
#include "controller/obj_pack.h"
#include "controller/pool.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static const char *const kind_names[OBJ_KINDS] = {
	[OBJ_NAMESPACE] = "namespace",
	[OBJ_SERVICE] = "service",
	[OBJ_POD] = "pod",
	[OBJ_SLICE] = "endpointslice",
	[OBJ_SET] = "statefulset",
	[OBJ_CLAIM] = "claim",
	[OBJ_REVISION] = "revision",
};

const char *obj_kind_name(enum obj_kind kind)
{
	return kind_names[kind];
}

/* Names of slices are unique, as uids are, and not worth a table entry. */
static bool shares_name(enum obj_kind kind)
{
	return kind != OBJ_SLICE;
}

static bool has_text(const char *text)
{
	return text && *text;
}

static int check_head(enum obj_kind kind, const struct json *object,
		      struct err *err)
{
	const struct json *meta = json_get(object, "metadata");

	if (json_type(object) != JSON_OBJECT)
		return err_set(err, ST_EPARSE, "%s: not an object",
			       obj_kind_name(kind));
	if (!has_text(obj_json_text(meta, "name")))
		return err_set(err, ST_EPARSE, "%s: no metadata.name",
			       obj_kind_name(kind));
	if (kind != OBJ_NAMESPACE &&
	    !has_text(obj_json_text(meta, "namespace")))
		return err_set(err, ST_EPARSE, "%s: no metadata.namespace",
			       obj_kind_name(kind));
	if (json_len(json_get(meta, "labels")) > UINT16_MAX)
		return err_set(err, ST_ELIMIT, "%s: too many metadata.labels",
			       obj_kind_name(kind));
	return 0;
}

static void read_owner(struct obj_owner *owner, const struct json *meta)
{
	const struct json *refs = json_get(meta, "ownerReferences");

	if (json_type(refs) != JSON_ARRAY)
		return;
	json_each (ref, refs) {
		if (!json_bool(ref, "controller", false) ||
		    !obj_json_text(ref, "kind") ||
		    !obj_json_text(ref, "name") || !obj_json_text(ref, "uid"))
			continue;
		owner->kind = istr_get(obj_json_text(ref, "kind"));
		owner->name = istr_get(obj_json_text(ref, "name"));
		owner->uid = istr_get(obj_json_text(ref, "uid"));
		return;
	}
}

static void read_head(struct obj_pack *pack, struct obj *head,
		      enum obj_kind kind, const struct json *meta)
{
	const char *name = obj_json_text(meta, "name");
	const char *uid = obj_json_text(meta, "uid");
	const char *version = obj_json_text(meta, "resourceVersion");

	*head = (struct obj){.kind = (uint8_t)kind};
	head->deleting = has_text(obj_json_text(meta, "deletionTimestamp"));
	if (kind != OBJ_NAMESPACE)
		head->ns = istr_get(obj_json_text(meta, "namespace"));
	head->name =
		shares_name(kind) ? istr_get(name) : obj_pack_text(pack, name);
	head->uid = obj_pack_text(pack, uid ? uid : "");
	head->version = obj_pack_text(pack, version ? version : "");
	if (kind == OBJ_SLICE || (kind == OBJ_SET && pack->is_for_dns))
		return;
	if (!pack->is_for_dns)
		read_owner(&pack->owner, meta);
	obj_pack_map(pack, json_get(meta, "labels"));
	head->n_labels = (uint16_t)obj_pack_pairs(pack);
}

static struct obj *build_namespace(struct obj_pack *pack,
				   const struct obj *head,
				   struct obj_block *block)
{
	struct obj_namespace view = {.obj = *head};

	obj_pack_seal(pack, &view, sizeof(view), block);
	return block->head;
}

static struct obj *build(struct obj_pack *pack, const struct obj *head,
			 const struct json *object, struct obj_block *block)
{
	switch ((enum obj_kind)head->kind) {
	case OBJ_SERVICE:
		return obj_build_service(pack, head, object, block);
	case OBJ_POD:
		return obj_build_pod(pack, head, object, block);
	case OBJ_SLICE:
		return obj_build_slice(pack, head, object, block);
	case OBJ_SET:
		return obj_build_set(pack, head, object, block);
	case OBJ_CLAIM:
		return obj_build_claim(pack, head, object, block);
	case OBJ_REVISION:
		return obj_build_revision(pack, head, object, block);
	case OBJ_NAMESPACE:
	case OBJ_KINDS:
		break;
	}
	return build_namespace(pack, head, block);
}

static int decode(bool is_for_dns, enum obj_kind kind,
		  const struct json *object, struct obj **ret_obj,
		  struct err *err)
{
	static struct obj_pack pack;
	struct obj_block block;
	struct obj head, *obj;
	int rc = check_head(kind, object, err);

	if (rc != 0)
		return rc;
	obj_pack_reset(&pack);
	pack.is_for_dns = is_for_dns;
	read_head(&pack, &head, kind, json_get(object, "metadata"));
	obj = build(&pack, &head, object, &block);
	obj->steps = block.steps;
	obj->owner = block.owner;
	obj->labels = block.pairs;
	obj->version = obj_own_text(&block, obj->version);
	obj->uid = obj_own_text(&block, obj->uid);
	if (!shares_name(kind))
		obj->name = obj_own_text(&block, obj->name);
	*ret_obj = obj;
	return 0;
}

int obj_decode(enum obj_kind kind, const struct json *object,
	       struct obj **ret_obj, struct err *err)
{
	return decode(false, kind, object, ret_obj, err);
}

int obj_decode_for_dns(enum obj_kind kind, const struct json *object,
		       struct obj **ret_obj, struct err *err)
{
	return decode(true, kind, object, ret_obj, err);
}

static void drop_head(const struct obj *obj)
{
	istr_drop(obj->ns);
	if (shares_name(obj->kind))
		istr_drop(obj->name);
	istr_drop(obj->owner->kind);
	istr_drop(obj->owner->name);
	istr_drop(obj->owner->uid);
	obj_drop_pairs(obj->labels, obj->n_labels);
}

void obj_free(struct obj *obj)
{
	if (!obj)
		return;
	switch ((enum obj_kind)obj->kind) {
	case OBJ_SERVICE:
		obj_drop_service(obj_service(obj));
		break;
	case OBJ_POD:
		obj_drop_pod(obj_pod(obj));
		break;
	case OBJ_SLICE:
		obj_drop_slice(obj_slice(obj));
		break;
	case OBJ_SET:
		obj_drop_set(obj_set(obj));
		break;
	case OBJ_CLAIM:
		obj_drop_claim(obj_claim(obj));
		break;
	case OBJ_REVISION:
		obj_drop_revision(obj_revision(obj));
		break;
	case OBJ_NAMESPACE:
	case OBJ_KINDS:
		break;
	}
	drop_head(obj);
	if (obj->steps > 0)
		pool_free(obj, (size_t)obj->steps * OBJ_STEP);
	else
		free(obj);
}

const struct istr *obj_label_get(const struct obj *obj, const char *key)
{
	if (!obj)
		return NULL;
	for (size_t i = 0; i < obj->n_labels; i++)
		if (strcmp(istr_text(obj->labels[i].key), key) == 0)
			return obj->labels[i].value;
	return NULL;
}
