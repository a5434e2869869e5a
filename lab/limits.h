/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * limits - what a LimitRange does to the pods and claims of its namespace.
 *
 * Threads: any; pure. Memory: documents are borrowed and, where they are not
 * const, changed in place; a refusal is the caller's to free.
 */
#include "lab/kinds.h"

struct json;

#define LIMITS_ANNOTATION "kubernetes.io/limit-ranger"
/* Of one list of a range: finding them takes time by the square. */
#define LIMITS_MAX_RESOURCES 100

/* Gives containers that name no limit or request those of the range, and
 * tells in an annotation which. */
void limits_fill_pod(const struct json *range, struct json *pod);
/* Why the range does not let this pod or claim in; NULL: it does, as it does
 * with all other kinds. */
char *limits_refusal(const struct json *range, enum kind_id kind,
		     const struct json *object);
