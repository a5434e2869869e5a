/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * table - meta.k8s.io/v1 Tables with the printer columns of a real server.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdint.h>

#include "lab/kinds.h"

struct json;

enum table_include { TABLE_METADATA, TABLE_OBJECT, TABLE_NONE };

/* columnDefinitions of a kind. */
struct json *table_columns(const struct kind *kind);
/* One row: cells in the order of the columns, and `object` as asked. `now_s`
 * for ages. */
struct json *table_row(const struct kind *kind, const struct json *object,
		       enum table_include include, int64_t now_s);
