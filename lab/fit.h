/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fit - whether a pod may run on a node, as the scheduler's filters say it.
 *
 * Threads: any; pure. Memory: none.
 */
struct json;

/* NULL: it may. Else the filter's words. */
const char *fit_refusal(const struct json *pod, const struct json *node);
