/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "controller/kubeconfig_entry.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

static void blob_fini(struct access_blob *blob)
{
	free(blob->file);
	secret_free_len(blob->data, blob->len);
}

static void exec_fini(struct access_exec *exec)
{
	free(exec->command);
	free(exec->api_version);
	for (size_t i = 0; i < exec->n_args; i++)
		secret_free(exec->args[i]);
	free(exec->args);
	for (size_t i = 0; i < exec->n_env; i++) {
		free(exec->env[i].name);
		secret_free(exec->env[i].value);
	}
	free(exec->env);
	free(exec->install_hint);
	free(exec->cluster_config);
}

void access_fini(struct access *access)
{
	free(access->context);
	free(access->server);
	free(access->tls_server_name);
	secret_free(access->proxy_url);
	blob_fini(&access->ca);
	blob_fini(&access->cert);
	blob_fini(&access->key);
	secret_free(access->token);
	free(access->token_file);
	free(access->username);
	secret_free(access->password);
	exec_fini(&access->exec);
	*access = (struct access){0};
}

struct kubeconfig *kubeconfig_new(void)
{
	return mem_zalloc(sizeof(struct kubeconfig));
}

static void entries_free(struct kubeconfig_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(entries[i].name);
		free(entries[i].auth_provider);
		access_fini(&entries[i].access);
	}
	free(entries);
}

void kubeconfig_free(struct kubeconfig *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->n_files; i++)
		free(config->files[i]);
	free(config->files);
	free(config->current);
	for (size_t i = 0; i < config->n_contexts; i++) {
		free(config->contexts[i].name);
		free(config->contexts[i].cluster);
		free(config->contexts[i].user);
	}
	free(config->contexts);
	entries_free(config->clusters, config->n_clusters);
	entries_free(config->users, config->n_users);
	free(config);
}

static const struct kubeconfig_context *
find_context(const struct kubeconfig *config, const char *name)
{
	for (size_t i = 0; i < config->n_contexts; i++)
		if (strcmp(config->contexts[i].name, name) == 0)
			return &config->contexts[i];
	return NULL;
}

static struct kubeconfig_entry *find_entry(struct kubeconfig_entry *entries,
					   size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(entries[i].name, name) == 0)
			return &entries[i];
	return NULL;
}

/* Moves the entries that are not there yet. */
static void merge_entries(struct kubeconfig_entry **into, size_t *n_into,
			  struct kubeconfig_entry *from, size_t n_from)
{
	for (size_t i = 0; i < n_from; i++) {
		if (find_entry(*into, *n_into, from[i].name))
			continue;
		mem_grow(*into, *n_into);
		(*into)[(*n_into)++] = from[i];
		from[i] = (struct kubeconfig_entry){0};
	}
}

static void merge(struct kubeconfig *into, struct kubeconfig *from)
{
	for (size_t i = 0; i < from->n_files; i++) {
		mem_grow(into->files, into->n_files);
		into->files[into->n_files++] = from->files[i];
	}
	from->n_files = 0;
	if (!into->current) {
		into->current = from->current;
		into->current_place = from->current_place;
		from->current = NULL;
	}
	for (size_t i = 0; i < from->n_contexts; i++) {
		if (find_context(into, from->contexts[i].name))
			continue;
		mem_grow(into->contexts, into->n_contexts);
		into->contexts[into->n_contexts++] = from->contexts[i];
		from->contexts[i] = (struct kubeconfig_context){0};
	}
	merge_entries(&into->clusters, &into->n_clusters, from->clusters,
		      from->n_clusters);
	merge_entries(&into->users, &into->n_users, from->users, from->n_users);
}

int kubeconfig_add(struct kubeconfig *config, const char *file,
		   const char *text, size_t len, struct err *err)
{
	scope_kubeconfig struct kubeconfig *one = kubeconfig_new();
	int rc = kubeconfig_read(one, file, text, len, err);

	if (rc == 0)
		merge(config, one);
	return rc;
}

/* ---- resolving ---- */

static void copy_blob(struct access_blob *to, const struct access_blob *from)
{
	to->file = mem_strdup(from->file);
	to->len = from->len;
	if (from->data)
		to->data = mem_strndup(from->data, from->len);
}

static void copy_exec(struct access_exec *to, const struct access_exec *from)
{
	to->command = mem_strdup(from->command);
	to->api_version = mem_strdup(from->api_version);
	to->install_hint = mem_strdup(from->install_hint);
	to->wants_cluster = from->wants_cluster;
	to->n_args = from->n_args;
	to->args = mem_calloc(from->n_args + 1, sizeof(*to->args));
	for (size_t i = 0; i < from->n_args; i++)
		to->args[i] = mem_strdup(from->args[i]);
	to->n_env = from->n_env;
	to->env = mem_calloc(from->n_env + 1, sizeof(*to->env));
	for (size_t i = 0; i < from->n_env; i++) {
		to->env[i].name = mem_strdup(from->env[i].name);
		to->env[i].value = mem_strdup(from->env[i].value);
	}
}

/* A server without a scheme is https where TLS is configured. */
static char *server_url(const struct access *from)
{
	bool is_tls = from->insecure || from->ca.file || from->ca.data;
	char *url = strstr(from->server, "://")
			    ? mem_strdup(from->server)
			    : mem_printf("%s://%s", is_tls ? "https" : "http",
					 from->server);
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		url[--len] = '\0';
	return url;
}

static void copy_cluster(struct access *to, const struct access *from)
{
	to->server = server_url(from);
	to->tls_server_name = mem_strdup(from->tls_server_name);
	to->proxy_url = mem_strdup(from->proxy_url);
	to->insecure = from->insecure;
	to->exec.cluster_config = mem_strdup(from->exec.cluster_config);
	copy_blob(&to->ca, &from->ca);
}

static void copy_user(struct access *to, const struct access *from)
{
	copy_blob(&to->cert, &from->cert);
	copy_blob(&to->key, &from->key);
	to->token = mem_strdup(from->token);
	to->token_file = mem_strdup(from->token_file);
	to->username = mem_strdup(from->username);
	to->password = mem_strdup(from->password);
	copy_exec(&to->exec, &from->exec);
}

static int no_context(const struct kubeconfig *config, struct err *err)
{
	const char *file = config->n_files ? config->files[0] : "-";

	if (config->n_contexts == 0 && config->n_clusters == 0)
		return err_set(err, ST_EINVAL,
			       "kubeconfig %s: holds no clusters and no "
			       "contexts; is this the right file?",
			       file);
	return err_set(err, ST_EINVAL,
		       "kubeconfig %s: current-context: is not set; choose one "
		       "with 'kubectl config use-context NAME'%s%s",
		       file, config->n_contexts ? ", for instance " : "",
		       config->n_contexts ? config->contexts[0].name : "");
}

static int bad_reference(const struct kubeconfig_context *context,
			 const char *what, const char *name, struct err *err)
{
	return err_set(
		err, ST_EINVAL,
		"kubeconfig %s line %zu: contexts[%s].context.%s: %s%s",
		context->place.file, context->place.line, context->name, what,
		name ? "there is no such entry: " : "is missing; name one",
		name ? name : "");
}

static int check_cluster(const struct kubeconfig_entry *cluster,
			 struct err *err)
{
	const struct kubeconfig_place *at = &cluster->place;
	const struct access *access = &cluster->access;

	if (!access->server || access->server[0] == '\0')
		return err_set(err, ST_EINVAL,
			       "kubeconfig %s line %zu: clusters[%s].cluster."
			       "server: is missing; give the API server's URL",
			       at->file, at->line, cluster->name);
	if (strstr(access->server, "://") &&
	    strncmp(access->server, "http://", 7) != 0 &&
	    strncmp(access->server, "https://", 8) != 0)
		return err_set(err, ST_EINVAL,
			       "kubeconfig %s line %zu: clusters[%s].cluster."
			       "server: begins neither with https:// nor with "
			       "http://",
			       at->file, at->line, cluster->name);
	if (access->insecure && (access->ca.file || access->ca.data))
		return err_set(err, ST_EINVAL,
			       "kubeconfig %s line %zu: clusters[%s].cluster: "
			       "insecure-skip-tls-verify does not go together "
			       "with certificate-authority; remove one",
			       at->file, at->line, cluster->name);
	return 0;
}

static int check_user(const struct kubeconfig_entry *user, struct err *err)
{
	const struct kubeconfig_place *at = &user->place;
	const struct access *access = &user->access;
	bool has_cert = access->cert.file || access->cert.data;
	bool has_key = access->key.file || access->key.data;

	if (user->has_auth_provider)
		return err_set(
			err, ST_EINVAL,
			"kubeconfig %s line %zu: users[%s].user."
			"auth-provider: '%s' is not supported, nor is it "
			"by kubectl since 1.26; use an exec plugin",
			at->file, at->line, user->name,
			user->auth_provider ? user->auth_provider : "");
	if (has_cert != has_key)
		return err_set(err, ST_EINVAL,
			       "kubeconfig %s line %zu: users[%s].user.%s: is "
			       "missing; certificate and key go together",
			       at->file, at->line, user->name,
			       has_cert ? "client-key" : "client-certificate");
	if ((access->token || access->token_file) &&
	    (access->username || access->password))
		return err_set(err, ST_EINVAL,
			       "kubeconfig %s line %zu: users[%s].user: token "
			       "does not go together with username and "
			       "password; remove one",
			       at->file, at->line, user->name);
	return 0;
}

int kubeconfig_resolve(const struct kubeconfig *config,
		       struct access *ret_access, struct err *err)
{
	const struct kubeconfig_context *context;
	const struct kubeconfig_entry *cluster, *user = NULL;
	int rc;

	if (!config->current || config->current[0] == '\0')
		return no_context(config, err);
	context = find_context(config, config->current);
	if (!context)
		return err_set(err, ST_EINVAL,
			       "kubeconfig %s line %zu: current-context: there "
			       "is no context named %s",
			       config->current_place.file,
			       config->current_place.line, config->current);
	if (!context->cluster)
		return bad_reference(context, "cluster", NULL, err);
	cluster = find_entry(config->clusters, config->n_clusters,
			     context->cluster);
	if (!cluster)
		return bad_reference(context, "cluster", context->cluster, err);
	if (context->user) {
		user = find_entry(config->users, config->n_users,
				  context->user);
		if (!user)
			return bad_reference(context, "user", context->user,
					     err);
	}
	rc = check_cluster(cluster, err);
	if (rc == 0 && user)
		rc = check_user(user, err);
	if (rc != 0)
		return rc;

	*ret_access = (struct access){.context = mem_strdup(context->name)};
	copy_cluster(ret_access, &cluster->access);
	if (user)
		copy_user(ret_access, &user->access);
	return 0;
}
