/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"
#include "lab/rules_service.h"
#include "statefuld/mem.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static bool is_type(const struct json *spec, const char *type)
{
	return strcmp(check_text(spec, "type"), type) == 0;
}

static bool is_headless(const struct json *spec)
{
	return strcmp(check_text(spec, "clusterIP"), "None") == 0;
}

/* What the ports of one service have in common. */
struct ports {
	const struct json *spec;
	struct json *names, *pairs;
	bool need_names;
};

static void check_port_name(struct check *check, const struct json *port,
			    struct ports *ports)
{
	const char *name = check_text(port, "name");

	if (*name == '\0') {
		if (ports->need_names)
			check_required(check, "name", "");
		return;
	}
	check_name(check, port, "name", names_label);
	if (json_get(ports->names, name) != NULL)
		check_duplicate(check, "name", json_get(port, "name"));
	json_set_bool(ports->names, name, true);
}

static void check_target(struct check *check, const struct json *port)
{
	const struct json *target = json_get(port, "targetPort");
	const char *name = json_value_str(target);
	struct names_faults faults = {0};

	if (name != NULL) {
		names_port(name, &faults);
		check_faults(check, "targetPort", name, &faults);
	} else if (target != NULL) {
		check_range(check, port, "targetPort", 1, 65535);
	}
}

/* Two ports may share a number, but not number and protocol. */
static void check_pair(struct check *check, const struct json *port,
		       struct ports *ports)
{
	const char *protocol = check_text(port, "protocol");
	int64_t number = json_int(port, "port", 0);
	scope_free char *key = mem_printf("%s/%" PRId64, protocol, number);

	if (json_get(ports->pairs, key) != NULL) {
		scope_json struct json *value = json_new_object();

		json_set_str(value, "Name", "");
		json_set_str(value, "Protocol", protocol);
		json_set(value, "AppProtocol", json_new_null());
		json_set_int(value, "Port", number);
		json_set_int(value, "TargetPort", 0);
		json_set_int(value, "NodePort", 0);
		check_duplicate(check, NULL, value);
	}
	json_set_bool(ports->pairs, key, true);
}

static void check_node_port(struct check *check, const struct json *port,
			    struct ports *ports)
{
	const struct json *number = json_get(port, "nodePort");
	scope_free char *key =
		mem_printf("node %s/%" PRId64, check_text(port, "protocol"),
			   json_value_int(number, 0));

	if (json_get(ports->pairs, key) != NULL)
		check_duplicate(check, "nodePort", number);
	json_set_bool(ports->pairs, key, true);
}

static void check_port(struct check *check, const struct json *port, void *arg)
{
	struct ports *ports = arg;
	int64_t number = json_int(port, "port", 0);

	check_port_name(check, port, ports);
	if (number < 1 || number > 65535) {
		scope_json struct json *value = json_new_int(number);

		check_invalid(check, "port", value, CHECK_PORT);
	}
	check_choice(check, port, "protocol", NAMES("SCTP", "TCP", "UDP"));
	if (!is_headless(ports->spec))
		check_target(check, port);
	check_name(check, port, "appProtocol", names_qualified);
	if (json_int(port, "nodePort", 0) != 0) {
		if (is_type(ports->spec, "ClusterIP") ||
		    is_type(ports->spec, "ExternalName"))
			check_forbidden(check, "nodePort",
					"may not be used when `type` is '%s'",
					check_text(ports->spec, "type"));
		else
			check_node_port(check, port, ports);
	}
	check_pair(check, port, ports);
}

static void check_ports(struct check *check, const struct json *spec)
{
	scope_json struct json *names = json_new_object();
	scope_json struct json *pairs = json_new_object();
	size_t n = json_len(json_get(spec, "ports"));
	struct ports ports = {
		.spec = spec,
		.names = names,
		.pairs = pairs,
		.need_names = n > 1,
	};

	if (n == 0 && !is_headless(spec) && !is_type(spec, "ExternalName"))
		check_required(check, "ports", "");
	check_each(check, spec, "ports", check_port, &ports);
}

static void check_affinity(struct check *check, const struct json *spec)
{
	const struct json *seconds =
		json_at(spec, "sessionAffinityConfig.clientIP.timeoutSeconds");
	int64_t number = json_value_int(seconds, 1);
	size_t mark;

	check_choice(check, spec, "sessionAffinity", NAMES("ClientIP", "None"));
	if (strcmp(check_text(spec, "sessionAffinity"), "ClientIP") != 0)
		return;
	mark = check_enter(check, "sessionAffinityConfig.clientIP");
	if (number <= 0 || number > 86400)
		check_invalid(check, "timeoutSeconds", seconds,
			      "must be greater than 0 and less than 86400");
	check_leave(check, mark);
}

/* Addresses of the one family that there is here. */
static void check_ip(struct check *check, const struct json *item, void *arg)
{
	const struct json *spec = arg;
	const char *ip = json_value_str(item);
	struct names_faults faults = {0};

	if (ip == NULL)
		return;
	if (strcmp(ip, "None") == 0) {
		if (!is_type(spec, "ClusterIP"))
			check_invalid(check, NULL, item,
				      "may not be set to 'None' for %s "
				      "services",
				      check_text(spec, "type"));
		return;
	}
	names_ip(ip, &faults);
	check_faults(check, NULL, ip, &faults);
}

static void check_ips(struct check *check, const struct json *spec)
{
	const struct json *list = json_get(spec, "clusterIPs");
	const struct json *first = json_first(list);
	const char *ip = check_text(spec, "clusterIP");

	if (is_type(spec, "ExternalName")) {
		if (first != NULL)
			check_forbidden(check, "clusterIPs",
					"may not be set for ExternalName "
					"services");
		return;
	}
	if (first != NULL && *ip == '\0')
		check_invalid(check, "clusterIPs", list,
			      "must be empty when `clusterIP` is not "
			      "specified");
	else if (first != NULL && json_value_str(first) != NULL &&
		 strcmp(json_value_str(first), ip) != 0)
		check_invalid(check, "clusterIPs", list,
			      "first value must match `clusterIP`");
	if (json_len(list) > 2)
		check_invalid(check, "clusterIPs", list,
			      "may only hold up to 2 values");
	check_each(check, spec, "clusterIPs", check_ip,
		   (void *)(uintptr_t)spec);
}

static void check_family(struct check *check, const struct json *family,
			 void *arg)
{
	const struct json *spec = arg;
	const char *text = json_value_str(family);
	bool is_free = is_headless(spec) &&
		       json_first(json_get(spec, "selector")) == NULL;

	if (text == NULL || !check_is_one_of(text, NAMES("IPv4", "IPv6")))
		check_unsupported(check, NULL, family, NAMES("IPv4", "IPv6"));
	else if (strcmp(text, "IPv6") == 0 && !is_free)
		check_invalid(check, NULL, family,
			      "not configured on this cluster");
}

static void check_families(struct check *check, const struct json *spec)
{
	const struct json *policy = json_get(spec, "ipFamilyPolicy");
	bool is_free = is_headless(spec) &&
		       json_first(json_get(spec, "selector")) == NULL;

	if (is_type(spec, "ExternalName")) {
		if (json_first(json_get(spec, "ipFamilies")) != NULL)
			check_forbidden(check, "ipFamilies",
					"may not be set for ExternalName "
					"services");
		if (policy != NULL)
			check_forbidden(check, "ipFamilyPolicy",
					"may not be set for ExternalName "
					"services");
		return;
	}
	check_each(check, spec, "ipFamilies", check_family,
		   (void *)(uintptr_t)spec);
	check_option(
		check, spec, "ipFamilyPolicy",
		NAMES("PreferDualStack", "RequireDualStack", "SingleStack"));
	if (strcmp(check_text(spec, "ipFamilyPolicy"), "RequireDualStack") ==
		    0 &&
	    !is_free)
		check_invalid(check, "ipFamilyPolicy", policy,
			      "this cluster is not configured for dual-stack "
			      "services");
}

static void check_external_ip(struct check *check, const struct json *item,
			      void *arg)
{
	const char *ip = json_value_str(item);
	struct names_faults faults = {0};

	(void)arg;
	names_ip(ip != NULL ? ip : "", &faults);
	check_faults(check, NULL, ip != NULL ? ip : "", &faults);
	faults.n = 0;
	names_outside_ip(ip != NULL ? ip : "", &faults);
	check_faults(check, NULL, ip != NULL ? ip : "", &faults);
}

static void check_source_range(struct check *check, const struct json *item,
			       void *arg)
{
	const char *text = json_value_str(item);
	struct names_faults faults = {0};

	(void)arg;
	names_cidr(text != NULL ? text : "", &faults);
	check_faults(check, NULL, text != NULL ? text : "", &faults);
}

/* Upstream spells the path with a capital. */
static void check_source_ranges(struct check *check, const struct json *spec)
{
	const struct json *list = json_get(spec, "loadBalancerSourceRanges");
	scope_json struct json *named = json_new_object();

	if (json_first(list) == NULL)
		return;
	if (!is_type(spec, "LoadBalancer"))
		return check_forbidden(check, "LoadBalancerSourceRanges",
				       "may only be used when `type` is "
				       "'LoadBalancer'");
	json_set(named, "LoadBalancerSourceRanges", json_dup(list));
	check_each(check, named, "LoadBalancerSourceRanges", check_source_range,
		   NULL);
}

static void check_health_port(struct check *check, const struct json *spec)
{
	const struct json *port = json_get(spec, "healthCheckNodePort");

	if (json_value_int(port, 0) == 0)
		return;
	if (!is_type(spec, "LoadBalancer") ||
	    strcmp(check_text(spec, "externalTrafficPolicy"), "Local") != 0)
		check_invalid(check, "healthCheckNodePort", port,
			      "may only be set when `type` is 'LoadBalancer' "
			      "and `externalTrafficPolicy` is 'Local'");
}

static void check_traffic(struct check *check, const struct json *spec)
{
	static const char name[] = "externalTrafficPolicy";

	if (*check_text(spec, name) != '\0' && !rules_service_is_external(spec))
		check_invalid(check, name, json_get(spec, name),
			      "may only be set for externally-accessible "
			      "services");
	else
		check_option(check, spec, name, NAMES("Cluster", "Local"));
	check_option(check, spec, "internalTrafficPolicy",
		     NAMES("Cluster", "Local"));
	check_option(check, spec, "trafficDistribution",
		     NAMES("PreferClose", "PreferSameNode", "PreferSameZone"));
	if (!is_type(spec, "LoadBalancer") &&
	    *check_text(spec, "loadBalancerClass") != '\0')
		check_forbidden(check, "loadBalancerClass",
				"may only be used when `type` is "
				"'LoadBalancer'");
	if (!is_type(spec, "LoadBalancer") &&
	    json_get(spec, "allocateLoadBalancerNodePorts") != NULL)
		check_forbidden(check, "allocateLoadBalancerNodePorts",
				"may only be used when `type` is "
				"'LoadBalancer'");
}

static void check_external_name(struct check *check, const struct json *spec)
{
	if (!is_type(spec, "ExternalName"))
		return;
	if (*check_text(spec, "externalName") == '\0')
		check_required(check, "externalName", "");
	else
		check_name(check, spec, "externalName", names_subdomain);
}

/* An address is for life, unless the type gives it up. */
static void check_ip_change(struct check *check, const struct json *was,
			    const struct json *is)
{
	const struct json *old = json_first(json_get(was, "clusterIPs"));
	const struct json *list = json_get(is, "clusterIPs");
	const struct json *now = json_first(list);

	if (!rules_service_has_ip(was) || !rules_service_has_ip(is) ||
	    old == NULL || json_equal(old, now))
		return;
	size_t mark = check_enter(check, "clusterIPs");
	size_t here = check_enter_at(check, 0);
	scope_json struct json *none = json_new_array();
	check_invalid(check, NULL, list != NULL ? list : none, "%s",
		      now == NULL ? "primary clusterIP can not be unset"
				  : "may not change once set");
	check_leave(check, here);
	check_leave(check, mark);
}

static void check_spec(struct check *check, const struct json *spec)
{
	check_ports(check, spec);
	rules_meta_labels(check, spec, "selector");
	check_affinity(check, spec);
	check_choice(
		check, spec, "type",
		NAMES("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"));
	check_ips(check, spec);
	check_families(check, spec);
	check_each(check, spec, "externalIPs", check_external_ip, NULL);
	check_external_name(check, spec);
	check_source_ranges(check, spec);
	check_traffic(check, spec);
	check_health_port(check, spec);
}

void rules_net_service(struct check *check, const struct json *was,
		       const struct json *is, const char *subresource)
{
	size_t mark;

	if (subresource != NULL)
		return;
	mark = check_enter(check, "spec");
	if (was != NULL)
		check_ip_change(check, json_get(was, "spec"),
				json_get(is, "spec"));
	check_spec(check, json_get(is, "spec"));
	check_leave(check, mark);
}
