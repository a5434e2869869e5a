/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig_out - writes the kubeconfig of a lab, for its user alone.
 *
 * Threads: any; the loop thread at the start. Memory: results are the
 * caller's.
 */
#include "statefuld/attr.h"

struct err;

struct kubeconfig_out {
	const char *url;
	const char *token;   /* NULL: none */
	const char *ca_file; /* PEM; NULL: plain HTTP */
};

/* The text, with the certificates in it. */
st_must_check int kubeconfig_out_text(const struct kubeconfig_out *config,
				      char **ret_text, struct err *err);
/* In one step and with mode 0600; a file that is there is replaced. */
st_must_check int kubeconfig_out_write(const char *path, const char *text,
				       struct err *err);
