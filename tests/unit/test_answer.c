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

#include "dnsd/rr_text.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/serve_lab.h"

struct table {
	struct zone_slot *ready, *unready;
	struct answer_env udp, tcp, tls;
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
	struct answer_env *env = &table->udp;

	if (strncmp(ask, "tcp ", 4) == 0)
		env = &table->tcp;
	else if (strncmp(ask, "tls ", 4) == 0)
		env = &table->tls;
	ask += env != &table->udp ? 4 : 0;
	bool is_early = strncmp(ask, "early ", 6) == 0;
	ask += is_early ? 6 : 0;
	scope_free char *got = serve_lab_ask(
		env, is_early ? table->unready : table->ready, ask);

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
	table->udp = serve_lab_env(false);
	table->tcp = table->tls = serve_lab_env(true);
	table->tls.is_encrypted = true;
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

/* The A records of crowd in the order of a reply, as their last octet; gives
 * their number. */
static size_t crowd_order(struct answer_env *env, const struct zone_slot *slot,
			  const char *words, uint8_t *order, uint8_t *ret_flags)
{
	scope_free char *line =
		mem_printf("crowd.default.svc.cluster.local A %s", words);
	uint8_t wire[LAB_QUERY_MAX], out[WIRE_MESSAGE];
	size_t len = serve_lab_query(wire, line);
	size_t at = len - (strstr(words, "edns") != NULL ? WIRE_OPT : 0);

	assert_true(serve_lab_answer(env, slot, wire, len, out) > 0);
	size_t n = wire_get16(out + 6);
	*ret_flags = out[2];
	for (size_t i = 0; i < n; i++)
		order[i] = out[at + 16 * i + 15];
	return n;
}

/* DNS-174, 171: over time each record is first equally often, also for a
 * client every second answer to which is of another question; and each is
 * there at all equally often where the answer is cut. */
static void rotation_gives_each_record_its_turn(void **state)
{
	enum { ROUNDS = 5000, RECORDS = 100 };
	struct table *table = *state;
	struct answer_config config = *serve_lab_config();
	struct answer_env env = {.config = &config};
	unsigned int first[RECORDS + 1] = {0}, seen[RECORDS + 1] = {0};
	uint8_t order[RECORDS], flags;

	config.is_fixed_order = false;
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = crowd_order(&env, table->ready, "", order, &flags);

		assert_int_equal(n, 28);
		assert_true(flags & WIRE_TC);
		first[order[0]]++;
		for (size_t i = 0; i < n; i++)
			seen[order[i]]++;
		for (size_t i = 1; i < n; i++)
			assert_int_equal(order[i], order[i - 1] % RECORDS + 1);
		(void)crowd_order(&env, table->ready, "edns=1232", order,
				  &flags);
	}
	for (size_t i = 1; i <= RECORDS; i++) {
		assert_in_range(first[i], 40, 60);
		assert_in_range(seen[i], 28 * 45, 28 * 55);
	}
}

/* DNS-174: and nothing is lost or doubled by it. */
static void a_rotated_answer_holds_every_record_once(void **state)
{
	struct table *table = *state;
	struct answer_config config = *serve_lab_config();
	struct answer_env env = {.config = &config, .is_stream = true};
	uint8_t order[100], flags;

	config.is_fixed_order = false;
	for (int round = 0; round < 300; round++) {
		bool has[101] = {false};

		assert_int_equal(
			crowd_order(&env, table->ready, "", order, &flags),
			100);
		assert_false(flags & WIRE_TC);
		for (size_t i = 0; i < 100; i++) {
			assert_false(has[order[i]]);
			has[order[i]] = true;
		}
	}
}

/* DNS-170, 171, 094: at every size, all the records that fit and no octet
 * more; serve_lab_answer checks the limit and the form. */
static void each_size_is_used_to_the_full(void **state)
{
	struct table *table = *state;
	struct answer_config config = *serve_lab_config();
	struct answer_env env = {.config = &config};
	uint8_t order[100], flags;

	config.max_udp_payload = 4096;
	for (size_t size = 512; size < 1800; size++) {
		char words[32];
		/* Header, question, OPT. */
		size_t fixed = 12 + 33 + 4 + 11;
		size_t fits = (size - fixed) / 16;

		snprintf(words, sizeof(words), "edns=%zu", size);
		size_t n =
			crowd_order(&env, table->ready, words, order, &flags);
		assert_int_equal(n, fits < 100 ? fits : 100);
		assert_int_equal(!!(flags & WIRE_TC), fits < 100);
	}
}

/* DNS-045, 170: SRV with its additional section at every size: TC only for
 * the answer itself, and addresses by whole RRsets. */
static void srv_keeps_its_form_at_every_size(void **state)
{
	static const char *const names[] = {"peers", "wide", "nginx", "ports"};
	struct table *table = *state;
	struct answer_config config = *serve_lab_config();
	struct answer_env env = {.config = &config};
	uint8_t wire[LAB_QUERY_MAX], out[8192];

	config.max_udp_payload = 8192;
	for (size_t i = 0; i < st_array_len(names); i++) {
		size_t answers = 0, extras = 0;

		for (size_t size = 512; size <= 4096; size++) {
			char line[128];

			snprintf(line, sizeof(line),
				 "%s.default.svc.cluster.local SRV edns=%zu",
				 names[i], size);
			size_t len = serve_lab_query(wire, line);
			assert_true(serve_lab_answer(&env, table->ready, wire,
						     len, out) > 0);
			/* More room never means less. */
			assert_true(wire_get16(out + 6) >= answers);
			assert_true(wire_get16(out + 10) >= extras);
			answers = wire_get16(out + 6);
			extras = wire_get16(out + 10);
			if (out[2] & WIRE_TC)
				assert_int_equal(extras, 1);
		}
		assert_false(out[2] & WIRE_TC);
	}
}

/* DNS-173: behind the first 16 KiB an owner cannot be pointed to. */
static void additional_owners_beyond_16_kib_are_written_out(void **state)
{
	struct table *table = *state;
	uint8_t wire[LAB_QUERY_MAX];
	static uint8_t out[WIRE_MESSAGE];
	size_t len =
		serve_lab_query(wire, "many.default.svc.cluster.local SRV");

	len = serve_lab_answer(&table->tcp, table->ready, wire, len, out);
	assert_true(len > 0x8000);
	assert_false(out[2] & WIRE_TC);
	assert_int_equal(wire_get16(out + 6), 400);
	assert_int_equal(wire_get16(out + 10), 600);
	scope_free char *text = rr_text_message(out, len);
	assert_non_null(strstr(text, "additional q1.many.default.svc.cluster."
				     "local. 5 IN A 10.4.0.1\n"));
	assert_non_null(strstr(text, "additional q400.many.default.svc."
				     "cluster.local. 5 IN AAAA fd00::8:400"));
}

/* DNS-022: with no zones at all we are authoritative for nothing. */
static void without_zones_everything_is_refused(void **state)
{
	struct table *table = *state;
	struct zone_slot *slot = zone_slot_new();
	scope_free char *text =
		serve_lab_ask(&table->udp, slot, "cluster.local SOA");
	scope_free char *transfer =
		serve_lab_ask(&table->tcp, slot, "cluster.local AXFR");

	assert_ptr_equal(strstr(text, "REFUSED\n"), text);
	assert_ptr_equal(strstr(transfer, "NOTAUTH\n"), transfer);
	zone_slot_free(slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_case_of_the_tables_is_answered_as_written),
		cmocka_unit_test(rotation_gives_each_record_its_turn),
		cmocka_unit_test(a_rotated_answer_holds_every_record_once),
		cmocka_unit_test(each_size_is_used_to_the_full),
		cmocka_unit_test(srv_keeps_its_form_at_every_size),
		cmocka_unit_test(
			additional_owners_beyond_16_kib_are_written_out),
		cmocka_unit_test(without_zones_everything_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
