/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/rr_text.h"
#include "dnsd/wire.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

static void a_record_becomes_owner_type_and_rdata(void **state)
{
	static const uint8_t rdata[] = "\0\0\0\62\0\120\3web\2ns";
	struct rr_text record;

	(void)state;
	assert_int_equal(rr_text_parse(&record,
				       "_web._tcp.NS. 7 IN SRV 0 50 80 Web.ns.",
				       NULL),
			 0);
	assert_int_equal(record.owner.len, 14);
	assert_int_equal(record.type, RR_SRV);
	assert_int_equal(record.qclass, CLASS_IN);
	assert_int_equal(record.ttl_s, 7);
	assert_int_equal(record.len, sizeof(rdata));
	assert_memory_equal(record.rdata, rdata, sizeof(rdata));
}

static void classes_other_than_in_are_read(void **state)
{
	struct rr_text record;

	(void)state;
	assert_int_equal(
		rr_text_parse(&record, "Version.Bind. 0 CH TXT \"a b\"", NULL),
		0);
	assert_int_equal(record.qclass, CLASS_CH);
	assert_memory_equal(record.owner.wire, "\7version\4bind", 14);
	assert_int_equal(record.len, 4);
	assert_memory_equal(record.rdata, "\3a b", 4);
}

static void what_is_no_record_is_refused_with_a_reason(void **state)
{
	static const char *const lines[] = {
		"",
		"name",
		"name. A",
		"name. A 300.1.1.1",
		"name. SRV 1 2 x.",
		"name. NOSUCH 1",
	};
	struct rr_text record;

	(void)state;
	for (size_t i = 0; i < st_array_len(lines); i++) {
		struct err err = {.code = 0};

		assert_int_equal(rr_text_parse(&record, lines[i], &err),
				 ST_EPARSE);
		assert_true(err.msg[0] != '\0');
	}
}

static void octets_behind_the_message_are_found(void **state)
{
	const uint8_t wire[] = {0, 1, 0x80, 0,	 0, 1, 0, 0, 0, 0,
				0, 0, 1,    'a', 0, 0, 1, 0, 1, 0};
	struct err err;

	(void)state;
	assert_int_equal(rr_text_check(wire, sizeof(wire) - 1, NULL), 0);
	assert_int_equal(rr_text_check(wire, sizeof(wire), &err), ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), "too many"));
	for (size_t len = 0; len < sizeof(wire) - 1; len++)
		assert_int_equal(rr_text_check(wire, len, &err), ST_EPARSE);
}

static void a_message_is_told_in_lines(void **state)
{
	const uint8_t wire[] = {0, 1,	0x85, 3, 0, 1, 0, 0,  0, 0,  0,	   1,
				1, 'a', 0,    0, 1, 0, 1, 0,  0, 41, 0x04, 0xd0,
				0, 0,	0x80, 0, 0, 6, 0, 15, 0, 2,  0,	   20};
	scope_free char *text = rr_text_message(wire, sizeof(wire));

	(void)state;
	assert_string_equal(text, "NXDOMAIN aa rd\n"
				  "question a. IN A\n"
				  "edns 0 1232 do\n"
				  "ede 20\n");
	assert_null(rr_text_message(wire, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_becomes_owner_type_and_rdata),
		cmocka_unit_test(classes_other_than_in_are_read),
		cmocka_unit_test(what_is_no_record_is_refused_with_a_reason),
		cmocka_unit_test(octets_behind_the_message_are_found),
		cmocka_unit_test(a_message_is_told_in_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
