/* SPDX-License-Identifier: Apache-2.0 */
/* Which replies are given, cut and dropped when somebody asks too much. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/limit.h"
#include "dnsd/rrl.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/mem.h"
#include "tests/unit/serve_lab.h"

enum { RATE = 10, OUT = 4096 };

#define WEB_0  "web-0.nginx.default.svc.cluster.local A"
#define WEB_1  "web-1.nginx.default.svc.cluster.local A"
#define CLIENT " option=10:2464c4abcf10c957"
#define GOOD   CLIENT "010000005cf79f111f8130c3eee29480"

struct desk {
	struct zone_slot *slot;
	struct limit *limit;
	uint32_t now_s;
	struct sockaddr_storage from;
	uint8_t out[OUT];
};

static int set_up(void **state)
{
	struct desk *desk = mem_zalloc(sizeof(*desk));
	struct sockaddr_in *v4 = (void *)&desk->from;

	desk->slot = serve_lab_slot(true);
	desk->limit = limit_new(RATE, 2, NULL, 0);
	desk->now_s = 1000;
	v4->sin_family = AF_INET;
	v4->sin_addr.s_addr = htonl(0xc6336464);
	*state = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	zone_slot_free(desk->slot);
	limit_free(desk->limit);
	free(desk);
	return 0;
}

static enum limit_deed ask(struct desk *desk, const char *line,
			   struct answer *ret_answer)
{
	struct answer_env env = serve_lab_env(false);
	uint8_t wire[LAB_QUERY_MAX];
	struct query query;
	size_t len = serve_lab_query(wire, line);
	enum query_kind kind = query_parse(&query, wire, len);

	env.from = &desk->from;
	*ret_answer = answer_write(&env, zone_slot_peek_rcu(desk->slot), &query,
				   kind, desk->out);
	return limit_reply(desk->limit, &env, &query, ret_answer, desk->out,
			   desk->now_s);
}

/* How many of n were given in full. */
static unsigned int given(struct desk *desk, const char *line, unsigned int n)
{
	unsigned int passed = 0;
	struct answer answer;

	for (unsigned int i = 0; i < n; i++)
		passed += ask(desk, line, &answer) == LIMIT_PASSED;
	return passed;
}

static void move(struct desk *desk, const char *host)
{
	struct sockaddr_in *v4 = (void *)&desk->from;

	assert_int_equal(inet_pton(AF_INET, host, &v4->sin_addr), 1);
}

/* DNS-187 */
static void so_many_a_second_and_no_more(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(given(desk, WEB_0, 100), RATE);
	/* The excess is remembered for as long as it would have taken. */
	desk->now_s++;
	assert_int_equal(given(desk, WEB_0, 10), 0);
	desk->now_s += 20;
	assert_int_equal(given(desk, WEB_0, 100), RATE);
	for (int i = 0; i < 10; i++) {
		desk->now_s += 20;
		assert_int_equal(given(desk, WEB_0, RATE), RATE);
	}
}

static void names_are_counted_by_themselves_and_networks_as_one(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(given(desk, WEB_0, 20), RATE);
	assert_int_equal(given(desk, WEB_1, 20), RATE);
	move(desk, "198.51.100.7");
	assert_int_equal(given(desk, WEB_0, 20), 0);
	move(desk, "198.51.101.7");
	assert_int_equal(given(desk, WEB_0, 20), RATE);
}

/* Names that are made up come once each: their zone is counted. */
static void what_is_not_there_is_counted_by_its_zone(void **state)
{
	struct desk *desk = *state;
	unsigned int passed = 0;
	struct answer answer;

	for (unsigned int i = 0; i < 100; i++) {
		scope_free char *line = mem_printf("x%u.cluster.local A", i);

		passed += ask(desk, line, &answer) == LIMIT_PASSED;
	}
	assert_int_equal(passed, RATE);
	assert_int_equal(given(desk, WEB_0, RATE), RATE);
}

/* DNS-125 */
static void errors_are_counted_together(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(given(desk, "a.example A", 6), 6);
	assert_int_equal(given(desk, "b.example A", 6), 4);
	assert_int_equal(given(desk, "cluster.local SOA questions=2", 20),
			 RATE);
}

static void every_second_reply_above_is_cut(void **state)
{
	struct desk *desk = *state;
	unsigned int cut = 0, dropped = 0;
	struct answer answer;

	given(desk, WEB_0, RATE);
	for (int i = 0; i < 1000; i++) {
		enum limit_deed deed = ask(desk, WEB_0, &answer);

		assert_int_not_equal(deed, LIMIT_PASSED);
		dropped += deed == LIMIT_DROPPED;
		if (deed != LIMIT_CUT)
			continue;
		cut++;
		assert_true(answer.is_truncated && !answer.has_data);
		assert_int_equal(desk->out[2] & WIRE_TC, WIRE_TC);
		assert_int_equal(wire_get16(desk->out + 6), 0);
	}
	assert_in_range(cut, 490, 510);
	assert_int_equal(cut + dropped, 1000);
}

/* DNS-164 */
static void who_knows_cookies_is_told_one_and_then_served(void **state)
{
	struct desk *desk = *state;
	struct answer answer;

	given(desk, WEB_0, RATE);
	assert_int_equal(ask(desk, WEB_0 CLIENT, &answer), LIMIT_CUT);
	assert_int_equal(answer.rcode, RCODE_BADCOOKIE);
	assert_int_equal(answer.len, WIRE_HEADER + 43 + WIRE_OPT + 28);
	assert_int_equal(given(desk, WEB_0 GOOD, 100), 100);
}

/* DNS-090: forwarders are not kept from anything. */
static void who_is_exempt_is_not_counted(void **state)
{
	struct desk *desk = *state;
	const struct dnsd_range range = {AF_INET, {198, 51, 100, 0}, 24};

	limit_free(desk->limit);
	desk->limit = limit_new(RATE, 0, &range, 1);
	assert_int_equal(given(desk, ". NS", 100), 100);
	move(desk, "198.51.101.1");
	assert_int_equal(given(desk, ". NS", 100), RATE);
}

static void without_slip_all_above_are_dropped(void **state)
{
	struct desk *desk = *state;
	struct answer answer;

	limit_free(desk->limit);
	desk->limit = limit_new(RATE, 0, NULL, 0);
	given(desk, WEB_0, RATE);
	for (int i = 0; i < 500; i++)
		assert_int_equal(ask(desk, WEB_0, &answer), LIMIT_DROPPED);
}

#define limit_test(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		limit_test(so_many_a_second_and_no_more),
		limit_test(names_are_counted_by_themselves_and_networks_as_one),
		limit_test(what_is_not_there_is_counted_by_its_zone),
		limit_test(errors_are_counted_together),
		limit_test(every_second_reply_above_is_cut),
		limit_test(who_knows_cookies_is_told_one_and_then_served),
		limit_test(who_is_exempt_is_not_counted),
		limit_test(without_slip_all_above_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
