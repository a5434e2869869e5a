/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig - the texts of kubeconfig files, merged and resolved as kubectl
 * does: the first file to set a value or a named entry wins, and relative
 * paths count from the file they stand in. Pure: reads no file and no
 * environment; kubeconfig_load.h does.
 *
 * Threads: any. Memory: an access belongs to its caller and is independent of
 * the kubeconfig; secrets in it are wiped when it is freed.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"

struct err;
struct kubeconfig;

enum { KUBECONFIG_MAX_BYTES = 1024 * 1024 };

/* Text that came inline (base64 decoded) or stands in a file. */
struct access_blob {
	char *file; /* absolute or as the caller gave it; NULL: none */
	char *data; /* wins over the file */
	size_t len;
};

struct access_env {
	char *name, *value;
};

/* How to run a credential plugin (client.authentication.k8s.io). */
struct access_exec {
	char *command; /* NULL: there is no plugin */
	char *api_version;
	size_t n_args;
	char **args;
	size_t n_env;
	struct access_env *env;
	char *install_hint;
	char *cluster_config; /* JSON text for spec.cluster.config, or NULL */
	bool wants_cluster;   /* provideClusterInfo */
};

/* All that is needed to talk to one API server as one user. */
struct access {
	char *context; /* its name; NULL in a pod */
	char *server;  /* URL without a trailing slash */
	char *tls_server_name;
	char *proxy_url;
	bool insecure; /* insecure-skip-tls-verify */
	struct access_blob ca, cert, key;
	char *token;
	char *token_file; /* wins over token */
	char *username, *password;
	struct access_exec exec;
};
void access_fini(struct access *access);
#define scope_access st_cleanup(access_fini)

struct kubeconfig *kubeconfig_new(void);
void kubeconfig_free(struct kubeconfig *config);
static inline void kubeconfig_free_slot(struct kubeconfig **slot)
{
	kubeconfig_free(*slot);
}
#define scope_kubeconfig st_cleanup(kubeconfig_free_slot)

/* Adds one file's text (YAML or JSON) behind those added before. `file` is
 * for messages and for relative paths. Errors name file, line and field. */
st_must_check int kubeconfig_add(struct kubeconfig *config, const char *file,
				 const char *text, size_t len, struct err *err);

/* Follows current-context to its cluster and user. */
st_must_check int kubeconfig_resolve(const struct kubeconfig *config,
				     struct access *ret_access,
				     struct err *err);
