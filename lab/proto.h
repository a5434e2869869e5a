/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * proto - the protobuf bodies that kubectl sends although it asks for JSON:
 * those of its create, drain and delete commands. Other kinds are refused.
 *
 * Threads: any; pure. Memory: the result is the caller's.
 */
#include <stddef.h>

#include "statefuld/attr.h"

struct err;
struct json;

/* An object of "application/vnd.kubernetes.protobuf" as JSON. ST_EPARSE:
 * malformed; ST_EINVAL: a kind that is not among them. */
st_must_check int proto_read(const char *data, size_t len,
			     struct json **ret_object, struct err *err);
