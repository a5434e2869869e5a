/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/json.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static struct json *parsed(const char *text)
{
	struct json *root = NULL;

	assert_int_equal(json_parse(text, strlen(text), &root, NULL), 0);
	return root;
}

static void assert_prints(const struct json *value, const char *text)
{
	scope_free char *printed = json_print(value);

	assert_string_equal(printed, text);
}

static void members_are_reached_by_path_and_type(void **state)
{
	scope_json struct json *root =
		parsed("{\"a\":{\"b\":\"x\",\"n\":-7,\"t\":true},\"app.k8s.io/"
		       "n\":\"l\","
		       "\"list\":[1,\"two\",null]}");

	(void)state;
	assert_string_equal(json_str(root, "a.b"), "x");
	assert_int_equal(json_int(root, "a.n", 1), -7);
	assert_true(json_bool(root, "a.t", false));
	assert_string_equal(json_value_str(json_get(root, "app.k8s.io/n")),
			    "l");
	assert_null(json_str(root, "app.k8s.io/n"));
	assert_int_equal(json_len(json_at(root, "list")), 3);
	const struct json *two = json_next(json_first(json_at(root, "list")));
	assert_string_equal(json_value_str(two), "two");
	assert_null(json_name(two));
	assert_int_equal(json_type(json_next(two)), JSON_NULL);
	assert_string_equal(json_name(json_first(root)), "a");
}

static void wrong_and_missing_values_give_the_fallback(void **state)
{
	scope_json struct json *root =
		parsed("{\"s\":\"x\",\"A\":1,\"o\":{},\"l\":[]}");

	(void)state;
	assert_null(json_str(root, "A"));
	assert_null(json_str(root, "s.x"));
	assert_null(json_get(root, "a"));
	assert_null(json_at(root, "l.0"));
	assert_null(json_at(root, "o."));
	assert_null(json_at(root, ""));
	assert_int_equal(json_int(root, "s", 5), 5);
	assert_int_equal(json_int(NULL, "s", 5), 5);
	assert_true(json_bool(root, "A", true));
	assert_int_equal(json_type(NULL), JSON_NONE);
	assert_null(json_first(NULL));
	assert_null(json_first(json_get(root, "s")));
	assert_int_equal(json_len(json_get(root, "A")), 0);
	assert_null(json_name(NULL));
	assert_true(json_value_num(NULL) == 0);
}

static void integers_truncate_and_saturate(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} rows[] = {
		{"1.9", 1},
		{"-1.9", -1},
		{"-0", 0},
		{"9007199254740991", INT64_C(9007199254740991)},
		{"9223372036854775807", INT64_MAX},
		{"1e300", INT64_MAX},
		{"1e999", INT64_MAX},
		{"-1e999", INT64_MIN},
		{"-9223372036854775808", INT64_MIN},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		scope_json struct json *root = parsed(rows[i].text);

		assert_true(json_value_int(root, 7) == rows[i].value);
		assert_true(isfinite(json_value_num(root)));
	}
}

static void malformed_text_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {
		{"", 0},
		{" ", 1},
		{"{", 1},
		{"{\"a\":}", 6},
		{"[1,]", 4},
		{"\"\\x\"", 4},
		{"\"\\ud800\"", 8},
		{"\"\\u-84d\"", 8},
		{"\"\\u 84d\"", 8},
		{"\"\\u84\"", 6},
		{"\"\\u000", 6},
		{"{} x", 4},
		{"{}\0", 3},
		{"\"a\0b\"", 5},
		{"nul", 3},
		{"{\"a\" 1}", 7},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct json *root = NULL;
		struct err err = {0};

		assert_int_equal(
			json_parse(rows[i].text, rows[i].len, &root, &err),
			ST_EPARSE);
		assert_null(root);
		assert_true(strlen(err_msg(&err)) > 5);
	}
	struct err err;
	struct json *root;
	assert_int_equal(json_parse("[1, 2, x]", 9, &root, &err), ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), "byte 7"));
}

/* Text of a parser's buffer: nothing behind len may count. */
static void only_len_bytes_are_read(void **state)
{
	struct json *root = NULL;

	(void)state;
	assert_int_equal(json_parse("12345", 2, &root, NULL), 0);
	assert_int_equal(json_value_int(root, 0), 12);
	json_free(root);
	assert_int_equal(json_parse(" [1] \n,", 6, &root, NULL), 0);
	json_free(root);
}

static void nesting_has_a_limit(void **state)
{
	char text[4002];
	struct json *root = NULL;

	(void)state;
	for (size_t depth = 900; depth <= 2000; depth += 1100) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		int rc = json_parse(text, 2 * depth, &root, NULL);
		assert_int_equal(rc, depth < 1000 ? 0 : ST_EPARSE);
	}
	scope_free char *printed = json_print(root);
	assert_int_equal(strlen(printed), 1800);
	json_free(root);
}

static void an_escaped_nul_does_not_cut_a_string(void **state)
{
	scope_json struct json *root =
		parsed("[\"a\\u0000b\",\"\\\\u0000\",\"\\\\\\u0000\\u0000\"]");
	const struct json *i = json_first(root);

	(void)state;
	assert_string_equal(json_value_str(i), "a\xef\xbf\xbd"
					       "b");
	i = json_next(i);
	assert_string_equal(json_value_str(i), "\\u0000");
	i = json_next(i);
	assert_string_equal(json_value_str(i), "\\\xef\xbf\xbd\xef\xbf\xbd");
}

static void printing_keeps_integers_and_escapes(void **state)
{
	(void)state;
	static const char *const same[] = {
		"{\"a\":[1,-2,true,false,null,{}],\"b\":{\"\":\"\"}}",
		"1000000000000000000",
		"9223372036854775807",
		"-9223372036854775808",
		"0.1",
		"1.5e+300",
		"\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001/\x7f\xc3\xa4\"",
		"[]",
	};
	for (size_t i = 0; i < st_array_len(same); i++) {
		scope_json struct json *root = parsed(same[i]);

		assert_prints(root, same[i]);
	}
	scope_json struct json *big = parsed("1e999");
	assert_prints(big, "1.7976931348623157e+308");
	assert_prints(NULL, "null");
}

static void of_repeated_names_the_first_counts(void **state)
{
	scope_json struct json *root =
		parsed("{\"a\":1,\"b\":2,\"a\":3,\"a\":4}");

	(void)state;
	assert_int_equal(json_int(root, "a", 0), 1);
	json_set_int(root, "a", 5);
	assert_prints(root, "{\"a\":5,\"b\":2}");
	scope_json struct json *again = parsed("{\"a\":1,\"b\":2,\"a\":3}");
	json_remove(again, "a");
	json_remove(again, "a");
	assert_prints(again, "{\"b\":2}");
}

static void equality_ignores_order_and_looks_at_all(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{"{\"a\":1,\"b\":[true]}", "{\"b\":[true],\"a\":1.0}", true},
		{"{\"a\":1}", "{\"a\":1,\"b\":null}", false},
		{"{\"a\":1,\"b\":null}", "{\"a\":1}", false},
		{"{\"a\":1,\"a\":2}", "{\"a\":1}", true},
		{"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":1}", false},
		{"[1,2]", "[2,1]", false},
		{"[1]", "[1,2]", false},
		{"\"a\"", "\"A\"", false},
		{"1e999", "1e998", true},
		{"true", "false", false},
		{"null", "null", true},
		{"0", "null", false},
		{"{}", "[]", false},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		scope_json struct json *a = parsed(rows[i].a);
		scope_json struct json *b = parsed(rows[i].b);

		assert_int_equal(json_equal(a, b), rows[i].equal);
		assert_int_equal(json_equal(b, a), rows[i].equal);
		assert_true(json_equal(a, a));
	}
	assert_true(json_equal(NULL, NULL));
}

static void building_makes_what_is_asked(void **state)
{
	scope_json struct json *root = json_new_object();

	(void)state;
	json_set_str(root, "s", "x");
	json_set_int(root, "n", INT64_MAX);
	json_set_bool(root, "t", true);
	json_set(root, "z", json_new_null());
	struct json *list = json_child_array(root, "l");
	json_push(list, json_new_bool(false));
	json_push(json_child_array(root, "l"), json_new_array());
	json_set_str(json_child_object(root, "o"), "k", "v");
	assert_prints(root, "{\"s\":\"x\",\"n\":9223372036854775807,\"t\":true,"
			    "\"z\":null,\"l\":[false,[]],\"o\":{\"k\":\"v\"}}");
	json_child_object(root, "s");
	json_set_str(root, json_name(json_first(root)), "again");
	json_remove(root, json_name(json_next(json_first(root))));
	assert_prints(root, "{\"s\":\"again\",\"t\":true,\"z\":null,"
			    "\"l\":[false,[]],\"o\":{\"k\":\"v\"}}");
}

static void parsed_values_can_be_changed_and_copied(void **state)
{
	struct json *root = parsed("{\"a\":{\"b\":[1,2],\"c\":\"x\"},\"d\":1}");
	struct json *copy = json_dup(root);
	struct json *part = json_dup(json_at(root, "a.b"));

	(void)state;
	json_set_str(json_child_object(root, "a"), "c", "y");
	json_push(json_child_array(json_child_object(root, "a"), "b"), part);
	json_set(root, "d", parsed("{\"e\":[\"f\"]}"));
	json_remove(root, "missing");
	assert_prints(root, "{\"a\":{\"b\":[1,2,[1,2]],\"c\":\"y\"},"
			    "\"d\":{\"e\":[\"f\"]}}");
	json_set(copy, "r", root);
	json_remove(json_child_object(copy, "r"), "a");
	assert_prints(copy, "{\"a\":{\"b\":[1,2],\"c\":\"x\"},\"d\":1,"
			    "\"r\":{\"d\":{\"e\":[\"f\"]}}}");
	json_free(copy);
	json_free(NULL);
}

static bool is_number(const struct json *member, void *arg)
{
	return json_type(member) == JSON_NUMBER && arg != NULL;
}

static void filtering_leaves_what_is_wanted(void **state)
{
	struct json *root = parsed("{\"a\":\"x\",\"b\":1,\"c\":{},"
				   "\"d\":2,\"e\":[]}");

	(void)state;
	json_filter(root, is_number, root);
	assert_prints(root, "{\"b\":1,\"d\":2}");
	json_set_str(root, "f", "y");
	json_filter(root, is_number, NULL);
	assert_prints(root, "{}");
	json_set_str(root, "g", "z");
	assert_prints(root, "{\"g\":\"z\"}");
	json_free(root);
}

/* "[0,0,...]" of n elements, each of which takes a node. */
static struct json *zeros(size_t n)
{
	scope_free char *text = mem_alloc(2 * n + 2);
	struct json *root = NULL;

	for (size_t i = 0; i < n; i++)
		memcpy(text + 1 + 2 * i, "0,", 2);
	text[0] = '[';
	text[2 * n] = ']';
	assert_int_equal(json_parse(text, 2 * n + 1, &root, NULL), 0);
	return root;
}

static void trees_of_any_size_live_side_by_side(void **state)
{
	static const size_t sizes[] = {1, 100, 10000, 1200000, 3, 300000};
	struct json *roots[st_array_len(sizes)];

	(void)state;
	/* Twice, so that memory is used again; the largest needs more than
	 * there is in the arena. */
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < st_array_len(sizes); i++)
			roots[i] = zeros(sizes[i]);
		json_push(roots[3], json_new_str("end"));
		for (size_t i = 0; i < st_array_len(sizes); i++)
			assert_int_equal(json_len(roots[i]),
					 sizes[i] + (i == 3));
		for (size_t i = 0; i < st_array_len(sizes); i++)
			json_free(roots[(i * 5 + 1) % st_array_len(sizes)]);
	}
}

static void long_strings_and_failures_give_all_back(void **state)
{
	scope_free char *text = mem_alloc(100002);
	struct json *root = NULL;

	(void)state;
	memset(text, 'x', 100002);
	text[0] = text[100001] = '"';
	assert_int_equal(json_parse(text, 100002, &root, NULL), 0);
	assert_int_equal(strlen(json_value_str(root)), 100000);
	json_free(root);
	scope_free char *broken = mem_printf("[1,{\"a\":%.*s,[", 100002, text);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(
			json_parse(broken, strlen(broken), &root, NULL),
			ST_EPARSE);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(json_parse("[1] x", 5, &root, NULL),
				 ST_EPARSE);
}

static void *parse_much(void *arg)
{
	for (int i = 0; i < 300; i++) {
		struct json *root = zeros(1 + (size_t)i * 7);

		json_push(root, json_new_int(i));
		assert_int_equal(json_len(root), 2 + (size_t)i * 7);
		json_free(root);
	}
	return arg;
}

static void threads_parse_at_the_same_time(void **state)
{
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < st_array_len(threads); i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, parse_much, NULL), 0);
	for (size_t i = 0; i < st_array_len(threads); i++)
		pthread_join(threads[i], NULL);
}

static void deep_values_are_compared_once(void **state)
{
	enum { DEPTH = 400 };
	scope_buf struct buf text;
	scope_json struct json *a = NULL, *b = NULL;

	(void)state;
	buf_init(&text, 0);
	for (int i = 0; i < DEPTH; i++)
		buf_puts(&text, "{\"a\":");
	buf_puts(&text, "1");
	for (int i = 0; i < DEPTH; i++)
		buf_puts(&text, "}");
	assert_int_equal(json_parse(text.data, text.len, &a, NULL), 0);
	assert_int_equal(json_parse(text.data, text.len, &b, NULL), 0);
	assert_true(json_equal(a, b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_reached_by_path_and_type),
		cmocka_unit_test(wrong_and_missing_values_give_the_fallback),
		cmocka_unit_test(integers_truncate_and_saturate),
		cmocka_unit_test(malformed_text_is_refused_with_its_place),
		cmocka_unit_test(only_len_bytes_are_read),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(deep_values_are_compared_once),
		cmocka_unit_test(an_escaped_nul_does_not_cut_a_string),
		cmocka_unit_test(printing_keeps_integers_and_escapes),
		cmocka_unit_test(of_repeated_names_the_first_counts),
		cmocka_unit_test(equality_ignores_order_and_looks_at_all),
		cmocka_unit_test(building_makes_what_is_asked),
		cmocka_unit_test(parsed_values_can_be_changed_and_copied),
		cmocka_unit_test(filtering_leaves_what_is_wanted),
		cmocka_unit_test(trees_of_any_size_live_side_by_side),
		cmocka_unit_test(long_strings_and_failures_give_all_back),
		cmocka_unit_test(threads_parse_at_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
