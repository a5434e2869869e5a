/* SPDX-License-Identifier: Apache-2.0 */
/* The first line is a document, the rest a patch: in each language it is taken
 * or refused with a 4xx, and the document stays one that can be printed. */
#include <stdint.h>
#include <string.h>

#include "lab/kinds.h"
#include "lab/patch.h"
#include "lab/schema.h"
#include "lab/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int rc, struct json *doc, struct status *status)
{
	char *text = json_print(doc);

	free(text);
	st_assert((rc < 0) == (status->code != 0));
	st_assert(rc == 0 || (status->code >= 400 && status->code < 500));
	status_fini(status);
	json_free(doc);
}

static void run(const struct json *doc, const struct json *patch)
{
	struct json *own = json_dup(doc);
	struct status status;
	int rc;

	status_init(&status);
	rc = patch_json(&own, patch, &status);
	check(rc, own, &status);
	if (json_type(doc) != JSON_OBJECT)
		return;
	own = json_dup(doc);
	rc = patch_merge(own, patch, &status);
	check(rc, own, &status);
	own = json_dup(doc);
	rc = patch_strategic(own, patch, schema_of(kinds_stored(KIND_SET)),
			     &status);
	check(rc, own, &status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *end = size > 0 ? memchr(text, '\n', size) : NULL;
	scope_json struct json *doc = NULL, *patch = NULL;

	if (end == NULL)
		return 0;
	size_t len = (size_t)(end - text);
	if (json_parse(text, len, &doc, NULL) < 0 ||
	    json_parse(end + 1, size - len - 1, &patch, NULL) < 0)
		return 0;
	run(doc, patch);
	return 0;
}
