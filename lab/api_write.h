/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_write - create, update and patch of objects: what happens between a
 * decoded body and the store.
 *
 * Threads: the loop thread. Memory: take_ parameters are consumed. Each
 * leaves its answer, or its failure, in the ctx.
 */
#include <stdbool.h>

#include "lab/kinds.h"

struct api_ctx;
struct json;
struct object;

void api_write_create(struct api_ctx *ctx);
void api_write_update(struct api_ctx *ctx);
void api_write_patch(struct api_ctx *ctx);

/* The object of the request; NULL: 404 is in ctx->status. */
const struct object *api_write_find(struct api_ctx *ctx);
struct json *api_write_parse(const struct object *object);

/* A new content for an object that is there, by way of the rules of its kind
 * and `sub`. Does not answer. The stored object (or, when it went with its
 * last finalizer, what it was last) is in *ret_is, the caller's. */
bool api_write_store(struct api_ctx *ctx, const struct kind *kind,
		     const struct object *object, struct json *take_is,
		     const char *sub, struct json **ret_is);
/* Stores without rules: for what the server itself changes. */
bool api_write_raw(struct api_ctx *ctx, const struct kind *kind,
		   struct json *is, const struct object **ret_object);
/* Removes at once. */
bool api_write_remove(struct api_ctx *ctx, const struct kind *kind,
		      const char *ns, const char *name);
