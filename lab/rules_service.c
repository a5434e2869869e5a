/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rules_service.h"

#include <string.h>

#include "lab/check.h"
#include "lab/fill.h"

bool rules_service_has_ip(const struct json *spec)
{
	return fill_is(spec, "type", "ClusterIP") ||
	       rules_service_has_node_ports(spec);
}

static bool is_load_balancer(const struct json *spec)
{
	return fill_is(spec, "type", "LoadBalancer");
}

bool rules_service_has_node_ports(const struct json *spec)
{
	if (fill_is(spec, "type", "NodePort"))
		return true;
	return is_load_balancer(spec) &&
	       json_bool(spec, "allocateLoadBalancerNodePorts", true);
}

bool rules_service_is_external(const struct json *spec)
{
	return fill_is(spec, "type", "NodePort") || is_load_balancer(spec) ||
	       (fill_is(spec, "type", "ClusterIP") &&
		json_first(json_get(spec, "externalIPs")) != NULL);
}

static bool has_health_port(const struct json *spec)
{
	return is_load_balancer(spec) &&
	       fill_is(spec, "externalTrafficPolicy", "Local");
}

static void default_affinity(struct json *spec)
{
	fill_str(spec, "sessionAffinity", "None");
	if (fill_is(spec, "sessionAffinity", "None"))
		json_remove(spec, "sessionAffinityConfig");
	if (!fill_is(spec, "sessionAffinity", "ClientIP"))
		return;
	struct json *config = fill_make(spec, "sessionAffinityConfig");
	fill_int(fill_make(config, "clientIP"), "timeoutSeconds", 10800);
}

static void default_ports(struct json *ports)
{
	fill_each (port, ports) {
		const struct json *target = json_get(port, "targetPort");
		const char *text = json_value_str(target);

		fill_str(port, "protocol", "TCP");
		if (text != NULL && *text == '\0')
			json_remove(port, "targetPort");
		fill_count(port, "targetPort", json_int(port, "port", 0));
	}
}

void rules_service_default(struct json *service)
{
	struct json *spec = fill_make(service, "spec");
	struct json *status = fill_make(service, "status");

	fill_str(spec, "type", "ClusterIP");
	default_affinity(spec);
	default_ports(fill_array(spec, "ports"));
	if (rules_service_is_external(spec))
		fill_str(spec, "externalTrafficPolicy", "Cluster");
	if (rules_service_has_ip(spec) || is_load_balancer(spec))
		fill_str(spec, "internalTrafficPolicy", "Cluster");
	if (is_load_balancer(spec))
		fill_bool(spec, "allocateLoadBalancerNodePorts", true);
	fill_each (ingress,
		   fill_array(fill_make(status, "loadBalancer"), "ingress")) {
		const char *ip = json_str(ingress, "ip");

		if (is_load_balancer(spec) && ip != NULL && *ip != '\0')
			fill_str(ingress, "ipMode", "VIP");
	}
}

static void set_ips(struct json *spec, const char *ip)
{
	struct json *ips = json_new_array();

	json_push(ips, json_new_str(ip));
	json_set(spec, "clusterIPs", ips);
}

static bool is_text(const struct json *spec, const char *name)
{
	const char *text = json_str(spec, name);

	return text != NULL && *text != '\0';
}

static bool has_list(const struct json *spec, const char *name)
{
	return json_first(json_get(spec, name)) != NULL;
}

/* Headless and without a selector: whoever makes the slices may mix
 * families, so both are allowed unless somebody says otherwise. */
static bool is_free_form(const struct json *spec)
{
	return fill_is(spec, "clusterIP", "None") &&
	       !has_list(spec, "selector");
}

static void default_families(struct json *spec)
{
	bool is_free = is_free_form(spec);

	if (!rules_service_has_ip(spec) && !is_load_balancer(spec))
		return;
	if (!is_text(spec, "ipFamilyPolicy")) {
		bool two = json_len(json_get(spec, "clusterIPs")) == 2 ||
			   json_len(json_get(spec, "ipFamilies")) == 2;
		fill_str(spec, "ipFamilyPolicy",
			 two || is_free ? "RequireDualStack" : "SingleStack");
	}
	struct json *families = json_child_array(spec, "ipFamilies");
	if (json_first(families) == NULL) {
		const char *ip = json_str(spec, "clusterIP");
		bool v6 = ip != NULL && strchr(ip, ':') != NULL;

		json_push(families, json_new_str(v6 ? "IPv6" : "IPv4"));
	}
	if (is_free && json_len(families) == 1 &&
	    !fill_is(spec, "ipFamilyPolicy", "SingleStack")) {
		const char *one = json_value_str(json_first(families));
		bool v6 = one != NULL && strcmp(one, "IPv6") == 0;

		json_push(families, json_new_str(v6 ? "IPv4" : "IPv6"));
	}
}

void rules_service_prepare_create(struct json *service)
{
	struct json *spec = fill_object(service, "spec");
	struct json *status = json_new_object();

	json_set(status, "loadBalancer", json_new_object());
	json_set(service, "status", status);
	if (spec == NULL)
		return;
	if (is_text(spec, "clusterIP") && !has_list(spec, "clusterIPs"))
		set_ips(spec, json_str(spec, "clusterIP"));
	default_families(spec);
}

static void keep_ips(const struct json *old, struct json *spec)
{
	if (!rules_service_has_ip(old) || !rules_service_has_ip(spec))
		return;
	if (!is_text(spec, "clusterIP") && is_text(old, "clusterIP"))
		fill_take(spec, "clusterIP", old);
	const char *ip = json_str(spec, "clusterIP");
	if (!has_list(spec, "clusterIPs") && ip != NULL &&
	    fill_is(old, "clusterIP", ip))
		fill_take(spec, "clusterIPs", old);
}

/* One of the two was changed and the other sent along as it had been. */
static void follow_ip(const struct json *old, struct json *spec)
{
	const char *ip = json_str(spec, "clusterIP");
	bool same_list = json_equal(json_get(old, "clusterIPs"),
				    json_get(spec, "clusterIPs"));

	if (!same_list ||
	    json_equal(json_get(old, "clusterIP"), json_get(spec, "clusterIP")))
		return;
	if (ip != NULL && *ip != '\0')
		set_ips(spec, ip);
	else
		json_remove(spec, "clusterIPs");
}

static const struct json *port_named(const struct json *ports, const char *name)
{
	json_each (port, ports) {
		const char *its = json_str(port, "name");

		if (strcmp(its != NULL ? its : "", name) == 0)
			return port;
	}
	return NULL;
}

static bool uses_node_port(const struct json *ports, int64_t number)
{
	json_each (port, ports) {
		if (json_int(port, "nodePort", 0) == number)
			return true;
	}
	return false;
}

static void keep_node_ports(const struct json *old, struct json *spec)
{
	const struct json *was = json_get(old, "ports");
	struct json *ports = fill_array(spec, "ports");

	if (!rules_service_has_node_ports(old) ||
	    !rules_service_has_node_ports(spec) ||
	    json_len(ports) > CHECK_MAX_ITEMS)
		return;
	fill_each (port, ports) {
		const char *name = json_str(port, "name");
		const struct json *mate;

		if (json_type(port) != JSON_OBJECT ||
		    json_int(port, "nodePort", 0) != 0)
			continue;
		mate = port_named(was, name != NULL ? name : "");
		int64_t number = json_int(mate, "nodePort", 0);
		if (number != 0 && !uses_node_port(ports, number))
			json_set_int(port, "nodePort", number);
	}
}

static bool is_same(const struct json *a, const struct json *b,
		    const char *name)
{
	return json_equal(json_get(a, name), json_get(b, name));
}

/* Whoever changes the type need not clean up behind the old one, as long as
 * the values are those that had been given out. */
static void drop_unused(const struct json *old, struct json *spec, bool had,
			bool has, const char *const *names)
{
	if (!had || has)
		return;
	for (; *names != NULL; names++) {
		if (is_same(old, spec, *names))
			json_remove(spec, *names);
	}
}

static bool same_node_ports(const struct json *a, const struct json *b)
{
	const struct json *i = json_first(json_get(a, "ports"));
	const struct json *k = json_first(json_get(b, "ports"));

	for (; i != NULL && k != NULL; i = json_next(i), k = json_next(k)) {
		if (json_int(i, "nodePort", 0) != json_int(k, "nodePort", 0))
			return false;
	}
	return i == NULL && k == NULL;
}

static void drop_node_ports(const struct json *old, struct json *spec)
{
	if (!rules_service_has_node_ports(old) ||
	    rules_service_has_node_ports(spec) || !same_node_ports(old, spec))
		return;
	fill_each (port, fill_array(spec, "ports"))
		json_remove(port, "nodePort");
}

static void drop_all(const struct json *old, struct json *spec)
{
	drop_unused(old, spec, rules_service_has_ip(old),
		    rules_service_has_ip(spec),
		    (const char *const[]){"clusterIP", "clusterIPs",
					  "ipFamilies", "ipFamilyPolicy",
					  "internalTrafficPolicy", NULL});
	drop_node_ports(old, spec);
	drop_unused(old, spec, has_health_port(old), has_health_port(spec),
		    (const char *const[]){"healthCheckNodePort", NULL});
	drop_unused(old, spec, is_load_balancer(old), is_load_balancer(spec),
		    (const char *const[]){"allocateLoadBalancerNodePorts",
					  "loadBalancerClass", NULL});
	drop_unused(old, spec, rules_service_is_external(old),
		    rules_service_is_external(spec),
		    (const char *const[]){"externalTrafficPolicy", NULL});
}

void rules_service_prepare_update(const struct json *was, struct json *is)
{
	const struct json *old = json_get(was, "spec");
	struct json *spec = fill_object(is, "spec");

	fill_take(is, "status", was);
	if (spec == NULL || json_type(old) != JSON_OBJECT)
		return;
	keep_ips(old, spec);
	keep_node_ports(old, spec);
	if (has_health_port(old) && has_health_port(spec))
		fill_copy(spec, "healthCheckNodePort",
			  json_get(old, "healthCheckNodePort"));
	follow_ip(old, spec);
	drop_all(old, spec);
	if (rules_service_has_ip(spec) && rules_service_has_ip(old)) {
		fill_copy(spec, "ipFamilies", json_get(old, "ipFamilies"));
		fill_copy(spec, "ipFamilyPolicy",
			  json_get(old, "ipFamilyPolicy"));
	}
	default_families(spec);
}
