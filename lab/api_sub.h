/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_sub - subresources that are no plain part of their object: scale,
 * binding, eviction, log, and a namespace's finalize.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
#include <stdbool.h>

struct api_ctx;

/* Whether the request's subresource is one of these for its kind and method;
 * if so, it has been acted on. */
bool api_sub_act(struct api_ctx *ctx);
/* POST .../namespaces/NS/bindings: the name is in the body. */
void api_sub_bind_any(struct api_ctx *ctx);
