/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_patch - PATCH by content type: what an object would become.
 *
 * Threads: the loop thread. Memory: the result is the caller's.
 */
#include "lab/kinds.h"

struct api_ctx;
struct json;
struct object;

/* `object` NULL (for server-side apply alone): there is none yet. The result
 * has the stored form; NULL: ctx->status says why. Sets ctx->applied. */
struct json *api_patch_apply(struct api_ctx *ctx, const struct kind *kind,
			     const struct object *object);
/* The same on any document, without a schema: Scale. */
struct json *api_patch_plain(struct api_ctx *ctx, struct json *take_doc);
