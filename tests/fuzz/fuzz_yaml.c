/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy, so that reading behind the end is noticed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free char *text = mem_dup(data, size);
	scope_yaml_stream struct yaml_stream *stream =
		yaml_stream_new(text, size);
	struct json *root = NULL;

	while (yaml_stream_next(stream, &root, NULL) == 0 && root != NULL)
		json_free(root);
	yaml_line(text, size, 0, "spec.containers[1].image");
	yaml_line(text, size, 1, "metadata.labels[a.b/c]");
	return 0;
}
