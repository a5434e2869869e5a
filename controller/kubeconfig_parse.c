/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "controller/base64.h"
#include "controller/kubeconfig_entry.h"
#include "controller/secret.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum {
	MAX_MEMBERS = 1000, /* of one mapping */
	MAX_DEPTH = 32,	    /* of an extension */
	/* What aliases may make of one file, strings copied included. */
	MAX_TAKEN = 4 * KUBECONFIG_MAX_BYTES,
};

struct parse {
	yaml_document_t *doc;
	const char *file;
	char *dir; /* of the file, with its slash; "" for none */
	size_t taken;
	char path[256]; /* of the field at hand, for messages */
	struct err *err;
};

static int refuse(struct parse *parse, const yaml_node_t *node, int code,
		  const char *why)
{
	return err_set(parse->err, code, "kubeconfig %s line %zu: %s%s%s",
		       parse->file, node ? node->start_mark.line + 1 : 1,
		       parse->path, parse->path[0] ? ": " : "", why);
}

static yaml_node_t *node_at(struct parse *parse, int id)
{
	return yaml_document_get_node(parse->doc, id);
}

/* Extends the path for the time of one field. */
static size_t path_push(struct parse *parse, const char *name)
{
	size_t len = strlen(parse->path);

	snprintf(parse->path + len, sizeof(parse->path) - len, "%s%s",
		 len ? "." : "", name);
	return len;
}

static void path_pop(struct parse *parse, size_t len)
{
	parse->path[len] = '\0';
}

/* Counts what is copied, so that aliases cannot multiply a small file. */
static int take(struct parse *parse, const yaml_node_t *node, size_t n)
{
	parse->taken += n + 16;
	if (parse->taken > MAX_TAKEN)
		return refuse(parse, node, ST_ELIMIT,
			      "aliases make the file too large");
	return 0;
}

static bool is_null(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (strcmp(text, "") == 0 || strcmp(text, "~") == 0 ||
		strcmp(text, "null") == 0);
}

/* The text of a scalar, borrowed; NULL for null. */
static int scalar(struct parse *parse, const yaml_node_t *node,
		  const char **ret_text)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE)
		return refuse(parse, node, ST_EPARSE, "must be a string");
	text = (const char *)node->data.scalar.value;
	if (strlen(text) != node->data.scalar.length)
		return refuse(parse, node, ST_EPARSE, "holds a NUL byte");
	*ret_text = is_null(node) ? NULL : text;
	return take(parse, node, node->data.scalar.length);
}

static int take_str(struct parse *parse, const yaml_node_t *node, char **slot)
{
	const char *text;
	int rc = scalar(parse, node, &text);

	if (rc == 0)
		*slot = mem_strdup(text);
	return rc;
}

/* An empty string is as good as none. */
static int take_text(struct parse *parse, const yaml_node_t *node, char **slot)
{
	const char *text;
	int rc = scalar(parse, node, &text);

	if (rc == 0 && text && text[0] != '\0')
		*slot = mem_strdup(text);
	return rc;
}

static int take_path(struct parse *parse, const yaml_node_t *node, char **slot)
{
	const char *text;
	int rc = scalar(parse, node, &text);

	if (rc == 0 && text && text[0] != '\0')
		*slot = mem_printf("%s%s", text[0] == '/' ? "" : parse->dir,
				   text);
	return rc;
}

static int take_data(struct parse *parse, const yaml_node_t *node,
		     struct access_blob *blob)
{
	const char *text;
	int rc = scalar(parse, node, &text);

	if (rc != 0 || !text || text[0] == '\0')
		return rc;
	if (base64_decode(text, strlen(text), &blob->data, &blob->len) != 0)
		return refuse(parse, node, ST_EPARSE, "is not base64");
	return 0;
}

static int take_bool(struct parse *parse, const yaml_node_t *node, bool *slot)
{
	const char *text;
	int rc = scalar(parse, node, &text);

	if (rc != 0 || !text)
		return rc;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return refuse(parse, node, ST_EPARSE, "must be true or false");
	*slot = text[0] == 't';
	return 0;
}

/* ---- walking ---- */

typedef int (*member_fn)(struct parse *parse, const char *key,
			 const yaml_node_t *value, void *arg);

static int check_repeats(struct parse *parse, const yaml_node_t *map,
			 const yaml_node_pair_t *pair, const char *key)
{
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair;
	     p++) {
		yaml_node_t *other = node_at(parse, p->key);

		if (strcmp((const char *)other->data.scalar.value, key) == 0)
			return refuse(parse, node_at(parse, pair->key),
				      ST_EPARSE, "is there twice");
	}
	return 0;
}

static int each_member(struct parse *parse, const yaml_node_t *map,
		       member_fn fn, void *arg)
{
	yaml_node_pair_t *from, *to;
	int rc = 0;

	if (is_null(map))
		return 0;
	if (map->type != YAML_MAPPING_NODE)
		return refuse(parse, map, ST_EPARSE, "must be a mapping");
	from = map->data.mapping.pairs.start;
	to = map->data.mapping.pairs.top;
	if (to - from > MAX_MEMBERS)
		return refuse(parse, map, ST_ELIMIT, "has too many members");

	for (yaml_node_pair_t *p = from; p < to && rc == 0; p++) {
		const yaml_node_t *name = node_at(parse, p->key);
		const char *key;

		rc = scalar(parse, name, &key);
		if (rc != 0)
			return rc;
		if (!key)
			continue;
		size_t len = path_push(parse, key);
		rc = check_repeats(parse, map, p, key);
		if (rc == 0)
			rc = fn(parse, key, node_at(parse, p->value), arg);
		path_pop(parse, len);
	}
	return rc;
}

typedef int (*element_fn)(struct parse *parse, const yaml_node_t *value,
			  void *arg);

static int each_element(struct parse *parse, const yaml_node_t *list,
			element_fn fn, void *arg)
{
	size_t len = strlen(parse->path);
	int rc = 0;

	if (is_null(list))
		return 0;
	if (list->type != YAML_SEQUENCE_NODE)
		return refuse(parse, list, ST_EPARSE, "must be a list");
	for (yaml_node_item_t *p = list->data.sequence.items.start;
	     p < list->data.sequence.items.top && rc == 0; p++) {
		snprintf(parse->path + len, sizeof(parse->path) - len, "[%td]",
			 p - list->data.sequence.items.start);
		rc = take(parse, list, 0);
		if (rc == 0)
			rc = fn(parse, node_at(parse, *p), arg);
		path_pop(parse, len);
	}
	return rc;
}

/* ---- fields that go straight into an access ---- */

enum field_type { FIELD_TEXT, FIELD_PATH, FIELD_DATA, FIELD_BOOL };

struct field {
	const char *key;
	enum field_type type;
	size_t offset;
};

static const struct field cluster_fields[] = {
	{"server", FIELD_TEXT, offsetof(struct access, server)},
	{"tls-server-name", FIELD_TEXT,
	 offsetof(struct access, tls_server_name)},
	{"proxy-url", FIELD_TEXT, offsetof(struct access, proxy_url)},
	{"insecure-skip-tls-verify", FIELD_BOOL,
	 offsetof(struct access, insecure)},
	{"certificate-authority", FIELD_PATH, offsetof(struct access, ca.file)},
	{"certificate-authority-data", FIELD_DATA, offsetof(struct access, ca)},
	{0},
};

static const struct field user_fields[] = {
	{"client-certificate", FIELD_PATH, offsetof(struct access, cert.file)},
	{"client-certificate-data", FIELD_DATA, offsetof(struct access, cert)},
	{"client-key", FIELD_PATH, offsetof(struct access, key.file)},
	{"client-key-data", FIELD_DATA, offsetof(struct access, key)},
	{"token", FIELD_TEXT, offsetof(struct access, token)},
	{"tokenFile", FIELD_PATH, offsetof(struct access, token_file)},
	{"username", FIELD_TEXT, offsetof(struct access, username)},
	{"password", FIELD_TEXT, offsetof(struct access, password)},
	{0},
};

static int take_field(struct parse *parse, const struct field *fields,
		      const char *key, const yaml_node_t *value,
		      struct access *access)
{
	while (fields->key && strcmp(fields->key, key) != 0)
		fields++;
	if (!fields->key)
		return 0;

	void *slot = (char *)access + fields->offset;
	switch (fields->type) {
	case FIELD_TEXT:
		return take_text(parse, value, slot);
	case FIELD_PATH:
		return take_path(parse, value, slot);
	case FIELD_DATA:
		return take_data(parse, value, slot);
	case FIELD_BOOL:
		return take_bool(parse, value, slot);
	}
	return 0;
}

/* ---- extensions: YAML to JSON ---- */

static int to_json(struct parse *parse, const yaml_node_t *node, int depth,
		   struct json **ret);

static bool is_number(const char *text)
{
	return strspn(text, "-0123456789.eE+") == strlen(text) &&
	       strpbrk(text, "0123456789");
}

/* Plain words are typed as in JSON, all else is a string. */
static struct json *scalar_to_json(const yaml_node_t *node, const char *text)
{
	struct json *number;

	if (!text)
		return json_new_null();
	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_new_str(text);
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return json_new_bool(text[0] == 't');
	if (is_number(text) &&
	    json_parse(text, strlen(text), &number, NULL) == 0)
		return number;
	return json_new_str(text);
}

static int list_to_json(struct parse *parse, const yaml_node_t *node, int depth,
			struct json *into)
{
	int rc = 0;

	for (yaml_node_item_t *p = node->data.sequence.items.start;
	     p < node->data.sequence.items.top && rc == 0; p++) {
		struct json *child = NULL;

		rc = to_json(parse, node_at(parse, *p), depth + 1, &child);
		if (rc == 0)
			json_push(into, child);
	}
	return rc;
}

static int map_to_json(struct parse *parse, const yaml_node_t *node, int depth,
		       struct json *into)
{
	yaml_node_pair_t *from = node->data.mapping.pairs.start;
	yaml_node_pair_t *to = node->data.mapping.pairs.top;
	int rc = 0;

	if (to - from > MAX_MEMBERS)
		return refuse(parse, node, ST_ELIMIT, "has too many members");
	for (yaml_node_pair_t *p = from; p < to && rc == 0; p++) {
		struct json *child = NULL;
		const char *key;

		rc = scalar(parse, node_at(parse, p->key), &key);
		if (rc == 0)
			rc = to_json(parse, node_at(parse, p->value), depth + 1,
				     &child);
		if (rc == 0)
			json_set(into, key ? key : "null", child);
	}
	return rc;
}

static int to_json(struct parse *parse, const yaml_node_t *node, int depth,
		   struct json **ret)
{
	const char *text;
	bool is_map = node->type == YAML_MAPPING_NODE;
	int rc = take(parse, node, 0);

	if (rc != 0)
		return rc;
	if (depth > MAX_DEPTH)
		return refuse(parse, node, ST_ELIMIT, "is nested too deeply");
	if (node->type == YAML_SCALAR_NODE) {
		rc = scalar(parse, node, &text);
		if (rc == 0)
			*ret = scalar_to_json(node, text);
		return rc;
	}
	scope_json struct json *value =
		is_map ? json_new_object() : json_new_array();
	rc = is_map ? map_to_json(parse, node, depth, value)
		    : list_to_json(parse, node, depth, value);
	if (rc == 0) {
		*ret = value;
		value = NULL;
	}
	return rc;
}

/* One entry of clusters[].cluster.extensions; the one reserved name holds
 * what credential plugins get as spec.cluster.config. */
struct extension {
	char *name;
	const yaml_node_t *value;
};

static int extension_member(struct parse *parse, const char *key,
			    const yaml_node_t *value, void *arg)
{
	struct extension *extension = arg;

	if (strcmp(key, "name") == 0)
		return take_str(parse, value, &extension->name);
	if (strcmp(key, "extension") == 0)
		extension->value = value;
	return 0;
}

static int take_extension(struct parse *parse, const yaml_node_t *node,
			  void *arg)
{
	struct access *access = arg;
	struct extension extension = {0};
	scope_json struct json *value = NULL;
	int rc = each_member(parse, node, extension_member, &extension);

	if (rc == 0 && extension.name && extension.value &&
	    !access->exec.cluster_config &&
	    strcmp(extension.name, "client.authentication.k8s.io/exec") == 0) {
		rc = to_json(parse, extension.value, 0, &value);
		if (rc == 0)
			access->exec.cluster_config = json_print(value);
	}
	free(extension.name);
	return rc;
}

/* ---- exec ---- */

static int take_arg(struct parse *parse, const yaml_node_t *node, void *arg)
{
	struct access_exec *exec = arg;
	const char *text;
	int rc = scalar(parse, node, &text);

	if (rc != 0)
		return rc;
	mem_grow(exec->args, exec->n_args);
	exec->args[exec->n_args++] = mem_strdup(text ? text : "");
	return 0;
}

static int env_member(struct parse *parse, const char *key,
		      const yaml_node_t *value, void *arg)
{
	struct access_env *env = arg;

	if (strcmp(key, "name") == 0)
		return take_str(parse, value, &env->name);
	if (strcmp(key, "value") == 0)
		return take_str(parse, value, &env->value);
	return 0;
}

static int take_env(struct parse *parse, const yaml_node_t *node, void *arg)
{
	struct access_exec *exec = arg;
	struct access_env *env;
	int rc;

	mem_grow(exec->env, exec->n_env);
	env = &exec->env[exec->n_env++];
	*env = (struct access_env){0};
	rc = each_member(parse, node, env_member, env);
	if (rc != 0)
		return rc;
	if (!env->name || env->name[0] == '\0' || strchr(env->name, '='))
		return refuse(parse, node, ST_EINVAL,
			      "needs a name without '='");
	if (!env->value)
		env->value = mem_strdup("");
	return 0;
}

struct exec_parse {
	struct access_exec *exec;
	char *mode; /* interactiveMode */
};

static int exec_member(struct parse *parse, const char *key,
		       const yaml_node_t *value, void *arg)
{
	struct exec_parse *ex = arg;

	if (strcmp(key, "command") == 0)
		return take_text(parse, value, &ex->exec->command);
	if (strcmp(key, "apiVersion") == 0)
		return take_text(parse, value, &ex->exec->api_version);
	if (strcmp(key, "installHint") == 0)
		return take_text(parse, value, &ex->exec->install_hint);
	if (strcmp(key, "interactiveMode") == 0)
		return take_text(parse, value, &ex->mode);
	if (strcmp(key, "provideClusterInfo") == 0)
		return take_bool(parse, value, &ex->exec->wants_cluster);
	if (strcmp(key, "args") == 0)
		return each_element(parse, value, take_arg, ex->exec);
	if (strcmp(key, "env") == 0)
		return each_element(parse, value, take_env, ex->exec);
	return 0;
}

static int refuse_field(struct parse *parse, const yaml_node_t *node,
			const char *field, const char *why)
{
	size_t len = path_push(parse, field);
	int rc = refuse(parse, node, ST_EINVAL, why);

	path_pop(parse, len);
	return rc;
}

static int check_exec(struct parse *parse, const yaml_node_t *node,
		      const struct access_exec *exec, const char *mode)
{
	const char *version = exec->api_version;
	bool is_v1 = version &&
		     strcmp(version, "client.authentication.k8s.io/v1") == 0;

	if (!exec->command)
		return refuse_field(parse, node, "command",
				    "is missing; name the plugin's program");
	if (!is_v1 &&
	    (!version ||
	     strcmp(version, "client.authentication.k8s.io/v1beta1") != 0))
		return refuse_field(parse, node, "apiVersion",
				    "must be client.authentication.k8s.io/v1 "
				    "or .../v1beta1");
	if (is_v1 && !mode)
		return refuse_field(parse, node, "interactiveMode",
				    "is missing; v1 wants Never, IfAvailable "
				    "or Always");
	if (mode && strcmp(mode, "Always") == 0)
		return refuse_field(parse, node, "interactiveMode",
				    "Always is not possible here, as there is "
				    "no terminal; use IfAvailable or Never");
	if (mode && strcmp(mode, "Never") != 0 &&
	    strcmp(mode, "IfAvailable") != 0)
		return refuse_field(parse, node, "interactiveMode",
				    "must be Never, IfAvailable or Always");
	return 0;
}

/* A command with a slash counts from the file, others are sought in PATH. */
static void locate_command(struct parse *parse, struct access_exec *exec)
{
	char *old = exec->command;

	if (old[0] == '/' || !strchr(old, '/'))
		return;
	exec->command = mem_printf("%s%s", parse->dir, old);
	free(old);
}

static int take_exec(struct parse *parse, const yaml_node_t *node,
		     struct access_exec *exec)
{
	struct exec_parse ex = {.exec = exec};
	int rc;

	if (is_null(node))
		return 0;
	rc = each_member(parse, node, exec_member, &ex);
	if (rc == 0)
		rc = check_exec(parse, node, exec, ex.mode);
	if (rc == 0)
		locate_command(parse, exec);
	free(ex.mode);
	return rc;
}

/* ---- clusters, users, contexts ---- */

static int cluster_member(struct parse *parse, const char *key,
			  const yaml_node_t *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "extensions") == 0)
		return each_element(parse, value, take_extension,
				    &entry->access);
	return take_field(parse, cluster_fields, key, value, &entry->access);
}

static int provider_member(struct parse *parse, const char *key,
			   const yaml_node_t *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "name") == 0 && !entry->auth_provider)
		return take_str(parse, value, &entry->auth_provider);
	return 0;
}

static int user_member(struct parse *parse, const char *key,
		       const yaml_node_t *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "exec") == 0)
		return take_exec(parse, value, &entry->access.exec);
	if (strcmp(key, "auth-provider") == 0 && !is_null(value)) {
		entry->has_auth_provider = true;
		return each_member(parse, value, provider_member, entry);
	}
	if (strncmp(key, "as", 2) == 0 &&
	    (key[2] == '\0' || strcmp(key, "as-uid") == 0 ||
	     strcmp(key, "as-groups") == 0) &&
	    !is_null(value))
		return refuse(parse, value, ST_EINVAL,
			      "impersonation is not supported; give the user's "
			      "own credentials");
	return take_field(parse, user_fields, key, value, &entry->access);
}

struct entry_parse {
	struct kubeconfig_entry *entry;
	const char *what; /* "cluster" or "user" */
	member_fn fn;
};

static int entry_member(struct parse *parse, const char *key,
			const yaml_node_t *value, void *arg)
{
	struct entry_parse *ep = arg;

	if (strcmp(key, "name") == 0)
		return take_str(parse, value, &ep->entry->name);
	if (strcmp(key, ep->what) == 0)
		return each_member(parse, value, ep->fn, ep->entry);
	return 0;
}

static int check_name(struct parse *parse, const yaml_node_t *node,
		      const char *name, size_t same)
{
	if (!name)
		return refuse_field(parse, node, "name", "is missing");
	if (same > 0)
		return refuse_field(parse, node, "name",
				    "is there twice in this list");
	return 0;
}

static int take_entry(struct parse *parse, const yaml_node_t *node,
		      const char *what, member_fn fn,
		      struct kubeconfig_entry **entries, size_t *n)
{
	struct kubeconfig_entry *entry;
	size_t same = 0;
	int rc;

	if (*n >= MAX_MEMBERS)
		return refuse(parse, node, ST_ELIMIT, "has too many entries");
	mem_grow(*entries, *n);
	entry = &(*entries)[(*n)++];
	*entry = (struct kubeconfig_entry){
		.place = {parse->file, node->start_mark.line + 1},
	};
	struct entry_parse ep = {entry, what, fn};
	rc = each_member(parse, node, entry_member, &ep);
	if (rc != 0)
		return rc;
	for (size_t i = 0; entry->name && i + 1 < *n; i++)
		same += strcmp((*entries)[i].name, entry->name) == 0;
	return check_name(parse, node, entry->name, same);
}

static int take_cluster(struct parse *parse, const yaml_node_t *node, void *arg)
{
	struct kubeconfig *config = arg;

	return take_entry(parse, node, "cluster", cluster_member,
			  &config->clusters, &config->n_clusters);
}

static int take_user(struct parse *parse, const yaml_node_t *node, void *arg)
{
	struct kubeconfig *config = arg;

	return take_entry(parse, node, "user", user_member, &config->users,
			  &config->n_users);
}

static int context_inner(struct parse *parse, const char *key,
			 const yaml_node_t *value, void *arg)
{
	struct kubeconfig_context *context = arg;

	if (strcmp(key, "cluster") == 0)
		return take_text(parse, value, &context->cluster);
	if (strcmp(key, "user") == 0)
		return take_text(parse, value, &context->user);
	return 0;
}

static int context_member(struct parse *parse, const char *key,
			  const yaml_node_t *value, void *arg)
{
	struct kubeconfig_context *context = arg;

	if (strcmp(key, "name") == 0)
		return take_str(parse, value, &context->name);
	if (strcmp(key, "context") == 0)
		return each_member(parse, value, context_inner, context);
	return 0;
}

static int take_context(struct parse *parse, const yaml_node_t *node, void *arg)
{
	struct kubeconfig *config = arg;
	struct kubeconfig_context *context;
	size_t same = 0;
	int rc;

	if (config->n_contexts >= MAX_MEMBERS)
		return refuse(parse, node, ST_ELIMIT, "has too many entries");
	mem_grow(config->contexts, config->n_contexts);
	context = &config->contexts[config->n_contexts++];
	*context = (struct kubeconfig_context){
		.place = {parse->file, node->start_mark.line + 1},
	};
	rc = each_member(parse, node, context_member, context);
	if (rc != 0)
		return rc;
	for (size_t i = 0; context->name && i + 1 < config->n_contexts; i++)
		same += strcmp(config->contexts[i].name, context->name) == 0;
	return check_name(parse, node, context->name, same);
}

static int check_word(struct parse *parse, const yaml_node_t *node,
		      const char *word)
{
	const char *text;
	int rc = scalar(parse, node, &text);

	if (rc == 0 && text && strcmp(text, word) != 0)
		return err_set(
			parse->err, ST_EINVAL,
			"kubeconfig %s line %zu: %s: must be %s; is this "
			"the right file?",
			parse->file, node->start_mark.line + 1, parse->path,
			word);
	return rc;
}

static int top_member(struct parse *parse, const char *key,
		      const yaml_node_t *value, void *arg)
{
	struct kubeconfig *config = arg;

	if (strcmp(key, "kind") == 0)
		return check_word(parse, value, "Config");
	if (strcmp(key, "apiVersion") == 0)
		return check_word(parse, value, "v1");
	if (strcmp(key, "clusters") == 0)
		return each_element(parse, value, take_cluster, config);
	if (strcmp(key, "users") == 0)
		return each_element(parse, value, take_user, config);
	if (strcmp(key, "contexts") == 0)
		return each_element(parse, value, take_context, config);
	if (strcmp(key, "current-context") == 0) {
		config->current_place.file = parse->file;
		config->current_place.line = value->start_mark.line + 1;
		return take_text(parse, value, &config->current);
	}
	return 0;
}

static int bad_yaml(const yaml_parser_t *yaml, const char *file,
		    struct err *err)
{
	return err_set(
		err, ST_EPARSE, "kubeconfig %s line %zu: bad YAML: %s%s%s",
		file, yaml->problem_mark.line + 1,
		yaml->problem ? yaml->problem : "not readable",
		yaml->context ? ", " : "", yaml->context ? yaml->context : "");
}

int kubeconfig_parse(struct kubeconfig *config, const char *file,
		     const char *text, size_t len, struct err *err)
{
	struct parse parse = {.err = err};
	const char *slash = strrchr(file, '/');
	yaml_document_t doc;
	yaml_parser_t yaml;
	int rc = 0;

	if (len > KUBECONFIG_MAX_BYTES)
		return err_set(
			err, ST_ELIMIT,
			"kubeconfig %s: is larger than %d bytes; is this "
			"the right file?",
			file, KUBECONFIG_MAX_BYTES);
	mem_grow(config->files, config->n_files);
	config->files[config->n_files++] = mem_strdup(file);
	parse.file = config->files[config->n_files - 1];

	st_assert(yaml_parser_initialize(&yaml));
	yaml_parser_set_input_string(&yaml, (const unsigned char *)text, len);
	if (!yaml_parser_load(&yaml, &doc)) {
		rc = bad_yaml(&yaml, file, err);
		yaml_parser_delete(&yaml);
		return rc;
	}
	parse.doc = &doc;
	parse.dir = mem_strndup(file, slash ? (size_t)(slash - file) + 1 : 0);
	yaml_node_t *root = yaml_document_get_root_node(&doc);
	if (root)
		rc = each_member(&parse, root, top_member, config);
	free(parse.dir);
	yaml_document_delete(&doc);
	yaml_parser_delete(&yaml);
	return rc;
}
