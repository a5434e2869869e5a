/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * gc - the garbage collector: what has only owners that are gone goes too;
 * owners that are deleted in the foreground wait for what blocks them; orphans
 * lose the reference.
 *
 * Owners are told apart by uid. References to kinds that are not served
 * count as living: nobody here knows better.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
struct env;
struct gc;
struct objects_event;

/* Looks at all objects that are there already, too. */
struct gc *gc_new(const struct env *env);
void gc_free(struct gc *gc);
void gc_event(struct gc *gc, const struct objects_event *event);
