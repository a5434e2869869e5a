/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/kubeconfig_entry.h"
#include "controller/kubeconfig_exec.h"
#include "controller/ytree.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

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

static int take_field(struct ytree *tree, const struct field *fields,
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
		return ytree_text(tree, value, slot);
	case FIELD_PATH:
		return ytree_path(tree, value, slot);
	case FIELD_DATA:
		return ytree_data(tree, value, slot);
	case FIELD_BOOL:
		return ytree_bool(tree, value, slot);
	}
	return 0;
}

/* ---- extensions ---- */

/* One entry of clusters[].cluster.extensions; the one reserved name holds
 * what credential plugins get as spec.cluster.config. */
struct extension {
	char *name;
	const yaml_node_t *value;
};

static int extension_member(struct ytree *tree, const char *key,
			    const yaml_node_t *value, void *arg)
{
	struct extension *extension = arg;

	if (strcmp(key, "name") == 0)
		return ytree_str(tree, value, &extension->name);
	if (strcmp(key, "extension") == 0)
		extension->value = value;
	return 0;
}

static int take_extension(struct ytree *tree, const yaml_node_t *node,
			  void *arg)
{
	struct access *access = arg;
	struct extension extension = {0};
	scope_json struct json *value = NULL;
	int rc = ytree_each_member(tree, node, extension_member, &extension);

	if (rc == 0 && extension.name && extension.value &&
	    !access->exec.cluster_config &&
	    strcmp(extension.name, "client.authentication.k8s.io/exec") == 0) {
		rc = ytree_to_json(tree, extension.value, &value);
		if (rc == 0)
			access->exec.cluster_config = json_print(value);
	}
	free(extension.name);
	return rc;
}

/* ---- clusters, users, contexts ---- */

static int cluster_member(struct ytree *tree, const char *key,
			  const yaml_node_t *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "extensions") == 0)
		return ytree_each_element(tree, value, take_extension,
					  &entry->access);
	return take_field(tree, cluster_fields, key, value, &entry->access);
}

static int provider_member(struct ytree *tree, const char *key,
			   const yaml_node_t *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "name") == 0 && !entry->auth_provider)
		return ytree_str(tree, value, &entry->auth_provider);
	return 0;
}

static int user_member(struct ytree *tree, const char *key,
		       const yaml_node_t *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "exec") == 0)
		return kubeconfig_exec_take(tree, value, &entry->access.exec);
	if (strcmp(key, "auth-provider") == 0 && !ytree_is_null(value)) {
		entry->has_auth_provider = true;
		return ytree_each_member(tree, value, provider_member, entry);
	}
	if (strncmp(key, "as", 2) == 0 &&
	    (key[2] == '\0' || strcmp(key, "as-uid") == 0 ||
	     strcmp(key, "as-groups") == 0) &&
	    !ytree_is_null(value))
		return ytree_refuse(
			tree, value, ST_EINVAL,
			"impersonation is not supported; give the user's "
			"own credentials");
	return take_field(tree, user_fields, key, value, &entry->access);
}

struct entry_parse {
	struct kubeconfig_entry *entry;
	const char *what; /* "cluster" or "user" */
	ytree_member_fn fn;
};

static int entry_member(struct ytree *tree, const char *key,
			const yaml_node_t *value, void *arg)
{
	struct entry_parse *ep = arg;

	if (strcmp(key, "name") == 0)
		return ytree_str(tree, value, &ep->entry->name);
	if (strcmp(key, ep->what) == 0)
		return ytree_each_member(tree, value, ep->fn, ep->entry);
	return 0;
}

static int check_name(struct ytree *tree, const yaml_node_t *node,
		      const char *name, size_t same)
{
	if (!name)
		return ytree_refuse_field(tree, node, "name", "is missing");
	if (same > 0)
		return ytree_refuse_field(tree, node, "name",
					  "is there twice in this list");
	return 0;
}

static int take_entry(struct ytree *tree, const yaml_node_t *node,
		      const char *what, ytree_member_fn fn,
		      struct kubeconfig_entry **entries, size_t *n)
{
	struct kubeconfig_entry *entry;
	size_t same = 0;
	int rc;

	if (*n >= YTREE_MAX_MEMBERS)
		return ytree_refuse(tree, node, ST_ELIMIT,
				    "has too many entries");
	mem_grow(*entries, *n);
	entry = &(*entries)[(*n)++];
	*entry = (struct kubeconfig_entry){
		.place = {tree->file, node->start_mark.line + 1},
	};
	struct entry_parse ep = {entry, what, fn};
	rc = ytree_each_member(tree, node, entry_member, &ep);
	if (rc != 0)
		return rc;
	for (size_t i = 0; entry->name && i + 1 < *n; i++)
		same += strcmp((*entries)[i].name, entry->name) == 0;
	return check_name(tree, node, entry->name, same);
}

static int take_cluster(struct ytree *tree, const yaml_node_t *node, void *arg)
{
	struct kubeconfig *config = arg;

	return take_entry(tree, node, "cluster", cluster_member,
			  &config->clusters, &config->n_clusters);
}

static int take_user(struct ytree *tree, const yaml_node_t *node, void *arg)
{
	struct kubeconfig *config = arg;

	return take_entry(tree, node, "user", user_member, &config->users,
			  &config->n_users);
}

static int context_inner(struct ytree *tree, const char *key,
			 const yaml_node_t *value, void *arg)
{
	struct kubeconfig_context *context = arg;

	if (strcmp(key, "cluster") == 0)
		return ytree_text(tree, value, &context->cluster);
	if (strcmp(key, "user") == 0)
		return ytree_text(tree, value, &context->user);
	return 0;
}

static int context_member(struct ytree *tree, const char *key,
			  const yaml_node_t *value, void *arg)
{
	struct kubeconfig_context *context = arg;

	if (strcmp(key, "name") == 0)
		return ytree_str(tree, value, &context->name);
	if (strcmp(key, "context") == 0)
		return ytree_each_member(tree, value, context_inner, context);
	return 0;
}

static int take_context(struct ytree *tree, const yaml_node_t *node, void *arg)
{
	struct kubeconfig *config = arg;
	struct kubeconfig_context *context;
	size_t same = 0;
	int rc;

	if (config->n_contexts >= YTREE_MAX_MEMBERS)
		return ytree_refuse(tree, node, ST_ELIMIT,
				    "has too many entries");
	mem_grow(config->contexts, config->n_contexts);
	context = &config->contexts[config->n_contexts++];
	*context = (struct kubeconfig_context){
		.place = {tree->file, node->start_mark.line + 1},
	};
	rc = ytree_each_member(tree, node, context_member, context);
	if (rc != 0)
		return rc;
	for (size_t i = 0; context->name && i + 1 < config->n_contexts; i++)
		same += strcmp(config->contexts[i].name, context->name) == 0;
	return check_name(tree, node, context->name, same);
}

static int check_word(struct ytree *tree, const yaml_node_t *node,
		      const char *word)
{
	const char *text;
	int rc = ytree_scalar(tree, node, &text);

	if (rc == 0 && text && strcmp(text, word) != 0)
		return err_set(
			tree->err, ST_EINVAL,
			"kubeconfig %s line %zu: %s: must be %s; is this "
			"the right file?",
			tree->file, node->start_mark.line + 1, tree->path,
			word);
	return rc;
}

static int top_member(struct ytree *tree, const char *key,
		      const yaml_node_t *value, void *arg)
{
	struct kubeconfig *config = arg;

	if (strcmp(key, "kind") == 0)
		return check_word(tree, value, "Config");
	if (strcmp(key, "apiVersion") == 0)
		return check_word(tree, value, "v1");
	if (strcmp(key, "clusters") == 0)
		return ytree_each_element(tree, value, take_cluster, config);
	if (strcmp(key, "users") == 0)
		return ytree_each_element(tree, value, take_user, config);
	if (strcmp(key, "contexts") == 0)
		return ytree_each_element(tree, value, take_context, config);
	if (strcmp(key, "current-context") == 0) {
		config->current_place.file = tree->file;
		config->current_place.line = value->start_mark.line + 1;
		return ytree_text(tree, value, &config->current);
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
	struct ytree tree = {.err = err};
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
	tree.file = config->files[config->n_files - 1];

	st_assert(yaml_parser_initialize(&yaml));
	yaml_parser_set_input_string(&yaml, (const unsigned char *)text, len);
	if (!yaml_parser_load(&yaml, &doc)) {
		rc = bad_yaml(&yaml, file, err);
		yaml_parser_delete(&yaml);
		return rc;
	}
	tree.doc = &doc;
	tree.dir = mem_strndup(file, slash ? (size_t)(slash - file) + 1 : 0);
	yaml_node_t *root = yaml_document_get_root_node(&doc);
	if (root)
		rc = ytree_each_member(&tree, root, top_member, config);
	free(tree.dir);
	yaml_document_delete(&doc);
	yaml_parser_delete(&yaml);
	return rc;
}
