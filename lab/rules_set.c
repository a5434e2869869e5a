/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void check_policy(struct check *check, const struct json *spec)
{
	static const char name[] = "podManagementPolicy";
	const char *policy = check_text(spec, name);

	if (*policy == '\0')
		check_required(check, name, "");
	else if (!check_is_one_of(policy, NAMES("OrderedReady", "Parallel")))
		check_invalid_str(check, name, policy,
				  "must be 'OrderedReady' or 'Parallel'");
}

/* A count, or a share of up to all. */
static void check_max_unavailable(struct check *check,
				  const struct json *rolling)
{
	static const char name[] = "maxUnavailable";
	const struct json *value = json_get(rolling, name);
	const char *text = json_value_str(value);
	struct names_faults faults = {0};

	if (value == NULL)
		return;
	if (text != NULL) {
		names_percent(text, &faults);
		check_faults(check, name, text, &faults);
		if (faults.n != 0)
			return;
		if (names_number(text) > 100)
			check_invalid(check, name, value,
				      "must not be greater than 100%%");
	} else {
		check_not_negative(check, rolling, name);
	}
	if (text != NULL ? names_number(text) == 0
			 : json_value_int(value, 0) == 0)
		check_invalid(check, name, value, "cannot be 0");
}

/* As a real server shows it: with the names of its own structures. */
static struct json *show_strategy(const struct json *strategy)
{
	const struct json *rolling = json_get(strategy, "rollingUpdate");
	struct json *shown = json_new_object(), *inner;

	json_set_str(shown, "Type", check_text(strategy, "type"));
	if (json_type(rolling) != JSON_OBJECT) {
		json_set(shown, "RollingUpdate", json_new_null());
		return shown;
	}
	inner = json_child_object(shown, "RollingUpdate");
	json_set_int(inner, "Partition", json_int(rolling, "partition", 0));
	json_set(inner, "MaxUnavailable",
		 json_dup(json_get(rolling, "maxUnavailable")));
	return shown;
}

static void check_strategy(struct check *check, const struct json *spec)
{
	const struct json *strategy = json_get(spec, "updateStrategy");
	const struct json *rolling = json_get(strategy, "rollingUpdate");
	const char *type = check_text(strategy, "type");
	size_t mark = check_enter(check, "updateStrategy");
	scope_json struct json *shown = show_strategy(strategy);

	if (*type == '\0') {
		check_required(check, NULL, "");
	} else if (strcmp(type, "OnDelete") == 0) {
		if (json_type(rolling) == JSON_OBJECT)
			check_invalid(check, "rollingUpdate",
				      json_get(shown, "RollingUpdate"),
				      "only allowed for updateStrategy "
				      "'RollingUpdate'");
	} else if (strcmp(type, "RollingUpdate") == 0) {
		size_t here = check_enter(check, "rollingUpdate");

		check_not_negative(check, rolling, "partition");
		check_max_unavailable(check, rolling);
		check_leave(check, here);
	} else {
		check_invalid(check, NULL, shown,
			      "must be 'RollingUpdate' or 'OnDelete'");
	}
	check_leave(check, mark);
}

static void check_retention(struct check *check, const struct json *spec)
{
	static const char name[] = "persistentVolumeClaimRetentionPolicy";
	const struct json *retention = json_get(spec, name);
	size_t mark = check_enter(check, name);

	check_option(check, retention, "whenDeleted",
		     NAMES("Retain", "Delete"));
	check_option(check, retention, "whenScaled", NAMES("Retain", "Delete"));
	check_leave(check, mark);
}

/* false: there is one, but nothing can be matched with it. */
static bool check_selector(struct check *check, const struct json *spec)
{
	const struct json *selector = json_get(spec, "selector");
	size_t before = check->n;

	if (json_type(selector) != JSON_OBJECT) {
		check_required(check, "selector", "");
		return true;
	}
	rules_meta_selector(check, spec, "selector");
	if (check->n != before) {
		check_invalid(check, "selector", selector, "%s", "");
		return false;
	}
	if (json_first(json_get(selector, "matchLabels")) == NULL &&
	    json_first(json_get(selector, "matchExpressions")) == NULL)
		check_invalid(check, "selector", selector,
			      "empty selector is invalid for statefulset");
	return true;
}

static void check_labels(struct check *check, const struct json *spec)
{
	const struct json *selector = json_get(spec, "selector");
	const struct json *labels = json_at(spec, "template.metadata.labels");
	scope_json struct json *null = json_new_null();

	/* No selector at all matches nothing; an empty one everything. */
	if (json_type(selector) == JSON_OBJECT &&
	    rules_meta_matches(selector, labels))
		return;
	size_t mark = check_enter(check, "metadata");
	check_invalid(check, "labels", labels != NULL ? labels : null,
		      "`selector` does not match template `labels`");
	check_leave(check, mark);
}

static void check_template(struct check *check, const struct json *spec,
			   bool can_match, bool with_pod)
{
	const struct json *pod = json_at(spec, "template.spec");
	size_t mark = check_enter(check, "template"), here;

	if (can_match)
		check_labels(check, spec);
	if (with_pod)
		rules_podspec_template(check, json_get(spec, "template"),
				       json_get(spec, "volumeClaimTemplates"));
	here = check_enter(check, "spec");
	if (strcmp(check_text(pod, "restartPolicy"), "Always") != 0)
		check_unsupported(check, "restartPolicy",
				  json_get(pod, "restartPolicy"),
				  NAMES("Always"));
	if (json_type(json_get(pod, "activeDeadlineSeconds")) == JSON_NUMBER)
		check_forbidden(check, "activeDeadlineSeconds",
				"activeDeadlineSeconds in StatefulSet is not "
				"Supported");
	check_leave(check, here);
	check_leave(check, mark);
}

static void check_claim(struct check *check, const struct json *claim,
			void *arg)
{
	size_t mark;

	(void)arg;
	mark = check_enter(check, "metadata");
	if (*check_text(json_get(claim, "metadata"), "name") == '\0')
		check_required(check, "name", "");
	check_name(check, json_get(claim, "metadata"), "name", names_subdomain);
	check_leave(check, mark);
	mark = check_enter(check, "spec");
	rules_storage_claim_spec(check, json_get(claim, "spec"));
	check_leave(check, mark);
}

static void check_spec(struct check *check, const struct json *was,
		       const struct json *spec)
{
	/* What was stored by looser rules must stay changeable elsewhere. */
	bool same_pod = was != NULL && json_equal(json_get(was, "template"),
						  json_get(spec, "template"));
	bool can_match;
	size_t mark;

	check_policy(check, spec);
	check_strategy(check, spec);
	check_retention(check, spec);
	check_not_negative(check, spec, "replicas");
	check_not_negative(check, spec, "minReadySeconds");
	mark = check_enter(check, "ordinals");
	check_not_negative(check, json_get(spec, "ordinals"), "start");
	check_leave(check, mark);
	can_match = check_selector(check, spec);
	if (was == NULL) {
		check_name(check, spec, "serviceName", names_label);
		check_each(check, spec, "volumeClaimTemplates", check_claim,
			   NULL);
	}
	check_template(check, spec, can_match, !same_pod);
}

/* Selector, names, claims and the order of starting are for life. */
static void check_fixed(struct check *check, const struct json *was,
			const struct json *spec)
{
	static const char *const fixed[] = {
		"selector",
		"serviceName",
		"podManagementPolicy",
		"volumeClaimTemplates",
	};

	for (size_t i = 0; i < st_array_len(fixed); i++) {
		if (json_equal(json_get(was, fixed[i]),
			       json_get(spec, fixed[i])))
			continue;
		return check_forbidden(
			check, NULL,
			"updates to statefulset spec for fields other than "
			"'replicas', 'ordinals', 'template', 'updateStrategy', "
			"'revisionHistoryLimit', "
			"'persistentVolumeClaimRetentionPolicy' and "
			"'minReadySeconds' are forbidden");
	}
}

static void check_at_most(struct check *check, const struct json *status,
			  const char *name, const char *most)
{
	int64_t number = json_int(status, name, 0);
	scope_json struct json *value = json_new_int(number);

	if (number > json_int(status, most, 0))
		check_invalid(check, name, value,
			      "cannot be greater than status.%s", most);
}

static void check_status(struct check *check, const struct json *was,
			 const struct json *status)
{
	static const char *const counts[] = {
		"replicas",	   "readyReplicas",	"currentReplicas",
		"updatedReplicas", "availableReplicas", "observedGeneration",
		"collisionCount",
	};
	int64_t collisions = json_int(status, "collisionCount", 0);

	for (size_t i = 0; i < st_array_len(counts); i++)
		check_not_negative(check, status, counts[i]);
	check_at_most(check, status, "readyReplicas", "replicas");
	check_at_most(check, status, "currentReplicas", "replicas");
	check_at_most(check, status, "updatedReplicas", "replicas");
	check_at_most(check, status, "availableReplicas", "replicas");
	check_at_most(check, status, "availableReplicas", "readyReplicas");
	if (json_int(was, "collisionCount", INT64_MIN) > collisions) {
		scope_json struct json *value = json_new_int(collisions);

		check_invalid(check, "collisionCount", value,
			      "cannot be decremented");
	}
}

void rules_set_check(struct check *check, const struct json *was,
		     const struct json *is, const char *subresource)
{
	const struct json *old = json_get(was, "spec");
	size_t mark;

	if (subresource != NULL && strcmp(subresource, "status") == 0) {
		mark = check_enter(check, "status");
		check_status(check, json_get(was, "status"),
			     json_get(is, "status"));
	} else {
		mark = check_enter(check, "spec");
		check_spec(check, old, json_get(is, "spec"));
		if (old != NULL)
			check_fixed(check, old, json_get(is, "spec"));
	}
	check_leave(check, mark);
}

void rules_set_revision(struct check *check, const struct json *was,
			const struct json *is)
{
	enum json_type type = json_type(json_get(is, "data"));

	if (type == JSON_NONE || type == JSON_NULL)
		check_required(check, "data", "data is mandatory");
	check_not_negative(check, is, "revision");
	if (was != NULL)
		check_unchanged(check, was, is, "data");
}
