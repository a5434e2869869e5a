/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_core - what the files of the API server share: one request on its way
 * to an answer. For lab/api*.c, listing.c and watching.c alone.
 *
 * Threads: the loop thread. Memory: an api_ctx lives as long as its request
 * is acted on, which is inside one callback.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lab/api.h"
#include "lab/api_path.h"
#include "lab/negotiate.h"
#include "lab/status.h"
#include "statefuld/buf.h"

struct object;

/* Which event told something last, by a hash of what was told. */
#define API_TOLD 1024
struct api_told {
	uint64_t hash;
	char *ns, *name;
};

struct api {
	struct loop *loop;
	struct objects *objects;
	char *version, *server_url;
	unsigned gates; /* enum rules_gate */
	api_admit_fn admit;
	void *admit_arg;
	struct api_call *calls; /* all that are not over */
	uint64_t tell_seq;	/* makes the names of events differ */
	struct api_told told[API_TOLD];
};

enum api_checking { API_IGNORE, API_WARN, API_STRICT };

#define API_MANAGER_MAX 128

struct api_ctx {
	struct api *api;
	const struct api_request *in;
	struct api_params params;
	struct api_target to;
	struct negotiated form;
	bool dry_run;
	enum api_checking checking;
	char manager[API_MANAGER_MAX + 1];
	/* Filled (code not 0): this is the answer, whatever was done. */
	struct status status;
	/* A failure's details may name what is no kind: status.kind is this
	 * one then. */
	struct kind odd;

	int code;
	const char *content_type;
	struct buf body;
	struct buf warnings; /* values of Warning headers, one a line */
	bool applied; /* server-side apply has set managedFields itself */
	bool wrote;
};

/* api.c: the request, without its answer; api_core_fini releases all. */
void api_core_init(struct api_ctx *ctx, struct api *api,
		   const struct api_request *request);
void api_core_fini(struct api_ctx *ctx);
/* Findings in ctx->status become the failure of options such as
 * DeleteOptions. */
void api_core_bad_options(struct api_ctx *ctx, const char *kind);
/* Whether the request may go on: no failure so far. */
static inline bool api_core_ok(const struct api_ctx *ctx)
{
	return ctx->status.code == 0;
}
