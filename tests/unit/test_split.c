/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/split.h"

#include <string.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

/* The texts handed on, with '|' behind each. */
static struct buf got;

static int collect(const char *text, size_t len, void *arg)
{
	(void)arg;
	buf_put(&got, text, len);
	buf_putc(&got, '|');
	return 0;
}

static int setup(void **state)
{
	(void)state;
	buf_init(&got, 0);
	buf_puts(&got, "");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_fini(&got);
	return 0;
}

/* Feeds in pieces of that size and gives the first code that is not 0. */
static int feed_lines(struct split_lines *lines, const char *text, size_t step)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i += step) {
		size_t n = len - i < step ? len - i : step;
		int rc = split_lines_feed(lines, text + i, n, collect, NULL,
					  NULL);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int feed_list(struct split_list *list, const char *text, size_t step)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i += step) {
		size_t n = len - i < step ? len - i : step;
		/* A copy of exactly that size lets ASan see a byte too far. */
		scope_free char *piece = mem_alloc(n);
		memcpy(piece, text + i, n);
		int rc = split_list_feed(list, piece, n, collect, NULL, NULL);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static void lines_are_found_wherever_chunks_end(void **state)
{
	(void)state;
	for (size_t step = 1; step < 20; step++) {
		struct split_lines lines;

		split_lines_init(&lines, 100);
		buf_clear(&got);
		assert_int_equal(
			feed_lines(&lines, "{\"a\":1}\n\n{}\r\n \n[2]", step),
			0);
		assert_string_equal(got.data, "{\"a\":1}|{}\r|");
		assert_true(split_lines_is_cut(&lines));
		assert_int_equal(feed_lines(&lines, "\n", 1), 0);
		assert_string_equal(got.data, "{\"a\":1}|{}\r|[2]|");
		assert_false(split_lines_is_cut(&lines));
		split_lines_fini(&lines);
	}
}

static void a_line_of_the_cap_passes_and_one_more_byte_does_not(void **state)
{
	(void)state;
	for (size_t step = 1; step < 14; step++) {
		struct split_lines lines;

		split_lines_init(&lines, 10);
		buf_clear(&got);
		assert_int_equal(feed_lines(&lines, "0123456789\n", step), 0);
		assert_string_equal(got.data, "0123456789|");
		assert_int_equal(feed_lines(&lines, "0123456789x\n", step),
				 ST_ELIMIT);
		assert_string_equal(got.data, "0123456789|");
		split_lines_fini(&lines);
	}
}

static void an_endless_line_is_refused_before_its_end(void **state)
{
	struct split_lines lines;
	struct err err = {0};
	char piece[1024];
	size_t fed = 0;
	int rc = 0;

	(void)state;
	memset(piece, 'x', sizeof(piece));
	split_lines_init(&lines, SPLIT_MAX_TEXT);
	for (; rc == 0 && fed <= SPLIT_MAX_TEXT; fed += sizeof(piece))
		rc = split_lines_feed(&lines, piece, sizeof(piece), collect,
				      NULL, &err);
	assert_int_equal(rc, ST_ELIMIT);
	assert_non_null(strstr(err.msg, "8388608"));
	split_lines_fini(&lines);
}

static int refuse(const char *text, size_t len, void *arg)
{
	(void)text;
	(void)len;
	++*(int *)arg;
	return -77;
}

static void a_receiver_can_stop_the_feed(void **state)
{
	struct split_lines lines;
	struct split_list list;
	int calls = 0;

	(void)state;
	split_lines_init(&lines, 100);
	assert_int_equal(
		split_lines_feed(&lines, "a\nb\n", 4, refuse, &calls, NULL),
		-77);
	assert_int_equal(calls, 1);
	split_lines_fini(&lines);

	split_list_init(&list, 100);
	assert_int_equal(split_list_feed(&list, "{\"items\":[{},{}]}", 17,
					 refuse, &calls, NULL),
			 -77);
	assert_int_equal(calls, 2);
	split_list_fini(&list);
}

static const struct {
	const char *text, *items, *metadata, *kind;
} lists[] = {
	{"{}", "", NULL, NULL},
	{"{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"7\"},"
	 "\"items\":[{\"a\":1},{\"b\":[1,{\"c\":\"}\"}]}]}\n",
	 "{\"a\":1}|{\"b\":[1,{\"c\":\"}\"}]}|", "{\"resourceVersion\":\"7\"}",
	 "\"PodList\""},
	/* items first, white space everywhere */
	{" { \"items\" : [ { \"a\" : 1 } , {} ] , \"metadata\" : { } } ",
	 "{ \"a\" : 1 }|{}|", "{ }", NULL},
	/* escapes and brackets in strings */
	{"{\"items\":[{\"s\":\"\\\\\"},{\"s\":\"\\\"}]\\\\\\\"\"}],"
	 "\"x\":\"]}\\\"\",\"n\":-1.5e3,\"t\":true}",
	 "{\"s\":\"\\\\\"}|{\"s\":\"\\\"}]\\\\\\\"\"}|", NULL, NULL},
	/* no items, or null, or something else of that name */
	{"{\"items\":null,\"metadata\":{}}", "", "{}", NULL},
	{"{\"items\":{\"items\":[{}]}}", "", NULL, NULL},
	{"{\"other\":{\"items\":[{}],\"metadata\":{}},\"items\":[]}", "", NULL,
	 NULL},
	{"{\"itemsandmuchmorethanthat\":[{}],\"it\\u0065ms\":[{}]}", "", NULL,
	 NULL},
};

static void assert_text(const char *is, const char *want)
{
	if (want)
		assert_string_equal(is ? is : "(null)", want);
	else
		assert_null(is);
}

static void items_are_found_wherever_chunks_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < st_array_len(lists); i++) {
		size_t len = strlen(lists[i].text);

		for (size_t step = 1; step <= len; step++) {
			struct split_list list;

			split_list_init(&list, 100);
			buf_clear(&got);
			assert_int_equal(feed_list(&list, lists[i].text, step),
					 0);
			assert_string_equal(got.data, lists[i].items);
			assert_text(list.metadata, lists[i].metadata);
			assert_text(list.kind, lists[i].kind);
			assert_true(split_list_is_whole(&list));
			split_list_fini(&list);
		}
	}
}

static void a_cut_list_is_not_whole(void **state)
{
	const char *text = lists[1].text;

	(void)state;
	for (size_t len = 0; len + 2 < strlen(text); len++) {
		scope_free char *part = mem_strndup(text, len);
		struct split_list list;

		split_list_init(&list, 100);
		assert_int_equal(feed_list(&list, part, 5), 0);
		assert_false(split_list_is_whole(&list));
		split_list_fini(&list);
	}
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const texts[] = {
		"[]",
		"<html>",
		"{\"a\" 1}",
		"{\"a\":,}",
		"{a:1}",
		"{\"items\":[1]}",
		"{\"items\":[{}{}]}",
		"{} {}",
		"{\"a\":1]",
		"{\"items\":[\"x\"]}",
		"\x01",
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(texts); i++) {
		struct split_list list;

		split_list_init(&list, 100);
		assert_int_equal(feed_list(&list, texts[i], 1), ST_EPARSE);
		split_list_fini(&list);
	}
}

static void an_item_over_the_cap_is_refused(void **state)
{
	(void)state;
	for (size_t step = 1; step < 40; step++) {
		struct split_list list;

		split_list_init(&list, 8);
		buf_clear(&got);
		assert_int_equal(
			feed_list(&list, "{\"items\":[{\"a\":11},{\"a\":111}]}",
				  step),
			ST_ELIMIT);
		assert_string_equal(got.data, "{\"a\":11}|");
		split_list_fini(&list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_found_wherever_chunks_end),
		cmocka_unit_test(
			a_line_of_the_cap_passes_and_one_more_byte_does_not),
		cmocka_unit_test(an_endless_line_is_refused_before_its_end),
		cmocka_unit_test(a_receiver_can_stop_the_feed),
		cmocka_unit_test(items_are_found_wherever_chunks_end),
		cmocka_unit_test(a_cut_list_is_not_whole),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(an_item_over_the_cap_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
