/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_inside - what reaches into a pod: log, exec, attach, portforward. The
 * pods of the lab have no inside, and the answers say so, and what to do.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
struct api_ctx;

void api_inside_log(struct api_ctx *ctx);
/* exec and attach. */
void api_inside_refuse(struct api_ctx *ctx);
void api_inside_ports(struct api_ctx *ctx);
