/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * schema_tables - the generated tables behind schema.h.
 *
 * Threads: any; constant data. Memory: static.
 */
#include "lab/schema.h"

/* Types of whole objects, NULL-terminated. */
extern const struct schema_type *const schema_tables_roots[];
/* Changes with the tables. */
extern const char schema_tables_hash[];
