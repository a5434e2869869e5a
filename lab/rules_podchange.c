/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/fill.h"
#include "lab/rules_parts.h"

#define UPDATE_RULE                                                            \
	"pod updates may not change fields other than "                        \
	"`spec.containers[*].image`,`spec.initContainers[*].image`,"           \
	"`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "     \
	"to existing tolerations),`spec.terminationGracePeriodSeconds` "       \
	"(allow it to be set to 1 if it was previously negative)"

/* A copy in which what an update may change is as it was. */
static struct json *without_changeable(const struct json *was,
				       const struct json *is)
{
	static const char *const members[] = {
		"activeDeadlineSeconds",
		"tolerations",
		"schedulingGates",
	};
	static const char *const lists[] = {"containers", "initContainers"};
	struct json *copy = json_dup(is);

	for (size_t i = 0; i < st_array_len(members); i++) {
		json_remove(copy, members[i]);
		if (json_get(was, members[i]) != NULL)
			json_set(copy, members[i],
				 json_dup(json_get(was, members[i])));
	}
	for (size_t i = 0; i < st_array_len(lists); i++) {
		struct json *list = fill_array(copy, lists[i]);
		const struct json *old = json_first(json_get(was, lists[i]));

		fill_each (container, list) {
			fill_take(container, "image", old);
			old = old != NULL ? json_next(old) : NULL;
		}
	}
	return copy;
}

/* A deadline may come nearer, and does not go. */
static void check_deadline(struct check *check, const struct json *was,
			   const struct json *is)
{
	static const char name[] = "activeDeadlineSeconds";
	const struct json *old = json_get(was, name);
	const struct json *now = json_get(is, name);
	scope_json struct json *null = json_new_null();

	if (json_type(old) != JSON_NUMBER)
		return;
	if (json_type(now) != JSON_NUMBER)
		check_invalid(check, name, null,
			      "must not update from a positive integer to nil "
			      "value");
	else if (json_value_int(now, 0) > json_value_int(old, 0))
		check_invalid(check, name, now,
			      "must be less than or equal to previous value");
}

static bool same_toleration(const struct json *a, const struct json *b)
{
	static const char *const members[] = {"key", "operator", "value",
					      "effect"};

	for (size_t i = 0; i < st_array_len(members); i++) {
		if (strcmp(check_text(a, members[i]),
			   check_text(b, members[i])) != 0)
			return false;
	}
	return true;
}

static bool has_toleration(const struct json *list, const struct json *want)
{
	json_each (item, list) {
		if (same_toleration(item, want))
			return true;
	}
	return false;
}

static void check_tolerations(struct check *check, const struct json *was,
			      const struct json *is)
{
	json_each (old, json_get(was, "tolerations")) {
		if (!has_toleration(json_get(is, "tolerations"), old))
			return check_forbidden(
				check, "tolerations",
				"existing toleration can not be modified "
				"except its tolerationSeconds");
	}
}

static bool has_gate(const struct json *gates, const char *name)
{
	json_each (gate, gates) {
		if (strcmp(check_text(gate, "name"), name) == 0)
			return true;
	}
	return false;
}

static void check_gates(struct check *check, const struct json *was,
			const struct json *is)
{
	json_each (gate, json_get(is, "schedulingGates")) {
		const char *name = check_text(gate, "name");

		if (!has_gate(json_get(was, "schedulingGates"), name))
			check_forbidden(check, "schedulingGates",
					"only deletion is allowed, but found "
					"new scheduling gate '%s'",
					name);
	}
}

static bool same_count(const struct json *was, const struct json *is,
		       const char *name)
{
	return json_len(json_get(was, name)) == json_len(json_get(is, name));
}

void rules_podchange_check(struct check *check, const struct json *was,
			   const struct json *is)
{
	if (json_type(was) != JSON_OBJECT || json_type(is) != JSON_OBJECT ||
	    json_len(json_get(is, "tolerations")) > CHECK_MAX_ITEMS ||
	    json_len(json_get(is, "schedulingGates")) > CHECK_MAX_ITEMS)
		return;
	if (!same_count(was, is, "containers"))
		return check_forbidden(check, "containers",
				       "pod updates may not add or remove "
				       "containers");
	if (!same_count(was, is, "initContainers"))
		return check_forbidden(check, "initContainers",
				       "pod updates may not add or remove "
				       "containers");
	check_deadline(check, was, is);
	check_tolerations(check, was, is);
	check_gates(check, was, is);
	scope_json struct json *copy = without_changeable(was, is);
	if (json_int(was, "terminationGracePeriodSeconds", 0) < 0 &&
	    json_int(is, "terminationGracePeriodSeconds", 0) == 1)
		fill_take(copy, "terminationGracePeriodSeconds", was);
	/* While gates hold it, a pod may still be steered elsewhere. */
	if (json_first(json_get(was, "schedulingGates")) != NULL) {
		fill_take(copy, "nodeSelector", was);
		fill_take(copy, "affinity", was);
	}
	if (!json_equal(was, copy))
		check_forbidden(check, NULL, "%s", UPDATE_RULE);
}
