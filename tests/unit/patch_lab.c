/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/patch_lab.h"

#include <string.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

struct json *patch_lab_doc(const char *text)
{
	scope_free char *copy = mem_strdup(text);
	struct json *root = NULL;
	struct err err = {0};

	for (char *c = copy; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	if (json_parse(copy, strlen(copy), &root, &err) < 0)
		fail_msg("%s in %s", err.msg, copy);
	return root;
}

void patch_lab_same(const struct json *is, const char *want)
{
	scope_json struct json *expected = patch_lab_doc(want);
	scope_free char *text = json_print(is);
	scope_free char *wanted = json_print(expected);

	if (!json_equal(is, expected))
		fail_msg("is   %s\nwant %s", text, wanted);
}
