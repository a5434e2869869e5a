/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig_entry - inside of a kubeconfig, shared by its parser and its
 * merger only.
 *
 * Threads: any. Memory: entries own their strings.
 */
#include <stddef.h>

#include "controller/kubeconfig.h"

/* A value and where it stands. */
struct kubeconfig_place {
	const char *file; /* one of kubeconfig.files */
	size_t line;
};

struct kubeconfig_context {
	char *name, *cluster, *user;
	struct kubeconfig_place place;
};

/* Clusters fill the server half of the access, users the other. */
struct kubeconfig_entry {
	char *name;
	struct access access;
	bool has_auth_provider;
	char *auth_provider;
	struct kubeconfig_place place;
};

struct kubeconfig {
	size_t n_files;
	char **files;
	char *current; /* current-context; NULL: not set */
	struct kubeconfig_place current_place;
	size_t n_contexts, n_clusters, n_users;
	struct kubeconfig_context *contexts;
	struct kubeconfig_entry *clusters, *users;
};

/* Reads one text into an empty config. */
st_must_check int kubeconfig_read(struct kubeconfig *config, const char *file,
				  const char *text, size_t len,
				  struct err *err);
