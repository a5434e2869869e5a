/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * manifest - files of objects that are applied when a lab starts.
 *
 * Threads: the loop thread. Memory: a set is the caller's.
 */
#include <stddef.h>

#include "statefuld/attr.h"

struct api;
struct err;
struct manifest_set;

/* Reads YAML of many documents and JSON; of a folder, its files that end in
 * .yaml, .yml and .json, in the order of their names. Lists are taken apart.
 * Errors are one line with file, line and field. */
st_must_check int manifest_read(const char *const *paths, size_t n,
				struct manifest_set **ret_set, struct err *err);
void manifest_free(struct manifest_set *set);

/* Applies all, by server-side apply, so that what is there already becomes
 * what the files say; namespaces first, else in order. Ends at the first that
 * is refused. */
st_must_check int manifest_apply(const struct manifest_set *set,
				 struct api *api, struct err *err);
/* "web-0.nginx.default": the first pod's name below "svc" of the first
 * StatefulSet. The caller's; NULL: there is none. */
char *manifest_example(const struct manifest_set *set);
