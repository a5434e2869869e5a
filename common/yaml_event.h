/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * yaml_event - YAML text as a row of events; the only user of libyaml.
 *
 * Threads: any; pure. Memory: an event owns its texts until yaml_event_fini;
 * a source borrows the text that it reads.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"

struct err;
struct yaml_source;

enum yaml_event_is {
	YAML_IS_NONE, /* behind the last document */
	YAML_IS_SCALAR,
	YAML_IS_ALIAS,
	YAML_IS_LIST,
	YAML_IS_LIST_END,
	YAML_IS_MAP,
	YAML_IS_MAP_END,
};

struct yaml_event {
	enum yaml_event_is is;
	size_t line;	    /* from 1 */
	char *text;	    /* of a scalar, NUL-terminated; else NULL */
	size_t len;	    /* of it */
	bool plain;	    /* without quotes */
	char *tag, *anchor; /* NULL: none; of an alias, whose it is */
};

struct yaml_source *yaml_source_new(const char *text, size_t len);
void yaml_source_free(struct yaml_source *source);

/* ST_EPARSE "line N: ...": no more calls then. *ret_event can be released
 * whatever comes back. */
st_must_check int yaml_event_next(struct yaml_source *source,
				  struct yaml_event *ret_event,
				  struct err *err);
/* The first event of the next document; the one before has been read to its
 * end. */
st_must_check int yaml_event_root(struct yaml_source *source,
				  struct yaml_event *ret_event,
				  struct err *err);
void yaml_event_fini(struct yaml_event *event);
#define scope_yaml_event st_cleanup(yaml_event_fini)
