/* SPDX-License-Identifier: Apache-2.0 */
/* Transfers on real connections: what a slow or lost client costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "dnsd/transfer.h"
#include "dnsd/xfr_policy.h"
#include "dnsd/zone_pin.h"
#include "dnsd/zone_slot.h"
#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/tcp_lab.h"

enum { OWNERS = 400, RECORDS = 1000, SOON_MS = 5000 };

/* More than all buffers of a connection hold. */
static void fill(struct zone_slot *slot)
{
	static uint8_t wire[RECORDS][4];
	static struct rr_data data[RECORDS];
	struct zone_edit *edit = zone_edit_begin(slot);
	struct name owner;
	char text[64];

	for (uint32_t i = 0; i < RECORDS; i++) {
		wire_put32(wire[i], i);
		data[i] = (struct rr_data){wire[i], 4};
	}
	for (int i = 0; i < OWNERS; i++) {
		snprintf(text, sizeof(text), "large-%d.cluster.local", i);
		assert_int_equal(name_parse(&owner, text), 0);
		zone_edit_put(edit, &(struct rr_set){.owner = owner.wire,
						     .type = RR_A,
						     .ttl_s = 5,
						     .n = RECORDS,
						     .data = data});
	}
	assert_int_equal(zone_edit_commit(edit, 0), 1);
}

static struct answer_config config;
static struct xfr_policy policy;
static struct dnsd_allow allow;
static struct transfers *transfers;

static int set_up(void **state)
{
	struct tcp_lab *lab;

	tcp_lab_set_up(state);
	lab = *state;
	fill(lab->slot);
	allow = (struct dnsd_allow){
		.range = {.family = AF_INET, .octets = {127}, .prefix = 8}};
	policy = (struct xfr_policy){&allow, 1};
	config = *serve_lab_config();
	config.transfers = &policy;
	transfers = transfers_new(lab->loop, &config, lab->slot, &lab->stats);
	tcp_lab_start(lab,
		      &(struct tcp_config){.hook = transfers_hook(transfers)});
	return 0;
}

static int tear_down(void **state)
{
	struct tcp_lab *lab = *state;

	tcp_free(lab->tcp);
	lab->tcp = NULL;
	transfers_free(transfers);
	return tcp_lab_tear_down(state);
}

static bool is_pinned(const struct tcp_lab *lab)
{
	return zone_pins_oldest(lab->slot->pins) != UINT64_MAX;
}

/* Messages that come before the connection is closed, at most `max`. */
static size_t hear_all(const struct tcp_lab *lab, int fd, size_t max)
{
	static uint8_t out[FRAME];
	size_t n = 0;

	while (n < max && tcp_lab_hear_frame(lab, fd, out) > 0)
		n++;
	return n;
}

static void a_transfer_goes_on_as_it_is_taken(void **state)
{
	struct tcp_lab *lab = *state;
	int fd = tcp_lab_dial(lab);
	size_t n = OWNERS * RECORDS * 16 / 0x4000;

	tcp_lab_ask(fd, "cluster.local AXFR", 7);
	tcp_lab_settle(lab);
	assert_true(is_pinned(lab));
	/* Others are answered meanwhile, also on this connection, behind
	 * what is on its way. */
	int other = tcp_lab_dial(lab);
	tcp_lab_ask(other, WEB_0, 8);
	tcp_lab_expect(lab, other, 8);
	close(other);
	assert_in_range(hear_all(lab, fd, n), n, n);
	assert_true(is_pinned(lab));
	hear_all(lab, fd, 3);
	tcp_lab_settle(lab);
	close(fd);
	tcp_lab_settle(lab);
	assert_false(is_pinned(lab));
	assert_int_equal(lab->stats.n.transfers_whole, 1);
	assert_int_equal(lab->stats.n.transfers_cut, 0);
}

static void who_leaves_leaves_no_pin(void **state)
{
	struct tcp_lab *lab = *state;
	int fd = tcp_lab_dial(lab);

	tcp_lab_ask(fd, "cluster.local AXFR", 7);
	tcp_lab_settle(lab);
	assert_true(is_pinned(lab));
	close(fd);
	tcp_lab_settle(lab);
	assert_false(is_pinned(lab));
}

/* Timers go by real time. */
static void wait_for_cut(const struct tcp_lab *lab)
{
	struct timespec pause = {.tv_nsec = 20000000};

	for (int i = 0; i < SOON_MS / 20 && lab->stats.n.transfers_cut == 0;
	     i++) {
		clk_fake_advance_ms(20);
		nanosleep(&pause, NULL);
		loop_turn(lab->loop, 0);
	}
}

/* What waits for it is freed at once, though the client takes nothing; when it
 * does again, it sees that the transfer is not whole. */
static void a_revoked_pin_cuts_the_transfer(void **state)
{
	struct tcp_lab *lab = *state;
	int fd = tcp_lab_dial(lab);

	tcp_lab_ask(fd, "cluster.local AXFR", 7);
	tcp_lab_settle(lab);
	assert_true(is_pinned(lab));
	lab->slot->held_bytes += ZONE_HELD_MAX + 1;
	zone_edit_abort(zone_edit_begin(lab->slot));
	lab->slot->held_bytes -= ZONE_HELD_MAX + 1;
	wait_for_cut(lab);
	assert_int_equal(lab->stats.n.transfers_cut, 1);
	assert_false(is_pinned(lab));
	assert_in_range(hear_all(lab, fd, SIZE_MAX), 1,
			OWNERS * RECORDS * 16 / 0x4000 - 1);
	close(fd);
}

/* dnsd/answer.h says why. */
static void who_may_not_gets_no_stream(void **state)
{
	struct tcp_lab *lab = *state;
	int fd = tcp_lab_dial(lab);
	uint8_t out[FRAME];

	allow.range.octets[0] = 10;
	tcp_lab_ask(fd, "cluster.local AXFR", 7);
	assert_true(tcp_lab_hear_frame(lab, fd, out) > 0);
	assert_int_equal(out[3] & 15, RCODE_REFUSED);
	assert_false(is_pinned(lab));
	close(fd);
}

int main(void)
{
#define story(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		story(a_transfer_goes_on_as_it_is_taken),
		story(who_leaves_leaves_no_pin),
		story(a_revoked_pin_cuts_the_transfer),
		story(who_may_not_gets_no_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
