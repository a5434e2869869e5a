/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * volumes - binds claims to volumes, and makes volumes for claims of classes
 * of this machine's provisioner: each is a folder.
 *
 * The default class binds at once: there is only one node to choose, and
 * people see their claim bound before a pod asks for it. Classes that wait for
 * the first consumer are honoured, too: the scheduler then names the node in
 * an annotation of the claim.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
#include "statefuld/attr.h"

struct env;
struct err;
struct hostdir;
struct objects_event;
struct volumes;

#define VOLUMES_SELECTED_NODE "volume.kubernetes.io/selected-node"

struct volumes *volumes_new(const struct env *env, const struct hostdir *dir);
void volumes_free(struct volumes *volumes);
void volumes_event(struct volumes *volumes, const struct objects_event *event);
