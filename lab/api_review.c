/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_review.h"

#include <string.h>

#include "lab/api_body.h"
#include "lab/api_core.h"
#include "lab/api_reply.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* The name that the kubeconfig gives to the user. */
#define USER "lab"

static bool is_kind(const struct api_ctx *ctx, const char *kind)
{
	return strcmp(ctx->to.kind->kind, kind) == 0;
}

static void fault(struct api_ctx *ctx, const char *field,
		  const struct json *value, const char *why)
{
	scope_free char *text =
		value != NULL ? json_print(value) : mem_strdup("null");

	status_find(&ctx->status, FINDING_INVALID, field, text, "%s", why);
}

/* Exactly one of the two. */
static void check_attributes(struct api_ctx *ctx, const struct json *spec)
{
	const struct json *objects = json_get(spec, "resourceAttributes");
	const struct json *urls = json_get(spec, "nonResourceAttributes");

	if (objects != NULL && urls != NULL)
		fault(ctx, "spec.nonResourceAttributes", urls,
		      "cannot be specified in combination with "
		      "resourceAttributes");
	else if (objects == NULL && urls == NULL)
		fault(ctx, "spec.resourceAttributes", NULL,
		      "exactly one of nonResourceAttributes or "
		      "resourceAttributes must be specified");
}

static void check_subject(struct api_ctx *ctx, const struct json *spec)
{
	const char *user = json_str(spec, "user");
	scope_json struct json *none = json_new_str("");

	if ((user == NULL || *user == '\0') &&
	    json_len(json_get(spec, "groups")) == 0)
		fault(ctx, "spec.user", none,
		      "at least one of user or group must be specified");
}

static void check_namespace(struct api_ctx *ctx, const struct json *spec)
{
	const struct json *urls = json_get(spec, "nonResourceAttributes");
	const char *ns = json_str(spec, "resourceAttributes.namespace");

	if (urls != NULL)
		fault(ctx, "spec.nonResourceAttributes", urls,
		      "disallowed on this kind of request");
	if (ns != NULL && strcmp(ns, ctx->to.ns) != 0)
		fault(ctx, "spec.resourceAttributes.namespace",
		      json_at(spec, "resourceAttributes.namespace"),
		      "must match metadata.namespace");
}

static struct json *allowed(void)
{
	struct json *status = json_new_object();

	json_set_bool(status, "allowed", true);
	return status;
}

static void answer_access(struct api_ctx *ctx, struct json *review)
{
	const struct json *spec = json_get(review, "spec");

	check_attributes(ctx, spec);
	if (!is_kind(ctx, "SelfSubjectAccessReview"))
		check_subject(ctx, spec);
	if (ctx->to.kind->namespaced)
		check_namespace(ctx, spec);
	status_invalid_end(&ctx->status, ctx->to.kind, "");
	json_set(review, "status", allowed());
}

static struct json *new_rule(const char *const *lists)
{
	struct json *rule = json_new_object();

	for (; *lists != NULL; lists++)
		json_push(json_child_array(rule, *lists), json_new_str("*"));
	return rule;
}

static void answer_rules(struct api_ctx *ctx, struct json *review)
{
	static const char *const objects[] = {"verbs", "apiGroups", "resources",
					      NULL};
	static const char *const urls[] = {"verbs", "nonResourceURLs", NULL};
	const char *ns = json_str(review, "spec.namespace");
	struct json *status = json_new_object();

	if (ns == NULL || *ns == '\0')
		status_bad_request(&ctx->status, "no namespace on request");
	json_push(json_child_array(status, "resourceRules"), new_rule(objects));
	json_push(json_child_array(status, "nonResourceRules"), new_rule(urls));
	json_set_bool(status, "incomplete", false);
	json_set(review, "spec", json_new_object());
	json_set(review, "status", status);
}

static void answer_self(struct json *review)
{
	struct json *user = json_child_object(
		json_child_object(review, "status"), "userInfo");
	struct json *groups = json_child_array(user, "groups");

	json_set_str(user, "username", USER);
	json_push(groups, json_new_str("system:masters"));
	json_push(groups, json_new_str("system:authenticated"));
}

void api_review_act(struct api_ctx *ctx)
{
	scope_json struct json *review = NULL;

	if (ctx->to.kind->namespaced && *ctx->to.ns == '\0') {
		status_bad_request(&ctx->status,
				   "namespace is required on this type: %s",
				   ctx->to.kind->kind);
		return;
	}
	review = api_body_object(ctx, ctx->to.kind);
	if (review == NULL)
		return;
	if (is_kind(ctx, "SelfSubjectReview"))
		answer_self(review);
	else if (is_kind(ctx, "SelfSubjectRulesReview"))
		answer_rules(ctx, review);
	else
		answer_access(ctx, review);
	if (api_core_ok(ctx))
		api_reply_json(ctx, 201, review);
}
