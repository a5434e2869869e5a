/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "tests/unit/cm.h"

static char last[8192];
static int lines;

static void keep(enum log_level level, const char *line, void *arg)
{
	(void)level;
	*(int *)arg += 1;
	strncpy(last, line, sizeof(last) - 1);
}

static int setup(void **state)
{
	(void)state;
	clk_fake(0, 1763705701123456);
	log_set_level(LOG_INFO);
	log_set_sink(keep, &lines);
	lines = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	clk_real();
	return 0;
}

static void a_line_is_time_level_event_and_pairs(void **state)
{
	(void)state;
	log_info("pod created", "set=%s pod=%s", "web", "web-0");
	assert_string_equal(last, "2025-11-21T06:15:01.123Z info pod created "
				  "set=web pod=web-0");
	log_error("lost", "%s", "");
	log_warn("watch ended", "code=%d", 410);
	assert_string_equal(last, "2025-11-21T06:15:01.123Z warn watch ended "
				  "code=410");
}

static void the_level_holds_back_and_evaluates_nothing(void **state)
{
	int evaluated = 0;

	(void)state;
	log_debug("quiet", "n=%d", ++evaluated);
	assert_int_equal(evaluated + lines, 0);
	log_set_level(LOG_DEBUG);
	log_debug("loud", "n=%d", ++evaluated);
	assert_int_equal(evaluated, 1);
	assert_int_equal(lines, 1);
	log_set_level(LOG_ERROR);
	log_warn("quiet", "n=%d", ++evaluated);
	assert_int_equal(lines, 1);
}

static void levels_are_read_by_name(void **state)
{
	enum log_level level = LOG_ERROR;

	(void)state;
	assert_int_equal(log_level_parse("debug", &level), 0);
	assert_int_equal(level, LOG_DEBUG);
	assert_int_equal(log_level_parse("Debug", &level), ST_EINVAL);
	assert_int_equal(log_level_parse("", &level), ST_EINVAL);
	assert_int_equal(level, LOG_DEBUG);
}

static void values_cannot_forge_a_line(void **state)
{
	(void)state;
	log_info("x", "a=%s", "1\n2025 error fake");
	assert_null(strchr(last, '\n'));
	assert_string_equal(log_q("plain-1.2/x"), "plain-1.2/x");
	assert_string_equal(log_q(""), "\"\"");
	assert_string_equal(log_q(NULL), "-");
	assert_string_equal(log_q("a b"), "\"a b\"");
	assert_string_equal(log_q("k=v"), "\"k=v\"");
	assert_string_equal(log_q("\"\\\n\t\x01"), "\"\\\"\\\\\\n\\t\\x01\"");
	assert_string_equal(log_q("\xc3\xa4"), "\xc3\xa4");
}

static void long_values_are_cut_and_stay_apart(void **state)
{
	char text[2000];
	const char *quoted[8];

	(void)state;
	memset(text, '\x01', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	const char *cut = log_q(text);
	assert_true(strlen(cut) < 512);
	assert_string_equal(cut + strlen(cut) - 4, "...\"");
	for (int i = 0; i < 8; i++)
		quoted[i] = log_q((char[]){(char)('a' + i), '\0'});
	for (int i = 0; i < 8; i++)
		assert_int_equal(quoted[i][0], 'a' + i);
	memset(text, 'x', sizeof(text) - 1);
	log_info("long", "a=%s b=%s c=%s", text, text, text);
	assert_true(strlen(last) < 4096);
	assert_string_equal(last + strlen(last) - 3, "...");
}

static void a_cut_value_keeps_whole_characters(void **state)
{
	char text[1200];

	(void)state;
	for (int lead = 0; lead < 3; lead++) {
		size_t n = (size_t)lead;

		memset(text, 'x', n);
		for (; n + 3 < sizeof(text); n += 3)
			memcpy(text + n, "\xe2\x82\xac", 4);
		const char *cut = log_q(text);
		size_t len = strlen(cut) - 3;
		assert_string_equal(cut + len, "...");
		assert_int_equal((len - (size_t)lead) % 3, 0);
	}
}

static void standard_error_gets_one_write_with_a_newline(void **state)
{
	int ends[2], saved = dup(STDERR_FILENO);
	char text[256] = "";

	(void)state;
	assert_int_equal(pipe(ends), 0);
	log_set_sink(NULL, NULL);
	dup2(ends[1], STDERR_FILENO);
	errno = ENOENT;
	log_info("hello", "%s", "");
	assert_int_equal(errno, ENOENT);
	dup2(saved, STDERR_FILENO);
	ssize_t n = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	close(ends[1]);
	close(saved);
	assert_true(n > 0);
	assert_string_equal(text, "2025-11-21T06:15:01.123Z info hello \n");
}

int main(void)
{
#define with_sink(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_sink(a_line_is_time_level_event_and_pairs),
		with_sink(the_level_holds_back_and_evaluates_nothing),
		with_sink(levels_are_read_by_name),
		with_sink(values_cannot_forge_a_line),
		with_sink(long_values_are_cut_and_stay_apart),
		with_sink(a_cut_value_keeps_whole_characters),
		with_sink(standard_error_gets_one_write_with_a_newline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
