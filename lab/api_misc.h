/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_misc - paths that are no resources: version, health, discovery,
 * OpenAPI.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
#include <stdbool.h>

struct api_ctx;

/* false: not one of these. */
bool api_misc_act(struct api_ctx *ctx);
