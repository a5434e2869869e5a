/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/quantity.h"
#include "lab/rules_parts.h"
#include "statefuld/mem.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

void rules_misc_namespace(struct check *check, const struct json *was,
			  const struct json *is, const char *subresource)
{
	const char *phase = check_text(json_get(is, "status"), "phase");
	bool ending = *check_text(json_get(is, "metadata"),
				  "deletionTimestamp") != '\0';
	size_t mark = check_enter(check, "spec.finalizers");

	(void)was;
	json_each (item, json_at(is, "spec.finalizers")) {
		const char *text = json_value_str(item);
		struct names_faults faults = {0};

		names_qualified(text != NULL ? text : "", &faults);
		check_faults(check, NULL, text != NULL ? text : "", &faults);
		rules_meta_finalizer(check, text != NULL ? text : "");
	}
	check_leave(check, mark);
	if (subresource == NULL || strcmp(subresource, "status") != 0)
		return;
	mark = check_enter(check, "status");
	if (ending && strcmp(phase, "Terminating") != 0)
		check_invalid_str(check, "Phase", phase,
				  "may only be 'Terminating' if "
				  "`deletionTimestamp` is not empty");
	else if (!ending && strcmp(phase, "Active") != 0)
		check_invalid_str(check, "Phase", phase,
				  "may only be 'Active' if `deletionTimestamp` "
				  "is empty");
	check_leave(check, mark);
}

static void check_taint(struct check *check, const struct json *taint,
			void *arg)
{
	struct names_faults faults = {0};
	struct json *seen = arg;
	scope_free char *pair = mem_printf("%s %s", check_text(taint, "key"),
					   check_text(taint, "effect"));

	if (json_get(seen, pair) != NULL)
		check_duplicate(check, NULL, taint);
	json_set_bool(seen, pair, true);
	names_qualified(check_text(taint, "key"), &faults);
	check_faults(check, "key", check_text(taint, "key"), &faults);
	check_name(check, taint, "value", names_label_value);
	check_choice(check, taint, "effect",
		     NAMES("NoSchedule", "PreferNoSchedule", "NoExecute"));
}

static void check_amounts(struct check *check, const struct json *status,
			  const char *name)
{
	const struct json *list = json_get(status, name);
	size_t mark = check_enter(check, name);
	struct quantity amount;

	json_each (value, list) {
		if (json_type(list) == JSON_OBJECT &&
		    quantity_read(value, &amount) && amount.nano < 0)
			check_invalid(check, json_name(value), value,
				      CHECK_NOT_NEGATIVE);
	}
	check_leave(check, mark);
}

void rules_misc_node(struct check *check, const struct json *was,
		     const struct json *is)
{
	const struct json *old = json_get(was, "spec");
	const struct json *spec = json_get(is, "spec");
	scope_json struct json *seen = json_new_object();
	/* Upstream tells faults of taints at metadata. */
	size_t mark = check_enter(check, "metadata");

	check_each(check, spec, "taints", check_taint, seen);
	check_leave(check, mark);
	mark = check_enter(check, "spec");
	if (*check_text(old, "podCIDR") != '\0' &&
	    strcmp(check_text(old, "podCIDR"), check_text(spec, "podCIDR")) !=
		    0)
		check_forbidden(check, "podCIDRs",
				"node updates may not change podCIDR except "
				"from \"\" to valid");
	if (*check_text(old, "providerID") != '\0' &&
	    strcmp(check_text(old, "providerID"),
		   check_text(spec, "providerID")) != 0)
		check_forbidden(check, "providerID",
				"node updates may not change providerID "
				"except from \"\" to valid");
	check_leave(check, mark);
	mark = check_enter(check, "status");
	check_amounts(check, json_get(is, "status"), "capacity");
	check_amounts(check, json_get(is, "status"), "allocatable");
	check_leave(check, mark);
}

void rules_misc_lease(struct check *check, const struct json *is)
{
	const struct json *spec = json_get(is, "spec");
	const struct json *duration = json_get(spec, "leaseDurationSeconds");
	size_t mark = check_enter(check, "spec");

	if (json_value_int(duration, 1) <= 0)
		check_invalid(check, "leaseDurationSeconds", duration,
			      "must be greater than 0");
	check_not_negative(check, spec, "leaseTransitions");
	check_leave(check, mark);
}

/* A number from 0, or a share. */
static void check_amount(struct check *check, const struct json *spec,
			 const char *name)
{
	const struct json *value = json_get(spec, name);
	const char *text = json_value_str(value);
	struct names_faults faults = {0};

	if (text == NULL)
		return check_not_negative(check, spec, name);
	names_percent(text, &faults);
	check_faults(check, name, text, &faults);
	if (faults.n == 0 && names_number(text) > 100)
		check_invalid(check, name, value,
			      "must not be greater than 100%%");
}

void rules_misc_budget(struct check *check, const struct json *is)
{
	const struct json *spec = json_get(is, "spec");
	size_t mark = check_enter(check, "spec");

	if (json_get(spec, "minAvailable") != NULL &&
	    json_get(spec, "maxUnavailable") != NULL)
		check_invalid(check, NULL, spec,
			      "minAvailable and maxUnavailable cannot be both "
			      "set");
	check_amount(check, spec, "minAvailable");
	check_amount(check, spec, "maxUnavailable");
	rules_meta_selector(check, spec, "selector");
	check_option(check, spec, "unhealthyPodEvictionPolicy",
		     NAMES("AlwaysAllow", "IfHealthyBudget"));
	check_leave(check, mark);
}

/* An event lives beside what it is about. */
void rules_misc_event(struct check *check, const struct kind *kind,
		      const struct json *is)
{
	const char *name =
		*kind->group == '\0' ? "involvedObject" : "regarding";
	const struct json *about = json_get(is, name);
	const char *namespace = check_text(about, "namespace");
	const char *own = check_text(json_get(is, "metadata"), "namespace");
	size_t mark;

	if (about == NULL || strcmp(namespace, own) == 0)
		return;
	if (*namespace == '\0' &&
	    check_is_one_of(own, NAMES("", "default", "kube-system")))
		return;
	mark = check_enter(check, name);
	check_invalid_str(check, "namespace", namespace,
			  "does not match event.namespace");
	check_leave(check, mark);
}
