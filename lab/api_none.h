/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_none - resources of which there are none: quotas of a namespace. They
 * are not in the discovery and cannot be created, but clients that look for
 * them, or clear them away, find an empty list as on most clusters. And all
 * the kinds that there are not, which kubectl may ask for.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
#include <stdbool.h>

struct api_ctx;

/* false: not one of these, or not to be answered by an empty list. */
bool api_none_act(struct api_ctx *ctx);
/* 404 for a kind that is not served, with the names of those that are, which
 * kubectl prints. false: the path is about no resource of any kind. */
bool api_none_refuse(struct api_ctx *ctx);
