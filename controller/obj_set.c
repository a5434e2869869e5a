/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "controller/istr.h"
#include "controller/obj_pack.h"
#include "controller/quantity.h"
#include "controller/selector.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"

enum { US_PER_S = 1000000 };

/* A selector that cannot be parsed is the reconciler's to report (SS-010). */
static struct selector *read_match(const struct json *spec)
{
	struct selector *match = NULL;

	if (selector_new(json_get(spec, "selector"), &match, NULL) != 0)
		return NULL;
	return match;
}

/* The text that writes and comparisons start from. Field managers are most of
 * many objects and serve neither: a write without them leaves them as they
 * are. */
static char *keep_text(const struct json *object)
{
	scope_json struct json *copy = json_dup(object);

	json_remove(json_child_object(copy, "metadata"), "managedFields");
	return json_print(copy);
}

/* What is negative or too large is the API server's to refuse. */
static uint32_t read_count(const struct json *json, const char *field,
			   int64_t otherwise)
{
	int64_t count = json_int(json, field, otherwise);

	if (count < 0)
		return 0;
	return count < INT32_MAX ? (uint32_t)count : INT32_MAX;
}

/* What the reconciler wants to know. */
static void read_more(struct obj_set *view, const struct json *object)
{
	const struct json *spec = json_get(object, "spec");

	view->json = keep_text(object);
	view->json_len = strlen(view->json);
	view->min_ready_s = (int32_t)read_count(spec, "minReadySeconds", 0);
	view->match = read_match(spec);
}

struct obj *obj_build_set(struct obj_pack *pack, const struct obj *head,
			  const struct json *object, struct obj_block *block)
{
	const struct json *spec = json_get(object, "spec");
	struct obj_set view = {
		.obj = *head,
		.service_name = istr_get(json_str(spec, "serviceName")),
		.replicas = read_count(spec, "replicas", 1),
		.first_ordinal = read_count(spec, "ordinals.start", 0),
	};

	if (!pack->is_for_dns)
		read_more(&view, object);
	obj_pack_seal(pack, &view, sizeof(view), block);
	return block->head;
}

void obj_drop_set(const struct obj_set *set)
{
	istr_drop(set->service_name);
	selector_free(set->match);
	free(set->json);
}

/* What compares references need not know that one may be broken. */
static const struct istr *read_text(const struct json *json, const char *field)
{
	const char *text = json_str(json, field);

	return istr_get(text ? text : "");
}

static void read_owner_ref(struct obj_pack *pack, const struct json *json)
{
	struct obj_owner_ref ref = {
		.api_version = read_text(json, "apiVersion"),
		.kind = read_text(json, "kind"),
		.name = read_text(json, "name"),
		.uid = read_text(json, "uid"),
		.controller = json_bool(json, "controller", false),
	};

	buf_put(&pack->rows, &ref, sizeof(ref));
}

static double read_bytes(const struct json *object, const char *path)
{
	const char *text = json_str(json_at(object, path), "storage");
	double bytes = text ? quantity_bytes(text, strlen(text)) : 0;

	return bytes > 0 ? bytes : 0;
}

struct obj *obj_build_claim(struct obj_pack *pack, const struct obj *head,
			    const struct json *object, struct obj_block *block)
{
	struct obj_claim view =
				 {
					 .obj = *head,
					 .request = read_bytes(
						 object,
						 "spec.resources.requests"),
					 .capacity = read_bytes(
						 object, "status.capacity"),
				 },
			 *ret;

	json_each (child, json_at(object, "metadata.ownerReferences"))
		read_owner_ref(pack, child);
	view.n_owners =
		(uint32_t)(pack->rows.len / sizeof(struct obj_owner_ref));
	obj_pack_seal(pack, &view, sizeof(view), block);
	ret = block->head;
	ret->owners = block->rows;
	return &ret->obj;
}

void obj_drop_claim(const struct obj_claim *claim)
{
	for (uint32_t i = 0; i < claim->n_owners; i++) {
		istr_drop(claim->owners[i].api_version);
		istr_drop(claim->owners[i].kind);
		istr_drop(claim->owners[i].name);
		istr_drop(claim->owners[i].uid);
	}
}

struct obj *obj_build_revision(struct obj_pack *pack, const struct obj *head,
			       const struct json *object,
			       struct obj_block *block)
{
	const char *created = json_str(object, "metadata.creationTimestamp");
	struct obj_revision view = {.obj = *head};
	int64_t us;

	view.json = keep_text(object);
	view.json_len = strlen(view.json);
	view.revision = json_int(object, "revision", 0);
	if (created && clk_parse(created, &us) == 0)
		view.created_s = us / US_PER_S;
	obj_pack_seal(pack, &view, sizeof(view), block);
	return block->head;
}

void obj_drop_revision(const struct obj_revision *revision)
{
	free(revision->json);
}
