/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * alloc - cluster IPs and node ports of Services.
 *
 * A number counts as taken only while a stored Service shows it: what was
 * given to a Service that was then refused, changed or deleted is free again
 * without anybody saying so.
 *
 * Threads: the loop thread. Memory: `objects` is borrowed.
 */
#include <stdbool.h>

struct alloc;
struct json;
struct objects;
struct status;

/* 10.96.0.0/16; the lower 256 addresses are only given when asked for. */
#define ALLOC_NET	 "10.96.0.0/16"
#define ALLOC_KUBERNETES "10.96.0.1"
#define ALLOC_PORT_MIN	 30000
#define ALLOC_PORT_MAX	 32767

/* Looks at all stored Services. */
struct alloc *alloc_new(const struct objects *objects);
void alloc_free(struct alloc *alloc);

/* Fills families, cluster IPs and node ports of a Service that is about to be
 * created (`was` NULL) or changed, as its type asks for, and drops those that
 * a new type has no use for. What is asked for and cannot be had becomes a
 * finding. */
void alloc_service(struct alloc *alloc, const struct json *was, struct json *is,
		   bool is_dry_run, struct status *status);
