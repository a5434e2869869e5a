/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "controller/istr.h"
#include "controller/obj_pack.h"
#include "statefuld/json.h"

static bool is_text(const char *text, const char *want)
{
	return text && strcmp(text, want) == 0;
}

/* A target that is absent or 0 is the port itself, as the API server fills
 * it in. */
static void read_target(struct obj_port *port, const struct json *target)
{
	const char *name = json_value_str(target);
	int64_t number = json_value_int(target, 0);

	port->target_port = port->port;
	if (name && *name)
		port->target_name = istr_get(name);
	else if (number > 0 && number <= UINT16_MAX)
		port->target_port = (uint16_t)number;
}

static void read_port(struct obj_pack *pack, const struct json *json)
{
	const char *name = obj_json_text(json, "name");
	int64_t number = json_int(json, "port", 0);
	int proto = obj_proto_parse(obj_json_text(json, "protocol"));
	struct obj_port port = {.has_port = true};

	if (number < 1 || number > UINT16_MAX || proto < 0)
		return;
	port.port = (uint16_t)number;
	port.proto = (uint8_t)proto;
	if (name && *name)
		port.name = istr_get(name);
	read_target(&port, json_get(json, "targetPort"));
	buf_put(&pack->ports, &port, sizeof(port));
}

/* clusterIPs, or clusterIP where a server knows no other (DNS-007). */
static enum obj_service_kind read_addrs(struct obj_pack *pack,
					const struct json *spec)
{
	const struct json *list = json_get(spec, "clusterIPs");
	const char *single = obj_json_text(spec, "clusterIP");

	if (is_text(obj_json_text(spec, "type"), "ExternalName"))
		return SERVICE_EXTERNAL_NAME;
	if (is_text(single, "None") ||
	    is_text(json_value_str(json_first(list)), "None"))
		return SERVICE_HEADLESS;
	json_each (child, list)
		obj_pack_addr(pack, json_value_str(child), false);
	if (obj_pack_addrs(pack) == 0)
		obj_pack_addr(pack, single, false);
	return obj_pack_addrs(pack) > 0 ? SERVICE_CLUSTER_IP : SERVICE_NONE;
}

static void read_families(struct obj_service *view, const struct json *list)
{
	json_each (child, list) {
		if (is_text(json_value_str(child), "IPv4"))
			view->families_v4 = true;
		else if (is_text(json_value_str(child), "IPv6"))
			view->families_v6 = true;
	}
}

struct obj *obj_build_service(struct obj_pack *pack, const struct obj *head,
			      const struct json *object,
			      struct obj_block *block)
{
	const struct json *spec = json_get(object, "spec");
	struct obj_service view = {.obj = *head}, *ret;

	view.type = read_addrs(pack, spec);
	view.publish_not_ready =
		json_bool(spec, "publishNotReadyAddresses", false);
	if (view.type == SERVICE_EXTERNAL_NAME)
		view.external_name =
			istr_get(obj_json_text(spec, "externalName"));
	obj_pack_map(pack, json_get(spec, "selector"));
	view.n_selector = (uint32_t)obj_pack_pairs(pack) - head->n_labels;
	view.has_selector = view.n_selector > 0;
	view.created_s = obj_json_time_s(json_get(object, "metadata"),
					 "creationTimestamp");
	read_families(&view, json_get(spec, "ipFamilies"));
	json_each (child, json_get(spec, "ports"))
		read_port(pack, child);
	view.n_ports = (uint32_t)obj_pack_ports(pack);
	view.n_addrs = (uint32_t)obj_pack_addrs(pack);
	obj_pack_seal(pack, &view, sizeof(view), block);
	ret = block->head;
	ret->selector = block->pairs + head->n_labels;
	ret->ports = block->ports;
	ret->addrs = block->addrs;
	return &ret->obj;
}

void obj_drop_service(const struct obj_service *service)
{
	obj_drop_pairs(service->selector, service->n_selector);
	obj_drop_ports(service->ports, service->n_ports);
	istr_drop(service->external_name);
}
