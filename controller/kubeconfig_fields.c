/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/kubeconfig_entry.h"
#include "controller/kubeconfig_exec.h"
#include "controller/kubeconfig_parse.h"
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

static int take_field(struct parse *parse, const struct field *fields,
		      const char *key, const struct yaml_node_s *value,
		      struct access *access)
{
	while (fields->key && strcmp(fields->key, key) != 0)
		fields++;
	if (!fields->key)
		return 0;

	void *slot = (char *)access + fields->offset;
	switch (fields->type) {
	case FIELD_TEXT:
		return parse_text(parse, value, slot);
	case FIELD_PATH:
		return parse_path(parse, value, slot);
	case FIELD_DATA:
		return parse_data(parse, value, slot);
	case FIELD_BOOL:
		return parse_bool(parse, value, slot);
	}
	return 0;
}

/* ---- extensions ---- */

/* One entry of clusters[].cluster.extensions; the one reserved name holds
 * what credential plugins get as spec.cluster.config. */
struct extension {
	char *name;
	const struct yaml_node_s *value;
};

static int extension_member(struct parse *parse, const char *key,
			    const struct yaml_node_s *value, void *arg)
{
	struct extension *extension = arg;

	if (strcmp(key, "name") == 0)
		return parse_str(parse, value, &extension->name);
	if (strcmp(key, "extension") == 0)
		extension->value = value;
	return 0;
}

static int take_extension(struct parse *parse, const struct yaml_node_s *node,
			  void *arg)
{
	struct access *access = arg;
	struct extension extension = {0};
	scope_json struct json *value = NULL;
	int rc = parse_each_member(parse, node, extension_member, &extension);

	if (rc == 0 && extension.name && extension.value &&
	    !access->exec.cluster_config &&
	    strcmp(extension.name, "client.authentication.k8s.io/exec") == 0) {
		rc = parse_to_json(parse, extension.value, &value);
		if (rc == 0)
			access->exec.cluster_config = json_print(value);
	}
	free(extension.name);
	return rc;
}

/* ---- clusters, users, contexts ---- */

static int cluster_member(struct parse *parse, const char *key,
			  const struct yaml_node_s *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "extensions") == 0)
		return parse_each_element(parse, value, take_extension,
					  &entry->access);
	return take_field(parse, cluster_fields, key, value, &entry->access);
}

static int provider_member(struct parse *parse, const char *key,
			   const struct yaml_node_s *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "name") == 0 && !entry->auth_provider)
		return parse_str(parse, value, &entry->auth_provider);
	return 0;
}

static int user_member(struct parse *parse, const char *key,
		       const struct yaml_node_s *value, void *arg)
{
	struct kubeconfig_entry *entry = arg;

	if (strcmp(key, "exec") == 0)
		return kubeconfig_exec_take(parse, value, &entry->access.exec);
	if (strcmp(key, "auth-provider") == 0 && !parse_is_null(value)) {
		entry->has_auth_provider = true;
		return parse_each_member(parse, value, provider_member, entry);
	}
	if (strncmp(key, "as", 2) == 0 &&
	    (key[2] == '\0' || strcmp(key, "as-uid") == 0 ||
	     strcmp(key, "as-groups") == 0) &&
	    !parse_is_null(value))
		return parse_refuse(
			parse, value, ST_EINVAL,
			"impersonation is not supported; give the user's "
			"own credentials");
	return take_field(parse, user_fields, key, value, &entry->access);
}

struct entry_parse {
	struct kubeconfig_entry *entry;
	const char *what; /* "cluster" or "user" */
	parse_member_fn fn;
};

static int entry_member(struct parse *parse, const char *key,
			const struct yaml_node_s *value, void *arg)
{
	struct entry_parse *ep = arg;

	if (strcmp(key, "name") == 0)
		return parse_str(parse, value, &ep->entry->name);
	if (strcmp(key, ep->what) == 0)
		return parse_each_member(parse, value, ep->fn, ep->entry);
	return 0;
}

static int check_name(struct parse *parse, const struct yaml_node_s *node,
		      const char *name, size_t same)
{
	if (!name)
		return parse_refuse_field(parse, node, "name", "is missing");
	if (same > 0)
		return parse_refuse_field(parse, node, "name",
					  "is there twice in this list");
	return 0;
}

static int take_entry(struct parse *parse, const struct yaml_node_s *node,
		      const char *what, parse_member_fn fn,
		      struct kubeconfig_entry **entries, size_t *n)
{
	struct kubeconfig_entry *entry;
	size_t same = 0;
	int rc;

	if (*n >= PARSE_MAX_MEMBERS)
		return parse_refuse(parse, node, ST_ELIMIT,
				    "has too many entries");
	mem_grow(*entries, *n);
	entry = &(*entries)[(*n)++];
	*entry = (struct kubeconfig_entry){
		.place = {parse->file, parse_line(node)},
	};
	struct entry_parse ep = {entry, what, fn};
	rc = parse_each_member(parse, node, entry_member, &ep);
	if (rc != 0)
		return rc;
	for (size_t i = 0; entry->name && i + 1 < *n; i++)
		same += strcmp((*entries)[i].name, entry->name) == 0;
	return check_name(parse, node, entry->name, same);
}

static int take_cluster(struct parse *parse, const struct yaml_node_s *node,
			void *arg)
{
	struct kubeconfig *config = arg;

	return take_entry(parse, node, "cluster", cluster_member,
			  &config->clusters, &config->n_clusters);
}

static int take_user(struct parse *parse, const struct yaml_node_s *node,
		     void *arg)
{
	struct kubeconfig *config = arg;

	return take_entry(parse, node, "user", user_member, &config->users,
			  &config->n_users);
}

static int context_inner(struct parse *parse, const char *key,
			 const struct yaml_node_s *value, void *arg)
{
	struct kubeconfig_context *context = arg;

	if (strcmp(key, "cluster") == 0)
		return parse_text(parse, value, &context->cluster);
	if (strcmp(key, "user") == 0)
		return parse_text(parse, value, &context->user);
	return 0;
}

static int context_member(struct parse *parse, const char *key,
			  const struct yaml_node_s *value, void *arg)
{
	struct kubeconfig_context *context = arg;

	if (strcmp(key, "name") == 0)
		return parse_str(parse, value, &context->name);
	if (strcmp(key, "context") == 0)
		return parse_each_member(parse, value, context_inner, context);
	return 0;
}

static int take_context(struct parse *parse, const struct yaml_node_s *node,
			void *arg)
{
	struct kubeconfig *config = arg;
	struct kubeconfig_context *context;
	size_t same = 0;
	int rc;

	if (config->n_contexts >= PARSE_MAX_MEMBERS)
		return parse_refuse(parse, node, ST_ELIMIT,
				    "has too many entries");
	mem_grow(config->contexts, config->n_contexts);
	context = &config->contexts[config->n_contexts++];
	*context = (struct kubeconfig_context){
		.place = {parse->file, parse_line(node)},
	};
	rc = parse_each_member(parse, node, context_member, context);
	if (rc != 0)
		return rc;
	for (size_t i = 0; context->name && i + 1 < config->n_contexts; i++)
		same += strcmp(config->contexts[i].name, context->name) == 0;
	return check_name(parse, node, context->name, same);
}

static int check_word(struct parse *parse, const struct yaml_node_s *node,
		      const char *word)
{
	const char *text;
	int rc = parse_scalar(parse, node, &text);

	if (rc == 0 && text && strcmp(text, word) != 0)
		return err_set(
			parse->err, ST_EINVAL,
			"kubeconfig %s line %zu: %s: must be %s; is this "
			"the right file?",
			parse->file, parse_line(node), parse->path, word);
	return rc;
}

static int top_member(struct parse *parse, const char *key,
		      const struct yaml_node_s *value, void *arg)
{
	struct kubeconfig *config = arg;

	if (strcmp(key, "kind") == 0)
		return check_word(parse, value, "Config");
	if (strcmp(key, "apiVersion") == 0)
		return check_word(parse, value, "v1");
	if (strcmp(key, "clusters") == 0)
		return parse_each_element(parse, value, take_cluster, config);
	if (strcmp(key, "users") == 0)
		return parse_each_element(parse, value, take_user, config);
	if (strcmp(key, "contexts") == 0)
		return parse_each_element(parse, value, take_context, config);
	if (strcmp(key, "current-context") == 0) {
		config->current_place.file = parse->file;
		config->current_place.line = parse_line(value);
		return parse_text(parse, value, &config->current);
	}
	return 0;
}

int kubeconfig_read(struct kubeconfig *config, const char *file,
		    const char *text, size_t len, struct err *err)
{
	struct parse parse;
	int rc;

	if (len > KUBECONFIG_MAX_BYTES)
		return err_set(
			err, ST_ELIMIT,
			"kubeconfig %s: is larger than %d bytes; is this "
			"the right file?",
			file, KUBECONFIG_MAX_BYTES);
	mem_grow(config->files, config->n_files);
	config->files[config->n_files++] = mem_strdup(file);
	rc = parse_init(&parse, config->files[config->n_files - 1], text, len,
			err);
	if (rc == 0 && parse.root)
		rc = parse_each_member(&parse, parse.root, top_member, config);
	parse_fini(&parse);
	return rc;
}
