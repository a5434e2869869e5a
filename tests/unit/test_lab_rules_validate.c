/* SPDX-License-Identifier: Apache-2.0 */
/* Each line of tests/data/lab_rules/refusals.jsonl is a document, what was
 * stored before (if it is an update), and what a real server says to it; the
 * empty text where it takes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/rules.h"
#include "lab/status.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static char *judged(const struct kind *kind, struct json *was, struct json *is,
		    const char *subresource)
{
	struct status status;
	char *message;

	if (was != NULL) {
		rules_default(kind, was);
		rules_prepare_create(kind, was);
	}
	rules_default(kind, is);
	if (was != NULL)
		rules_prepare_update(kind, was, is, subresource);
	else
		rules_prepare_create(kind, is);
	status_init(&status);
	rules_validate(kind, was, is, subresource, &status);
	status_invalid_end(&status, kind, json_str(is, "metadata.name"));
	message = mem_strdup(status.code != 0 ? status.message : "");
	status_fini(&status);
	return message;
}

static void check_line(const char *line, size_t len)
{
	scope_json struct json *row = NULL;
	struct err err = {0};

	if (json_parse(line, len, &row, &err) < 0)
		fail_msg("%s: %s", err.msg, line);
	const struct json *object = json_get(row, "object");
	const struct kind *kind = kinds_by_kind(json_str(object, "apiVersion"),
						json_str(object, "kind"));
	assert_non_null(kind);
	scope_json struct json *is = json_dup(object);
	scope_json struct json *was = json_get(row, "was") != NULL
					      ? json_dup(json_get(row, "was"))
					      : NULL;
	scope_free char *message = judged(kind, was, is, json_str(row, "sub"));
	if (strcmp(message, json_str(row, "message")) != 0)
		fail_msg("%s\nsays %s", line, message);
}

static void says_what_a_real_server_says(void **state)
{
	const char *srcdir = getenv("srcdir");
	scope_free char *path =
		mem_printf("%s/tests/data/lab_rules/refusals.jsonl",
			   srcdir != NULL ? srcdir : ".");
	FILE *file = fopen(path, "r");
	scope_free char *line = NULL;
	size_t room = 0, n = 0;
	ssize_t len;

	(void)state;
	assert_non_null(file);
	while ((len = getline(&line, &room, file)) > 0) {
		check_line(line, (size_t)len);
		n++;
	}
	fclose(file);
	assert_true(n > 300);
}

static void stops_after_a_thousand_findings(void **state)
{
	scope_json struct json *is = json_new_object();
	struct json *list =
		json_child_array(json_child_object(is, "spec"), "containers");
	const struct kind *kind = kinds_stored(KIND_POD);
	struct status status;

	(void)state;
	for (int i = 0; i < 5000; i++)
		json_push(list, json_new_object());
	status_init(&status);
	rules_validate(kind, NULL, is, NULL, &status);
	assert_in_range(status.n_causes, 900, 1000);
	status_fini(&status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_a_real_server_says),
		cmocka_unit_test(stops_after_a_thousand_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
