/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * admit - the built-in admission: what an API server adds or refuses because
 * of what else is in the cluster.
 *
 * Services get addresses, claims their default class. Pods and claims keep to
 * the LimitRanges of their namespace. What is added whatever else there is,
 * rules_prepare_create() adds.
 *
 * Threads: the loop thread. Memory: `objects` is borrowed.
 */
#include <stdbool.h>

struct admit;
struct json;
struct kind;
struct objects;
struct status;

struct admit *admit_new(const struct objects *objects);
void admit_free(struct admit *admit);
/* An api_admit_fn; arg is the struct admit. */
void admit_object(const struct kind *kind, const struct json *was,
		  struct json *is, bool dry_run, struct status *status,
		  void *arg);
