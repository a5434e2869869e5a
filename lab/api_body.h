/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_body - what a client has sent: decoding, field validation, and the
 * refusals that go with them.
 *
 * Threads: the loop thread. Memory: results are the caller's; NULL means that
 * ctx->status says why.
 */
#include <stddef.h>

#include "lab/kinds.h"

struct api_ctx;
struct json;

/* The body as JSON or YAML, by its content type; 415 for others. */
struct json *api_body_any(struct api_ctx *ctx);
/* An object of that face, checked as the request's fieldValidation says, in
 * the form in which it is stored. */
struct json *api_body_object(struct api_ctx *ctx, const struct kind *kind);
/* One of another kind, for instance a Binding. Checked for kind alone. */
struct json *api_body_other(struct api_ctx *ctx, const char *api_version,
			    const char *kind);
/* Checks the fields of a patched object, which still has the face's form,
 * and removes unknown ones. */
void api_body_check_patched(struct api_ctx *ctx, const struct kind *kind,
			    struct json *object);
