/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * nslife - the life of namespaces: each has a ServiceAccount "default" while
 * it lives; one that is being deleted is emptied, then let go.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
struct env;
struct nslife;
struct objects_event;

struct nslife *nslife_new(const struct env *env);
void nslife_free(struct nslife *nslife);
void nslife_event(struct nslife *nslife, const struct objects_event *event);
