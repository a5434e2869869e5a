/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * scheduler - binds pods to the one node, or says why not: claims that are
 * missing or unbound, a node that does not match or takes no pods.
 *
 * Pods of other schedulers and pods with gates are left alone.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
struct env;
struct objects_event;
struct scheduler;

struct scheduler *scheduler_new(const struct env *env);
void scheduler_free(struct scheduler *scheduler);
void scheduler_event(struct scheduler *scheduler,
		     const struct objects_event *event);
