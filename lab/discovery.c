/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/discovery.h"

#include <stdio.h>
#include <string.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A subresource as discovery tells it; group NULL: the resource's own kind. */
struct sub {
	unsigned int has;
	const char *name;
	const char *group, *version, *kind;
	const char *const *verbs;
};

/* By alphabet, as told. */
static const struct sub subs[] = {
	{KIND_HAS_BINDING, "binding", "", "v1", "Binding", WORDS("create")},
	{KIND_HAS_EPHEMERAL, "ephemeralcontainers", NULL, NULL, NULL,
	 WORDS("get", "patch", "update")},
	{KIND_HAS_EVICTION, "eviction", "policy", "v1", "Eviction",
	 WORDS("create")},
	{KIND_HAS_FINALIZE, "finalize", NULL, NULL, NULL, WORDS("update")},
	{KIND_HAS_LOG, "log", NULL, NULL, NULL, WORDS("get")},
	{KIND_HAS_SCALE, "scale", "autoscaling", "v1", "Scale",
	 WORDS("get", "patch", "update")},
	{KIND_HAS_STATUS, "status", NULL, NULL, NULL,
	 WORDS("get", "patch", "update")},
};

/* A real server cannot delete all namespaces at once. */
static const char *const *verbs_of(const struct kind *kind)
{
	static const char *const all[] = {
		"create", "delete", "deletecollection",
		"get",	  "list",   "patch",
		"update", "watch",  NULL,
	};
	static const char *const single[] = {
		"create", "delete", "get",   "list",
		"patch",  "update", "watch", NULL,
	};
	static const char *const asked[] = {"create", NULL};

	if (kind->id == KINDS)
		return asked;
	return kind->id == KIND_NAMESPACE ? single : all;
}

static struct json *new_list(const char *const *words)
{
	struct json *list = json_new_array();

	for (; *words != NULL; words++)
		json_push(list, json_new_str(*words));
	return list;
}

static void set_words(struct json *object, const char *name,
		      const char *const *words)
{
	if (words != NULL)
		json_set(object, name, new_list(words));
}

static bool is_first_of_group(const struct kind *kind)
{
	return kind == kinds || strcmp(kind[-1].group, kind->group) != 0;
}

/* The first face of a group ("" for core); NULL if it is not served. */
static const struct kind *find_group(const char *group)
{
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (strcmp(k->group, group) == 0)
			return k;
	}
	return NULL;
}

static struct json *new_version(const struct kind *kind)
{
	struct json *version = json_new_object();
	char buf[64];

	json_set_str(version, "groupVersion", kinds_api_version(kind, buf));
	json_set_str(version, "version", kind->version);
	return version;
}

/* `kind` is the first of its group. */
static void fill_group(struct json *group, const struct kind *kind)
{
	struct json *versions = NULL;

	json_set_str(group, "name", kind->group);
	versions = json_child_array(group, "versions");
	for (const struct kind *k = kind; kinds_same_group(k, kind);
	     k = kinds_next_version(k))
		json_push(versions, new_version(k));
	json_set(group, "preferredVersion", new_version(kind));
}

static struct json *new_typed(const char *kind, const char *api_version)
{
	struct json *object = json_new_object();

	json_set_str(object, "kind", kind);
	if (api_version != NULL)
		json_set_str(object, "apiVersion", api_version);
	return object;
}

static struct json *api_versions(const char *address)
{
	struct json *root = new_typed("APIVersions", NULL);
	struct json *server = json_new_object();

	json_set(root, "versions", new_list(WORDS("v1")));
	json_set_str(server, "clientCIDR", "0.0.0.0/0");
	json_set_str(server, "serverAddress", address != NULL ? address : "");
	json_push(json_child_array(root, "serverAddressByClientCIDRs"), server);
	return root;
}

static struct json *group_list(void)
{
	struct json *root = new_typed("APIGroupList", "v1");
	struct json *groups = json_child_array(root, "groups");

	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (k->group[0] == '\0' || !is_first_of_group(k))
			continue;
		struct json *group = json_new_object();
		fill_group(group, k);
		json_push(groups, group);
	}
	return root;
}

static struct json *one_group(const struct kind *kind)
{
	struct json *root = new_typed("APIGroup", "v1");

	fill_group(root, kind);
	return root;
}

static struct json *new_resource(const struct kind *kind)
{
	struct json *resource = json_new_object();

	json_set_str(resource, "name", kind->plural);
	json_set_str(resource, "singularName", kind->singular);
	json_set_bool(resource, "namespaced", kind->namespaced);
	json_set_str(resource, "kind", kind->kind);
	set_words(resource, "verbs", verbs_of(kind));
	set_words(resource, "shortNames", kind->short_names);
	set_words(resource, "categories", kind->categories);
	return resource;
}

/* What is of the list's own group and version does not name them. */
static struct json *new_sub(const struct kind *kind, const struct sub *sub)
{
	struct json *resource = json_new_object();
	scope_free char *name = mem_printf("%s/%s", kind->plural, sub->name);

	json_set_str(resource, "name", name);
	json_set_str(resource, "singularName", "");
	json_set_bool(resource, "namespaced", kind->namespaced);
	if (sub->group != NULL && strcmp(sub->group, kind->group) != 0) {
		json_set_str(resource, "group", sub->group);
		json_set_str(resource, "version", sub->version);
	}
	json_set_str(resource, "kind", sub->kind ? sub->kind : kind->kind);
	set_words(resource, "verbs", sub->verbs);
	return resource;
}

/* All of the group and version of `first`. */
static struct json *resource_list(const struct kind *first)
{
	bool core = first->group[0] == '\0';
	struct json *root = new_typed("APIResourceList", core ? NULL : "v1");
	const struct kind *end = kinds_next_version(first);
	struct json *list = NULL;
	char buf[64];

	json_set_str(root, "groupVersion", kinds_api_version(first, buf));
	list = json_child_array(root, "resources");
	for (const struct kind *k = first; k->kind != NULL && k != end; k++) {
		json_push(list, new_resource(k));
		for (size_t i = 0; i < st_array_len(subs); i++) {
			if (k->has & subs[i].has)
				json_push(list, new_sub(k, &subs[i]));
		}
	}
	return root;
}

static const struct kind *find_version(const struct kind *first,
				       const char *version)
{
	for (const struct kind *k = first; kinds_same_group(k, first);
	     k = kinds_next_version(k)) {
		if (strcmp(k->version, version) == 0)
			return k;
	}
	return NULL;
}

/* Copies a path without a '/' at its end; false if it is too long. */
static bool clean(const char *path, char *out, size_t size)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len >= size)
		return false;
	memcpy(out, path, len);
	out[len] = '\0';
	return true;
}

struct json *discovery_old(const char *path, const char *address)
{
	char own[256];

	if (!clean(path, own, sizeof(own)))
		return NULL;
	if (strcmp(own, "/api") == 0)
		return api_versions(address);
	if (strcmp(own, "/apis") == 0)
		return group_list();
	if (strcmp(own, "/api/v1") == 0)
		return resource_list(find_group(""));
	if (strncmp(own, "/apis/", 6) != 0)
		return NULL;

	char *group = own + 6;
	char *version = strchr(group, '/');
	if (version != NULL)
		*version++ = '\0';
	const struct kind *kind = group[0] != '\0' ? find_group(group) : NULL;
	if (kind == NULL)
		return NULL;
	if (version == NULL)
		return one_group(kind);
	kind = find_version(kind, version);
	return kind != NULL ? resource_list(kind) : NULL;
}

/* Group and version stay empty where they are those of the list: so does a
 * real server. */
static struct json *new_response_kind(const struct sub *sub,
				      const struct kind *kind)
{
	struct json *response = json_new_object();
	bool other = sub != NULL && sub->group != NULL && sub->group[0] != '\0';

	json_set_str(response, "group", other ? sub->group : "");
	json_set_str(response, "version", other ? sub->version : "");
	json_set_str(response, "kind",
		     sub != NULL && sub->kind != NULL ? sub->kind : kind->kind);
	return response;
}

static void add_subs(struct json *resource, const struct kind *kind)
{
	for (size_t i = 0; i < st_array_len(subs); i++) {
		if (!(kind->has & subs[i].has))
			continue;
		struct json *sub = json_new_object();
		json_set_str(sub, "subresource", subs[i].name);
		json_set(sub, "responseKind",
			 new_response_kind(&subs[i], kind));
		set_words(sub, "verbs", subs[i].verbs);
		json_push(json_child_array(resource, "subresources"), sub);
	}
}

static struct json *new_aggregated_resource(const struct kind *kind)
{
	struct json *resource = json_new_object();

	json_set_str(resource, "resource", kind->plural);
	json_set(resource, "responseKind", new_response_kind(NULL, kind));
	json_set_str(resource, "scope",
		     kind->namespaced ? "Namespaced" : "Cluster");
	json_set_str(resource, "singularResource", kind->singular);
	set_words(resource, "verbs", verbs_of(kind));
	set_words(resource, "shortNames", kind->short_names);
	set_words(resource, "categories", kind->categories);
	add_subs(resource, kind);
	return resource;
}

static struct json *new_aggregated_version(const struct kind *first)
{
	const struct kind *end = kinds_next_version(first);
	struct json *version = json_new_object();
	struct json *resources = NULL;

	json_set_str(version, "version", first->version);
	resources = json_child_array(version, "resources");
	for (const struct kind *k = first; k->kind != NULL && k != end; k++)
		json_push(resources, new_aggregated_resource(k));
	json_set_str(version, "freshness", "Current");
	return version;
}

static struct json *new_aggregated_group(const struct kind *first)
{
	struct json *group = json_new_object();
	struct json *metadata = json_new_object();
	struct json *versions = NULL;

	if (first->group[0] != '\0')
		json_set_str(metadata, "name", first->group);
	json_set(group, "metadata", metadata);
	versions = json_child_array(group, "versions");
	for (const struct kind *k = first; kinds_same_group(k, first);
	     k = kinds_next_version(k))
		json_push(versions, new_aggregated_version(k));
	return group;
}

static bool has_parameter(const char *entry, size_t len, const char *parameter)
{
	size_t want = strlen(parameter);

	while (len > 0) {
		const char *end = memchr(entry, ';', len);
		size_t part = end != NULL ? (size_t)(end - entry) : len;
		const char *p = entry;
		size_t n = part;

		for (; n > 0 && *p == ' '; p++)
			n--;
		for (; n > 0 && p[n - 1] == ' ';)
			n--;
		if (n == want && memcmp(p, parameter, want) == 0)
			return true;
		entry += end != NULL ? part + 1 : part;
		len -= end != NULL ? part + 1 : part;
	}
	return false;
}

/* Version of the aggregated form that one entry of an Accept header asks
 * for; NULL if it asks for another form. */
static const char *entry_version(const char *entry, size_t len)
{
	if (!has_parameter(entry, len, "application/json") ||
	    !has_parameter(entry, len, "g=apidiscovery.k8s.io") ||
	    !has_parameter(entry, len, "as=APIGroupDiscoveryList"))
		return NULL;
	if (has_parameter(entry, len, "v=v2"))
		return "v2";
	return has_parameter(entry, len, "v=v2beta1") ? "v2beta1" : NULL;
}

/* The first entry that we can serve decides, as on a real server. */
static const char *wanted_version(const char *accept)
{
	while (accept != NULL && *accept != '\0') {
		size_t len = strcspn(accept, ",");
		const char *version = entry_version(accept, len);

		if (version != NULL)
			return version;
		if (!has_parameter(accept, len, "as=APIGroupDiscoveryList") &&
		    (has_parameter(accept, len, "application/json") ||
		     has_parameter(accept, len, "*/*")))
			return NULL;
		accept += len;
		accept += strspn(accept, ", ");
	}
	return NULL;
}

static const char *content_type(bool v2)
{
	return v2 ? "application/json;g=apidiscovery.k8s.io;v=v2;"
		    "as=APIGroupDiscoveryList"
		  : "application/json;g=apidiscovery.k8s.io;v=v2beta1;"
		    "as=APIGroupDiscoveryList";
}

struct json *discovery_aggregated(const char *path, const char *accept,
				  const char **ret_content_type)
{
	char own[8];
	const char *version = wanted_version(accept);

	if (version == NULL || !clean(path, own, sizeof(own)))
		return NULL;
	bool core = strcmp(own, "/api") == 0;
	if (!core && strcmp(own, "/apis") != 0)
		return NULL;

	bool v2 = strcmp(version, "v2") == 0;
	struct json *root = new_typed("APIGroupDiscoveryList",
				      v2 ? "apidiscovery.k8s.io/v2"
					 : "apidiscovery.k8s.io/v2beta1");
	json_set(root, "metadata", json_new_object());
	struct json *items = json_child_array(root, "items");
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (is_first_of_group(k) && (k->group[0] == '\0') == core)
			json_push(items, new_aggregated_group(k));
	}
	*ret_content_type = content_type(v2);
	return root;
}
