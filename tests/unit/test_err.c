/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/err.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/cm.h"

static void set_keeps_code_and_message(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_set(&err, ST_ENET, "no %s", "way"), ST_ENET);
	assert_int_equal(err.code, ST_ENET);
	assert_string_equal(err_msg(&err), "no way");
	err_clear(&err);
	assert_int_equal(err.code, 0);
	assert_string_equal(err_msg(&err), "success");
}

static void nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, -ENOENT, "x"), -ENOENT);
	assert_int_equal(err_wrap(NULL, ST_ENET, "x"), ST_ENET);
	err_clear(NULL);
	assert_non_null(err_msg(NULL));
}

static void wrap_puts_context_in_front(void **state)
{
	struct err err = {0};

	(void)state;
	err_set(&err, ST_EPARSE, "bad byte");
	assert_int_equal(err_wrap(&err, ST_ENET, "file %s", "x"), ST_EPARSE);
	assert_string_equal(err_msg(&err), "file x: bad byte");
	err_clear(&err);
	assert_int_equal(err_wrap(&err, -ENOENT, "open"), -ENOENT);
	assert_string_equal(err_msg(&err), "open: No such file or directory");
}

static void a_message_may_be_made_from_itself(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, ST_ENET, "one");
	err_set(&err, ST_ENET, "%s two", err.msg);
	assert_string_equal(err_msg(&err), "one two");
	err_wrap(&err, ST_ENET, "[%s]", err.msg);
	assert_string_equal(err_msg(&err), "[one two]: one two");
}

/* Whether text ends in whole characters and dots. */
static void assert_cut_well(const struct err *err)
{
	size_t len = strlen(err->msg);

	assert_in_range(len, sizeof(err->msg) - 4, sizeof(err->msg) - 1);
	assert_string_equal(err->msg + len - 3, "...");
	/* Of two-byte characters an even number was kept. */
	size_t letters = 0;
	for (size_t i = 0; i < len - 3; i++)
		letters += (unsigned char)err->msg[i] >= 0x80;
	assert_int_equal(letters % 2, 0);
}

static void a_long_message_is_cut_between_characters(void **state)
{
	char text[3000];
	struct err err;

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 3);
	err_set(&err, ST_ENET, "%s", text);
	assert_cut_well(&err);
	err_set(&err, ST_ENET, "x%s", text);
	assert_cut_well(&err);
	err_wrap(&err, ST_ENET, "yy%s", "");
	assert_cut_well(&err);
	err_wrap(&err, ST_ENET, "%s", text);
	assert_cut_well(&err);
}

static void each_code_has_words_of_its_own(void **state)
{
	(void)state;
	for (int code = ST_EPARSE; code >= ST_ESTALE; code--) {
		assert_string_not_equal(err_str(code), "unknown error");
		for (int other = code - 1; other >= ST_ESTALE; other--)
			assert_string_not_equal(err_str(code), err_str(other));
	}
	assert_string_equal(err_str(-EACCES), "Permission denied");
	assert_string_equal(err_str(-999), "unknown error");
	assert_string_equal(err_str(-5000), "unknown error");
	assert_string_equal(err_str(17), "unknown error");
}

static void the_class_says_when_to_try_again(void **state)
{
	(void)state;
	assert_int_equal(err_class(ST_ECONFLICT), ERR_RETRY_NOW);
	assert_int_equal(err_class(ST_EEXISTS), ERR_RETRY_NOW);
	assert_int_equal(err_class(ST_EGONE), ERR_RETRY_NOW);
	assert_int_equal(err_class(ST_ETHROTTLE), ERR_RETRY_LATER);
	assert_int_equal(err_class(ST_ESERVER), ERR_RETRY_LATER);
	assert_int_equal(err_class(ST_ENET), ERR_RETRY_LATER);
	assert_int_equal(err_class(ST_ETIMEOUT), ERR_RETRY_LATER);
	assert_int_equal(err_class(-ECONNREFUSED), ERR_RETRY_LATER);
	assert_int_equal(err_class(ST_EREFUSED), ERR_GIVE_UP);
	assert_int_equal(err_class(ST_EPARSE), ERR_GIVE_UP);
	assert_int_equal(err_class(-ENOENT), ERR_GIVE_UP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_keeps_code_and_message),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(wrap_puts_context_in_front),
		cmocka_unit_test(a_message_may_be_made_from_itself),
		cmocka_unit_test(a_long_message_is_cut_between_characters),
		cmocka_unit_test(each_code_has_words_of_its_own),
		cmocka_unit_test(the_class_says_when_to_try_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
