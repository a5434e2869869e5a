/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/alloc.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/alloc_priv.h"
#include "lab/objects.h"
#include "lab/status.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define NET  0x0a600000u	 /* 10.96.0.0 */
#define BAND 256u		 /* the lower part: only when asked for */
#define LAST (ALLOC_N_ADDRS - 2) /* not the broadcast address */

static const char *type_of(const struct json *service)
{
	const char *type = json_str(service, "spec.type");

	return type == NULL || type[0] == '\0' ? "ClusterIP" : type;
}

static bool is_external(const struct json *service)
{
	return strcmp(type_of(service), "ExternalName") == 0;
}

bool alloc_is_held(const struct alloc_asker *asker, const char *owner,
		   const char *text)
{
	const char *slash = owner == NULL ? NULL : strchr(owner, '/');
	const struct object *service;
	scope_free char *ns = NULL;

	if (slash == NULL || strcmp(owner, asker->owner) == 0)
		return false;
	ns = mem_strndup(owner, (size_t)(slash - owner));
	service =
		objects_get(asker->alloc->objects, KIND_SERVICE, ns, slash + 1);
	return service != NULL && strstr(service->json, text) != NULL;
}

void alloc_note(const struct alloc_asker *asker, char **slot)
{
	if (asker->is_dry_run)
		return;
	free(*slot);
	*slot = mem_strdup(asker->owner);
}

static const char *addr_text(uint32_t at, char out[INET_ADDRSTRLEN])
{
	struct in_addr addr = {.s_addr = htonl(NET + at)};

	inet_ntop(AF_INET, &addr, out, INET_ADDRSTRLEN);
	return out;
}

/* false: not one of ours. */
static bool addr_read(const char *text, uint32_t *ret_at)
{
	struct in_addr addr;

	if (text == NULL || inet_pton(AF_INET, text, &addr) != 1)
		return false;
	*ret_at = ntohl(addr.s_addr) - NET;
	return *ret_at < ALLOC_N_ADDRS;
}

static bool addr_is_held(const struct alloc_asker *asker, uint32_t at)
{
	char text[INET_ADDRSTRLEN], quoted[INET_ADDRSTRLEN + 2];

	snprintf(quoted, sizeof(quoted), "\"%s\"", addr_text(at, text));
	return alloc_is_held(asker, asker->alloc->addrs[at], quoted);
}

static void set_addr(struct json *spec, const char *text)
{
	struct json *all = json_new_array();

	json_push(all, json_new_str(text));
	json_set_str(spec, "clusterIP", text);
	json_set(spec, "clusterIPs", all);
}

static void refuse_addr(const struct alloc_asker *asker, const char *text,
			const char *why)
{
	scope_free char *value = mem_printf("[\"%s\"]", text);

	status_find(asker->status, FINDING_INVALID, "spec.clusterIPs", value,
		    "failed to allocate IP %s: %s", text, why);
}

static void give_addr(const struct alloc_asker *asker, struct json *spec)
{
	uint32_t n = LAST + 1 - BAND, start = clk_random(n);
	char text[INET_ADDRSTRLEN];

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = BAND + (start + i) % n;

		if (addr_is_held(asker, at))
			continue;
		alloc_note(asker, &asker->alloc->addrs[at]);
		set_addr(spec, addr_text(at, text));
		return;
	}
	status_set(asker->status, 500, "InternalError",
		   "Internal error occurred: failed to allocate a serviceIP: "
		   "range is full");
}

static void claim_addr(const struct alloc_asker *asker, const char *text)
{
	uint32_t at;
	char why[160];

	if (strchr(text, ':') != NULL)
		return;
	if (!addr_read(text, &at) || at == 0 || at > LAST) {
		snprintf(why, sizeof(why),
			 "the provided IP (%.40s) is not in the valid range. "
			 "The range of valid IPs is %s",
			 text, ALLOC_NET);
		refuse_addr(asker, text, why);
	} else if (addr_is_held(asker, at)) {
		refuse_addr(asker, text, "provided IP is already allocated");
	} else {
		alloc_note(asker, &asker->alloc->addrs[at]);
	}
}

static void drop_addrs(const struct json *was, struct json *spec)
{
	static const char *const fields[] = {"clusterIP", "clusterIPs",
					     "ipFamilies", "ipFamilyPolicy"};

	for (size_t i = 0; was != NULL && i < st_array_len(fields); i++) {
		const struct json *old =
			json_get(json_get(was, "spec"), fields[i]);

		if (old != NULL && json_equal(old, json_get(spec, fields[i])))
			json_remove(spec, fields[i]);
	}
}

static const char *asked_addr(const struct json *service)
{
	const char *one = json_str(service, "spec.clusterIP");

	if (one == NULL || one[0] == '\0')
		one = json_value_str(
			json_first(json_at(service, "spec.clusterIPs")));
	return one == NULL ? "" : one;
}

static void fill_addrs(const struct alloc_asker *asker, const struct json *was,
		       struct json *is)
{
	struct json *spec = json_child_object(is, "spec");
	const char *old =
		was == NULL || is_external(was) ? "" : asked_addr(was);
	scope_free char *asked = mem_strdup(asked_addr(is));

	if (asked[0] == '\0' && old[0] != '\0')
		set_addr(spec, old);
	else if (asked[0] == '\0')
		give_addr(asker, spec);
	else if (json_len(json_get(spec, "clusterIPs")) == 0 ||
		 json_str(is, "spec.clusterIP") == NULL)
		set_addr(spec, asked);
	if (asked[0] != '\0' && old[0] == '\0' && strcmp(asked, "None") != 0)
		claim_addr(asker, asked);
}

static void check_families(const struct alloc_asker *asker,
			   const struct json *families)
{
	size_t i = 0;

	json_each (item, families) {
		const char *family = json_value_str(item);
		char field[64];

		snprintf(field, sizeof(field), "spec.ipFamilies[%zu]", i++);
		if (family != NULL && strcmp(family, "IPv6") == 0)
			status_find(asker->status, FINDING_INVALID, field,
				    "\"IPv6\"",
				    "not configured on this cluster");
	}
}

/* One family is configured; a headless Service without selector may have
 * both, since its endpoints are somebody else's. */
static void fill_families(const struct alloc_asker *asker, struct json *is)
{
	struct json *spec = json_child_object(is, "spec");
	bool is_free = strcmp(asked_addr(is), "None") == 0 &&
		       json_len(json_get(spec, "selector")) == 0;
	const char *policy = json_str(spec, "ipFamilyPolicy");
	struct json *families;

	if (policy != NULL && strcmp(policy, "RequireDualStack") == 0 &&
	    !is_free)
		status_find(asker->status, FINDING_INVALID,
			    "spec.ipFamilyPolicy", "\"RequireDualStack\"",
			    "this cluster is not configured for dual-stack "
			    "services");
	if (policy == NULL)
		json_set_str(spec, "ipFamilyPolicy",
			     is_free ? "RequireDualStack" : "SingleStack");
	if (!is_free)
		check_families(asker, json_get(spec, "ipFamilies"));
	families = json_child_array(spec, "ipFamilies");
	if (json_len(families) > 0)
		return;
	json_push(families, json_new_str("IPv4"));
	if (is_free)
		json_push(families, json_new_str("IPv6"));
}

void alloc_service(struct alloc *alloc, const struct json *was, struct json *is,
		   bool is_dry_run, struct status *status)
{
	struct alloc_asker asker = {
		.alloc = alloc, .is_dry_run = is_dry_run, .status = status};
	const char *ns = json_str(is, "metadata.namespace");
	const char *name = json_str(is, "metadata.name");

	snprintf(asker.owner, sizeof(asker.owner), "%.63s/%.253s",
		 ns == NULL ? "" : ns, name == NULL ? "" : name);
	if (is_external(is)) {
		drop_addrs(was, json_child_object(is, "spec"));
	} else {
		fill_addrs(&asker, was, is);
		fill_families(&asker, is);
	}
	alloc_ports(&asker, was, is);
}

static bool seed(const struct object *object, void *arg)
{
	struct alloc *alloc = arg;
	struct alloc_asker asker = {.alloc = alloc};
	struct json *service;
	uint32_t at;

	if (json_parse(object->json, object->json_len, &service, NULL) < 0)
		return true;
	snprintf(asker.owner, sizeof(asker.owner), "%.63s/%.253s", object->ns,
		 object->name);
	if (addr_read(asked_addr(service), &at))
		alloc_note(&asker, &alloc->addrs[at]);
	json_each (port, json_at(service, "spec.ports")) {
		int64_t number = json_int(port, "nodePort", 0);

		if (number >= ALLOC_PORT_MIN && number <= ALLOC_PORT_MAX)
			alloc_note(&asker,
				   &alloc->ports[number - ALLOC_PORT_MIN]);
	}
	json_free(service);
	return true;
}

struct alloc *alloc_new(const struct objects *objects)
{
	struct alloc *alloc = mem_zalloc(sizeof(*alloc));

	alloc->objects = objects;
	objects_each(objects, KIND_SERVICE, NULL, NULL, seed, alloc);
	return alloc;
}

void alloc_free(struct alloc *alloc)
{
	if (alloc == NULL)
		return;
	for (size_t i = 0; i < ALLOC_N_ADDRS; i++)
		free(alloc->addrs[i]);
	for (size_t i = 0; i < ALLOC_N_PORTS; i++)
		free(alloc->ports[i]);
	free(alloc);
}
