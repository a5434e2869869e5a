/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/rest_head.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A head, and then a chunked body, fed in two cuts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	const char *bytes = (const char *)data, *why = NULL;
	struct rest_head head;
	struct rest_chunks chunks = {0};
	struct buf body;
	size_t used = 0, more = 0;

	if (rest_head_parse(text, size, &head, &why) != 0)
		st_assert(why != NULL);
	else
		st_assert(head.path[0] == '/' && head.method[0] != '\0');
	free(text);
	buf_init(&body, 1000);
	if (rest_head_chunks(&chunks, bytes, size / 2, &body, &used) == 0 &&
	    !chunks.is_done)
		(void)!rest_head_chunks(&chunks, bytes + used, size - used,
					&body, &more);
	st_assert(used + more <= size && body.len <= 1000);
	buf_fini(&body);
	return 0;
}
