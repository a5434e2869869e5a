/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * yaml - YAML text as JSON values, with the types that kubectl gives to plain
 * words: YAML 1.1's booleans (yes, on, true...), integers in any base, floats
 * and null; all else, dates included, is a string. JSON is YAML too.
 *
 * Anchors, aliases and merge keys work, within a budget, so that a small text
 * cannot become a large value. Keys are made strings. A key that is there
 * twice in one mapping is refused, but for JSON given to yaml_parse, which
 * goes to json_parse. Errors begin with "line N: ".
 *
 * Threads: any; pure. Memory: see each function.
 */
#include <stddef.h>

#include "statefuld/attr.h"

struct err;
struct json;
struct yaml_stream;

/* One document, which is the caller's; none at all is a JSON null. ST_EPARSE,
 * ST_ELIMIT. */
st_must_check int yaml_parse(const char *text, size_t len,
			     struct json **ret_root, struct err *err);

/* Document after document. The text is borrowed. */
struct yaml_stream *yaml_stream_new(const char *text, size_t len);
void yaml_stream_free(struct yaml_stream *stream);
static inline void yaml_stream_free_slot(struct yaml_stream **slot)
{
	yaml_stream_free(*slot);
}
#define scope_yaml_stream st_cleanup(yaml_stream_free_slot)
/* *ret_root is the caller's, and NULL behind the last one. No more calls after
 * an error. */
st_must_check int yaml_stream_next(struct yaml_stream *stream,
				   struct json **ret_root, struct err *err);

/* The line, from 1, of a field as errors name it, for instance
 * "spec.template.spec.containers[0].image" or "metadata.labels[a.b/c]", in
 * the document of that index; of the nearest part around it that is there. 0
 * where there is no such document. */
size_t yaml_line(const char *text, size_t len, size_t document,
		 const char *path);
