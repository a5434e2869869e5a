/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_delete.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/api_body.h"
#include "lab/api_core.h"
#include "lab/api_reply.h"
#include "lab/api_write.h"
#include "lab/listing.h"
#include "lab/objects.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define FINALIZER_ORPHAN     "orphan"
#define FINALIZER_FOREGROUND "foregroundDeletion"

enum policy {
	POLICY_NONE,
	POLICY_BACKGROUND,
	POLICY_FOREGROUND,
	POLICY_ORPHAN
};

struct options {
	bool has_grace;
	int64_t grace_s;
	enum policy policy;
	const char *uid, *version; /* preconditions, borrowed; may be NULL */
};

static bool read_policy(struct api_ctx *ctx, const char *text,
			enum policy *ret_policy)
{
	static const char *const names[] = {
		[POLICY_BACKGROUND] = "Background",
		[POLICY_FOREGROUND] = "Foreground",
		[POLICY_ORPHAN] = "Orphan",
	};

	for (int i = POLICY_BACKGROUND; i <= POLICY_ORPHAN; i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret_policy = (enum policy)i;
			return true;
		}
	}
	scope_free char *quoted = mem_printf("\"%.100s\"", text);
	status_find(&ctx->status, FINDING_NOT_SUPPORTED, "propagationPolicy",
		    quoted,
		    "supported values: \"Foreground\", \"Background\", "
		    "\"Orphan\", \"nil\"");
	api_core_bad_options(ctx, "DeleteOptions");
	return false;
}

static bool both_set(struct api_ctx *ctx, const char *policy)
{
	scope_free char *quoted = mem_printf("\"%.100s\"", policy);

	status_find(&ctx->status, FINDING_INVALID, "propagationPolicy", quoted,
		    "orphanDependents and deletionPropagation cannot be both "
		    "set");
	api_core_bad_options(ctx, "DeleteOptions");
	return false;
}

/* `json`: DeleteOptions of the body; `params`: the query, where there was no
 * body. */
static bool read_options(struct api_ctx *ctx, const struct json *json,
			 struct options *o)
{
	const struct json *grace = json_get(json, "gracePeriodSeconds");
	const struct json *orphan = json_get(json, "orphanDependents");
	const char *policy = json_str(json, "propagationPolicy");

	*o = (struct options){
		.has_grace = json_type(grace) == JSON_NUMBER,
		.grace_s = json_value_int(grace, 0),
		.uid = json_str(json, "preconditions.uid"),
		.version = json_str(json, "preconditions.resourceVersion"),
	};
	if (json_type(orphan) == JSON_BOOL) {
		if (policy != NULL)
			return both_set(ctx, policy);
		o->policy = json_value_bool(orphan, false) ? POLICY_ORPHAN
							   : POLICY_BACKGROUND;
	}
	return policy == NULL || read_policy(ctx, policy, &o->policy);
}

/* Options may also come as parameters; made a DeleteOptions of. */
static struct json *options_of_query(struct api_ctx *ctx)
{
	struct json *json = json_new_object();
	const char *grace = api_path_param(&ctx->params, "gracePeriodSeconds");
	const char *policy = api_path_param(&ctx->params, "propagationPolicy");
	const char *orphan = api_path_param(&ctx->params, "orphanDependents");

	if (grace != NULL && *grace != '\0')
		json_set_int(json, "gracePeriodSeconds",
			     strtoll(grace, NULL, 10));
	if (policy != NULL && *policy != '\0')
		json_set_str(json, "propagationPolicy", policy);
	if (orphan != NULL && *orphan != '\0')
		json_set_bool(json, "orphanDependents",
			      api_path_flag(&ctx->params, "orphanDependents"));
	return json;
}

static bool asks_dry_run(const struct json *options)
{
	json_each (value, json_get(options, "dryRun")) {
		const char *text = json_value_str(value);

		if (text != NULL && strcmp(text, "All") == 0)
			return true;
	}
	return false;
}

/* NULL: ctx->status says why. */
static struct json *take_options(struct api_ctx *ctx)
{
	struct json *options;
	const char *kind;

	if (ctx->in->body_len == 0)
		return options_of_query(ctx);
	options = api_body_any(ctx);
	if (options == NULL)
		return NULL;
	kind = json_str(options, "kind");
	if (json_type(options) != JSON_OBJECT ||
	    (kind != NULL && *kind != '\0' &&
	     strcmp(kind, "DeleteOptions") != 0)) {
		status_bad_request(&ctx->status,
				   "%.100s in the body of a DELETE cannot be "
				   "handled as DeleteOptions",
				   kind != NULL ? kind : "what is");
		json_free(options);
		return NULL;
	}
	ctx->dry_run |= asks_dry_run(options);
	return options;
}

static bool check_preconditions(struct api_ctx *ctx, const struct kind *kind,
				const struct object *object,
				const struct options *o)
{
	char version[24];
	scope_free char *why = NULL;

	snprintf(version, sizeof(version), "%" PRIu64, object->version);
	if (o->uid != NULL && strcmp(o->uid, object->uid) != 0)
		why = mem_printf(
			"the UID in the precondition (%.100s) does not match "
			"the UID in record (%s). The object might have been "
			"deleted and then recreated",
			o->uid, object->uid);
	else if (o->version != NULL && strcmp(o->version, version) != 0)
		why = mem_printf(
			"the ResourceVersion in the precondition (%.100s) does "
			"not match the ResourceVersion in record (%s). The "
			"object might have been modified",
			o->version, version);
	if (why != NULL) {
		ctx->odd = *kind;
		ctx->odd.plural = kind->kind;
		status_conflict(&ctx->status, &ctx->odd, object->name, why);
	}
	return why == NULL;
}

static void set_time(struct json *metadata, int64_t wall_us)
{
	char text[32];

	clk_format(text, wall_us, 0);
	json_set_str(metadata, "deletionTimestamp", text);
}

static void count_generation(struct json *metadata)
{
	int64_t generation = json_int(metadata, "generation", 0);

	if (generation > 0)
		json_set_int(metadata, "generation", generation + 1);
}

enum grace {
	GRACE_NONE,    /* no grace: goes at once, if no finalizer keeps it */
	GRACE_CHANGED, /* metadata now says when it ends */
	GRACE_PENDING, /* already going, nothing to change */
};

/* Only a shorter grace may be asked for afterwards. */
static enum grace shorten(struct json *metadata, const struct options *o)
{
	int64_t had = json_int(metadata, "deletionGracePeriodSeconds", 0);
	int64_t due_us;

	if (had == 0)
		return GRACE_NONE;
	if (!o->has_grace || o->grace_s >= had)
		return GRACE_PENDING;
	if (clk_parse(json_str(metadata, "deletionTimestamp"), &due_us) != 0)
		due_us = clk_wall_us();
	set_time(metadata, due_us - (had - o->grace_s) * 1000000);
	json_set_int(metadata, "deletionGracePeriodSeconds", o->grace_s);
	return GRACE_CHANGED;
}

/* SS-196: a pod without a node, or one that has ended, needs no grace. */
static int64_t pod_grace(const struct json *pod, const struct options *o)
{
	const char *node = json_str(pod, "spec.nodeName");
	const char *phase = json_str(pod, "status.phase");
	int64_t grace =
		o->has_grace
			? o->grace_s
			: json_int(pod, "spec.terminationGracePeriodSeconds",
				   0);

	if (node == NULL || *node == '\0')
		return 0;
	if (phase != NULL &&
	    (strcmp(phase, "Failed") == 0 || strcmp(phase, "Succeeded") == 0))
		return 0;
	return grace < 0 ? 1 : grace;
}

static enum grace be_graceful(const struct kind *kind, struct json *is,
			      const struct options *o)
{
	struct json *metadata = json_child_object(is, "metadata");
	int64_t grace;

	if (kind->id != KIND_POD)
		return GRACE_NONE;
	if (json_get(metadata, "deletionTimestamp") != NULL)
		return shorten(metadata, o);
	grace = pod_grace(is, o);
	set_time(metadata, clk_wall_us() + grace * 1000000);
	json_set_int(metadata, "deletionGracePeriodSeconds", grace);
	count_generation(metadata);
	return GRACE_CHANGED;
}

static void mark_deleting(struct json *is)
{
	struct json *metadata = json_child_object(is, "metadata");

	if (json_get(metadata, "deletionTimestamp") == NULL) {
		count_generation(metadata);
		set_time(metadata, clk_wall_us());
	}
	json_set_int(metadata, "deletionGracePeriodSeconds", 0);
}

static bool names(const struct json *value, const char *name)
{
	const char *text = json_value_str(value);

	return text != NULL && strcmp(text, name) == 0;
}

static bool has_finalizer(const struct json *finalizers, const char *name)
{
	json_each (value, finalizers) {
		if (names(value, name))
			return true;
	}
	return false;
}

/* The collector's two finalizers follow the policy; without one they stay as
 * they are. */
static bool set_finalizers(struct json *is, enum policy policy)
{
	struct json *metadata = json_child_object(is, "metadata");
	const struct json *have = json_get(metadata, "finalizers");
	bool had_orphan = has_finalizer(have, FINALIZER_ORPHAN);
	bool had_foreground = has_finalizer(have, FINALIZER_FOREGROUND);
	struct json *list;

	if (policy == POLICY_NONE ||
	    (had_orphan == (policy == POLICY_ORPHAN) &&
	     had_foreground == (policy == POLICY_FOREGROUND)))
		return false;
	list = json_new_array();
	json_each (value, have) {
		if (!names(value, FINALIZER_ORPHAN) &&
		    !names(value, FINALIZER_FOREGROUND))
			json_push(list, json_dup(value));
	}
	if (policy == POLICY_ORPHAN)
		json_push(list, json_new_str(FINALIZER_ORPHAN));
	if (policy == POLICY_FOREGROUND)
		json_push(list, json_new_str(FINALIZER_FOREGROUND));
	if (json_len(list) > 0) {
		json_set(metadata, "finalizers", list);
	} else {
		json_remove(metadata, "finalizers");
		json_free(list);
	}
	return true;
}

/* A namespace also waits for those in its spec. */
static bool is_held(const struct kind *kind, const struct json *is)
{
	return json_len(json_at(is, "metadata.finalizers")) > 0 ||
	       (kind->id == KIND_NAMESPACE &&
		json_len(json_at(is, "spec.finalizers")) > 0);
}

static void be_terminating(const struct kind *kind, struct json *is)
{
	if (kind->id == KIND_NAMESPACE)
		json_set_str(json_child_object(is, "status"), "phase",
			     "Terminating");
}

static bool was_marked(const struct json *was)
{
	return json_at(was, "metadata.deletionTimestamp") != NULL;
}

enum outcome { OUTCOME_FAILED, OUTCOME_STAYS, OUTCOME_GONE };

/* In the steps of a real server: a grace period or finalizers are written
 * down first, and only what has neither goes at once. `*is` is the object as
 * it was read, and then as it is (or was last). */
static enum outcome act(struct api_ctx *ctx, const struct kind *kind,
			const struct object *object, const struct options *o,
			struct json *is)
{
	scope_free char *ns = mem_strdup(object->ns);
	scope_free char *name = mem_strdup(object->name);
	bool marked = was_marked(is), changed, held, write;
	enum grace grace = be_graceful(kind, is, o);

	if (grace == GRACE_PENDING)
		return OUTCOME_STAYS;
	changed = set_finalizers(is, o->policy);
	held = is_held(kind, is);
	if (held && grace == GRACE_NONE) {
		mark_deleting(is);
		be_terminating(kind, is);
	}
	write = grace == GRACE_CHANGED || (held && (changed || !marked));
	if (write && !api_write_raw(ctx, kind, is, NULL))
		return OUTCOME_FAILED;
	if (held || json_int(is, "metadata.deletionGracePeriodSeconds", 0) > 0)
		return OUTCOME_STAYS;
	return api_write_remove(ctx, kind, ns, name) ? OUTCOME_GONE
						     : OUTCOME_FAILED;
}

/* Which kinds answer with the object although it has gone. */
static bool returns_object(const struct kind *kind)
{
	switch (kind->id) {
	case KIND_POD:
	case KIND_SERVICE:
	case KIND_SERVICEACCOUNT:
	case KIND_PV:
	case KIND_PVC:
	case KIND_STORAGECLASS:
		return true;
	default:
		return false;
	}
}

void api_delete_by_options(struct api_ctx *ctx, const struct object *object,
			   const struct json *options, struct json *is)
{
	const struct kind *kind = kinds_stored(object->kind);
	struct options o;

	if (read_options(ctx, options, &o) &&
	    check_preconditions(ctx, kind, object, &o))
		(void)act(ctx, kind, object, &o, is);
}

void api_delete_one(struct api_ctx *ctx)
{
	scope_json struct json *json = take_options(ctx);
	const struct object *object;
	scope_json struct json *is = NULL;
	const struct kind *kind = kinds_stored(ctx->to.kind->id);
	struct options o;
	enum outcome outcome;

	if (json == NULL || !read_options(ctx, json, &o))
		return;
	object = api_write_find(ctx);
	if (object == NULL || !check_preconditions(ctx, kind, object, &o))
		return;
	is = api_write_parse(object);
	outcome = act(ctx, kind, object, &o, is);
	if (outcome == OUTCOME_GONE && !returns_object(kind))
		api_reply_success(ctx, 200, ctx->to.kind, ctx->to.name,
				  json_str(is, "metadata.uid"));
	else if (outcome != OUTCOME_FAILED)
		api_reply_object(ctx, 200, is);
}

struct names {
	const struct listing_filter *filter;
	char **keys; /* ns, name, ns, name... */
	size_t n;
};

static bool collect(const struct object *object, void *arg)
{
	struct names *all = arg;

	if (!listing_matches(all->filter, object, NULL))
		return true;
	mem_grow(all->keys, all->n);
	all->keys[all->n++] = mem_strdup(object->ns);
	mem_grow(all->keys, all->n);
	all->keys[all->n++] = mem_strdup(object->name);
	return true;
}

static void delete_named(struct api_ctx *ctx, const struct names *all,
			 const struct options *o)
{
	const struct kind *kind = kinds_stored(ctx->to.kind->id);

	for (size_t i = 0; i < all->n && api_core_ok(ctx); i += 2) {
		const struct object *object =
			objects_get(ctx->api->objects, kind->id, all->keys[i],
				    all->keys[i + 1]);
		scope_json struct json *is = NULL;

		if (object == NULL)
			continue;
		is = api_write_parse(object);
		(void)act(ctx, kind, object, o, is);
	}
}

/* The answer lists what was found, as it was. */
void api_delete_collection(struct api_ctx *ctx)
{
	scope_json struct json *json = take_options(ctx);
	struct listing_filter filter;
	struct names all = {.filter = &filter};
	struct options o;

	if (json == NULL || !read_options(ctx, json, &o) ||
	    !listing_init(&filter, ctx))
		return;
	listing_reply(ctx);
	if (api_core_ok(ctx))
		objects_each(ctx->api->objects, ctx->to.kind->id, filter.ns,
			     NULL, collect, &all);
	delete_named(ctx, &all, &o);
	for (size_t i = 0; i < all.n; i++)
		free(all.keys[i]);
	free(all.keys);
	listing_fini(&filter);
}
