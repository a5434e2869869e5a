/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * watch_line - what one line of a watch says. Pure.
 *
 * Threads: any. Memory: all is borrowed from the line's JSON.
 */
#include <stdbool.h>

#include "statefuld/attr.h"

struct err;
struct json;

enum watch_line_type {
	LINE_ADDED,
	LINE_MODIFIED,
	LINE_DELETED,
	LINE_BOOKMARK,
	LINE_OTHER, /* of a server newer than this */
};

struct watch_line {
	enum watch_line_type type;
	const struct json *object;
	const char *version; /* its resourceVersion */
	bool is_initial_end; /* the bookmark behind the initial events */
};

/* An ERROR line gives the code of its Status; ST_EPARSE: not a line. */
st_must_check int watch_line_read(const struct json *root,
				  struct watch_line *ret_line, struct err *err);
