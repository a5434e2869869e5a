/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions and what must come back, from the tables in tests/data/dns. A
 * case is a line "ask QUESTION", the lines of the reply as rr_text_message
 * writes them without its "question" line, and an empty line. "tcp" in front
 * of the question asks as over TCP, "early" before the zones are complete.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/serve_lab.h"

struct table {
	struct zone_slot *ready, *unready;
	struct answer_env udp, tcp;
	size_t n_asked, n_wrong;
};

/* The reply without its question line, which serve_lab has checked. */
static void drop_question(char *text)
{
	char *from = strstr(text, "question ");

	if (from == NULL)
		return;
	char *next = strchr(from, '\n') + 1;
	memmove(from, next, strlen(next) + 1);
}

static void run_case(struct table *table, const char *path, const char *ask,
		     const char *expected)
{
	const char *whole = ask;
	bool is_tcp = strncmp(ask, "tcp ", 4) == 0;
	ask += is_tcp ? 4 : 0;
	bool is_early = strncmp(ask, "early ", 6) == 0;
	ask += is_early ? 6 : 0;
	scope_free char *got =
		serve_lab_ask(is_tcp ? &table->tcp : &table->udp,
			      is_early ? table->unready : table->ready, ask);

	drop_question(got);
	table->n_asked++;
	if (strcmp(got, expected) == 0)
		return;
	table->n_wrong++;
	fprintf(stderr, "%s: ask %s\nexpected:\n%sgot:\n%s\n", path, whole,
		expected, got);
}

static void run_file(struct table *table, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[1024], ask[1024] = "";
	scope_buf struct buf expected;

	buf_init(&expected, 0);
	assert_non_null(file);
	for (bool is_more = true; is_more;) {
		is_more = fgets(line, sizeof(line), file) != NULL;
		bool is_end = !is_more || line[0] == '\n';

		if (is_end && ask[0] != '\0') {
			buf_putc(&expected, '\0');
			run_case(table, path, ask, expected.data);
			ask[0] = '\0';
		}
		if (is_end || line[0] == '#')
			continue;
		if (strncmp(line, "ask ", 4) == 0) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(ask, sizeof(ask), "%s", line + 4);
			buf_clear(&expected);
		} else {
			buf_puts(&expected, line);
		}
	}
	fclose(file);
}

static int set_up(void **state)
{
	struct table *table = mem_zalloc(sizeof(*table));

	table->ready = serve_lab_slot(true);
	table->unready = serve_lab_slot(false);
	table->udp.config = table->tcp.config = serve_lab_config();
	table->tcp.is_stream = true;
	table->tcp.keepalive_ds = 300;
	*state = table;
	return 0;
}

static int tear_down(void **state)
{
	struct table *table = *state;

	zone_slot_free(table->ready);
	zone_slot_free(table->unready);
	free(table);
	return 0;
}

static void each_case_of_the_tables_is_answered_as_written(void **state)
{
	struct table *table = *state;
	scope_free char *pattern = serve_lab_path("tests/data/dns/*.case");
	glob_t files;

	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		run_file(table, files.gl_pathv[i]);
	globfree(&files);
	print_message("%zu questions asked\n", table->n_asked);
	assert_true(table->n_asked > 50);
	assert_int_equal(table->n_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_case_of_the_tables_is_answered_as_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
