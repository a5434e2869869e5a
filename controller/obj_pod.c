/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "controller/istr.h"
#include "controller/obj_pack.h"
#include "statefuld/json.h"

enum { MAX_TROUBLE = 160 }; /* octets of a message */

static bool is_text(const char *text, const char *want)
{
	return text && strcmp(text, want) == 0;
}

static enum obj_phase read_phase(const char *text)
{
	static const char *const names[] = {
		[PHASE_PENDING] = "Pending",	 [PHASE_RUNNING] = "Running",
		[PHASE_SUCCEEDED] = "Succeeded", [PHASE_FAILED] = "Failed",
		[PHASE_UNKNOWN] = "Unknown",
	};

	for (size_t i = PHASE_PENDING; i < st_array_len(names); i++)
		if (is_text(text, names[i]))
			return (enum obj_phase)i;
	return PHASE_NONE;
}

static const struct json *condition(const struct json *status, const char *type)
{
	json_each (child, json_get(status, "conditions"))
		if (is_text(obj_json_text(child, "type"), type))
			return child;
	return NULL;
}

static void read_ready(struct obj_pod *view, const struct json *status)
{
	const struct json *ready = condition(status, "Ready");

	view->ready = is_text(obj_json_text(ready, "status"), "True");
	view->ready_since_s = obj_json_time_s(ready, "lastTransitionTime");
	view->has_ready_time = view->ready_since_s != 0;
}

static void put_waiting(struct buf *out, const struct json *status)
{
	json_each (child, json_get(status, "containerStatuses")) {
		const char *name = obj_json_text(child, "name");
		const char *reason = json_str(child, "state.waiting.reason");

		if (name && reason)
			buf_printf(out, "%s%.63s: %.63s", out->len ? ", " : "",
				   name, reason);
		if (out->len > MAX_TROUBLE)
			return;
	}
}

/* At most so many octets, no character in part. */
static int cut(const char *text)
{
	int len = (int)strnlen(text, MAX_TROUBLE);

	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* What a person would look for with kubectl describe: containers that wait,
 * else the condition that is in the way. */
static const struct istr *read_trouble(const struct json *status)
{
	const struct json *ready = condition(status, "Ready");
	const struct json *placed = condition(status, "PodScheduled");
	const char *reason, *message;
	scope_buf struct buf text;

	buf_init(&text, 0);
	put_waiting(&text, status);
	if (is_text(obj_json_text(placed, "status"), "False"))
		ready = placed;
	reason = obj_json_text(ready, "reason");
	message = obj_json_text(ready, "message");
	if (text.len == 0 && reason && *reason)
		buf_printf(&text, "%.63s", reason);
	if (text.len > 0 && message && *message)
		buf_printf(&text, " (%.*s)", cut(message), message);
	return text.len > 0 ? istr_get(text.data) : NULL;
}

static void read_addrs(struct obj_pack *pack, const struct json *status)
{
	json_each (child, json_get(status, "podIPs"))
		if (obj_pack_addrs(pack) < UINT8_MAX)
			obj_pack_addr(pack, obj_json_text(child, "ip"), false);
	if (obj_pack_addrs(pack) == 0)
		obj_pack_addr(pack, obj_json_text(status, "podIP"), false);
}

static void read_claim(struct obj_pack *pack, const struct json *volume)
{
	const char *claim = json_str(volume, "persistentVolumeClaim.claimName");
	const char *name = obj_json_text(volume, "name");
	struct obj_label pair;

	if (!claim || !name)
		return;
	pair.key = istr_get(name);
	pair.value = istr_get(claim);
	buf_put(&pack->pairs, &pair, sizeof(pair));
}

static void read_ports(struct obj_pack *pack, const struct json *container)
{
	json_each (child, json_get(container, "ports")) {
		const char *name = obj_json_text(child, "name");
		int64_t number = json_int(child, "containerPort", 0);
		int proto = obj_proto_parse(obj_json_text(child, "protocol"));
		struct obj_port port = {.has_port = true};

		if (!name || !*name || number < 1 || number > UINT16_MAX ||
		    proto < 0 || obj_pack_ports(pack) == UINT16_MAX)
			continue;
		port.name = istr_get(name);
		port.port = port.target_port = (uint16_t)number;
		port.proto = (uint8_t)proto;
		buf_put(&pack->ports, &port, sizeof(port));
	}
}

/* Init containers count when they go on running: restartPolicy Always. */
static void read_containers(struct obj_pack *pack, const struct json *spec)
{
	json_each (child, json_get(spec, "containers"))
		read_ports(pack, child);
	json_each (child, json_get(spec, "initContainers"))
		if (is_text(obj_json_text(child, "restartPolicy"), "Always"))
			read_ports(pack, child);
}

static const struct istr *read_name(const struct json *spec, const char *field)
{
	const char *text = obj_json_text(spec, field);

	return text && *text ? istr_get(text) : NULL;
}

struct obj *obj_build_pod(struct obj_pack *pack, const struct obj *head,
			  const struct json *object, struct obj_block *block)
{
	const struct json *spec = json_get(object, "spec");
	const struct json *status = json_get(object, "status");
	struct obj_pod view = {.obj = *head}, *ret;

	view.phase = (uint8_t)read_phase(obj_json_text(status, "phase"));
	read_ready(&view, status);
	if (!view.ready)
		view.trouble = read_trouble(status);
	view.hostname = read_name(spec, "hostname");
	view.subdomain = read_name(spec, "subdomain");
	read_addrs(pack, status);
	view.n_addrs = (uint8_t)obj_pack_addrs(pack);
	json_each (child, json_get(spec, "volumes"))
		if (!pack->is_for_dns &&
		    obj_pack_pairs(pack) - head->n_labels < UINT16_MAX)
			read_claim(pack, child);
	view.n_claims = (uint16_t)(obj_pack_pairs(pack) - head->n_labels);
	read_containers(pack, spec);
	view.n_ports = (uint16_t)obj_pack_ports(pack);
	obj_pack_seal(pack, &view, sizeof(view), block);
	ret = block->head;
	ret->addrs = block->addrs;
	ret->claims = block->pairs + head->n_labels;
	ret->ports = block->ports;
	return &ret->obj;
}

void obj_drop_pod(const struct obj_pod *pod)
{
	istr_drop(pod->trouble);
	istr_drop(pod->hostname);
	istr_drop(pod->subdomain);
	obj_drop_pairs(pod->claims, pod->n_claims);
	obj_drop_ports(pod->ports, pod->n_ports);
}
