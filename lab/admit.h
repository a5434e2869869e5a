/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * admit - the built-in admission: what an API server adds or refuses because
 * of what else is in the cluster.
 *
 * Services get addresses, claims their default class, claims and volumes the
 * finalizer that protects them while in use, pods priority and tolerations.
 * Pods and claims keep to the LimitRanges of their namespace.
 *
 * Threads: the loop thread. Memory: `objects` is borrowed.
 */
#include <stdbool.h>

struct admit;
struct json;
struct kind;
struct objects;
struct status;

#define ADMIT_PVC_PROTECTION "kubernetes.io/pvc-protection"
#define ADMIT_PV_PROTECTION  "kubernetes.io/pv-protection"

struct admit *admit_new(const struct objects *objects);
void admit_free(struct admit *admit);
/* An api_admit_fn; arg is the struct admit. */
void admit_object(const struct kind *kind, const struct json *was,
		  struct json *is, bool dry_run, struct status *status,
		  void *arg);
