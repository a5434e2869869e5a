/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * listing - GET of a collection: selectors, pages, versions; and the filter
 * that watches and deletecollection share with it.
 *
 * Threads: the loop thread. Memory: a filter is released by listing_fini.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lab/kinds.h"

struct api_ctx;
struct json;
struct object;
struct sieve;

struct listing_filter {
	const struct kind *kind; /* the face: fields have its names */
	char *ns;		 /* NULL: all */
	char *name;		 /* NULL: all */
	struct sieve *labels, *fields;
};

/* From the request; false: ctx->status says why. */
bool listing_init(struct listing_filter *filter, struct api_ctx *ctx);
void listing_fini(struct listing_filter *filter);
/* `parsed`: the object, if the caller has it already; NULL: parsed here where
 * a field asks for it. */
bool listing_matches(const struct listing_filter *filter,
		     const struct object *object, const struct json *parsed);

/* The parameter resourceVersion: false if it is none. Absent: *ret_given is
 * false. */
bool listing_version(struct api_ctx *ctx, const char *text, bool *ret_given,
		     uint64_t *ret_version);
void listing_reply(struct api_ctx *ctx);
