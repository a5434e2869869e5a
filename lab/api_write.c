/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/api_body.h"
#include "lab/api_core.h"
#include "lab/api_create.h"
#include "lab/api_face.h"
#include "lab/api_patch.h"
#include "lab/api_reply.h"
#include "lab/managed.h"
#include "lab/objects.h"
#include "lab/rules.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

const struct object *api_write_find(struct api_ctx *ctx)
{
	const struct object *object = objects_get(
		ctx->api->objects, ctx->to.kind->id, ctx->to.ns, ctx->to.name);

	if (object == NULL)
		status_not_found(&ctx->status, ctx->to.kind, ctx->to.name);
	return object;
}

/* What is stored has been checked; it always parses. */
struct json *api_write_parse(const struct object *object)
{
	struct json *json = NULL;

	if (json_parse(object->json, object->json_len, &json, NULL) != 0)
		return json_new_object();
	return json;
}

static void store_failed(struct api_ctx *ctx, const struct kind *kind,
			 const char *name, int rc, const struct err *err)
{
	if (rc == ST_EEXISTS)
		status_already_exists(&ctx->status, kind, name);
	else if (rc == ST_ENOTFOUND)
		status_not_found(&ctx->status, kind, name);
	else if (rc == ST_ECONFLICT)
		status_conflict(&ctx->status, kind, name,
				"the object has been modified; please apply "
				"your changes to the latest version and try "
				"again");
	else
		status_set(&ctx->status, 500, "InternalError",
			   "Internal error occurred: %s", err_msg(err));
}

bool api_write_raw(struct api_ctx *ctx, const struct kind *kind,
		   struct json *is, const struct object **ret_object)
{
	struct err err = {0};
	const struct object *object = NULL;
	int rc;

	if (ctx->dry_run)
		return true;
	rc = objects_put(ctx->api->objects, kind->id, is, OBJECTS_ANY, &object,
			 &err);
	if (rc != 0) {
		store_failed(ctx, kind, json_str(is, "metadata.name"), rc,
			     &err);
		return false;
	}
	ctx->wrote = true;
	if (ret_object != NULL)
		*ret_object = object;
	return true;
}

bool api_write_remove(struct api_ctx *ctx, const struct kind *kind,
		      const char *ns, const char *name)
{
	struct err err = {0};
	int rc;

	if (ctx->dry_run)
		return true;
	rc = objects_delete(ctx->api->objects, kind->id, ns, name, OBJECTS_ANY,
			    &err);
	if (rc != 0) {
		store_failed(ctx, kind, name, rc, &err);
		return false;
	}
	ctx->wrote = true;
	return true;
}

static bool is_empty(const struct json *list)
{
	return json_len(list) == 0;
}

/* The last finalizer of an object that is being deleted has gone. */
static bool is_over(const struct kind *kind, const struct json *was,
		    const struct json *is)
{
	if (json_str(was, "metadata.deletionTimestamp") == NULL ||
	    json_int(is, "metadata.deletionGracePeriodSeconds", 0) > 0 ||
	    !is_empty(json_at(is, "metadata.finalizers")))
		return false;
	if (kind->id == KIND_NAMESPACE)
		return is_empty(json_at(is, "spec.finalizers"));
	return !is_empty(json_at(was, "metadata.finalizers"));
}

static bool is_metadata_own(const char *name)
{
	return strcmp(name, "managedFields") == 0 ||
	       strcmp(name, "resourceVersion") == 0;
}

static size_t count_but_own(const struct json *metadata)
{
	size_t n = 0;

	json_each (member, metadata)
		n += !is_metadata_own(json_name(member));
	return n;
}

static bool same_metadata(const struct json *a, const struct json *b)
{
	if (count_but_own(a) != count_but_own(b))
		return false;
	json_each (member, a) {
		const char *name = json_name(member);

		if (!is_metadata_own(name) &&
		    !json_equal(member, json_get(b, name)))
			return false;
	}
	return true;
}

static bool same_manager(const struct json *a, const struct json *b)
{
	if (json_len(a) != json_len(b))
		return false;
	json_each (member, a) {
		const char *name = json_name(member);

		if (strcmp(name, "time") != 0 &&
		    !json_equal(member, json_get(b, name)))
			return false;
	}
	return true;
}

static bool same_managers(const struct json *a, const struct json *b)
{
	const struct json *x = json_first(a), *y = json_first(b);

	for (; x != NULL && y != NULL; x = json_next(x), y = json_next(y)) {
		if (!same_manager(x, y))
			return false;
	}
	return x == NULL && y == NULL;
}

/* A write that changes nothing is none: no version, no event. The time of a
 * manager's entry alone is nothing. */
static bool is_noop(const struct json *was, const struct json *is)
{
	if (json_len(was) != json_len(is))
		return false;
	json_each (member, is) {
		const char *name = json_name(member);

		if (strcmp(name, "metadata") != 0 &&
		    !json_equal(json_get(was, name), member))
			return false;
	}
	return same_metadata(json_get(was, "metadata"),
			     json_get(is, "metadata")) &&
	       same_managers(json_at(was, "metadata.managedFields"),
			     json_at(is, "metadata.managedFields"));
}

static void carry(struct json *to, const struct json *from, const char *name)
{
	const struct json *value = json_get(from, name);

	if (value != NULL)
		json_set(to, name, json_dup(value));
	else
		json_remove(to, name);
}

/* What no client sets. */
static void carry_system(const struct json *was, struct json *is)
{
	static const char *const names[] = {"name",
					    "namespace",
					    "uid",
					    "creationTimestamp",
					    "deletionTimestamp",
					    "deletionGracePeriodSeconds"};
	const struct json *from = json_get(was, "metadata");
	struct json *to = json_child_object(is, "metadata");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		carry(to, from, names[i]);
	json_remove(to, "selfLink");
	if (json_get(to, "managedFields") == NULL)
		carry(to, from, "managedFields");
	else if (is_empty(json_get(to, "managedFields")))
		json_remove(to, "managedFields");
}

static bool differs(const struct json *is, const char *member, const char *want)
{
	const char *have = json_str(is, member);

	return have != NULL && *have != '\0' && strcmp(have, want) != 0;
}

static bool check_names(struct api_ctx *ctx, const struct json *is,
			const struct object *object)
{
	if (json_str(is, "metadata.name") == NULL)
		status_bad_request(&ctx->status,
				   "the name of the object (%s based on URL) "
				   "was undeterminable: name must be provided",
				   object->name);
	else if (differs(is, "metadata.name", object->name))
		status_bad_request(&ctx->status,
				   "the name of the object (%.300s) does not "
				   "match the name on the URL (%.300s)",
				   json_str(is, "metadata.name"), object->name);
	else if (*object->ns != '\0' &&
		 differs(is, "metadata.namespace", object->ns))
		status_bad_request(&ctx->status,
				   "the namespace of the object (%.300s) does "
				   "not match the namespace on the request "
				   "(%s)",
				   json_str(is, "metadata.namespace"),
				   object->ns);
	return api_core_ok(ctx);
}

/* A patch may not set another one; a whole object that has another one was
 * meant for another object. */
static bool check_uid(struct api_ctx *ctx, const struct kind *kind,
		      const struct json *is, const struct object *object)
{
	if (!differs(is, "metadata.uid", object->uid))
		return true;
	if (strcmp(ctx->in->method, "PATCH") == 0) {
		scope_free char *text = json_print(json_at(is, "metadata.uid"));

		status_find(&ctx->status, FINDING_INVALID, "metadata.uid", text,
			    "field is immutable");
		status_invalid_end(&ctx->status, kind, object->name);
		return false;
	}
	scope_free char *why = mem_printf(
		"StorageError: invalid object, Code: 4, Key: "
		"/registry/%s/%s%s%s, ResourceVersion: 0, AdditionalErrorMsg: "
		"Precondition failed: UID in precondition: %.100s, UID in "
		"object meta: %s",
		kind->plural, object->ns, *object->ns != '\0' ? "/" : "",
		object->name, json_str(is, "metadata.uid"), object->uid);
	status_conflict(&ctx->status, kind, object->name, why);
	return false;
}

static bool needs_version(const struct kind *kind)
{
	return kind->id == KIND_LEASE || kind->id == KIND_PDB;
}

static bool check_version(struct api_ctx *ctx, const struct kind *kind,
			  const struct json *is, const struct object *object)
{
	const char *text = json_str(is, "metadata.resourceVersion");
	struct err err = {0};
	char have[24];

	if (text == NULL || *text == '\0' || strcmp(text, "0") == 0) {
		if (!needs_version(kind))
			return true;
		status_find(&ctx->status, FINDING_INVALID,
			    "metadata.resourceVersion", "0x0",
			    "must be specified for an update");
		ctx->odd = *kind;
		ctx->odd.kind = kind->plural;
		status_invalid_end(&ctx->status, &ctx->odd, object->name);
		return false;
	}
	if (text[strspn(text, "0123456789")] != '\0') {
		scope_free char *quoted = mem_printf("\"%.100s\"", text);

		status_find(&ctx->status, FINDING_INVALID,
			    "metadata.resourceVersion", quoted,
			    "strconv.ParseUint: invalid syntax");
		status_invalid_end(&ctx->status, kind, object->name);
		return false;
	}
	snprintf(have, sizeof(have), "%" PRIu64, object->version);
	if (strcmp(have, text) == 0)
		return true;
	store_failed(ctx, kind, object->name, ST_ECONFLICT, &err);
	return false;
}

static bool validate(struct api_ctx *ctx, const struct kind *kind,
		     const struct json *was, const struct json *is,
		     const char *sub)
{
	rules_validate(kind, was, is, sub, &ctx->status);
	status_invalid_end(&ctx->status, kind, json_str(is, "metadata.name"));
	return api_core_ok(ctx);
}

/* Defaults, what this write may not touch, who owns what, admission. */
static bool prepare(struct api_ctx *ctx, const struct kind *kind,
		    const struct json *was, struct json *is, const char *sub)
{
	rules_default(kind, is);
	if (sub == NULL)
		rules_gates(kind, was, is, ctx->api->gates);
	carry_system(was, is);
	rules_prepare_update(kind, was, is, sub);
	if (!ctx->applied)
		managed_update(kind, was, is, ctx->manager, sub, clk_wall_s());
	if (sub == NULL && ctx->api->admit != NULL)
		ctx->api->admit(kind, was, is, ctx->dry_run, &ctx->status,
				ctx->api->admit_arg);
	return api_core_ok(ctx) && validate(ctx, kind, was, is, sub);
}

/* `is` is complete. */
static bool put(struct api_ctx *ctx, const struct kind *kind,
		const struct object *object, const struct json *was,
		struct json *is)
{
	carry(json_child_object(is, "metadata"), json_get(was, "metadata"),
	      "resourceVersion");
	if (is_over(kind, was, is))
		return api_write_remove(ctx, kind, object->ns, object->name);
	if (!is_noop(was, is))
		return api_write_raw(ctx, kind, is, NULL);
	carry(json_child_object(is, "metadata"), json_get(was, "metadata"),
	      "managedFields");
	return true;
}

bool api_write_store(struct api_ctx *ctx, const struct kind *kind,
		     const struct object *object, struct json *take_is,
		     const char *sub, struct json **ret_is)
{
	const struct kind *stored = kinds_stored(kind->id);
	scope_json struct json *is = take_is;
	scope_json struct json *was = api_write_parse(object);

	if (!check_names(ctx, is, object) ||
	    !check_uid(ctx, kind, is, object) ||
	    !check_version(ctx, kind, is, object) ||
	    !prepare(ctx, stored, was, is, sub) ||
	    !put(ctx, stored, object, was, is))
		return false;
	*ret_is = is;
	is = NULL;
	return true;
}

static void update_and_reply(struct api_ctx *ctx, const struct object *object,
			     struct json *take_is)
{
	scope_json struct json *is = NULL;

	if (api_write_store(ctx, ctx->to.kind, object, take_is, ctx->to.sub,
			    &is))
		api_reply_object(ctx, 200, is);
}

static bool may_create_by_put(const struct kind *kind)
{
	switch (kind->id) {
	case KIND_EVENT:
	case KIND_LEASE:
	case KIND_LIMITRANGE:
	case KIND_SERVICE:
	case KIND_ENDPOINTSLICE:
		return true;
	default:
		return false;
	}
}

static void create_by_put(struct api_ctx *ctx, struct json *take_is)
{
	scope_json struct json *is = take_is;
	const char *name = json_str(is, "metadata.name");

	if (name != NULL && strcmp(name, ctx->to.name) != 0) {
		status_bad_request(&ctx->status,
				   "the name of the object (%.300s) does not "
				   "match the name on the URL (%.300s)",
				   name, ctx->to.name);
		return;
	}
	json_set_str(json_child_object(is, "metadata"), "name", ctx->to.name);
	if (api_create_object(ctx, ctx->to.kind, ctx->to.ns, is))
		api_reply_object(ctx, 201, is);
}

void api_write_update(struct api_ctx *ctx)
{
	struct json *is = api_body_object(ctx, ctx->to.kind);
	const struct object *object;

	if (is == NULL)
		return;
	object = objects_get(ctx->api->objects, ctx->to.kind->id, ctx->to.ns,
			     ctx->to.name);
	if (object == NULL && ctx->to.sub == NULL &&
	    may_create_by_put(ctx->to.kind)) {
		create_by_put(ctx, is);
		return;
	}
	if (object == NULL) {
		status_not_found(&ctx->status, ctx->to.kind, ctx->to.name);
		json_free(is);
		return;
	}
	update_and_reply(ctx, object, is);
}

void api_write_create(struct api_ctx *ctx)
{
	scope_json struct json *is = api_body_object(ctx, ctx->to.kind);

	if (is != NULL && api_create_object(ctx, ctx->to.kind, ctx->to.ns, is))
		api_reply_object(ctx, 201, is);
}

static void apply_new(struct api_ctx *ctx)
{
	scope_json struct json *is = api_patch_apply(ctx, ctx->to.kind, NULL);

	if (is == NULL)
		return;
	json_set_str(json_child_object(is, "metadata"), "name", ctx->to.name);
	if (api_create_object(ctx, ctx->to.kind, ctx->to.ns, is))
		api_reply_object(ctx, 201, is);
}

void api_write_patch(struct api_ctx *ctx)
{
	bool apply = negotiate_content(ctx->in->content_type) ==
		     NEGOTIATE_BODY_APPLY;
	const struct object *object;
	struct json *is;

	object = objects_get(ctx->api->objects, ctx->to.kind->id, ctx->to.ns,
			     ctx->to.name);
	if (object == NULL && apply && ctx->to.sub == NULL) {
		apply_new(ctx);
		return;
	}
	if (object == NULL) {
		status_not_found(&ctx->status, ctx->to.kind, ctx->to.name);
		return;
	}
	is = api_patch_apply(ctx, ctx->to.kind, object);
	if (is != NULL)
		update_and_reply(ctx, object, is);
}
