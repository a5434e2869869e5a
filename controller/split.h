/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * split - cuts byte streams of the API server into JSON texts: a watch into
 * its lines, a list into its items. Chunks may end anywhere. Pure.
 *
 * A text that lies wholly in one chunk is handed on where it is, without a
 * copy. No text is longer than the cap; a longer one ends the stream with
 * ST_ELIMIT as soon as it is seen to be longer. The texts are not checked to
 * be JSON beyond what finding their end takes: parse them.
 *
 * Threads: belongs to one. Memory: at most one text is held.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"
#include "statefuld/buf.h"

struct err;

enum { SPLIT_MAX_TEXT = 8 * 1024 * 1024 };

/* Text is borrowed for the call and not NUL-terminated. Another value than 0
 * stops the feed at once, which then returns that value without touching the
 * splitter again. */
typedef int (*split_fn)(const char *text, size_t len, void *arg);

struct split_lines {
	struct buf rest; /* the line begun in earlier chunks */
};
void split_lines_init(struct split_lines *lines, size_t max_text);
void split_lines_fini(struct split_lines *lines);
/* One call of fn for each line with its newline cut off; blank lines are left
 * out. ST_ELIMIT: a line over the cap. */
st_must_check int split_lines_feed(struct split_lines *lines, const char *data,
				   size_t len, split_fn fn, void *arg,
				   struct err *err);
/* Whether the stream stopped in the middle of a line. */
bool split_lines_is_cut(const struct split_lines *lines);

/* Where in a value a scan stopped. */
struct split_scan {
	size_t depth; /* open braces and brackets */
	bool in_string;
	bool escaped;	/* the next byte of the string follows a backslash */
	bool is_scalar; /* number or word: ends before a delimiter */
};

struct split_list {
	int state;
	int member; /* which member's value this is */
	struct split_scan scan;
	struct buf text; /* item or member begun in earlier chunks */
	size_t max_text;
	size_t n_items;
	char key[16]; /* longer names are none that we look for */
	size_t key_len;
	/* Filled as they pass by; NULL: not there (yet). */
	char *metadata; /* text of the object */
	char *kind;	/* text of the string, quotes included */
};
void split_list_init(struct split_list *list, size_t max_text);
void split_list_fini(struct split_list *list);
/* One call of fn for each element of "items", wherever among the members that
 * stands. ST_EPARSE: not a JSON object; ST_ELIMIT: an item over the cap. */
st_must_check int split_list_feed(struct split_list *list, const char *data,
				  size_t len, split_fn fn, void *arg,
				  struct err *err);
/* Whether the whole object has been seen. */
bool split_list_is_whole(const struct split_list *list);
