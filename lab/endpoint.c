/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/endpoint.h"

#include <string.h>

#include "lab/ref.h"
#include "statefuld/json.h"

static const char *label_value(const char *labels, const char *key)
{
	for (const char *at = labels; at[0] != '\0';) {
		const char *value = at + strlen(at) + 1;

		if (strcmp(at, key) == 0)
			return value;
		at = value + strlen(value) + 1;
	}
	return NULL;
}

bool endpoint_selects(const struct json *selector, const char *labels)
{
	json_each (want, selector) {
		const char *name = json_name(want);
		const char *value =
			name == NULL ? NULL : label_value(labels, name);
		const char *text = json_value_str(want);

		if (value == NULL || text == NULL || strcmp(value, text) != 0)
			return false;
	}
	return json_len(selector) > 0;
}

static bool is_text(const struct json *object, const char *path,
		    const char *text)
{
	const char *have = json_str(object, path);

	return have != NULL && strcmp(have, text) == 0;
}

static bool is_ready(const struct json *pod)
{
	json_each (condition, json_at(pod, "status.conditions")) {
		if (is_text(condition, "type", "Ready"))
			return is_text(condition, "status", "True");
	}
	return false;
}

static void set_target(struct json *endpoint, const struct json *pod)
{
	struct json *target = json_child_object(endpoint, "targetRef");

	json_set_str(target, "kind", "Pod");
	json_set_str(target, "namespace", ref_ns(pod));
	json_set_str(target, "name", ref_name(pod));
	json_set_str(target, "uid", ref_uid(pod));
}

static void set_conditions(struct json *endpoint, const struct json *service,
			   const struct json *pod)
{
	struct json *conditions = json_child_object(endpoint, "conditions");
	bool is_going = ref_is_going(pod), serves = is_ready(pod);
	bool all = json_bool(service, "spec.publishNotReadyAddresses", false);

	json_set_bool(conditions, "ready", all || (serves && !is_going));
	json_set_bool(conditions, "serving", serves);
	json_set_bool(conditions, "terminating", is_going);
}

struct json *endpoint_of(const struct json *service, const struct json *pod)
{
	const char *ip = json_str(pod, "status.podIP");
	const char *host = json_str(pod, "spec.hostname");
	const char *domain = json_str(pod, "spec.subdomain");
	const char *node = json_str(pod, "spec.nodeName");
	struct json *endpoint;

	if (ip == NULL || ip[0] == '\0' ||
	    is_text(pod, "status.phase", "Failed") ||
	    is_text(pod, "status.phase", "Succeeded"))
		return NULL;
	endpoint = json_new_object();
	json_push(json_child_array(endpoint, "addresses"), json_new_str(ip));
	set_conditions(endpoint, service, pod);
	if (host != NULL && host[0] != '\0' && domain != NULL &&
	    is_text(service, "metadata.name", domain))
		json_set_str(endpoint, "hostname", host);
	set_target(endpoint, pod);
	if (node != NULL && node[0] != '\0')
		json_set_str(endpoint, "nodeName", node);
	return endpoint;
}

const char *endpoint_family(const struct json *endpoint)
{
	const char *ip =
		json_value_str(json_first(json_get(endpoint, "addresses")));

	return ip != NULL && strchr(ip, ':') != NULL ? "IPv6" : "IPv4";
}

/* 0: none of that name. */
static int64_t named_port(const struct json *pod, const char *name,
			  const char *protocol)
{
	json_each (container, json_at(pod, "spec.containers")) {
		json_each (port, json_get(container, "ports")) {
			if (is_text(port, "name", name) &&
			    is_text(port, "protocol", protocol))
				return json_int(port, "containerPort", 0);
		}
	}
	return 0;
}

static int64_t target_port(const struct json *port, const struct json *pod,
			   const char *protocol)
{
	const struct json *target = json_get(port, "targetPort");
	const char *name = json_value_str(target);

	if (name != NULL && name[0] != '\0')
		return named_port(pod, name, protocol);
	if (json_value_int(target, 0) != 0)
		return json_value_int(target, 0);
	return json_int(port, "port", 0);
}

struct json *endpoint_ports(const struct json *service, const struct json *pod)
{
	struct json *ports = json_new_array();

	json_each (port, json_at(service, "spec.ports")) {
		const char *name = json_str(port, "name");
		const char *protocol = json_str(port, "protocol");
		const char *app = json_str(port, "appProtocol");
		struct json *item;
		int64_t number;

		if (protocol == NULL)
			protocol = "TCP";
		number = target_port(port, pod, protocol);
		if (number == 0)
			continue;
		item = json_new_object();
		json_set_str(item, "name", name == NULL ? "" : name);
		json_set_int(item, "port", number);
		json_set_str(item, "protocol", protocol);
		if (app != NULL)
			json_set_str(item, "appProtocol", app);
		json_push(ports, item);
	}
	return ports;
}
