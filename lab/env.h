/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * env - what every built-in controller works with.
 *
 * Threads: the loop thread. Memory: borrowed, outlives the controllers.
 */
struct api;
struct loop;
struct objects;

struct env {
	struct loop *loop;
	struct api *api;
	struct objects *objects;
};
