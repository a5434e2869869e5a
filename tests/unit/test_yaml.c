/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/yaml.h"

static void assert_json(const char *yaml, const char *want)
{
	scope_json struct json *root = NULL;
	scope_free char *text = NULL;
	struct err err = {0};

	if (yaml_parse(yaml, strlen(yaml), &root, &err) != 0)
		fail_msg("%s: %s", yaml, err_msg(&err));
	text = json_print(root);
	assert_string_equal(text, want);
}

static void assert_refused(const char *yaml, const char *want)
{
	struct json *root = NULL;
	struct err err = {0};

	if (yaml_parse(yaml, strlen(yaml), &root, &err) == 0) {
		json_free(root);
		fail_msg("%s: not refused", yaml);
	}
	assert_string_equal(err_msg(&err), want);
}

static void plain_words_have_the_types_that_kubectl_gives_them(void **state)
{
	static const char *const cases[][2] = {
		{"", "null"},
		{"# nothing\n", "null"},
		{"~", "null"},
		{"NULL", "null"},
		{"yes", "true"},
		{"Off", "false"},
		{"y", "true"},
		{"yEs", "\"yEs\""},
		{"12", "12"},
		{"-12", "-12"},
		{"+12", "12"},
		{"1_000", "1000"},
		{"0x1F", "31"},
		{"0o14", "12"},
		{"014", "12"},
		{"0b101", "5"},
		{"0", "0"},
		{"-0", "0"},
		{"08", "8"},
		{"1.50", "1.5"},
		{".5", "0.5"},
		{"1e3", "1000"},
		{"1.", "1"},
		{"1.2.3", "\"1.2.3\""},
		{"0x", "\"0x\""},
		{"1Gi", "\"1Gi\""},
		{"2001-12-14", "\"2001-12-14\""},
		{"10:30", "\"10:30\""},
		{"'12'", "\"12\""},
		{"\"yes\"", "\"yes\""},
		{"!!str 12", "\"12\""},
		{"\"a\\tb\\\"\\u00e9\"", "\"a\\tb\\\"\303\251\""},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++)
		assert_json(cases[i][0], cases[i][1]);
}

static void lists_and_mappings_become_what_they_look_like(void **state)
{
	(void)state;
	assert_json(
		"a:\n- 1\n- {b: x, c: []}\nd: |\n  one\n  two\n",
		"{\"a\":[1,{\"b\":\"x\",\"c\":[]}],\"d\":\"one\\ntwo\\n\"}");
	assert_json("1: a\ntrue: b\n~: c\n",
		    "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\"}");
	assert_json(" {\"a\": [1, 2.5, null]}", "{\"a\":[1,2.5,null]}");
}

static void aliases_and_merge_keys_are_filled_in(void **state)
{
	(void)state;
	assert_json("a: &x {p: 1, q: [2]}\nb: *x\n",
		    "{\"a\":{\"p\":1,\"q\":[2]},\"b\":{\"p\":1,\"q\":[2]}}");
	assert_json("- &x {p: 1, q: 2}\n- <<: *x\n  q: 3\n",
		    "[{\"p\":1,\"q\":2},{\"q\":3,\"p\":1}]");
	assert_json("- &x {p: 1}\n- &y {p: 2, r: 3}\n- {<<: [*x, *y], s: 4}\n",
		    "[{\"p\":1},{\"p\":2,\"r\":3},{\"s\":4,\"p\":1,\"r\":3}]");
	assert_json("'<<': 1\n", "{\"<<\":1}");
}

static void what_is_no_yaml_is_refused_with_its_line(void **state)
{
	(void)state;
	assert_refused("a: 1\nb: [\n",
		       "line 3: did not find expected node content");
	assert_refused("a: 1\n b: 2\n",
		       "line 2: mapping values are not allowed in this "
		       "context");
	assert_refused("a: 1\nb: \xff\n",
		       "line 2: invalid leading UTF-8 octet");
	assert_refused("a: 1\nb: 2\na: 3\n",
		       "line 3: key \"a\" already set in map");
	assert_refused("a: *x\n", "line 1: unknown anchor 'x'");
	assert_refused("a: &x [*x]\n", "line 1: unknown anchor 'x'");
	assert_refused("a: .inf\n",
		       "line 1: infinity and NaN have no JSON form");
	assert_refused("? [a]\n: 1\n",
		       "line 1: a key must be a text, not a list or mapping");
	assert_refused("<<: 1\n",
		       "line 1: map merge requires map or sequence of maps as "
		       "the value");
	assert_refused("a: !!binary aGk=\n",
		       "line 1: a tag other than !!str is not supported");
}

static void a_bomb_of_aliases_is_refused(void **state)
{
	scope_buf struct buf text = {0};
	struct json *root = NULL;
	struct err err = {0};

	(void)state;
	buf_puts(&text, "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n");
	for (int i = 1; i < 12; i++)
		buf_printf(&text, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d]\n",
			   i, i, i - 1, i - 1, i - 1, i - 1, i - 1);
	assert_int_equal(yaml_parse(text.data, text.len, &root, &err),
			 ST_ELIMIT);
}

static void depth_is_bounded(void **state)
{
	scope_buf struct buf text = {0};
	struct json *root = NULL;
	struct err err = {0};

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_puts(&text, "- ");
	assert_int_equal(yaml_parse(text.data, text.len, &root, &err),
			 ST_ELIMIT);
}

static void many_keys_do_not_take_long(void **state)
{
	scope_json struct json *root = NULL;
	scope_buf struct buf text = {0};
	struct err err = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "k%d: v\n", i);
	assert_int_equal(yaml_parse(text.data, text.len, &root, &err), 0);
	assert_int_equal(json_len(root), 100000);
}

static void a_stream_gives_document_after_document(void **state)
{
	static const char text[] = "# first\na: 1\n---\n---\nb: 2\n...\n";
	static const char *const want[] = {"{\"a\":1}", "null", "{\"b\":2}"};
	scope_yaml_stream struct yaml_stream *stream =
		yaml_stream_new(text, strlen(text));
	struct json *root = NULL;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < st_array_len(want); i++) {
		scope_free char *print = NULL;

		assert_int_equal(yaml_stream_next(stream, &root, &err), 0);
		assert_non_null(root);
		print = json_print(root);
		assert_string_equal(print, want[i]);
		json_free(root);
	}
	assert_int_equal(yaml_stream_next(stream, &root, &err), 0);
	assert_null(root);
	assert_int_equal(yaml_stream_next(stream, &root, &err), 0);
	assert_null(root);
}

static void fields_are_found_by_the_path_that_errors_name(void **state)
{
	static const char text[] = "kind: A\n"
				   "---\n"
				   "metadata:\n"
				   "  labels:\n"
				   "    a.b/c: x\n"
				   "spec:\n"
				   "  containers:\n"
				   "  - name: one\n"
				   "  - name: two\n"
				   "    image: {a: 1,\n"
				   "      b: 2}\n";
	static const struct {
		const char *path;
		size_t line;
	} cases[] = {
		{"", 3},
		{"spec", 6},
		{"spec.containers", 7},
		{"spec.containers[1]", 9},
		{"spec.containers[1].image", 10},
		{"spec.containers[1].image.b", 11},
		{"spec.containers[1].ports", 9},
		{"spec.containers[7].image", 7},
		{"spec.replicas", 6},
		{"status", 3},
		{"metadata.labels[a.b/c]", 5},
		{"metadata.labels.a.b/c", 5},
		{"spec.containers[x]", 7},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		size_t line = yaml_line(text, strlen(text), 1, cases[i].path);

		if (line != cases[i].line)
			fail_msg("%s: line %zu, not %zu", cases[i].path, line,
				 cases[i].line);
	}
	assert_int_equal(yaml_line(text, strlen(text), 0, "kind"), 1);
	assert_int_equal(yaml_line(text, strlen(text), 2, "kind"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			plain_words_have_the_types_that_kubectl_gives_them),
		cmocka_unit_test(lists_and_mappings_become_what_they_look_like),
		cmocka_unit_test(aliases_and_merge_keys_are_filled_in),
		cmocka_unit_test(what_is_no_yaml_is_refused_with_its_line),
		cmocka_unit_test(a_bomb_of_aliases_is_refused),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(many_keys_do_not_take_long),
		cmocka_unit_test(a_stream_gives_document_after_document),
		cmocka_unit_test(fields_are_found_by_the_path_that_errors_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
