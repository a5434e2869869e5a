/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/buf.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static void adding_keeps_content_and_a_nul_behind_it(void **state)
{
	scope_buf struct buf buf;

	(void)state;
	buf_init(&buf, 0);
	for (int i = 0; i < 1000; i++)
		buf_putc(&buf, (char)('a' + i % 26));
	buf_puts(&buf, "xyz");
	buf_printf(&buf, "%d-%s", 42, "end");
	assert_int_equal(buf.len, 1009);
	assert_string_equal(buf.data + 1000, "xyz42-end");
	assert_memory_equal(buf.data, "abcdef", 6);
}

static void the_cap_is_exact_and_leaves_the_content(void **state)
{
	scope_buf struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	assert_int_equal(buf_add(&buf, "1234", 4), 0);
	assert_int_equal(buf_add(&buf, "56", 2), ST_ELIMIT);
	assert_string_equal(buf.data, "1234");
	assert_int_equal(buf_add(&buf, "5", 1), 0);
	assert_int_equal(buf_add(&buf, "6", 1), ST_ELIMIT);
	assert_int_equal(buf_add(&buf, "", 0), 0);
	assert_int_equal(buf_add(&buf, "x", SIZE_MAX), ST_ELIMIT);
	assert_string_equal(buf.data, "12345");
	assert_true(buf.cap <= 6);
}

static void consuming_drops_from_the_front(void **state)
{
	scope_buf struct buf buf;

	(void)state;
	buf_init(&buf, 0);
	buf_consume(&buf, 0);
	buf_puts(&buf, "abcdef");
	buf_consume(&buf, 2);
	assert_string_equal(buf.data, "cdef");
	buf_consume(&buf, 4);
	assert_int_equal(buf.len, 0);
	assert_string_equal(buf.data, "");
}

static void stealing_never_gives_null_and_empties(void **state)
{
	scope_buf struct buf buf;

	(void)state;
	buf_init(&buf, 9);
	scope_free char *empty = buf_steal(&buf);
	assert_string_equal(empty, "");
	assert_int_equal(buf_add(&buf, "text", 4), 0);
	scope_free char *text = buf_steal(&buf);
	assert_string_equal(text, "text");
	assert_int_equal(buf.len, 0);
	assert_null(buf.data);
	assert_int_equal(buf.max, 9);
}

static void clearing_keeps_the_memory(void **state)
{
	scope_buf struct buf buf;

	(void)state;
	buf_init(&buf, 0);
	buf_clear(&buf);
	buf_puts(&buf, "abc");
	const char *data = buf.data;
	buf_clear(&buf);
	assert_int_equal(buf.len, 0);
	assert_string_equal(buf.data, "");
	buf_puts(&buf, "d");
	assert_ptr_equal(buf.data, data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adding_keeps_content_and_a_nul_behind_it),
		cmocka_unit_test(the_cap_is_exact_and_leaves_the_content),
		cmocka_unit_test(consuming_drops_from_the_front),
		cmocka_unit_test(stealing_never_gives_null_and_empties),
		cmocka_unit_test(clearing_keeps_the_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
