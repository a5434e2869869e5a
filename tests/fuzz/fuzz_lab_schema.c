/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text against the fields of a kind, which the first byte chooses. What
 * has been pruned is unchanged by pruning again and has no unknown members.
 */
#include <stdint.h>
#include <string.h>

#include "lab/kinds.h"
#include "lab/schema.h"
#include "lab/schema_utf8.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(enum schema_finding what st_unused, const char *path,
		 const char *text, void *arg)
{
	size_t *known = arg;

	st_assert(path != NULL && text[0] != '\0');
	*known += what == SCHEMA_UNKNOWN ? 0 : 1;
}

static void no_unknown(enum schema_finding what, const char *path st_unused,
		       const char *text st_unused, void *arg st_unused)
{
	st_assert(what != SCHEMA_UNKNOWN);
}

static const struct kind *choose(uint8_t byte)
{
	size_t n = 0;

	while (kinds[n].kind != NULL)
		n++;
	return &kinds[byte % n];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_json struct json *object = NULL;
	size_t n = 0;

	if (size == 0)
		return 0;
	const struct kind *kind = choose(data[0]);
	scope_free char *text = mem_strndup((const char *)data + 1, size - 1);
	size_t len = size - 1;
	schema_duplicates(text, len, look, &n);
	schema_strict(schema_of(kind), text, len, look, &n);
	if (json_parse(text, len, &object, NULL) < 0 ||
	    json_type(object) != JSON_OBJECT)
		return 0;
	scope_free char *lenient =
		schema_refusal(kind, text, len, object, false);
	scope_free char *strict = schema_refusal(kind, text, len, object, true);
	st_assert(lenient == NULL || strict != NULL);
	st_assert(strict == NULL || schema_utf8_valid(strict, strlen(strict)));

	schema_prune(kind, object);
	schema_check(kind, object, no_unknown, NULL);
	scope_json struct json *again = json_dup(object);
	schema_prune(kind, again);
	st_assert(json_equal(object, again));
	return 0;
}
