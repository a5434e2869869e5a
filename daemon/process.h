/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * process - the running program: DNS side and Kubernetes side on one loop,
 * from start to clean stop.
 *
 * Threads: the main thread; it becomes the loop thread. Memory: all is freed
 * on return.
 */
#include "statefuld/attr.h"

struct err;
struct options;

/* Runs until a signal says stop:
 *   SIGTERM: goes on answering for lame_duck_s, then stops; again: at once
 *   SIGINT:  stops at once
 *   SIGHUP:  reads kubeconfig and credentials again
 * Returns 0 after that, or an error where the start failed. */
st_must_check int process_run(const struct options *options, struct err *err);
