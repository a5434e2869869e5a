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

/* FQDN and kinds yet unknown make no records (DNS-004). */
static uint8_t read_addr_len(const char *type)
{
	if (is_text(type, "IPv4"))
		return ADDR_V4;
	return is_text(type, "IPv6") ? ADDR_V6 : 0;
}

static const struct istr *read_text(struct obj_pack *pack, const char *text)
{
	return text && *text ? obj_pack_text(pack, text) : NULL;
}

/* Takes back what of the addresses has the wrong family. */
static uint32_t read_addrs(struct obj_pack *pack, const struct json *list,
			   uint8_t addr_len)
{
	uint32_t n = 0;
	struct addr addr;

	json_each (child, list) {
		if (!obj_addr_parse(json_value_str(child), addr_len == ADDR_V6,
				    &addr) ||
		    addr.len != addr_len)
			continue;
		buf_put(&pack->addrs, &addr, sizeof(addr));
		n++;
	}
	return n;
}

static void read_endpoint(struct obj_pack *pack, const struct json *json,
			  uint8_t addr_len)
{
	const char *hostname = obj_json_text(json, "hostname");
	const char *pod = json_str(json, "targetRef.name");
	struct obj_endpoint view = {0};

	view.ready = json_bool(json, "conditions.ready", true);
	view.hostname = read_text(pack, hostname);
	if (is_text(json_str(json, "targetRef.kind"), "Pod"))
		view.target_pod = hostname && is_text(pod, hostname)
					  ? view.hostname
					  : read_text(pack, pod);
	view.n_addrs = read_addrs(pack, json_get(json, "addresses"), addr_len);
	buf_put(&pack->rows, &view, sizeof(view));
}

static void read_port(struct obj_pack *pack, const struct json *json)
{
	const char *name = obj_json_text(json, "name");
	int64_t number = json_int(json, "port", 0);
	int proto = obj_proto_parse(obj_json_text(json, "protocol"));
	struct obj_port port = {0};

	if (proto < 0)
		return;
	port.has_port = number >= 1 && number <= UINT16_MAX;
	if (port.has_port)
		port.port = port.target_port = (uint16_t)number;
	port.proto = (uint8_t)proto;
	if (name && *name)
		port.name = istr_get(name);
	buf_put(&pack->ports, &port, sizeof(port));
}

static void settle_endpoints(struct obj_slice *slice,
			     const struct obj_block *block)
{
	struct obj_endpoint *rows = block->rows;
	const struct addr *addrs = block->addrs;

	for (uint32_t i = 0; i < slice->n_endpoints; i++) {
		rows[i].hostname = obj_own_text(block, rows[i].hostname);
		rows[i].target_pod = obj_own_text(block, rows[i].target_pod);
		rows[i].addrs = addrs;
		addrs += rows[i].n_addrs;
	}
	slice->endpoints = rows;
	slice->ports = block->ports;
}

static int64_t read_changed_s(const struct json *object)
{
	int64_t s = obj_json_time_s(
		json_at(object, "metadata.annotations"),
		"endpoints.kubernetes.io/last-change-trigger-time");

	return s != 0 ? s
		      : obj_json_time_s(json_get(object, "metadata"),
					"creationTimestamp");
}

struct obj *obj_build_slice(struct obj_pack *pack, const struct obj *head,
			    const struct json *object, struct obj_block *block)
{
	const struct json *labels = json_at(object, "metadata.labels");
	struct obj_slice view = {.obj = *head}, *ret;

	view.service = istr_get(
		json_value_str(json_get(labels, "kubernetes.io/service-name")));
	view.managed_by = istr_get(json_value_str(
		json_get(labels, "endpointslice.kubernetes.io/managed-by")));
	view.changed_s = read_changed_s(object);
	view.addr_len = read_addr_len(obj_json_text(object, "addressType"));
	json_each (child, json_get(object, "endpoints"))
		read_endpoint(pack, child, view.addr_len);
	view.n_endpoints =
		(uint32_t)(pack->rows.len / sizeof(struct obj_endpoint));
	json_each (child, json_get(object, "ports"))
		read_port(pack, child);
	view.n_ports = (uint32_t)obj_pack_ports(pack);
	obj_pack_seal(pack, &view, sizeof(view), block);
	ret = block->head;
	settle_endpoints(ret, block);
	return &ret->obj;
}

void obj_drop_slice(const struct obj_slice *slice)
{
	istr_drop(slice->service);
	istr_drop(slice->managed_by);
	obj_drop_ports(slice->ports, slice->n_ports);
}
