/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of services, endpoint slices and nodes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/cells.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* Lists are cut behind this many. */
enum { SHOWN = 3 };

struct texts {
	const char **items;
	size_t n;
};

static void texts_add(struct texts *texts, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	mem_grow(texts->items, texts->n);
	texts->items[texts->n++] = text;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In order, each once. */
static void texts_sort(struct texts *texts)
{
	size_t n = 0;

	if (texts->n == 0)
		return;
	sort_items(texts->items, texts->n, sizeof(texts->items[0]), by_text);
	for (size_t i = 0; i < texts->n; i++) {
		if (n == 0 || strcmp(texts->items[n - 1], texts->items[i]) != 0)
			texts->items[n++] = texts->items[i];
	}
	texts->n = n;
}

static void add_texts(struct json *cells, const struct texts *texts,
		      const char *missing)
{
	scope_buf struct buf list;

	buf_init(&list, 0);
	for (size_t i = 0; i < texts->n; i++)
		buf_printf(&list, "%s%s", i > 0 ? "," : "", texts->items[i]);
	cells_add_or(cells, list.data, missing);
}

static void texts_from(struct texts *texts, const struct json *list)
{
	json_each (item, list)
		texts_add(texts, json_value_str(item));
}

/* Addresses that a load balancer was given come before those that the
 * service itself asks for. */
static void add_external(struct json *cells, const struct json *service,
			 const char *type)
{
	struct texts texts = {0};
	bool balanced = strcmp(type, "LoadBalancer") == 0;

	if (strcmp(type, "ExternalName") == 0) {
		cells_add(cells, json_str(service, "spec.externalName"));
		return;
	}
	if (balanced) {
		json_each (entry,
			   json_at(service, "status.loadBalancer.ingress")) {
			const char *ip = json_str(entry, "ip");

			texts_add(&texts,
				  ip != NULL && ip[0] != '\0'
					  ? ip
					  : json_str(entry, "hostname"));
		}
		texts_sort(&texts);
	}
	texts_from(&texts, json_at(service, "spec.externalIPs"));
	add_texts(cells, &texts, balanced ? "<pending>" : "<none>");
	free(texts.items);
}

static void add_ports(struct json *cells, const struct json *ports)
{
	scope_buf struct buf list;

	buf_init(&list, 0);
	json_each (port, ports) {
		int64_t outside = json_int(port, "nodePort", 0);
		const char *protocol = json_str(port, "protocol");

		buf_printf(&list, "%s%" PRId64, list.len > 0 ? "," : "",
			   json_int(port, "port", 0));
		if (outside > 0)
			buf_printf(&list, ":%" PRId64, outside);
		buf_printf(&list, "/%s", protocol != NULL ? protocol : "");
	}
	cells_add_or(cells, list.data, "<none>");
}

/* "a=1,b=2" in the order of the keys. */
static void add_labels(struct json *cells, const struct json *labels)
{
	scope_buf struct buf list;
	struct texts keys = {0};

	buf_init(&list, 0);
	json_each (label, labels) {
		if (json_name(label) == NULL)
			continue;
		mem_grow(keys.items, keys.n);
		keys.items[keys.n++] = json_name(label);
	}
	texts_sort(&keys);
	for (size_t i = 0; i < keys.n; i++) {
		const char *value =
			json_value_str(json_get(labels, keys.items[i]));

		buf_printf(&list, "%s%s=%s", i > 0 ? "," : "", keys.items[i],
			   value != NULL ? value : "");
	}
	free(keys.items);
	cells_add_or(cells, list.data, "<none>");
}

void cells_service(struct json *cells, const struct json *object, int64_t now_s)
{
	const char *type = json_str(object, "spec.type");

	if (type == NULL)
		type = "ClusterIP";
	cells_add_name(cells, object);
	cells_add(cells, type);
	cells_add_or(cells, json_str(object, "spec.clusterIP"), "<none>");
	add_external(cells, object, type);
	add_ports(cells, json_at(object, "spec.ports"));
	cells_add_age(cells, object, now_s);
	add_labels(cells, json_at(object, "spec.selector"));
}

/* A list that grows by commas and is cut: "a,b,c + 2 more...". */
struct cut {
	struct buf text;
	size_t n;
};

static void cut_add(struct cut *cut, const char *text)
{
	if (cut->n < SHOWN)
		buf_printf(&cut->text, "%s%s", cut->n > 0 ? "," : "",
			   text != NULL ? text : "");
	cut->n++;
}

static void add_cut(struct json *cells, struct cut *cut)
{
	if (cut->n > SHOWN)
		buf_printf(&cut->text, " + %zu more...", cut->n - SHOWN);
	cells_add_or(cells, cut->text.data, "<unset>");
	buf_fini(&cut->text);
}

static void add_slice_ports(struct json *cells, const struct json *ports)
{
	struct cut cut = {0};

	buf_init(&cut.text, 0);
	json_each (port, ports) {
		const char *name = json_str(port, "name");

		if (json_type(json_get(port, "port")) == JSON_NUMBER) {
			scope_free char *text = mem_printf(
				"%" PRId64, json_int(port, "port", 0));

			cut_add(&cut, text);
		} else {
			cut_add(&cut, name != NULL ? name : "*");
		}
	}
	add_cut(cells, &cut);
}

void cells_slice(struct json *cells, const struct json *object, int64_t now_s)
{
	struct cut cut = {0};

	cells_add_name(cells, object);
	cells_add(cells, json_str(object, "addressType"));
	add_slice_ports(cells, json_get(object, "ports"));
	buf_init(&cut.text, 0);
	json_each (endpoint, json_get(object, "endpoints")) {
		json_each (address, json_get(endpoint, "addresses"))
			cut_add(&cut, json_value_str(address));
	}
	add_cut(cells, &cut);
	cells_add_age(cells, object, now_s);
}

/* Ready, NotReady or Unknown, and whether pods may come. */
static void add_readiness(struct json *cells, const struct json *node)
{
	const char *ready = "Unknown";

	json_each (condition, json_at(node, "status.conditions")) {
		const char *type = json_str(condition, "type");
		const char *status = json_str(condition, "status");

		if (type == NULL || strcmp(type, "Ready") != 0)
			continue;
		ready = status != NULL && strcmp(status, "True") == 0
				? "Ready"
				: "NotReady";
	}
	scope_free char *text =
		mem_printf("%s%s", ready,
			   json_bool(node, "spec.unschedulable", false)
				   ? ",SchedulingDisabled"
				   : "");
	cells_add(cells, text);
}

static void add_roles(struct json *cells, const struct json *labels)
{
	static const char prefix[] = "node-role.kubernetes.io/";
	struct texts roles = {0};

	json_each (label, labels) {
		const char *key = json_name(label);

		if (key == NULL)
			continue;
		if (strncmp(key, prefix, sizeof(prefix) - 1) == 0)
			texts_add(&roles, key + sizeof(prefix) - 1);
		else if (strcmp(key, "kubernetes.io/role") == 0)
			texts_add(&roles, json_value_str(label));
	}
	texts_sort(&roles);
	add_texts(cells, &roles, "<none>");
	free(roles.items);
}

static void add_address(struct json *cells, const struct json *node,
			const char *wanted)
{
	json_each (address, json_at(node, "status.addresses")) {
		const char *type = json_str(address, "type");

		if (type == NULL || strcmp(type, wanted) != 0)
			continue;
		cells_add(cells, json_str(address, "address"));
		return;
	}
	cells_add(cells, "<none>");
}

void cells_node(struct json *cells, const struct json *object, int64_t now_s)
{
	const struct json *info = json_at(object, "status.nodeInfo");

	cells_add_name(cells, object);
	add_readiness(cells, object);
	add_roles(cells, json_at(object, "metadata.labels"));
	cells_add_age(cells, object, now_s);
	cells_add(cells, json_str(info, "kubeletVersion"));
	add_address(cells, object, "InternalIP");
	add_address(cells, object, "ExternalIP");
	cells_add_or(cells, json_str(info, "osImage"), "<unknown>");
	cells_add_or(cells, json_str(info, "kernelVersion"), "<unknown>");
	cells_add_or(cells, json_str(info, "containerRuntimeVersion"),
		     "<unknown>");
}
