/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain questions are answered with the very octets of the ordinary path, and
 * with the same turn of rotation; what is not plain is left to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/mem.h"
#include "tests/unit/fast_lab.h"

struct lab {
	struct zone_slot *slots[2];
	struct fast_lab ready, unready;
	struct answer_config config;
};

static int set_up(void **state)
{
	struct lab *lab = mem_zalloc(sizeof(*lab));

	lab->slots[0] = serve_lab_slot(true);
	lab->slots[1] = serve_lab_slot(false);
	lab->ready = fast_lab(lab->slots[0]);
	lab->unready = fast_lab(lab->slots[1]);
	lab->config = *serve_lab_config();
	*state = lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;

	fast_lab_fini(&lab->ready);
	fast_lab_fini(&lab->unready);
	zone_slot_free(lab->slots[0]);
	zone_slot_free(lab->slots[1]);
	free(lab);
	return 0;
}

static bool is_fast(struct lab *lab, const struct fast_lab *asked,
		    const char *line)
{
	uint8_t wire[LAB_QUERY_MAX];
	size_t len = serve_lab_query(wire, line);
	struct answer_env env = {.config = &lab->config};

	return fast_lab_compare(&env, asked, wire, len);
}

static const char *const plain[] = {
	"web-0.nginx.default.svc.cluster.local.",
	"web-0.nginx.default.svc.cluster.local. AAAA edns",
	"WEB-0.nGinX.default.SVC.cluster.LOCAL. A edns do",
	"web-0.nginx.default.svc.cluster.local. A edns=100",
	"web-0.nginx.default.svc.cluster.local. A edns=65535 flags=01b0",
	"nginx.default.svc.cluster.local. A flags=0100",
	"nginx.default.svc.cluster.local. AAAA edns",
	"web-1.nginx.default.svc.cluster.local. AAAA",
	"web-7.nginx.default.svc.cluster.local. A edns do",
	"WEB-3.nginx.default.svc.cluster.local. A", /* is to come */
	"x.default.pod.cluster.local.",
	"web-0.nginx.default.svc.cluster.local. TXT",
	"x.web-0.nginx.default.svc.cluster.local. SRV",
	"nowhere.default.svc.cluster.local. TYPE65",
	"default.svc.cluster.local.",
	"empty.svc.cluster.local. A edns",
	"svc.cluster.local.",
	"svc.cluster.local. SRV",
	"cluster.local. A edns",
	"cluster.local. TYPE15",
	"dns-version.cluster.local. TXT edns",
	"ns.dns.cluster.local. AAAA",
	"dns.cluster.local.",
	"1.0.0.10.in-addr.arpa. PTR edns",
	"10.in-addr.arpa. PTR",
	"0.10.in-addr.arpa. PTR",
	"9.9.9.10.in-addr.arpa. PTR",
	"crowd.default.svc.cluster.local. AAAA",
	"p30.peers.default.svc.cluster.local.",
	("a-label-that-is-longer-than-one-load-of-octets-0123456789.svc."
	 "cluster.local."),
	"exactly-16-chars.svc.cluster.local.",
	"@[Z`z{\x7f\xc1\xff.svc.cluster.local.",
};

static const char *const others[] = {
	"nginx.default.svc.cluster.local. SRV",
	"web-0.nginx.default.svc.cluster.local. ANY",
	"cluster.local. SOA",
	"cluster.local. NS edns",
	"cluster.local. AXFR",
	"example.org.",
	". NS",
	"10-9-8-7.default.pod.cluster.local.",
	"podlike.default.svc.cluster.local. AAAA",
	"crowd.default.svc.cluster.local. A",
	"crowd.default.svc.cluster.local. A edns",
	"web-0.nginx.default.svc.cluster.local. A version=1",
	"web-0.nginx.default.svc.cluster.local. A option=10",
	"web-0.nginx.default.svc.cluster.local. A option=3",
	"web-0.nginx.default.svc.cluster.local. A class=3",
	"web-0.nginx.default.svc.cluster.local. A class=255",
	"web-0.nginx.default.svc.cluster.local. A opcode=4",
	"web-0.nginx.default.svc.cluster.local. A opcode=5",
	"web-0.nginx.default.svc.cluster.local. A flags=8000",
	"web-0.nginx.default.svc.cluster.local. A tail=00",
	"web-0.nginx.default.svc.cluster.local. A edns tail=00",
	"web-0.nginx.default.svc.cluster.local. A counts=1,0,0",
	"web-0.nginx.default.svc.cluster.local. A counts=0,1,0",
	"web-0.nginx.default.svc.cluster.local. A counts=0,0,1",
	"web-0.nginx.default.svc.cluster.local. A questions=2",
	"web-0.nginx.default.svc.cluster.local. A questions=0",
	"web-0.nginx.default.svc.cluster.local. TYPE128",
	"web-0.nginx.default.svc.cluster.local. TYPE250",
	"a\001b.svc.cluster.local.",
	"version.bind. TXT class=3",
};

static void plain_questions_are_answered_alike(void **state)
{
	struct lab *lab = *state;

	for (size_t i = 0; i < st_array_len(plain); i++)
		if (!is_fast(lab, &lab->ready, plain[i]))
			fail_msg("not taken: %s", plain[i]);
}

static void others_are_left_alone(void **state)
{
	struct lab *lab = *state;

	for (size_t i = 0; i < st_array_len(others); i++)
		if (is_fast(lab, &lab->ready, others[i]))
			fail_msg("taken: %s", others[i]);
}

static void nothing_is_denied_before_the_first_sync(void **state)
{
	struct lab *lab = *state;

	assert_false(is_fast(lab, &lab->unready,
			     "web-7.nginx.default.svc.cluster.local."));
	assert_false(is_fast(lab, &lab->unready,
			     "web-1.nginx.default.svc.cluster.local. AAAA"));
	assert_true(is_fast(lab, &lab->unready,
			    "web-0.nginx.default.svc.cluster.local."));
}

/* DNS-083: they get an extended error. */
static void stale_answers_are_left_alone(void **state)
{
	struct lab *lab = *state;

	lab->config.is_stale = true;
	for (size_t i = 0; i < st_array_len(plain); i++)
		if (is_fast(lab, &lab->ready, plain[i]))
			fail_msg("taken: %s", plain[i]);
	lab->config.is_stale = false;
}

static void rotation_takes_the_same_turns(void **state)
{
	struct lab *lab = *state;

	lab->config.is_fixed_order = false;
	for (int i = 0; i < 100; i++)
		assert_true(is_fast(lab, &lab->ready,
				    "nginx.default.svc.cluster.local."));
	lab->config.is_fixed_order = true;
}

/* Each octet of each question, and each length, changed. */
static void mutated_questions_are_answered_alike(void **state)
{
	struct lab *lab = *state;
	struct answer_env env = {.config = &lab->config};
	uint8_t wire[LAB_QUERY_MAX];
	size_t taken = 0;

	for (size_t i = 0; i < st_array_len(plain); i++) {
		size_t len = serve_lab_query(wire, plain[i]);

		for (size_t at = 0; at < len; at++) {
			uint8_t was = wire[at];

			taken += fast_lab_compare(&env, &lab->ready, wire, at);
			/* Each bit, and the octets that keys escape. */
			for (unsigned int bit = 0; bit < 10; bit++) {
				wire[at] = (uint8_t)(bit < 8 ? was ^ 1u << bit
							     : bit - 8);
				taken += fast_lab_compare(&env, &lab->ready,
							  wire, len);
			}
			wire[at] = was;
		}
	}
	assert_true(taken > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_questions_are_answered_alike),
		cmocka_unit_test(others_are_left_alone),
		cmocka_unit_test(nothing_is_denied_before_the_first_sync),
		cmocka_unit_test(stale_answers_are_left_alone),
		cmocka_unit_test(rotation_takes_the_same_turns),
		cmocka_unit_test(mutated_questions_are_answered_alike),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
