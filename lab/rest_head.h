/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rest_head - HTTP/1.1 requests as bytes: the head, and chunked bodies
 * (RFC 9112), as strict as a server must be that stands behind no proxy.
 *
 * Threads: any; pure. Memory: a head points into the text it was read from.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct buf;

struct rest_head {
	const char *method, *path;
	const char *query; /* NULL: none */
	const char *content_type, *accept, *user_agent, *authorization;
	uint64_t content_length;
	bool is_chunked, keep_alive, expects_continue;
};

/* `text` is the head with its empty line, and is cut into strings. 0, or the
 * HTTP status of the refusal, with *ret_why in plain words. */
st_must_check int rest_head_parse(char *text, size_t len,
				  struct rest_head *ret_head,
				  const char **ret_why);

/* A chunked body as it comes in. */
struct rest_chunks {
	int step;
	uint64_t left; /* of the current chunk */
	size_t line;   /* length of the current line */
	bool is_done;
};
/* Takes up to len bytes, adds what they carry to `body`; *ret_used are those
 * behind which the next request begins once is_done. 0, or an HTTP status:
 * 400 malformed, 413 `body` is full. */
st_must_check int rest_head_chunks(struct rest_chunks *chunks, const char *data,
				   size_t len, struct buf *body,
				   size_t *ret_used);

/* "Not Found" for 404; static. */
const char *rest_head_phrase(int code);
