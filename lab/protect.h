/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * protect - lets claims and volumes that are being deleted go once nobody
 * uses them: no pod on a node mounts the claim, no claim is bound to the
 * volume.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
struct env;
struct objects_event;
struct protect;

struct protect *protect_new(const struct env *env);
void protect_free(struct protect *protect);
void protect_event(struct protect *protect, const struct objects_event *event);
