/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_create.h"

#include <stdio.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/managed.h"
#include "lab/objects.h"
#include "lab/rules.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define SUFFIX_LEN     5
#define GENERATED_BASE 58 /* what is left of a label's 63 */
#define GENERATE_TRIES 8

static void make_uid(char out[37])
{
	unsigned int r[8];

	for (size_t i = 0; i < 8; i++)
		r[i] = clk_random(0x10000);
	/* RFC 9562: version 4, variant 10. */
	snprintf(out, 37, "%04x%04x-%04x-4%03x-%04x-%04x%04x%04x", r[0], r[1],
		 r[2], r[3] & 0xfffu, (r[4] & 0x3fffu) | 0x8000u, r[5], r[6],
		 r[7]);
}

/* No vowels and nothing that is mistaken for another sign. */
static char *generate(const char *base)
{
	static const char signs[] = "bcdfghjklmnpqrstvwxz2456789";
	char suffix[SUFFIX_LEN + 1] = "";
	size_t len = strlen(base);

	for (size_t i = 0; i < SUFFIX_LEN; i++)
		suffix[i] = signs[clk_random(sizeof(signs) - 1)];
	return mem_printf("%.*s%s",
			  (int)(len < GENERATED_BASE ? len : GENERATED_BASE),
			  base, suffix);
}

static bool has_text(const struct json *object, const char *member)
{
	const char *text = json_str(object, member);

	return text != NULL && *text != '\0';
}

static void terminating(struct api_ctx *ctx, const struct kind *kind,
			const char *ns, const struct json *is)
{
	const char *name = json_str(is, "metadata.name");
	char dot = *kind->group != '\0' ? '.' : '\0';

	status_set(&ctx->status, 403, "Forbidden",
		   "%s%.1s%s \"%s\" is forbidden: unable to create new content "
		   "in namespace %s because it is being terminated",
		   kind->plural, &dot, kind->group, name != NULL ? name : "",
		   ns);
	ctx->status.kind = kind;
	free(ctx->status.name);
	ctx->status.name = mem_strdup(name);
}

/* Events may still tell how a namespace ends. */
static bool check_namespace(struct api_ctx *ctx, const struct kind *kind,
			    const char *ns, const struct json *is)
{
	const struct object *home;
	scope_json struct json *json = NULL;

	if (!kind->namespaced)
		return true;
	home = objects_get(ctx->api->objects, KIND_NAMESPACE, "", ns);
	if (home == NULL) {
		status_not_found(&ctx->status, kinds_stored(KIND_NAMESPACE),
				 ns);
		return false;
	}
	if (strstr(home->json, "\"deletionTimestamp\"") == NULL ||
	    json_parse(home->json, home->json_len, &json, NULL) != 0 ||
	    !has_text(json, "metadata.deletionTimestamp"))
		return true;
	terminating(ctx, kind, ns, is);
	return false;
}

static bool set_namespace(struct api_ctx *ctx, const struct kind *kind,
			  const char *ns, struct json *metadata)
{
	const char *have = json_str(metadata, "namespace");

	if (!kind->namespaced) {
		json_remove(metadata, "namespace");
		return true;
	}
	if (have != NULL && *have != '\0' && strcmp(have, ns) != 0) {
		status_bad_request(&ctx->status,
				   "the namespace of the provided object does "
				   "not match the namespace sent on the "
				   "request");
		return false;
	}
	json_set_str(metadata, "namespace", ns);
	return true;
}

/* What no client sets. */
static bool set_system(struct api_ctx *ctx, struct json *metadata)
{
	static const char *const own[] = {
		"selfLink", "generation", "deletionTimestamp",
		"deletionGracePeriodSeconds", "resourceVersion"};
	char uid[37], now[32];

	if (has_text(metadata, "resourceVersion")) {
		status_bad_request(&ctx->status,
				   "resourceVersion should not be set on "
				   "objects to be created");
		return false;
	}
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		json_remove(metadata, own[i]);
	if (!ctx->applied)
		json_remove(metadata, "managedFields");
	make_uid(uid);
	clk_format(now, clk_wall_us(), 0);
	json_set_str(metadata, "uid", uid);
	json_set_str(metadata, "creationTimestamp", now);
	return true;
}

/* A client's status is not taken by a create, and so nobody's. */
static void manage(struct api_ctx *ctx, const struct kind *kind,
		   struct json *is)
{
	struct json *status = NULL;

	if (ctx->applied)
		return;
	if ((kind->has & KIND_HAS_STATUS) && json_get(is, "status") != NULL) {
		status = json_dup(json_get(is, "status"));
		json_remove(is, "status");
	}
	managed_update(kind, NULL, is, ctx->manager, NULL, clk_wall_s());
	if (status != NULL)
		json_set(is, "status", status);
}

static bool prepare(struct api_ctx *ctx, const struct kind *kind,
		    struct json *is)
{
	rules_default(kind, is);
	rules_gates(kind, NULL, is, ctx->api->gates);
	manage(ctx, kind, is);
	if (ctx->api->admit != NULL)
		ctx->api->admit(kind, NULL, is, ctx->dry_run, &ctx->status,
				ctx->api->admit_arg);
	if (!api_core_ok(ctx))
		return false;
	rules_prepare_create(kind, is);
	rules_validate(kind, NULL, is, NULL, &ctx->status);
	status_invalid_end(&ctx->status, kind, json_str(is, "metadata.name"));
	return api_core_ok(ctx);
}

static bool put(struct api_ctx *ctx, const struct kind *kind, const char *ns,
		struct json *is)
{
	const char *name = json_str(is, "metadata.name");
	struct err err = {0};
	const struct object *object;
	int rc;

	if (ctx->dry_run) {
		rc = objects_get(ctx->api->objects, kind->id, ns, name) != NULL
			     ? ST_EEXISTS
			     : 0;
	} else {
		rc = objects_put(ctx->api->objects, kind->id, is, 0, &object,
				 &err);
		ctx->wrote |= rc == 0;
	}
	if (rc == ST_EEXISTS)
		status_already_exists(&ctx->status, kind, name);
	else if (rc == ST_EINVAL || rc == ST_ELIMIT)
		status_bad_request(&ctx->status, "metadata: %s", err_msg(&err));
	else if (rc != 0)
		status_set(&ctx->status, 500, "InternalError",
			   "Internal error occurred: %s", err_msg(&err));
	return rc == 0;
}

static void set_name(struct api_ctx *ctx, const struct kind *kind,
		     const char *ns, struct json *metadata)
{
	scope_free char *name = NULL;

	if (has_text(metadata, "name") || !has_text(metadata, "generateName"))
		return;
	for (int i = 0; i < GENERATE_TRIES; i++) {
		free(name);
		name = generate(json_str(metadata, "generateName"));
		if (objects_get(ctx->api->objects, kind->id, ns, name) == NULL)
			break;
	}
	json_set_str(metadata, "name", name);
}

bool api_create_object(struct api_ctx *ctx, const struct kind *face,
		       const char *ns, struct json *is)
{
	const struct kind *kind = kinds_stored(face->id);
	struct json *metadata = json_child_object(is, "metadata");

	if (!set_namespace(ctx, kind, ns, metadata) ||
	    !check_namespace(ctx, kind, ns, is) || !set_system(ctx, metadata))
		return false;
	set_name(ctx, kind, ns, metadata);
	return prepare(ctx, kind, is) && put(ctx, kind, ns, is);
}
