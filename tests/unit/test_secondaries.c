/* SPDX-License-Identifier: Apache-2.0 */
/* Who may have what, what those hear who may not, and who is told when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <unistd.h>

#include "dnsd/acl.h"
#include "dnsd/notify.h"
#include "dnsd/notify_plan.h"
#include "dnsd/secondaries.h"
#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "dnsd/xfr_policy.h"
#include "dnsd/zone_slot.h"
#include "statefuld/attr.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/serve_lab.h"

static struct sockaddr_storage address(const char *text)
{
	struct sockaddr_storage addr = {0};
	struct sockaddr_in *in = (void *)&addr;
	struct sockaddr_in6 *in6 = (void *)&addr;

	addr.ss_family = AF_INET;
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1)
		return addr;
	addr.ss_family = AF_INET6;
	assert_int_equal(inet_pton(AF_INET6, text, &in6->sin6_addr), 1);
	return addr;
}

static struct dnsd_range range(const char *text, uint8_t prefix)
{
	struct sockaddr_storage addr = address(text);
	struct dnsd_range range = {.family = addr.ss_family, .prefix = prefix};

	inet_pton(range.family, text, range.octets);
	return range;
}

static void a_range_holds_what_shares_its_prefix(void **state)
{
	static const struct {
		const char *range;
		uint8_t prefix;
		const char *addr;
		bool holds;
	} cases[] = {
		{"10.1.2.3", 32, "10.1.2.3", true},
		{"10.1.2.3", 32, "10.1.2.2", false},
		{"10.96.0.0", 12, "10.111.255.255", true},
		{"10.96.0.0", 12, "10.112.0.0", false},
		{"0.0.0.0", 0, "255.1.2.3", true},
		{"0.0.0.0", 0, "::1", false},
		{"::", 0, "fd00::1", true},
		{"fd00:1::", 33, "fd00:1:7fff::1", true},
		{"fd00:1::", 33, "fd00:1:8000::1", false},
		{"fd00::1", 128, "fd00::1", true},
		{"fd00::1", 128, "fd00::2", false},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		struct dnsd_range one = range(cases[i].range, cases[i].prefix);
		struct sockaddr_storage addr = address(cases[i].addr);

		assert_int_equal(acl_holds(&one, &addr), cases[i].holds);
	}
}

struct judge {
	struct zone_slot *slot;
	struct xfr_policy policy;
	struct sockaddr_storage from;
	struct xfr_asker asker;
};

/* RCODE and EDE for a question; *asker is who asks. */
static struct xfr_refusal judge(const struct judge *judge, const char *line)
{
	struct xfr_refusal refusal = {.ede = EDE_NONE};
	uint8_t wire[LAB_QUERY_MAX];
	struct query query;
	size_t len = serve_lab_query(wire, line);

	assert_int_equal(query_parse(&query, wire, len), QUERY_ASK);
	assert_true(xfr_is_asked(&query));
	if (xfr_judge(&judge->policy, &judge->asker, judge->slot->cur, &query,
		      &refusal) != NULL)
		assert_int_equal(refusal.rcode, RCODE_NOERROR);
	return refusal;
}

#define assert_judged(j, line, code, why)                                      \
	do {                                                                   \
		struct xfr_refusal r_ = judge(j, line);                        \
		assert_int_equal(r_.rcode, code);                              \
		assert_int_equal(r_.ede, why);                                 \
	} while (0)

#define SOA_TAIL                                                               \
	"c00c000600010000000000160000000000010000000200000003000000"           \
	"0400000005"

/* DNS-191, DNS-201, DNS-203. */
static void each_refusal_has_its_reason(void **state)
{
	struct dnsd_allow allow[2] = {{.range = range("10.0.0.0", 8)},
				      {.is_key = true}};
	struct tsig_key key = {.hash = HMAC_SHA256}, other = key;
	struct judge j = {.slot = serve_lab_slot(true),
			  .policy = {allow, 2},
			  .from = address("10.1.1.1"),
			  .asker = {.is_stream = true}};

	(void)state;
	assert_int_equal(name_parse(&key.name, "k.example"), 0);
	assert_int_equal(name_parse(&other.name, "o.example"), 0);
	allow[1].key = key.name;
	j.asker.addr = &j.from;
	assert_judged(&j, "cluster.LOCAL AXFR", RCODE_NOERROR, EDE_NONE);
	assert_judged(&j, "cluster.local IXFR counts=0,1,0 tail=" SOA_TAIL,
		      RCODE_NOERROR, EDE_NONE);
	assert_judged(&j, "cluster.local IXFR", RCODE_FORMERR, EDE_NONE);
	assert_judged(&j, "svc.cluster.local AXFR", RCODE_NOTAUTH, EDE_NONE);
	assert_judged(&j, "example.com AXFR", RCODE_NOTAUTH, EDE_NONE);
	assert_judged(&j, ". AXFR", RCODE_NOTAUTH, EDE_NONE);
	j.asker.is_stream = false;
	assert_judged(&j, "cluster.local AXFR", RCODE_REFUSED,
		      EDE_NOT_SUPPORTED);
	j.asker.is_stream = true;
	j.from = address("11.1.1.1");
	assert_judged(&j, "cluster.local AXFR", RCODE_REFUSED, EDE_PROHIBITED);
	assert_judged(&j, "cluster.local IXFR", RCODE_REFUSED, EDE_PROHIBITED);
	j.asker.key = &other;
	assert_judged(&j, "cluster.local AXFR", RCODE_REFUSED, EDE_PROHIBITED);
	j.asker.key = &key;
	assert_judged(&j, "cluster.local AXFR", RCODE_NOERROR, EDE_NONE);
	j.asker.is_tls = true;
	assert_judged(&j, "cluster.local AXFR", RCODE_REFUSED, EDE_PROHIBITED);
	j.asker.is_xot = true;
	assert_judged(&j, "cluster.local AXFR", RCODE_NOERROR, EDE_NONE);
	j.policy.n = 0;
	assert_judged(&j, "cluster.local AXFR", RCODE_REFUSED,
		      EDE_NOT_SUPPORTED);
	zone_slot_free(j.slot);
	j.policy.n = 2;
	j.slot = serve_lab_slot(false);
	assert_judged(&j, "cluster.local AXFR", RCODE_SERVFAIL, EDE_NOT_READY);
	zone_slot_free(j.slot);
}

static void a_rule_for_a_key_needs_the_key(void **state)
{
	struct zone_slot *slot = serve_lab_slot(true);
	struct secondaries all = {0};
	struct dnsd_allow allow = {.is_key = true};
	struct dnsd_notify notify = {.has_key = true};
	struct err err = {0};

	(void)state;
	assert_int_equal(name_parse(&allow.key, "K.example"), 0);
	notify.key = allow.key;
	assert_int_equal(secondaries_allow(&all, slot, &allow, &err),
			 ST_ENOTFOUND);
	assert_string_equal(err_msg(&err), "there is no key k.example.: name "
					   "the file it is in with --tsig-key");
	assert_int_equal(secondaries_tell(&all, &notify, &err), ST_ENOTFOUND);
	assert_null(slot->journal);
	secondaries_fini(&all);
	zone_slot_free(slot);
}

/* DNS-204. */
static void changes_are_told_once_a_second(void **state)
{
	struct notify_plan plan = {0};

	(void)state;
	assert_int_equal(notify_plan_due(&plan), NOTIFY_NEVER);
	assert_int_equal(notify_plan_act(&plan, 5), NOTIFY_WAIT);
	notify_plan_changed(&plan);
	assert_int_equal(notify_plan_act(&plan, 5000), NOTIFY_TELL);
	notify_plan_acknowledged(&plan);
	assert_int_equal(notify_plan_due(&plan), NOTIFY_NEVER);
	for (uint64_t ms = 5001; ms < 9000; ms++) {
		bool is_due = ms % 1000 == 0;

		notify_plan_changed(&plan);
		assert_int_equal(notify_plan_act(&plan, ms),
				 is_due ? NOTIFY_TELL : NOTIFY_WAIT);
		if (is_due)
			notify_plan_acknowledged(&plan);
	}
}

static void who_does_not_answer_is_told_five_times(void **state)
{
	static const uint64_t at_ms[] = {0, 2000, 6000, 14000, 30000};
	struct notify_plan plan = {0};

	(void)state;
	notify_plan_changed(&plan);
	for (size_t i = 0; i < st_array_len(at_ms); i++) {
		if (i > 0) {
			assert_int_equal(notify_plan_due(&plan), at_ms[i]);
			assert_int_equal(notify_plan_act(&plan, at_ms[i] - 1),
					 NOTIFY_WAIT);
		}
		assert_int_equal(notify_plan_act(&plan, at_ms[i]), NOTIFY_TELL);
	}
	assert_int_equal(notify_plan_act(&plan, 61999), NOTIFY_WAIT);
	assert_int_equal(notify_plan_act(&plan, 62000), NOTIFY_GIVE_UP);
	assert_int_equal(notify_plan_due(&plan), NOTIFY_NEVER);
	notify_plan_changed(&plan);
	assert_int_equal(notify_plan_act(&plan, 62000), NOTIFY_TELL);
	assert_int_equal(notify_plan_due(&plan), 64000);
}

/* A secondary on loopback. */
struct hearer {
	int fd;
	struct dnsd_listen addr;
	uint8_t message[NOTIFY_MESSAGE_MAX];
	ssize_t len;
	struct sockaddr_storage from;
	socklen_t from_len;
};

static void open_hearer(struct hearer *hearer)
{
	struct sockaddr_in *in = (void *)&hearer->addr.addr;

	memset(hearer, 0, sizeof(*hearer));
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	hearer->addr.addr_len = sizeof(*in);
	hearer->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(hearer->fd, (void *)in, sizeof(*in)), 0);
	assert_int_equal(
		getsockname(hearer->fd, (void *)in, &hearer->addr.addr_len), 0);
}

static bool hear(struct hearer *hearer, struct loop *loop)
{
	for (int i = 0; i < 3; i++)
		loop_turn(loop, 10);
	hearer->from_len = sizeof(hearer->from);
	hearer->len = recvfrom(hearer->fd, hearer->message,
			       sizeof(hearer->message), MSG_DONTWAIT,
			       (void *)&hearer->from, &hearer->from_len);
	return hearer->len > 0;
}

static void reply(const struct hearer *hearer, uint16_t id)
{
	uint8_t out[WIRE_HEADER] = {[2] = WIRE_QR | OPCODE_NOTIFY << 3};

	wire_put16(out, id);
	assert_int_equal(sendto(hearer->fd, out, sizeof(out), 0,
				(const void *)&hearer->from, hearer->from_len),
			 sizeof(out));
}

static void change(struct zone_slot *slot, uint32_t octet)
{
	struct zone_edit *edit = zone_edit_begin(slot);
	uint8_t wire[4];
	struct rr_data data = {wire, sizeof(wire)};
	struct name owner;

	wire_put32(wire, octet);
	assert_int_equal(name_parse(&owner, "new.cluster.local"), 0);
	zone_edit_put(edit, &(struct rr_set){.owner = owner.wire,
					     .type = RR_A,
					     .ttl_s = 5,
					     .n = 1,
					     .data = &data});
	assert_int_equal(zone_edit_commit(edit, 0), 1);
}

/* Messages of all zones, until there are no more. */
static unsigned drain(struct hearer *hearer, struct loop *loop)
{
	unsigned n = 0;

	for (; hear(hearer, loop); n++)
		reply(hearer, wire_get16(hearer->message));
	for (int i = 0; i < 3; i++)
		loop_turn(loop, 10);
	return n;
}

static void a_secondary_hears_of_a_change_until_it_answers(void **state)
{
	struct tsig_key key = {.hash = HMAC_SHA256, .secret_len = 5};
	struct tsig_keys keys = {&key, 1};
	struct zone_slot *slot = serve_lab_slot(true);
	struct loop *loop = loop_new();
	struct dnsd_counters n = {0};
	struct notify_target target = {.key = &key};
	struct notify *notify;
	struct hearer hearer;
	struct tsig_state tsig;
	unsigned zones = slot->cur->n_zones;

	(void)state;
	clk_fake(1, (int64_t)1700000000 * 1000000);
	open_hearer(&hearer);
	target.addr = hearer.addr;
	assert_int_equal(name_parse(&key.name, "k.example"), 0);
	notify = notify_new(&(struct notify_config){.loop = loop,
						    .slot = slot,
						    .targets = &target,
						    .n_targets = 1});
	assert_int_equal(drain(&hearer, loop), zones);
	clk_fake_advance_ms(1000);
	change(slot, 1);
	assert_true(hear(&hearer, loop));
	assert_memory_equal(hearer.message + 2, "\x24\0\0\1\0\1\0\0\0\1", 10);
	/* The record is as long as the room for it. */
	tsig_begin(&tsig, &key);
	assert_int_equal(
		tsig_check(&tsig, &keys, hearer.message, (size_t)hearer.len,
			   (size_t)hearer.len - tsig_room(&tsig), 1700000001),
		RCODE_NOERROR);
	/* Another ID ends nothing. */
	reply(&hearer, (uint16_t)(wire_get16(hearer.message) + 1));
	clk_fake_advance_ms(2000);
	change(slot, 2);
	assert_true(hear(&hearer, loop));
	reply(&hearer, wire_get16(hearer.message));
	assert_false(hear(&hearer, loop));
	clk_fake_advance_ms(100000);
	assert_false(hear(&hearer, loop));
	notify_count(notify, &n);
	assert_int_equal(n.notify_sent, zones + 2);
	assert_int_equal(n.notify_acknowledged, zones + 1);
	assert_int_equal(n.notify_failed, 0);
	notify_free(notify);
	close(hearer.fd);
	loop_free(loop);
	zone_slot_free(slot);
	clk_real();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_holds_what_shares_its_prefix),
		cmocka_unit_test(each_refusal_has_its_reason),
		cmocka_unit_test(a_rule_for_a_key_needs_the_key),
		cmocka_unit_test(changes_are_told_once_a_second),
		cmocka_unit_test(who_does_not_answer_is_told_five_times),
		cmocka_unit_test(
			a_secondary_hears_of_a_change_until_it_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
