/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_reply - answers in the form that the client has asked for: the object,
 * a Table, or its metadata alone.
 *
 * Threads: the loop thread. Memory: nothing is taken.
 */
#include <stddef.h>
#include <stdint.h>

#include "lab/kinds.h"
#include "lab/negotiate.h"
#include "lab/table.h"

struct api_ctx;
struct buf;
struct json;
struct object;

void api_reply_text(struct api_ctx *ctx, int code, const char *content_type,
		    const char *text);
/* As it is, whatever was asked for: Status, Scale. */
void api_reply_json(struct api_ctx *ctx, int code, const struct json *json);
/* An object in the form in which it is stored. */
void api_reply_object(struct api_ctx *ctx, int code, const struct json *object);
void api_reply_stored(struct api_ctx *ctx, int code,
		      const struct object *object);
/* Status "Success" about the object of the request. */
void api_reply_success(struct api_ctx *ctx, int code, const struct kind *kind,
		       const char *name, const char *uid);
/* The answer to a request that failed: ctx->status. */
void api_reply_failure(struct api_ctx *ctx);

/* What the rows of the Table shall carry, by the parameter includeObject. */
enum table_include api_reply_include(const struct api_ctx *ctx);

/* The pieces, for lists and watches. One object as it stands in a list or
 * event of that form; `text` is a stored object. */
struct api_reply_form {
	const struct kind *kind; /* the face that was asked for */
	struct negotiated form;
	enum table_include include;
	int64_t now_s;
};
void api_reply_item(struct buf *out, const struct api_reply_form *form,
		    const char *text, size_t len, bool in_list);
/* Rows of `n` items become a Table; `columns`: with their definitions. */
void api_reply_table(struct buf *out, const struct api_reply_form *form,
		     const char *metadata, const char *rows, bool columns);
