/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever an object holds, its row has as many cells as there are columns. */
#include <stdint.h>

#include "lab/table.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_json struct json *object = NULL;

	if (json_parse((const char *)data, size, &object, NULL) < 0)
		return 0;
	for (const struct kind *kind = kinds; kind->kind != NULL; kind++) {
		/* What is answered and not kept is in no table. */
		if (kind->id == KINDS)
			continue;
		scope_json struct json *columns = table_columns(kind);
		scope_json struct json *row =
			table_row(kind, object, TABLE_METADATA, 1767229200);

		st_assert(json_len(json_get(row, "cells")) ==
			  json_len(columns));
	}
	return 0;
}
