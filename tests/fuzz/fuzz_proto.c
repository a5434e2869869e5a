/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

#include "lab/proto.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy, so that reading behind the end is noticed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free char *copy = mem_dup(data, size);
	struct json *object = NULL;

	if (proto_read(copy, size, &object, NULL) == 0)
		json_free(object);
	return 0;
}
