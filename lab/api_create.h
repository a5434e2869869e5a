/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_create - a new object: its name, its uid, its namespace's consent.
 *
 * Threads: the loop thread. Memory: the object stays the caller's.
 */
#include <stdbool.h>

#include "lab/kinds.h"

struct api_ctx;
struct json;

/* `is` has the stored form; on success it is what was stored (or would have
 * been, by dry run). Does not answer. */
bool api_create_object(struct api_ctx *ctx, const struct kind *kind,
		       const char *ns, struct json *is);
