/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Names of volumes, to see what mounts point to. */
static struct json *volume_names(struct check *check, const struct json *spec,
				 const struct json *claims)
{
	struct json *names = json_new_object();
	size_t mark = check_enter(check, "volumes"), i = 0;

	if (json_len(claims) + json_len(json_get(spec, "volumes")) >
	    CHECK_MAX_ITEMS)
		claims = spec = NULL;
	json_each (claim, claims)
		json_set_bool(names,
			      check_text(json_get(claim, "metadata"), "name"),
			      true);
	json_each (volume, json_get(spec, "volumes")) {
		const char *name = check_text(volume, "name");
		size_t here = check_enter_at(check, i++);

		/* A claim's volume may be written down again: the claim
		 * wins. */
		if (json_value_bool(json_get(names, name), true) == false)
			check_duplicate(check, "name",
					json_get(volume, "name"));
		else if (json_get(names, name) == NULL)
			json_set_bool(names, name, false);
		check_leave(check, here);
	}
	check_leave(check, mark);
	return names;
}

static void check_volume(struct check *check, const struct json *volume,
			 void *arg)
{
	(void)arg;
	rules_volume_check(check, volume);
}

/* As a real server shows one: with the names of its own structure. */
static struct json *show_toleration(const struct json *toleration)
{
	const struct json *seconds = json_get(toleration, "tolerationSeconds");
	struct json *shown = json_new_object();

	json_set_str(shown, "Key", check_text(toleration, "key"));
	json_set_str(shown, "Operator", check_text(toleration, "operator"));
	json_set_str(shown, "Value", check_text(toleration, "value"));
	json_set_str(shown, "Effect", check_text(toleration, "effect"));
	json_set(shown, "TolerationSeconds", json_dup(seconds));
	return shown;
}

static void check_toleration(struct check *check, const struct json *toleration,
			     void *arg)
{
	const char *op = check_text(toleration, "operator");
	const char *effect = check_text(toleration, "effect");
	const char *key = check_text(toleration, "key");
	scope_json struct json *shown = show_toleration(toleration);

	(void)arg;
	check_name(check, toleration, "key", names_qualified);
	if (*key == '\0' && strcmp(op, "Exists") != 0)
		check_invalid_str(check, "operator", op,
				  "operator must be Exists when `key` is "
				  "empty, which means \"match all values and "
				  "all keys\"");
	if (json_get(toleration, "tolerationSeconds") != NULL &&
	    strcmp(effect, "NoExecute") != 0)
		check_invalid_str(check, "effect", effect,
				  "effect must be 'NoExecute' when "
				  "`tolerationSeconds` is set");
	if (strcmp(op, "Exists") == 0 &&
	    *check_text(toleration, "value") != '\0')
		check_invalid(check, "operator", shown,
			      "value must be empty when `operator` is "
			      "'Exists'");
	else if (!check_is_one_of(op, NAMES("", "Equal", "Exists", "Lt", "Gt")))
		check_unsupported(check, "operator",
				  json_get(toleration, "operator"),
				  NAMES("Equal", "Exists"));
	check_option(check, toleration, "effect",
		     NAMES("NoSchedule", "PreferNoSchedule", "NoExecute"));
}

static void check_spread(struct check *check, const struct json *spread,
			 void *arg)
{
	const struct json *skew = json_get(spread, "maxSkew");

	(void)arg;
	if (json_value_int(skew, 0) <= 0) {
		scope_json struct json *zero = json_new_int(0);

		check_invalid(check, "maxSkew", skew != NULL ? skew : zero,
			      CHECK_POSITIVE);
	}
	if (*check_text(spread, "topologyKey") == '\0')
		check_required(check, "topologyKey", "can not be empty");
	check_name(check, spread, "topologyKey", names_qualified);
	if (!check_is_one_of(check_text(spread, "whenUnsatisfiable"),
			     NAMES("DoNotSchedule", "ScheduleAnyway")))
		check_unsupported(check, "whenUnsatisfiable",
				  json_get(spread, "whenUnsatisfiable"),
				  NAMES("DoNotSchedule", "ScheduleAnyway"));
	rules_meta_selector(check, spread, "labelSelector");
}

static void check_gate(struct check *check, const struct json *gate, void *arg)
{
	(void)arg;
	struct names_faults faults = {0};

	names_qualified(check_text(gate, "conditionType"), &faults);
	check_faults(check, "conditionType", check_text(gate, "conditionType"),
		     &faults);
}

static void check_scheduling_gate(struct check *check, const struct json *gate,
				  void *arg)
{
	struct names_faults faults = {0};

	(void)arg;
	names_qualified(check_text(gate, "name"), &faults);
	check_faults(check, "name", check_text(gate, "name"), &faults);
}

static void check_alias(struct check *check, const struct json *alias,
			void *arg)
{
	struct names_faults faults = {0};

	(void)arg;
	names_ip(check_text(alias, "ip"), &faults);
	check_faults(check, "ip", check_text(alias, "ip"), &faults);
	size_t mark = check_enter(check, "hostnames");
	json_each (host, json_get(alias, "hostnames")) {
		const char *text = json_value_str(host);

		faults.n = 0;
		names_subdomain(text != NULL ? text : "", &faults);
		check_faults(check, NULL, text != NULL ? text : "", &faults);
	}
	check_leave(check, mark);
}

static void check_security(struct check *check, const struct json *spec)
{
	static const char *const ids[] = {"runAsUser", "runAsGroup", "fsGroup"};
	const struct json *context = json_get(spec, "securityContext");
	size_t mark = check_enter(check, "securityContext");

	for (size_t i = 0; i < st_array_len(ids); i++)
		check_range(check, context, ids[i], 0, INT32_MAX);
	check_option(check, context, "fsGroupChangePolicy",
		     NAMES("Always", "OnRootMismatch"));
	check_leave(check, mark);
}

static void check_names(struct check *check, const struct json *spec)
{
	check_name(check, spec, "serviceAccountName", names_subdomain);
	check_name(check, spec, "nodeName", names_subdomain);
	check_name(check, spec, "hostname", names_label);
	check_name(check, spec, "subdomain", names_label);
	check_name(check, spec, "priorityClassName", names_subdomain);
	check_name(check, spec, "runtimeClassName", names_subdomain);
	rules_meta_labels(check, spec, "nodeSelector");
}

static void check_nameserver(struct check *check, const struct json *item,
			     void *arg)
{
	const char *ip = json_value_str(item);
	struct names_faults faults = {0};

	(void)arg;
	names_ip(ip != NULL ? ip : "", &faults);
	check_faults(check, NULL, ip != NULL ? ip : "", &faults);
}

static void check_option_name(struct check *check, const struct json *option,
			      void *arg)
{
	(void)arg;
	if (*check_text(option, "name") == '\0')
		check_required(check, NULL, "must not be empty");
}

static void check_dns(struct check *check, const struct json *spec)
{
	const struct json *config = json_get(spec, "dnsConfig");
	size_t here = check_enter(check, "dnsConfig");

	check_each(check, config, "nameservers", check_nameserver, NULL);
	check_each(check, config, "options", check_option_name, NULL);
	check_leave(check, here);
	if (strcmp(check_text(spec, "dnsPolicy"), "None") != 0)
		return;
	if (json_type(config) != JSON_OBJECT) {
		check_required(check, "dnsConfig",
			       "must provide `dnsConfig` when `dnsPolicy` is "
			       "None");
	} else if (json_first(json_get(config, "nameservers")) == NULL) {
		size_t mark = check_enter(check, "dnsConfig");

		check_required(check, "nameservers",
			       "must provide at least one DNS nameserver when "
			       "`dnsPolicy` is None");
		check_leave(check, mark);
	}
}

static void check_policies(struct check *check, const struct json *spec)
{
	check_choice(check, spec, "restartPolicy",
		     NAMES("Always", "OnFailure", "Never"));
	check_choice(check, spec, "dnsPolicy",
		     NAMES("ClusterFirstWithHostNet", "ClusterFirst", "Default",
			   "None"));
	check_dns(check, spec);
	check_option(check, spec, "preemptionPolicy",
		     NAMES("Never", "PreemptLowerPriority"));
	if (json_type(json_get(spec, "activeDeadlineSeconds")) == JSON_NUMBER)
		check_range(check, spec, "activeDeadlineSeconds", 1, INT32_MAX);
	if (json_first(json_get(spec, "schedulingGates")) != NULL &&
	    *check_text(spec, "nodeName") != '\0')
		check_forbidden(check, "nodeName",
				"cannot be set until all schedulingGates have "
				"been cleared");
}

void rules_podspec_check(struct check *check, const struct json *spec,
			 const struct json *claims)
{
	scope_json struct json *volumes = volume_names(check, spec, claims);

	check_each(check, spec, "volumes", check_volume, NULL);
	rules_container_lists(check, spec, volumes);
	check_policies(check, spec);
	check_names(check, spec);
	check_security(check, spec);
	rules_resources_check(check, spec, "resources");
	rules_resources_list(check, spec, "overhead");
	check_each(check, spec, "tolerations", check_toleration, NULL);
	check_each(check, spec, "topologySpreadConstraints", check_spread,
		   NULL);
	check_each(check, spec, "readinessGates", check_gate, NULL);
	check_each(check, spec, "schedulingGates", check_scheduling_gate, NULL);
	check_each(check, spec, "hostAliases", check_alias, NULL);
	rules_affinity_check(check, spec);
}

void rules_podspec_template(struct check *check, const struct json *template,
			    const struct json *claims)
{
	const struct json *meta = json_get(template, "metadata");
	size_t mark;

	rules_meta_labels(check, meta, "labels");
	rules_meta_annotations(check, meta, "annotations");
	mark = check_enter(check, "spec");
	rules_podspec_check(check, json_get(template, "spec"), claims);
	check_leave(check, mark);
}

void rules_podspec_pod(struct check *check, const struct json *was,
		       const struct json *is, const char *subresource)
{
	const struct json *old = json_get(was, "spec");
	const struct json *spec = json_get(is, "spec");
	size_t mark;

	/* Status and bindings come from whoever runs the pod. */
	if (subresource != NULL)
		return;
	mark = check_enter(check, "spec");
	if (old == NULL || !json_equal(old, spec))
		rules_podspec_check(check, spec, NULL);
	if (old != NULL)
		rules_podchange_check(check, old, spec);
	check_leave(check, mark);
}
