/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * yaml_scalar - which JSON value a word of YAML is.
 *
 * Threads: any; pure. Memory: grows `out`.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"

struct buf;

/* Adds a JSON string. ST_ELIMIT: no room. */
st_must_check int yaml_scalar_put_str(struct buf *out, const char *text,
				      size_t len);
/* Adds the JSON value of a plain (unquoted) word. ST_EINVAL: JSON has none,
 * for instance for .inf; ST_ELIMIT. */
st_must_check int yaml_scalar_put_plain(struct buf *out, const char *text,
					size_t len);
