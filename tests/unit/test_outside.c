/* SPDX-License-Identifier: Apache-2.0 */
/* What other servers' replies are taken to say (DNS-054). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/outside.h"
#include "dnsd/rr_text.h"
#include "dnsd/upstream_ask.h"
#include "dnsd/wire.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

enum { QUESTION = 1 + 3 + 1 + 3 + 1 + 4 }; /* of "www.org" */

struct message {
	size_t len;
	uint8_t wire[4096];
};

static struct name name_of(const char *text)
{
	struct name name;

	assert_int_equal(name_parse(&name, text), 0);
	return name;
}

static void begin(struct message *message, uint16_t qtype, uint8_t rcode)
{
	struct name name = name_of("www.org");
	uint8_t *at = message->wire + WIRE_HEADER;

	memset(message->wire, 0, WIRE_HEADER);
	message->wire[2] = WIRE_QR;
	message->wire[3] = rcode;
	message->wire[5] = 1;
	memcpy(at, name.wire, name.len);
	wire_put16(at + name.len, qtype);
	wire_put16(at + name.len + 2, CLASS_IN);
	message->len = WIRE_HEADER + (size_t)name.len + 4;
	assert_int_equal(message->len, WIRE_HEADER + QUESTION);
}

/* Adds a record to the section whose count is at `count_at`. */
static void add(struct message *message, size_t count_at, const char *line)
{
	uint8_t *at = message->wire + message->len;
	struct rr_text record;

	assert_int_equal(rr_text_parse(&record, line, NULL), 0);
	memcpy(at, record.owner.wire, record.owner.len);
	at += record.owner.len;
	wire_put16(at, record.type);
	wire_put16(at + 2, CLASS_IN);
	wire_put32(at + 4, record.ttl_s);
	wire_put16(at + 8, record.len);
	memcpy(at + 10, record.rdata, record.len);
	message->len = (size_t)(at - message->wire) + 10 + record.len;
	message->wire[count_at + 1]++;
}

static int read_it(const struct message *message, uint16_t qtype,
		   struct outside *ret)
{
	struct name name = name_of("www.org");
	/* Exactly as long, so that reading beyond shows. */
	scope_free uint8_t *exact = mem_dup(message->wire, message->len);

	return outside_read(ret, &name, qtype, exact, message->len);
}

static void the_chain_from_the_name_on_is_taken(void **state)
{
	struct message message;
	struct outside outside;

	(void)state;
	begin(&message, RR_A, RCODE_NOERROR);
	add(&message, 6, "evil.org. 60 A 192.0.2.66");
	add(&message, 6, "www.org. 60 CNAME a.org.");
	add(&message, 6, "a.org. 7 A 192.0.2.1");
	add(&message, 6, "a.org. 60 AAAA fd00::1");
	add(&message, 6, "a.org. 9 A 192.0.2.2");
	assert_int_equal(read_it(&message, RR_A, &outside), 0);
	assert_int_equal(outside.n_answer, 3);
	assert_int_equal(outside.ttl_s, 7);
	assert_int_equal(outside.rcode, RCODE_NOERROR);
	assert_int_equal(outside.ede, EDE_NONE);
	outside_fini(&outside);
}

static void names_in_data_become_whole(void **state)
{
	struct message message;
	struct outside outside;
	uint8_t *at;

	(void)state;
	begin(&message, RR_PTR, RCODE_NOERROR);
	/* Owner and target are pointers to the question, "x" before one. */
	at = message.wire + message.len;
	memcpy(at, "\xc0\x0c\0\x0c\0\1\0\0\0\5\0\4\1x\xc0\x0c", 16);
	message.len += 16;
	message.wire[7] = 1;
	assert_int_equal(read_it(&message, RR_PTR, &outside), 0);
	assert_int_equal(outside.len, 9 + 10 + 11);
	assert_memory_equal(outside.records + 9 + 10, "\1x\3www\3org", 11);
	assert_int_equal(wire_get16(outside.records + 9 + 8), 11);
	outside_fini(&outside);
}

static void absence_is_kept_as_the_soa_says(void **state)
{
	static const char *const soas[] = {"org. 60 SOA a. b. 1 2 3 4 30",
					   "org. 20 SOA a. b. 1 2 3 4 30",
					   "com. 60 SOA a. b. 1 2 3 4 30",
					   "org. 4000 SOA a. b. 1 2 3 4 4000"};
	static const uint32_t want[] = {30, 20, 0, 300};
	struct message message;
	struct outside outside;

	(void)state;
	for (size_t i = 0; i < st_array_len(soas); i++) {
		begin(&message, RR_A, i % 2 ? RCODE_NXDOMAIN : RCODE_NOERROR);
		add(&message, 8, soas[i]);
		assert_int_equal(read_it(&message, RR_A, &outside), 0);
		assert_int_equal(outside.n_answer, 0);
		assert_int_equal(outside.ttl_s, want[i]);
		assert_int_equal(outside.len > 0, want[i] > 0);
		outside_fini(&outside);
	}
}

static void a_message_that_is_cut_anywhere_is_refused(void **state)
{
	struct message message;
	struct outside outside;
	size_t len;

	(void)state;
	begin(&message, RR_A, RCODE_NOERROR);
	add(&message, 6, "www.org. 60 CNAME a.org.");
	add(&message, 8, "org. 60 SOA a. b. 1 2 3 4 30");
	for (len = message.len - 1; len > 0; len--) {
		message.len = len;
		assert_int_equal(read_it(&message, RR_A, &outside), ST_EPARSE);
	}
}

/* RFC 5452 9.1 */
static void only_what_was_asked_for_is_a_reply(void **state)
{
	struct message query, message;

	(void)state;
	begin(&query, RR_A, 0);
	query.wire[0] = 7;
	message = query;
#define JUDGE() upstream_judge(query.wire, QUESTION, message.wire, message.len)
	assert_int_equal(JUDGE(), UPSTREAM_REPLY);
	message.wire[3] = RCODE_SERVFAIL;
	assert_int_equal(JUDGE(), UPSTREAM_USELESS);
	message.wire[3] = RCODE_NXDOMAIN;
	message.wire[2] |= WIRE_TC;
	assert_int_equal(JUDGE(), UPSTREAM_BY_TCP);
	message = query;
	message.wire[WIRE_HEADER + 1] = 'W';
	assert_int_equal(JUDGE(), UPSTREAM_BY_TCP);
	message.wire[WIRE_HEADER + 1] = 'x';
	assert_int_equal(JUDGE(), UPSTREAM_FOREIGN);
	for (size_t i = 0; i < 6; i++) {
		static const size_t at[] = {
			0, 1, 2, 5, WIRE_HEADER + 10, WIRE_HEADER + 12};

		message = query;
		message.wire[at[i]] ^= 0x80;
		assert_int_equal(JUDGE(), UPSTREAM_FOREIGN);
	}
	message = query;
	message.len--;
	assert_int_equal(JUDGE(), UPSTREAM_FOREIGN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_from_the_name_on_is_taken),
		cmocka_unit_test(names_in_data_become_whole),
		cmocka_unit_test(absence_is_kept_as_the_soa_says),
		cmocka_unit_test(a_message_that_is_cut_anywhere_is_refused),
		cmocka_unit_test(only_what_was_asked_for_is_a_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
