/* SPDX-License-Identifier: Apache-2.0 */
/* What was read and printed reads back as an equal value. */
#include <stdint.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_json struct json *root = NULL, *again = NULL, *copy = NULL;
	struct err err = {0};

	if (json_parse((const char *)data, size, &root, &err) < 0) {
		st_assert(err.code == ST_EPARSE && err.msg[0] != '\0');
		return 0;
	}
	scope_free char *text = json_print(root);
	int rc = json_parse(text, strlen(text), &again, NULL);
	st_assert(rc == 0 && json_equal(root, again));
	copy = json_dup(root);
	st_assert(json_equal(copy, root));
	(void)json_str(root, "metadata.name");
	if (json_type(root) == JSON_OBJECT) {
		json_set_str(json_child_object(root, "metadata"), "name", "x");
		st_assert(strcmp(json_str(root, "metadata.name"), "x") == 0);
		json_remove(root, "metadata");
		st_assert(json_get(root, "metadata") == NULL);
	}
	return 0;
}
