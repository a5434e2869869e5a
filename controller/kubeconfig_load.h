/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig_load - finds the configuration as client-go does and reads its
 * files.
 *
 * Threads: any. Memory: an access is the caller's, access_fini() it.
 */
#include <stddef.h>

#include "controller/kubeconfig.h"
#include "statefuld/attr.h"

/* What the search looks at; strings are borrowed. NULL or "": not set. */
struct kubeconfig_places {
	const char *flag;	  /* --kubeconfig: this file and no other */
	const char *list;	  /* KUBECONFIG: files with colons between */
	const char *home;	  /* HOME */
	const char *service_host; /* KUBERNETES_SERVICE_HOST, _PORT */
	const char *service_port;
	const char *account_dir; /* of the pod's service account */
};
/* As the environment of this process says. */
void kubeconfig_places_read(struct kubeconfig_places *places, const char *flag);

/* The flag's file; else those of KUBECONFIG, of which some may be missing;
 * else the pod's service account; else ~/.kube/config. Certificates and keys
 * are read into the access; the token file is not. Errors say what to do. */
st_must_check int kubeconfig_load(const struct kubeconfig_places *places,
				  struct access *ret_access, struct err *err);

/* Reads a whole file of at most max bytes, NUL-terminated behind them.
 * -errno, or ST_ELIMIT; the message is "cannot read FILE: why". */
st_must_check int kubeconfig_read_file(const char *path, size_t max,
				       char **ret_data, size_t *ret_len,
				       struct err *err);
