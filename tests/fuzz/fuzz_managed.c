/* SPDX-License-Identifier: Apache-2.0 */
/* The first line is a live object, the rest one that somebody writes and
 * applies: what comes out has owners that read back as they were written. */
#include <stdint.h>
#include <string.h>

#include "lab/kinds.h"
#include "lab/managed.h"
#include "lab/managers.h"
#include "lab/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct json *object)
{
	scope_managers struct managers managers = {0};
	scope_json struct json *again = json_dup(object);
	int rc = managers_read(&managers, object);

	st_assert(rc == 0);
	managers_write(&managers, again);
	st_assert(json_equal(json_at(object, "metadata.managedFields"),
			     json_at(again, "metadata.managedFields")));
}

static void apply(const struct json *live, const struct json *applied,
		  const char *manager, bool force)
{
	const struct kind *kind = kinds_stored(KIND_SET);
	struct json *out = NULL;
	struct status status;

	status_init(&status);
	if (managed_apply(kind, live, applied, manager, force, NULL, 0, &out,
			  &status) < 0) {
		st_assert(status.code >= 400 && status.code < 500);
		status_fini(&status);
		return;
	}
	st_assert(status.code == 0 && out != NULL);
	check(out);
	json_free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *end = size > 0 ? memchr(text, '\n', size) : NULL;
	scope_json struct json *live = NULL, *other = NULL;

	if (end == NULL)
		return 0;
	size_t len = (size_t)(end - text);
	if (json_parse(text, len, &live, NULL) < 0 ||
	    json_parse(end + 1, size - len - 1, &other, NULL) < 0 ||
	    json_type(live) != JSON_OBJECT || json_type(other) != JSON_OBJECT)
		return 0;
	apply(NULL, other, "a", false);
	apply(live, other, "kubectl", false);
	apply(live, other, "a", true);
	managed_update(kinds_stored(KIND_SET), live, other, "b", NULL, 0);
	check(other);
	return 0;
}
