/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_path - which resource a request is about, and its query parameters.
 *
 * Threads: any; pure. Memory: released by the _fini functions.
 */
#include <stdbool.h>
#include <stddef.h>

#include "lab/kinds.h"

enum api_path_is {
	API_PATH_OTHER,	   /* no path of an API resource */
	API_PATH_NO_KIND,  /* below a group and version that is served */
	API_PATH_RESOURCE, /* `kind` is set */
	API_PATH_REVIEW,   /* `kind` is set, and nothing of it is kept */
	API_PATH_BINDINGS, /* POST .../namespaces/NS/bindings */
};

struct api_target {
	enum api_path_is is;
	const struct kind *kind;
	char *ns;   /* "" for cluster-scoped kinds and for all namespaces */
	char *name; /* NULL: the collection */
	char *sub;  /* NULL: the resource itself */
};

void api_path_parse(const char *path, struct api_target *ret_target);
void api_path_fini(struct api_target *target);

#define API_PATH_PARAMS 64 /* more are ignored */

struct api_params {
	size_t n;
	char *names[API_PATH_PARAMS];
	char *values[API_PATH_PARAMS];
};

void api_path_params(const char *query, struct api_params *ret_params);
void api_path_params_fini(struct api_params *params);
/* The first value; NULL: not given. */
const char *api_path_param(const struct api_params *params, const char *name);
/* "true", "1" and the bare name are true. */
bool api_path_flag(const struct api_params *params, const char *name);
