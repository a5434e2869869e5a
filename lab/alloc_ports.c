/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "lab/alloc.h"
#include "lab/alloc_priv.h"
#include "lab/status.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"

/* Below it, ports are only given when asked for. */
#define BAND 86

static bool needs_ports(const struct json *service)
{
	const char *type = json_str(service, "spec.type");

	if (type == NULL)
		return false;
	if (strcmp(type, "LoadBalancer") == 0)
		return json_bool(service, "spec.allocateLoadBalancerNodePorts",
				 true);
	return strcmp(type, "NodePort") == 0;
}

static bool may_have_ports(const struct json *service)
{
	const char *type = json_str(service, "spec.type");

	return type != NULL && (strcmp(type, "LoadBalancer") == 0 ||
				strcmp(type, "NodePort") == 0);
}

static bool port_is_held(const struct alloc_asker *asker, int64_t number)
{
	const char *owner = asker->alloc->ports[number - ALLOC_PORT_MIN];
	char last[40], inner[40];

	snprintf(last, sizeof(last), "\"nodePort\":%d}", (int)number);
	snprintf(inner, sizeof(inner), "\"nodePort\":%d,", (int)number);
	return alloc_is_held(asker, owner, last) ||
	       alloc_is_held(asker, owner, inner);
}

static bool has_number(const struct json *ports, int64_t number)
{
	json_each (port, ports) {
		if (json_int(port, "nodePort", 0) == number)
			return true;
	}
	return false;
}

/* The same port of the stored Service: its number is kept. */
static int64_t kept_number(const struct json *was, const struct json *port)
{
	const char *proto = json_str(port, "protocol");

	json_each (old, json_at(was, "spec.ports")) {
		const char *old_proto = json_str(old, "protocol");

		if (json_int(old, "port", 0) == json_int(port, "port", 0) &&
		    proto != NULL && old_proto != NULL &&
		    strcmp(proto, old_proto) == 0)
			return json_int(old, "nodePort", 0);
	}
	return 0;
}

/* `taken`: the ports of this Service in front of this one. */
static void give_number(const struct alloc_asker *asker, const struct json *is,
			const struct json *taken, struct json *port)
{
	uint32_t n = ALLOC_N_PORTS - BAND, start = clk_random(n);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = BAND + (start + i) % n;
		int64_t number = ALLOC_PORT_MIN + at;

		if (has_number(json_at(is, "spec.ports"), number) ||
		    has_number(taken, number) || port_is_held(asker, number))
			continue;
		alloc_note(asker, &asker->alloc->ports[at]);
		json_set_int(port, "nodePort", number);
		return;
	}
	status_set(asker->status, 500, "InternalError",
		   "Internal error occurred: failed to allocate a nodePort: "
		   "range is full");
}

static void claim_number(const struct alloc_asker *asker, size_t i,
			 int64_t number)
{
	char field[64], value[32];

	snprintf(field, sizeof(field), "spec.ports[%zu].nodePort", i);
	snprintf(value, sizeof(value), "%lld", (long long)number);
	if (number < ALLOC_PORT_MIN || number > ALLOC_PORT_MAX)
		status_find(asker->status, FINDING_INVALID, field, value,
			    "provided port is not in the valid range. The "
			    "range of valid ports is %d-%d",
			    ALLOC_PORT_MIN, ALLOC_PORT_MAX);
	else if (port_is_held(asker, number))
		status_find(asker->status, FINDING_INVALID, field, value,
			    "provided port is already allocated");
	else
		alloc_note(asker,
			   &asker->alloc->ports[number - ALLOC_PORT_MIN]);
}

static void fill_port(const struct alloc_asker *asker, const struct json *was,
		      const struct json *is, const struct json *taken,
		      struct json *port)
{
	int64_t number = json_int(port, "nodePort", 0);
	int64_t kept = number == 0 ? kept_number(was, port) : 0;

	if (kept != 0)
		json_set_int(port, "nodePort", kept);
	else if (number != 0 && !has_number(json_at(was, "spec.ports"), number))
		claim_number(asker, json_len(taken), number);
	else if (number == 0 && needs_ports(is))
		give_number(asker, is, taken, port);
}

/* A type that has no node ports loses those that the client merely sent
 * back. */
static void drop_numbers(const struct json *was, struct json *port)
{
	int64_t number = json_int(port, "nodePort", 0);

	if (number != 0 && may_have_ports(was) &&
	    has_number(json_at(was, "spec.ports"), number))
		json_remove(port, "nodePort");
}

void alloc_ports(const struct alloc_asker *asker, const struct json *was,
		 struct json *is)
{
	struct json *spec = json_child_object(is, "spec");
	struct json *ports = json_new_array();

	if (json_type(json_get(spec, "ports")) != JSON_ARRAY) {
		json_free(ports);
		return;
	}
	json_each (item, json_get(spec, "ports")) {
		struct json *port = json_dup(item);

		if (may_have_ports(is))
			fill_port(asker, was, is, ports, port);
		else
			drop_numbers(was, port);
		json_push(ports, port);
	}
	json_set(spec, "ports", ports);
}
