/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_evict - POST pods/NAME/eviction: a delete that asks the disruption
 * budgets first.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
struct api_ctx;

void api_evict_act(struct api_ctx *ctx);
