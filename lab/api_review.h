/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_review - questions of who one is and what one may do. The lab has no
 * users and no rights: everybody is one user, and may do everything.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
struct api_ctx;

/* A POST to a kind with id KINDS. */
void api_review_act(struct api_ctx *ctx);
