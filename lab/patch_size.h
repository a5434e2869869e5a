/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * patch_size - caps for what a patch may hold, so that none keeps the server
 * busy: members and elements are looked up one by one.
 *
 * Threads: any; pure. Memory: none.
 */
#include <stddef.h>

#include "statefuld/attr.h"
#include "statefuld/json.h"

struct status;

enum {
	PATCH_SIZE_MAX = 10000,	 /* children of one object or array */
	PATCH_SIZE_DEPTH = 1000, /* as deep as json_parse reads */
};

/* 413 if any object or array has more children. */
st_must_check int patch_size_check(const struct json *patch,
				   struct status *status);
/* Levels below the value; 0 for a scalar. */
size_t patch_size_depth(const struct json *value);
