/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a document of any kind says, it gets defaults and is judged; what
 * has its defaults gets no others. */
#include <stdint.h>
#include <string.h>

#include "lab/rules.h"
#include "lab/status.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct kind *kind, const struct json *was,
		  const struct json *is, const char *subresource)
{
	struct status status;

	status_init(&status);
	rules_validate(kind, was, is, subresource, &status);
	status_invalid_end(&status, kind, json_str(is, "metadata.name"));
	st_assert(status.code == 0 || status.code == 422);
	status_fini(&status);
}

static void run(const struct kind *kind, const struct json *document)
{
	scope_json struct json *was = json_dup(document);
	scope_json struct json *is = json_dup(document);
	scope_json struct json *again = NULL;

	rules_default(kind, was);
	rules_gates(kind, NULL, was, RULES_MAX_UNAVAILABLE);
	rules_gates(kind, was, is, 0);
	again = json_dup(was);
	rules_default(kind, again);
	st_assert(json_equal(was, again));
	rules_prepare_create(kind, was);
	judge(kind, NULL, was, NULL);
	rules_prepare_update(kind, was, is, NULL);
	judge(kind, was, is, NULL);
	rules_prepare_update(kind, was, is, "status");
	judge(kind, was, is, "status");
	rules_prepare_update(kind, was, is, "finalize");
	(void)rules_field(kind, is, "status.phase");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_json struct json *root = NULL;
	const struct kind *kind;

	if (json_parse((const char *)data, size, &root, NULL) < 0)
		return 0;
	kind = kinds_by_kind(
		json_str(root, "apiVersion") != NULL
			? json_str(root, "apiVersion")
			: "",
		json_str(root, "kind") != NULL ? json_str(root, "kind") : "");
	if (kind != NULL)
		run(kind, root);
	else if (size < 4096)
		for (kind = kinds; kind->kind != NULL; kind++)
			run(kind, root);
	return 0;
}
