/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static int64_t now_s(void)
{
	int64_t us;

	assert_int_equal(clk_parse("2026-01-01T01:00:00Z", &us), 0);
	return us / 1000000;
}

static struct json *parse(const char *text)
{
	struct json *value;

	if (json_parse(text, strlen(text), &value, NULL) < 0)
		fail_msg("no JSON: %s", text);
	return value;
}

static void read_file(const char *path, struct buf *ret)
{
	const char *srcdir = getenv("srcdir");
	scope_free char *full =
		mem_printf("%s/%s", srcdir != NULL ? srcdir : "..", path);
	char part[4096];
	FILE *file = fopen(full, "re");
	size_t n;

	if (file == NULL)
		fail_msg("cannot read %s", full);
	while ((n = fread(part, 1, sizeof(part), file)) > 0)
		assert_int_equal(buf_add(ret, part, n), 0);
	fclose(file);
}

static const struct kind *kind_named(char *line)
{
	char *plural = strchr(line, ' ');
	char *slash = strchr(line, '/');
	const struct kind *kind;

	assert_non_null(plural);
	*plural++ = '\0';
	if (slash != NULL)
		*slash++ = '\0';
	kind = kinds_by_plural(slash != NULL ? line : "",
			       slash != NULL ? slash : line, plural);
	assert_non_null(kind);
	return kind;
}

static char *cells_text(const struct json *row)
{
	struct buf text;
	bool first = true;

	buf_init(&text, 0);
	json_each (cell, json_get(row, "cells")) {
		if (!first)
			buf_putc(&text, '|');
		first = false;
		if (json_type(cell) == JSON_STRING) {
			buf_puts(&text, json_value_str(cell));
		} else {
			scope_free char *other = json_print(cell);

			buf_puts(&text, other);
		}
	}
	return buf_steal(&text);
}

/* "case: title", the kind, the object, "=> cells". */
static void check_case(char *text)
{
	char *title = text + strlen("case: ");
	char *kind_line = strchr(title, '\n');
	char *object_text, *wanted;

	assert_non_null(kind_line);
	*kind_line++ = '\0';
	object_text = strchr(kind_line, '\n');
	wanted = strstr(kind_line, "\n=> ");
	if (object_text == NULL || wanted == NULL)
		fail_msg("incomplete: %s", title);
	*object_text++ = '\0';
	*wanted = '\0';
	wanted += strlen("\n=> ");
	wanted[strcspn(wanted, "\n")] = '\0';

	const struct kind *kind = kind_named(kind_line);
	scope_json struct json *object = parse(object_text);
	scope_json struct json *row =
		table_row(kind, object, TABLE_NONE, now_s());
	scope_json struct json *columns = table_columns(kind);
	scope_free char *got = cells_text(row);

	if (strcmp(got, wanted) != 0)
		fail_msg("%s:\n  wanted %s\n  got    %s", title, wanted, got);
	assert_int_equal(json_len(columns), json_len(json_get(row, "cells")));
}

static void cells_are_those_of_a_real_server(void **state)
{
	scope_buf struct buf text;
	size_t n = 0;

	(void)state;
	buf_init(&text, 0);
	read_file("tests/data/table/cells.txt", &text);
	for (char *next = strstr(text.data, "\ncase: "); next != NULL; n++) {
		char *one = next + 1;

		next = strstr(one, "\ncase: ");
		if (next != NULL)
			*next = '\0';
		check_case(one);
	}
	assert_true(n > 40);
}

static void every_kind_has_as_many_cells_as_columns(void **state)
{
	scope_json struct json *object = json_new_object();

	(void)state;
	for (const struct kind *kind = kinds; kind->kind != NULL; kind++) {
		/* What is answered and not kept is in no table. */
		if (kind->id == KINDS)
			continue;
		scope_json struct json *columns = table_columns(kind);
		scope_json struct json *row =
			table_row(kind, object, TABLE_NONE, 0);

		assert_true(json_len(columns) > 1);
		assert_int_equal(json_len(columns),
				 json_len(json_get(row, "cells")));
	}
}

static void every_kind_has_one_column_of_names(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind->kind != NULL; kind++) {
		/* What is answered and not kept is in no table. */
		if (kind->id == KINDS)
			continue;
		scope_json struct json *columns = table_columns(kind);
		int names = 0;

		json_each (column, columns) {
			assert_non_null(json_str(column, "description"));
			names +=
				strcmp(json_str(column, "format"), "name") == 0;
		}
		assert_int_equal(names, 1);
	}
}

static const struct kind *pods(void)
{
	return kinds_by_plural("", "v1", "pods");
}

static void a_row_carries_what_was_asked_for(void **state)
{
	scope_json struct json *pod =
		parse("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},"
		      "\"spec\":{}}");
	scope_json struct json *none = table_row(pods(), pod, TABLE_NONE, 0);
	scope_json struct json *whole = table_row(pods(), pod, TABLE_OBJECT, 0);
	scope_json struct json *part =
		table_row(pods(), pod, TABLE_METADATA, 0);

	(void)state;
	assert_int_equal(json_type(json_get(none, "object")), JSON_NULL);
	assert_true(json_equal(json_get(whole, "object"), pod));
	assert_string_equal(json_str(part, "object.kind"),
			    "PartialObjectMetadata");
	assert_string_equal(json_str(part, "object.metadata.name"), "p");
	assert_null(json_at(part, "object.spec"));
}

static void a_pod_that_has_ended_is_marked(void **state)
{
	scope_json struct json *done =
		parse("{\"status\":{\"phase\":\"Succeeded\"}}");
	scope_json struct json *runs =
		parse("{\"status\":{\"phase\":\"Running\"}}");
	scope_json struct json *row = table_row(pods(), done, TABLE_NONE, 0);
	scope_json struct json *other = table_row(pods(), runs, TABLE_NONE, 0);
	const struct json *mark = json_first(json_get(row, "conditions"));

	(void)state;
	assert_string_equal(json_str(mark, "type"), "Completed");
	assert_string_equal(json_str(mark, "reason"), "Succeeded");
	assert_null(json_get(other, "conditions"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_those_of_a_real_server),
		cmocka_unit_test(every_kind_has_as_many_cells_as_columns),
		cmocka_unit_test(every_kind_has_one_column_of_names),
		cmocka_unit_test(a_row_carries_what_was_asked_for),
		cmocka_unit_test(a_pod_that_has_ended_is_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
