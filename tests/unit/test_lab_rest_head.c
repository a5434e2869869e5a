/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rest_head.h"

#include <stdio.h>
#include <string.h>

#include "statefuld/buf.h"
#include "tests/unit/cm.h"

static char text[8192];
static struct rest_head head;
static const char *why;

static int parse(const char *request)
{
	snprintf(text, sizeof(text), "%s", request);
	return rest_head_parse(text, strlen(text), &head, &why);
}

static void a_request_is_taken_apart(void **state)
{
	(void)state;
	assert_int_equal(parse("GET /api/v1/pods?watch=1 HTTP/1.1\r\n"
			       "Host: a\r\naccept:  application/json \r\n"
			       "User-Agent: kubectl/v1\r\n"
			       "Authorization: Bearer t\r\n\r\n"),
			 0);
	assert_string_equal(head.method, "GET");
	assert_string_equal(head.path, "/api/v1/pods");
	assert_string_equal(head.query, "watch=1");
	assert_string_equal(head.accept, "application/json");
	assert_string_equal(head.user_agent, "kubectl/v1");
	assert_string_equal(head.authorization, "Bearer t");
	assert_null(head.content_type);
	assert_true(head.keep_alive);
	assert_int_equal(head.content_length, 0);
}

static void whoever_wants_to_close_may(void **state)
{
	(void)state;
	assert_int_equal(parse("GET / HTTP/1.1\r\n"
			       "Connection: foo, Close\r\n\r\n"),
			 0);
	assert_false(head.keep_alive);
	assert_int_equal(parse("GET / HTTP/1.0\r\n\r\n"), 0);
	assert_false(head.keep_alive);
}

static void absolute_urls_are_taken_for_their_path(void **state)
{
	(void)state;
	assert_int_equal(parse("GET http://a:1/b?c HTTP/1.1\r\n\r\n"), 0);
	assert_string_equal(head.path, "/b");
	assert_string_equal(head.query, "c");
	assert_int_equal(parse("GET http://a HTTP/1.1\r\n\r\n"), 400);
}

static void malformed_heads_are_refused(void **state)
{
	(void)state;
	assert_int_equal(parse("GET\r\n\r\n"), 400);
	assert_int_equal(parse("GET / \r\n\r\n"), 505);
	assert_int_equal(parse("GET / HTTP/2.0\r\n\r\n"), 505);
	assert_int_equal(parse("G(T / HTTP/1.1\r\n\r\n"), 400);
	assert_int_equal(parse("GET foo HTTP/1.1\r\n\r\n"), 400);
	assert_int_equal(parse("GET / HTTP/1.1\r\nfoo\r\n\r\n"), 400);
	assert_int_equal(parse("GET / HTTP/1.1\r\nfoo : x\r\n\r\n"), 400);
	assert_int_equal(parse("GET /a b HTTP/1.1\r\n\r\n"), 400);
}

static void two_lengths_cannot_smuggle_a_request(void **state)
{
	(void)state;
	assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: 1\r\n"
			       "Content-Length: 2\r\n\r\n"),
			 400);
	assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: 1\r\n"
			       "Transfer-Encoding: chunked\r\n\r\n"),
			 400);
	assert_int_equal(parse("POST / HTTP/1.1\r\n"
			       "Transfer-Encoding: gzip, chunked\r\n\r\n"),
			 501);
	assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
			 400);
	assert_int_equal(parse("POST / HTTP/1.1\r\n"
			       "Content-Length: 99999999999999999999\r\n\r\n"),
			 400);
}

/* In pieces of `step` bytes. */
static int feed(const char *data, size_t step, struct buf *body,
		struct rest_chunks *chunks, size_t *ret_used)
{
	size_t len = strlen(data), at = 0, used;

	*chunks = (struct rest_chunks){0};
	while (at < len && !chunks->is_done) {
		size_t n = len - at < step ? len - at : step;
		int rc = rest_head_chunks(chunks, data + at, n, body, &used);

		if (rc != 0)
			return rc;
		at += used;
	}
	*ret_used = at;
	return 0;
}

static void chunked_bodies_come_together_at_any_cut(void **state)
{
	static const char data[] = "5\r\nhello\r\n6;x=y\r\n world\r\n"
				   "0\r\nA: b\r\n\r\nGET";

	(void)state;
	for (size_t step = 1; step < sizeof(data); step++) {
		struct rest_chunks chunks;
		scope_buf struct buf body;
		size_t used = 0;

		buf_init(&body, 100);
		assert_int_equal(feed(data, step, &body, &chunks, &used), 0);
		assert_true(chunks.is_done);
		assert_string_equal(body.data, "hello world");
		assert_int_equal(used, strlen(data) - 3);
	}
}

static void bad_chunks_are_refused(void **state)
{
	struct rest_chunks chunks;
	scope_buf struct buf body;
	size_t used;

	(void)state;
	buf_init(&body, 8);
	assert_int_equal(feed("x\r\n", 9, &body, &chunks, &used), 400);
	assert_int_equal(feed("\r\n", 9, &body, &chunks, &used), 400);
	assert_int_equal(feed("1\r\nabc", 9, &body, &chunks, &used), 400);
	assert_int_equal(feed("9\r\n123456789", 99, &body, &chunks, &used),
			 413);
	assert_int_equal(
		feed("fffffffffffffffff\r\n", 99, &body, &chunks, &used), 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_taken_apart),
		cmocka_unit_test(whoever_wants_to_close_may),
		cmocka_unit_test(absolute_urls_are_taken_for_their_path),
		cmocka_unit_test(malformed_heads_are_refused),
		cmocka_unit_test(two_lengths_cannot_smuggle_a_request),
		cmocka_unit_test(chunked_bodies_come_together_at_any_cut),
		cmocka_unit_test(bad_chunks_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
