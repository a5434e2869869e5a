/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * openapi_schema - types as OpenAPI schemas.
 *
 * Threads: any; pure. Memory: objects are the caller's.
 */
#include "lab/kinds.h"

struct json;
struct schema_type;

#define OPENAPI_REF "#/components/schemas/"

/* "io.k8s.api.apps.v1.StatefulSet"; the caller frees. `suffix` ("List") is
 * put behind the name. */
char *openapi_schema_id(const struct schema_type *type, const char *suffix);
/* Puts the type into `schemas`, and all types that it is made of. */
void openapi_schema_add(struct json *schemas, const struct schema_type *type);
/* The kind, and if it is kept its list and what deleting it takes. */
void openapi_schema_add_kind(struct json *schemas, const struct kind *kind);
/* {"group", "version", "kind"} of one type of object. */
struct json *openapi_schema_gvk(const char *group, const char *version,
				const char *kind, const char *suffix);
