/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * proto_types - field numbers of the messages that proto.h reads.
 *
 * Threads: any; constant data. Memory: static.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum proto_form {
	PROTO_STR,
	PROTO_INT,
	PROTO_BOOL,
	PROTO_BYTES, /* base64 text in JSON */
	PROTO_TIME,
	PROTO_INT_OR_STR,
	PROTO_MAP, /* string to string */
	PROTO_MAP_BYTES,
	PROTO_MESSAGE,
};

struct proto_type;
struct proto_field {
	uint32_t number;
	const char *name;
	enum proto_form form;
	const struct proto_type *type; /* of a message */
	bool list;
	bool pointer; /* "", 0 and false are told from nothing */
};

struct proto_type {
	const struct proto_field *fields;
	size_t n_fields;
};

/* NULL: none of those. */
const struct proto_type *proto_types_find(const char *api_version,
					  const char *kind);
