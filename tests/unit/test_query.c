/* SPDX-License-Identifier: Apache-2.0 */
/* What the tables of test_answer cannot say: names and packets that no line
 * of text can spell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/query.h"
#include "dnsd/wire.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/serve_lab.h"

/* In memory of its own, so that a sanitizer sees any step too far. */
static enum query_kind parse(struct query *query, const uint8_t *wire,
			     size_t len)
{
	uint8_t *exact = len > 0 ? mem_dup(wire, len) : mem_alloc(1);
	enum query_kind kind = query_parse(query, exact, len);

	query->wire = NULL;
	free(exact);
	return kind;
}

/* A packet with this name, type A, class IN. */
static size_t with_name(uint8_t *out, const uint8_t *name, size_t len)
{
	memset(out, 0, WIRE_HEADER);
	out[5] = 1;
	memcpy(out + WIRE_HEADER, name, len);
	memcpy(out + WIRE_HEADER + len, "\0\1\0\1", 4);
	return WIRE_HEADER + len + 4;
}

static enum query_kind parse_name(struct query *query, const void *name,
				  size_t len)
{
	uint8_t wire[512];

	return parse(query, wire, with_name(wire, name, len));
}

/* DNS-110. */
static void fewer_octets_than_a_header_are_dropped(void **state)
{
	const uint8_t wire[WIRE_HEADER] = {0};
	struct query query;

	(void)state;
	for (size_t len = 0; len < sizeof(wire); len++)
		assert_int_equal(parse(&query, wire, len), QUERY_DROP);
	assert_int_equal(parse(&query, wire, sizeof(wire)), QUERY_BAD);
}

/* DNS-116: wherever it is cut, nothing behind the end is read. */
static void a_query_cut_anywhere_is_malformed(void **state)
{
	uint8_t wire[LAB_QUERY_MAX];
	struct query query;

	(void)state;
	size_t len = serve_lab_query(
		wire, "web-0.nginx.default.svc.cluster.local A edns "
		      "option=10:0102030405060708 counts=0,0,2 "
		      "tail=c00c000100010000000000047f000001");
	assert_int_equal(parse(&query, wire, len), QUERY_ASK);
	for (size_t cut = WIRE_HEADER; cut < len; cut++)
		assert_int_equal(parse(&query, wire, cut), QUERY_BAD);
}

/* DNS-116. */
static void a_label_over_63_octets_is_malformed(void **state)
{
	uint8_t name[66] = {63};
	struct query query;

	(void)state;
	memset(name + 1, 'x', 63);
	name[64] = 0;
	assert_int_equal(parse_name(&query, name, 65), QUERY_ASK);
	assert_int_equal(query.qname_len, 65);
	name[0] = 64;
	name[64] = 'x';
	name[65] = 0;
	assert_int_equal(parse_name(&query, name, 66), QUERY_BAD);
	name[0] = 0x80 | 63;
	assert_int_equal(parse_name(&query, name, 66), QUERY_BAD);
}

/* DNS-116: a name of 255 octets is the longest. */
static void a_name_over_255_octets_is_malformed(void **state)
{
	uint8_t name[300];
	struct query query;

	(void)state;
	for (size_t at = 0; at < 254; at += 2)
		memcpy(name + at, "\1A", 2);
	name[254] = 0;
	assert_int_equal(parse_name(&query, name, 255), QUERY_ASK);
	assert_int_equal(query.qname_len, 255);
	assert_int_equal(query.qname[253], 'a');
	/* The first label gets one octet more: 256. */
	memmove(name + 1, name, 255);
	memcpy(name, "\2AA", 3);
	assert_int_equal(parse_name(&query, name, 256), QUERY_BAD);
	assert_int_equal(query.question_len, 0);
}

/* DNS-117. */
static void a_pointer_in_the_question_is_malformed(void **state)
{
	struct query query;

	(void)state;
	assert_int_equal(parse_name(&query, "\300\014", 2), QUERY_BAD);
	assert_int_equal(parse_name(&query, "\1a\300\014", 4), QUERY_BAD);
	assert_int_equal(parse_name(&query, "\1a\300\020\0", 5), QUERY_BAD);
	assert_int_equal(parse_name(&query, "\1a\300\000", 4), QUERY_BAD);
}

/* DNS-012: only the letters of ASCII have case, at any place in a word. */
static void letters_alone_are_folded(void **state)
{
	uint8_t name[65] = {63};
	struct query query;

	(void)state;
	for (unsigned int first = 0; first < 256; first += 61) {
		for (unsigned int i = 0; i < 63; i++)
			name[1 + i] = (uint8_t)(first + i);
		assert_int_equal(parse_name(&query, name, 65), QUERY_ASK);
		for (unsigned int i = 0; i < 63; i++) {
			uint8_t c = (uint8_t)(first + i);
			bool is_upper = c >= 'A' && c <= 'Z';

			assert_int_equal(query.qname[1 + i],
					 is_upper ? c + 32 : c);
		}
	}
}

/* DNS-118: the work is bounded. Each of thousands of owners is a chain of
 * pointers through all that came before. */
static void chains_of_pointers_end_at_the_longest_name(void **state)
{
	static uint8_t wire[65535];
	size_t at = with_name(wire, (const uint8_t *)"\1a", 3);
	size_t n = 0, last = WIRE_HEADER;
	struct query query;

	(void)state;
	for (; at + 14 <= sizeof(wire) && at < 0x3f00; n++) {
		size_t begin = at;

		wire[at++] = 1;
		wire[at++] = 'b';
		wire_put16(wire + at, (uint16_t)(WIRE_POINTER | last));
		memset(wire + at + 2, 0, WIRE_RR_FIXED);
		at += 2 + WIRE_RR_FIXED;
		last = begin;
	}
	wire_put16(wire + 10, (uint16_t)n);
	assert_int_equal(parse(&query, wire, at), QUERY_BAD);
	/* 126 labels of two octets and one of the question's: 255. */
	wire_put16(wire + 10, 126);
	assert_int_equal(parse(&query, wire, 12 + 7 + 126 * 14), QUERY_ASK);
	wire_put16(wire + 10, 127);
	assert_int_equal(parse(&query, wire, 12 + 7 + 127 * 14), QUERY_BAD);
}

/* DNS-140, 143. */
static void an_opt_says_size_version_and_do(void **state)
{
	uint8_t wire[LAB_QUERY_MAX];
	struct query query;

	(void)state;
	size_t len = serve_lab_query(wire, "a. A edns=4000 version=3 do");
	assert_int_equal(parse(&query, wire, len), QUERY_ASK);
	assert_true(query.has_edns && query.wants_dnssec);
	assert_int_equal(query.asked.wants, 0);
	assert_int_equal(query.edns_size, 4000);
	assert_int_equal(query.edns_version, 3);
	assert_int_equal(query.qtype, RR_A);
	len = serve_lab_query(wire, "a. AAAA");
	assert_int_equal(parse(&query, wire, len), QUERY_ASK);
	assert_false(query.has_edns);
	assert_int_equal(query.qtype, RR_AAAA);
}

/* DNS-205: RFC 8945 5.1. */
static void a_tsig_is_the_last_record_and_the_only_one(void **state)
{
	static const char *const bad[] = {
		"a. A counts=0,0,2 tail=0000fa00ff000000000000"
		"0000fa00ff000000000000",
		"a. A counts=0,0,2 tail=0000fa00ff000000000000"
		"0000290200000000000000",
		"a. A counts=0,1,0 tail=0000fa00ff000000000000",
	};
	uint8_t wire[LAB_QUERY_MAX];
	struct query query;

	(void)state;
	size_t len = serve_lab_query(wire, "a. A edns counts=0,0,2 "
					   "tail=0000fa00ff000000000000");
	assert_int_equal(parse(&query, wire, len), QUERY_ASK);
	assert_int_equal(query.tsig_at, len - 11);
	assert_true(query.has_edns);
	for (size_t i = 0; i < st_array_len(bad); i++) {
		len = serve_lab_query(wire, bad[i]);
		assert_int_equal(parse(&query, wire, len), QUERY_BAD);
	}
	len = serve_lab_query(wire, "a. A edns");
	assert_int_equal(parse(&query, wire, len), QUERY_ASK);
	assert_int_equal(query.tsig_at, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fewer_octets_than_a_header_are_dropped),
		cmocka_unit_test(a_query_cut_anywhere_is_malformed),
		cmocka_unit_test(a_label_over_63_octets_is_malformed),
		cmocka_unit_test(a_name_over_255_octets_is_malformed),
		cmocka_unit_test(a_pointer_in_the_question_is_malformed),
		cmocka_unit_test(letters_alone_are_folded),
		cmocka_unit_test(chains_of_pointers_end_at_the_longest_name),
		cmocka_unit_test(an_opt_says_size_version_and_do),
		cmocka_unit_test(a_tsig_is_the_last_record_and_the_only_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
