/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/openapi.h"

#include <ctype.h>
#include <string.h>

#include "lab/kinds.h"
#include "lab/openapi_schema.h"
#include "lab/schema.h"
#include "lab/schema_tables.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum place { ON_COLLECTION, ON_ITEM };

/* One method on a resource. */
struct operation {
	enum place place;
	const char *method;
	const char *action; /* x-kubernetes-action */
	const char *verb;   /* first word of operationId */
};

static const struct operation operations[] = {
	{ON_COLLECTION, "get", "list", "list"},
	{ON_COLLECTION, "post", "post", "create"},
	{ON_COLLECTION, "delete", "deletecollection", "deleteCollection"},
	{ON_ITEM, "get", "get", "read"},
	{ON_ITEM, "put", "put", "replace"},
	{ON_ITEM, "patch", "patch", "patch"},
	{ON_ITEM, "delete", "delete", "delete"},
};

/* What a path of the document serves. */
struct resource {
	const struct kind *kind;
	const struct schema_type *type;	    /* what is read and written there */
	const char *group, *version, *name; /* of that type */
	const char *sub;		    /* subresource, or "" */
};

static struct json *new_parameter(const char *name, const char *in,
				  const char *type)
{
	struct json *parameter = json_new_object();
	struct json *schema = json_new_object();

	json_set_str(parameter, "name", name);
	json_set_str(parameter, "in", in);
	if (strcmp(in, "path") == 0)
		json_set_bool(parameter, "required", true);
	json_set_str(schema, "type", type);
	json_set_bool(schema, "uniqueItems", true);
	json_set(parameter, "schema", schema);
	return parameter;
}

static void add_queries(struct json *operation, const char *const *names,
			const char *type)
{
	struct json *list = json_child_array(operation, "parameters");

	for (; *names != NULL; names++)
		json_push(list, new_parameter(*names, "query", type));
}

/* kubectl looks for dryRun and fieldValidation here before it sends them. */
static void add_parameters(struct json *json, const struct operation *op)
{
	static const char *const writes[] = {"dryRun", "fieldManager",
					     "fieldValidation", NULL};
	static const char *const lists[] = {
		"continue",	   "fieldSelector",	   "labelSelector",
		"resourceVersion", "resourceVersionMatch", NULL};
	static const char *const force[] = {"force", NULL};
	static const char *const deletes[] = {"dryRun", "propagationPolicy",
					      NULL};
	static const char *const numbers[] = {"limit", "timeoutSeconds", NULL};
	static const char *const watch[] = {"watch", NULL};
	bool reads = strcmp(op->action, "list") == 0;

	if (strncmp(op->action, "delete", 6) == 0)
		add_queries(json, deletes, "string");
	else if (strcmp(op->method, "get") != 0)
		add_queries(json, writes, "string");
	if (strcmp(op->method, "patch") == 0)
		add_queries(json, force, "boolean");
	if (op->place == ON_COLLECTION && strcmp(op->method, "post") != 0)
		add_queries(json, lists, "string");
	if (reads) {
		add_queries(json, numbers, "integer");
		add_queries(json, watch, "boolean");
	}
}

static struct json *new_content(const char *type, const char *id)
{
	struct json *content = json_new_object();
	struct json *schema = json_new_object();
	scope_free char *ref = mem_printf(OPENAPI_REF "%s", id);

	json_set_str(schema, "$ref", ref);
	json_set(json_child_object(content, type), "schema", schema);
	return content;
}

/* A patch is any object: its form is the content type's matter. */
static struct json *new_patch_content(void)
{
	static const char *const types[] = {
		"application/apply-patch+yaml",
		"application/json-patch+json",
		"application/merge-patch+json",
		"application/strategic-merge-patch+json",
	};
	struct json *content = json_new_object();

	for (size_t i = 0; i < st_array_len(types); i++)
		json_set_str(
			json_child_object(json_child_object(content, types[i]),
					  "schema"),
			"type", "object");
	return content;
}

static void set_body(struct json *json, const struct operation *op,
		     const struct resource *resource)
{
	bool patch = strcmp(op->method, "patch") == 0;
	scope_free char *id = openapi_schema_id(resource->type, "");

	if (!patch && strcmp(op->method, "post") != 0 &&
	    strcmp(op->method, "put") != 0)
		return;
	struct json *body = json_child_object(json, "requestBody");
	json_set_bool(body, "required", true);
	json_set(body, "content",
		 patch ? new_patch_content() : new_content("*/*", id));
}

static void set_response(struct json *json, const struct operation *op,
			 const struct resource *resource)
{
	bool list = strcmp(op->action, "list") == 0;
	scope_free char *id =
		openapi_schema_id(resource->type, list ? "List" : "");
	struct json *ok =
		json_child_object(json_child_object(json, "responses"), "200");

	json_set_str(ok, "description", "OK");
	json_set(ok, "content", new_content("application/json", id));
}

/* "apps" and "v1" give "AppsV1"; the group's first word only. */
static char *group_word(const struct kind *kind)
{
	int len = (int)strcspn(kind->group, ".");
	char *word = kind->group[0] != '\0'
			     ? mem_printf("%.*sV1", len, kind->group)
			     : mem_strdup("CoreV1");

	word[0] = (char)toupper((unsigned char)word[0]);
	return word;
}

static char *operation_id(const struct operation *op,
			  const struct resource *resource)
{
	scope_free char *group = group_word(resource->kind);
	scope_free char *sub = mem_strdup(resource->sub);

	sub[0] = (char)toupper((unsigned char)sub[0]);
	return mem_printf("%s%s%s%s%s", op->verb, group,
			  resource->kind->namespaced ? "Namespaced" : "",
			  resource->kind->kind, sub);
}

static struct json *new_operation(const struct operation *op,
				  const struct resource *resource)
{
	struct json *json = json_new_object();
	scope_free char *id = operation_id(op, resource);

	json_set_str(json, "operationId", id);
	add_parameters(json, op);
	set_body(json, op, resource);
	set_response(json, op, resource);
	json_set_str(json, "x-kubernetes-action", op->action);
	json_set(json, "x-kubernetes-group-version-kind",
		 openapi_schema_gvk(resource->group, resource->version,
				    resource->name, ""));
	return json;
}

static struct json *path_parameters(const struct kind *kind, enum place place)
{
	struct json *list = json_new_array();

	if (place == ON_ITEM)
		json_push(list, new_parameter("name", "path", "string"));
	if (kind->namespaced)
		json_push(list, new_parameter("namespace", "path", "string"));
	return list;
}

/* "/apis/apps/v1" or "/api/v1". */
static char *root_of(const struct kind *kind)
{
	char buf[64];

	return mem_printf("/%s/%s", kind->group[0] != '\0' ? "apis" : "api",
			  kinds_api_version(kind, buf));
}

static void add_path(struct json *paths, const struct resource *resource,
		     enum place place)
{
	const struct kind *kind = resource->kind;
	bool sub = resource->sub[0] != '\0';
	scope_free char *root = root_of(kind);
	scope_free char *path =
		mem_printf("%s%s/%s%s%s%s", root,
			   kind->namespaced ? "/namespaces/{namespace}" : "",
			   kind->plural, place == ON_ITEM ? "/{name}" : "",
			   sub ? "/" : "", resource->sub);
	struct json *item = json_child_object(paths, path);

	for (size_t i = 0; i < st_array_len(operations); i++) {
		const struct operation *op = &operations[i];

		if (op->place != place ||
		    (kind->id == KINDS && strcmp(op->method, "post") != 0) ||
		    (sub && strcmp(op->method, "delete") == 0) ||
		    (kind->id == KIND_NAMESPACE &&
		     strcmp(op->action, "deletecollection") == 0))
			continue;
		json_set(item, op->method, new_operation(op, resource));
	}
	json_set(item, "parameters", path_parameters(kind, place));
}

static void add_kind(struct json *paths, struct json *schemas,
		     const struct kind *kind)
{
	struct resource main = {kind,	       schema_of(kind), kind->group,
				kind->version, kind->kind,	""};
	struct resource status = main;
	struct resource scale = {
		kind,	       schema_named("autoscaling/v1", "Scale"),
		"autoscaling", "v1",
		"Scale",       "scale"};

	openapi_schema_add_kind(schemas, kind);
	add_path(paths, &main, ON_COLLECTION);
	if (kind->id == KINDS)
		return;
	add_path(paths, &main, ON_ITEM);
	if (kind->has & KIND_HAS_STATUS) {
		status.sub = "status";
		add_path(paths, &status, ON_ITEM);
	}
	if (kind->has & KIND_HAS_SCALE) {
		openapi_schema_add(schemas, scale.type);
		add_path(paths, &scale, ON_ITEM);
	}
}

static struct json *document(const struct kind *first, const char *version)
{
	struct json *root = json_new_object();
	struct json *info = json_new_object();
	const struct kind *end = kinds_next_version(first);
	struct json *paths = NULL, *schemas = NULL;

	json_set_str(root, "openapi", "3.0.0");
	json_set_str(info, "title", "Kubernetes");
	json_set_str(info, "version", version);
	json_set(root, "info", info);
	paths = json_child_object(root, "paths");
	schemas = json_child_object(json_child_object(root, "components"),
				    "schemas");
	for (const struct kind *k = first; k->kind != NULL && k != end; k++)
		add_kind(paths, schemas, k);
	return root;
}

static bool is_first_of_version(const struct kind *kind)
{
	return kind == kinds || kinds_next_version(kind - 1) == kind;
}

/* The hash tells caches when a document has changed. */
static struct json *list_documents(void)
{
	struct json *root = json_new_object();
	struct json *paths = json_child_object(root, "paths");

	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (!is_first_of_version(k))
			continue;
		scope_free char *path = root_of(k);
		scope_free char *url = mem_printf("/openapi/v3%s?hash=%s", path,
						  schema_tables_hash);

		json_set_str(json_child_object(paths, path + 1),
			     "serverRelativeURL", url);
	}
	return root;
}

struct json *openapi_answer(const char *path, const char *version)
{
	static const char prefix[] = "/openapi/v3";

	if (strncmp(path, prefix, strlen(prefix)) != 0)
		return NULL;
	path += strlen(prefix);
	if (path[0] == '\0' || strcmp(path, "/") == 0)
		return list_documents();
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		scope_free char *root = root_of(k);

		if (is_first_of_version(k) && strcmp(path, root) == 0)
			return document(k, version);
	}
	return NULL;
}
