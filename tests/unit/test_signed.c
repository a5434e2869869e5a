/* SPDX-License-Identifier: Apache-2.0 */
/* Signed queries over UDP, and IXFR over UDP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/answer.h"
#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "dnsd/xfr_policy.h"
#include "dnsd/zone_journal.h"
#include "dnsd/zone_slot.h"
#include "statefuld/attr.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/serve_lab.h"

enum { NOW_S = 1700000000, OUT = 4096 };

struct lab {
	struct zone_slot *slot;
	struct tsig_key key;
	struct tsig_keys keys;
	struct dnsd_allow allow;
	struct xfr_policy policy;
	struct answer_config config;
	struct answer_env env;
	struct sockaddr_storage from;
	uint8_t in[LAB_QUERY_MAX], out[OUT];
};

static struct lab lab;

static int set_up(void **state)
{
	(void)state;
	memset(&lab, 0, sizeof(lab));
	lab.slot = serve_lab_slot(true);
	zone_journal_keep(lab.slot, 1 << 20);
	assert_int_equal(name_parse(&lab.key.name, "k.example"), 0);
	lab.key.hash = HMAC_SHA512;
	lab.key.secret_len = 16;
	lab.keys = (struct tsig_keys){&lab.key, 1};
	lab.allow = (struct dnsd_allow){.is_key = true, .key = lab.key.name};
	lab.policy = (struct xfr_policy){&lab.allow, 1};
	lab.config = *serve_lab_config();
	lab.config.keys = &lab.keys;
	lab.config.transfers = &lab.policy;
	lab.from.ss_family = AF_INET;
	lab.env = (struct answer_env){
		.config = &lab.config, .from = &lab.from, .now_s = NOW_S};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	zone_slot_free(lab.slot);
	return 0;
}

static size_t answer(size_t len)
{
	struct query query;
	enum query_kind kind = query_parse(&query, lab.in, len);

	assert_int_not_equal(kind, QUERY_DROP);
	assert_true(answer_room(&lab.env) <= sizeof(lab.out));
	size_t got =
		answer_write(&lab.env, lab.slot->cur, &query, kind, lab.out)
			.len;
	assert_null(lab.env.key);
	assert_true(got <= answer_room(&lab.env));
	return got;
}

/* The question, signed; the state then verifies the reply. */
static size_t sign(const char *line, struct tsig_state *tsig)
{
	size_t len = serve_lab_query(lab.in, line);

	tsig_begin(tsig, &lab.key);
	return tsig_sign(tsig, lab.in, len, NOW_S);
}

/* Octets of the reply without its signature, which must be the right one. */
static size_t assert_signed(struct tsig_state *tsig, size_t len)
{
	uint8_t again[OUT];
	size_t bare = len - tsig_room(tsig);

	memcpy(again, lab.out, len);
	wire_put16(again + 10, (uint16_t)(wire_get16(again + 10) - 1));
	tsig->is_later = false;
	assert_int_equal(tsig_sign(tsig, again, bare, NOW_S), len);
	assert_memory_equal(again, lab.out, len);
	return bare;
}

static uint16_t rcode(void)
{
	return lab.out[3] & 15;
}

/* DNS-197. */
static void a_signed_query_has_a_signed_reply(void **state)
{
	struct tsig_state tsig;
	size_t len;

	(void)state;
	len = answer(
		sign("WEB-0.nginx.default.svc.cluster.local A edns", &tsig));
	assert_signed(&tsig, len);
	assert_int_equal(rcode(), RCODE_NOERROR);
	assert_memory_equal(lab.out + 4, "\0\1\0\1\0\0\0\2", 8);
	len = answer(sign("no.cluster.local A", &tsig));
	assert_signed(&tsig, len);
	assert_int_equal(rcode(), RCODE_NXDOMAIN);
	len = answer(sign("example.com A edns", &tsig));
	assert_signed(&tsig, len);
	assert_int_equal(rcode(), RCODE_REFUSED);
}

/* RFC 8945 5.3: room for the signature is set aside first (DNS-170). */
static void a_truncated_reply_is_signed_and_fits(void **state)
{
	static const char *const lines[] = {
		"masses.default.svc.cluster.local AAAA",
		"masses.default.svc.cluster.local AAAA edns=700",
	};
	static const size_t limits[] = {512, 700};

	(void)state;
	for (size_t i = 0; i < st_array_len(lines); i++) {
		struct tsig_state tsig;
		size_t len = answer(sign(lines[i], &tsig));

		assert_true(len <= limits[i] && len > limits[i] - 40);
		assert_true(lab.out[2] & WIRE_TC);
		assert_signed(&tsig, len);
	}
}

/* DNS-205. */
static void what_does_not_verify_is_notauth(void **state)
{
	static const char line[] = "cluster.local SOA edns";
	struct tsig_state tsig;
	size_t len;

	(void)state;
	len = sign(line, &tsig);
	lab.env.now_s = NOW_S + 301;
	len = answer(len);
	assert_int_equal(rcode(), RCODE_NOTAUTH);
	assert_memory_equal(lab.out + len - 10, "\0\x12\0\6", 4);
	assert_int_equal(wire_get16(lab.out + 6), 0);
	lab.env.now_s = NOW_S;
	lab.key.secret[3] ^= 1;
	len = answer(sign(line, &tsig));
	lab.key.secret[3] ^= 1;
	assert_int_equal(rcode(), RCODE_NOERROR);
	len = sign(line, &tsig);
	lab.in[12 + 3] ^= 2;
	len = answer(len);
	assert_int_equal(rcode(), RCODE_NOTAUTH);
	assert_memory_equal(lab.out + len - 4, "\0\x10\0\0", 4);
	lab.config.keys = NULL;
	len = answer(sign(line, &tsig));
	assert_int_equal(rcode(), RCODE_NOTAUTH);
	assert_memory_equal(lab.out + len - 4, "\0\x11\0\0", 4);
}

/* The longest names in question, key and algorithm: the reply is no longer
 * than the query, and within the room that was promised. */
static void long_names_stay_within_the_room(void **state)
{
#define L50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
	static const char name[] = L50 "." L50 "." L50 "." L50 ".end";
	char line[400];
	struct tsig_state tsig;
	struct name long_name;
	size_t len;

	(void)state;
	snprintf(line, sizeof(line), "%s A", name);
	assert_int_equal(name_parse(&long_name, name), 0);
	tsig_begin(&tsig, &lab.key);
	tsig.name = tsig.algorithm = long_name;
	len = tsig_sign(&tsig, lab.in, serve_lab_query(lab.in, line), NOW_S);
	assert_true(answer(len) < len);
	assert_int_equal(rcode(), RCODE_NOTAUTH);
	lab.key.name = long_name;
	len = sign(line, &tsig);
	assert_int_equal(answer(len), len);
	assert_signed(&tsig, len);
	assert_int_equal(rcode(), RCODE_REFUSED);
}

static void put(unsigned int n)
{
	struct zone_edit *edit = zone_edit_begin(lab.slot);
	uint8_t wire[100][4];
	struct rr_data data[100];
	struct name owner;

	assert_int_equal(name_parse(&owner, "new.cluster.local"), 0);
	for (unsigned int i = 0; i < n; i++) {
		wire_put32(wire[i], n * 1000 + i);
		data[i] = (struct rr_data){wire[i], 4};
	}
	zone_edit_put(edit, &(struct rr_set){.owner = owner.wire,
					     .type = RR_A,
					     .ttl_s = 5,
					     .n = n,
					     .data = data});
	assert_int_equal(zone_edit_commit(edit, 0), 1);
}

/* A signed IXFR from that serial; gives how many records come. */
static unsigned int ixfr(uint32_t serial)
{
	char line[200];
	struct tsig_state tsig;

	snprintf(line, sizeof(line),
		 "cluster.local IXFR counts=0,1,0 tail=c00c00060001000000000016"
		 "0000%08x00000002000000030000000400000005",
		 (unsigned int)serial);
	assert_signed(&tsig, answer(sign(line, &tsig)));
	assert_int_equal(rcode(), RCODE_NOERROR);
	assert_false(lab.out[2] & WIRE_TC);
	return wire_get16(lab.out + 6);
}

/* DNS-203. */
static void ixfr_over_udp_is_the_steps_or_the_soa(void **state)
{
	uint32_t serial = lab.slot->cur->zones[0].serial;

	(void)state;
	assert_int_equal(ixfr(serial), 1);
	put(2);
	put(3);
	/* Three SOA around two steps of two, and what went and came. */
	assert_int_equal(ixfr(serial), 1 + 2 + 2 + 2 + 5 + 1);
	assert_int_equal(ixfr(serial + 1), 1 + 2 + 5 + 1);
	assert_int_equal(ixfr(serial - 1), 1);
	put(100);
	assert_int_equal(ixfr(serial), 1);
}

static void unsigned_transfers_are_refused_by_a_rule_for_a_key(void **state)
{
	(void)state;
	answer(serve_lab_query(lab.in, "cluster.local IXFR"));
	assert_int_equal(rcode(), RCODE_REFUSED);
}

int main(void)
{
#define story(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		story(a_signed_query_has_a_signed_reply),
		story(a_truncated_reply_is_signed_and_fits),
		story(what_does_not_verify_is_notauth),
		story(long_names_stay_within_the_room),
		story(ixfr_over_udp_is_the_steps_or_the_soa),
		story(unsigned_transfers_are_refused_by_a_rule_for_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
