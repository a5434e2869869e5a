/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_delete - DELETE of an object or a collection: preconditions, grace,
 * finalizers by propagation policy.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
#include <stdbool.h>
#include <stdint.h>

struct api_ctx;
struct json;
struct object;

void api_delete_one(struct api_ctx *ctx);
void api_delete_collection(struct api_ctx *ctx);
/* As asked for in a DeleteOptions object (may be NULL), for an eviction: no
 * answer, only failures in ctx->status. `is`: the object, with what else the
 * write that deletes it is to say. */
void api_delete_by_options(struct api_ctx *ctx, const struct object *object,
			   const struct json *options, struct json *is);
