/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "statefuld/mem.h"
#include "tests/unit/tcp_lab.h"

/* DNS-181. */
static void a_query_that_comes_octet_by_octet_is_answered(void **state)
{
	struct tcp_lab *server = *state;
	uint8_t wire[2 + LAB_QUERY_MAX];
	size_t len = tcp_lab_frame(wire, WEB_0, 7);

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server);
	for (size_t i = 0; i < len; i++) {
		tcp_lab_say(fd, wire + i, 1);
		tcp_lab_settle(server);
	}
	tcp_lab_expect(server, fd, 7);
	close(fd);
}

/* DNS-181: pipelining, any segmentation. */
static void queries_in_one_segment_are_all_answered(void **state)
{
	struct tcp_lab *server = *state;
	uint8_t wire[100 * 128];
	size_t len = 0;

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server);
	for (uint16_t id = 0; id < 100; id++)
		len += tcp_lab_frame(wire + len, WEB_0, id);
	/* The end of the last comes later. */
	tcp_lab_say(fd, wire, len - 5);
	for (uint16_t id = 0; id < 99; id++)
		tcp_lab_expect(server, fd, id);
	tcp_lab_say(fd, wire + len - 5, 5);
	tcp_lab_expect(server, fd, 99);
	assert_int_equal(server->stats.n.tcp_queries, 100);
	assert_int_equal(serve_lab_replies(&server->stats, DNSD_TCP), 100);
	close(fd);
}

/* DNS-182. */
static void a_half_closed_client_gets_its_answers(void **state)
{
	struct tcp_lab *server = *state;

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server);
	tcp_lab_ask(fd, WEB_0, 1);
	tcp_lab_ask(fd, MASSES, 2);
	tcp_lab_ask(fd, MASSES, 3);
	tcp_lab_ask(fd, WEB_0, 4);
	shutdown(fd, SHUT_WR);
	for (uint16_t id = 1; id <= 4; id++)
		tcp_lab_expect(server, fd, id);
	assert_true(tcp_lab_is_closed(server, fd));
	assert_int_equal(tcp_connections(server->tcp), 0);
	close(fd);
}

/* DNS-111. */
static void a_frame_shorter_than_a_header_closes(void **state)
{
	struct tcp_lab *server = *state;

	tcp_lab_start(server, &(struct tcp_config){0});
	for (uint8_t len = 0; len < WIRE_HEADER; len++) {
		const uint8_t wire[2] = {0, len};
		int fd = tcp_lab_dial(server);

		tcp_lab_ask(fd, WEB_0, 1);
		tcp_lab_say(fd, wire, sizeof(wire));
		tcp_lab_expect(server, fd, 1);
		assert_true(tcp_lab_is_closed(server, fd));
		close(fd);
	}
}

/* DNS-112. */
static void a_reply_is_passed_over_and_the_connection_kept(void **state)
{
	struct tcp_lab *server = *state;

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server);
	tcp_lab_ask(fd, WEB_0 " flags=8000", 1);
	tcp_lab_ask(fd, WEB_0, 2);
	tcp_lab_expect(server, fd, 2);
	assert_int_equal(server->stats.n.dropped_malformed, 1);
	close(fd);
}

/* DNS-172: as many as fit into 65,535 octets, and TC. */
static void an_answer_too_large_for_a_frame_is_cut(void **state)
{
	struct tcp_lab *server = *state;
	static uint8_t out[FRAME];

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server);
	tcp_lab_ask(fd, MASSES " edns", 9);
	size_t len = tcp_lab_hear_frame(server, fd, out);
	assert_true(len > WIRE_MESSAGE - 28 && len <= WIRE_MESSAGE);
	assert_true(out[2] & WIRE_TC);
	assert_int_equal(wire_get16(out + 6), 2338);
	close(fd);
}

/* DNS-095, 183. */
static void a_silent_connection_is_closed_after_30_seconds(void **state)
{
	struct tcp_lab *server = *state;

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server), never = tcp_lab_dial(server);
	tcp_lab_pass_ms(server, 20000);
	tcp_lab_ask(fd, WEB_0, 1);
	tcp_lab_expect(server, fd, 1);
	tcp_lab_pass_ms(server, 9000);
	assert_false(tcp_lab_is_closed(server, never));
	tcp_lab_pass_ms(server, 2000);
	assert_true(tcp_lab_is_closed(server, never));
	tcp_lab_pass_ms(server, 18000);
	assert_false(tcp_lab_is_closed(server, fd));
	tcp_lab_pass_ms(server, 2000);
	assert_true(tcp_lab_is_closed(server, fd));
	close(fd);
	close(never);
}

/* DNS-183: and octets that drip do not prolong it. */
static void an_unfinished_message_has_5_seconds(void **state)
{
	struct tcp_lab *server = *state;
	uint8_t wire[2 + LAB_QUERY_MAX];

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server);
	tcp_lab_frame(wire, WEB_0, 1);
	for (size_t i = 0; i < 4; i++) {
		assert_false(tcp_lab_is_closed(server, fd));
		tcp_lab_say(fd, wire + i, 1);
		tcp_lab_settle(server);
		tcp_lab_pass_ms(server, 1500);
	}
	assert_true(tcp_lab_is_closed(server, fd));
	close(fd);
}

/* DNS-184: who does not read is not read from, and what is held for it is
 * bounded; in the end it is closed. */
static void a_client_that_does_not_read_holds_up_itself_alone(void **state)
{
	struct tcp_lab *server = *state;
	uint8_t wire[2 + LAB_QUERY_MAX];
	int small = 4096;

	tcp_lab_start(server, &(struct tcp_config){0});
	int slow = tcp_lab_dial(server), quick = tcp_lab_dial(server);
	setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	size_t len = tcp_lab_frame(wire, MASSES, 1);
	for (int i = 0; i < 1000; i++) {
		send(slow, wire, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		tcp_lab_settle(server);
	}
	assert_true(serve_lab_replies(&server->stats, DNSD_TCP) < 200);
	tcp_lab_ask(quick, WEB_0, 2);
	tcp_lab_expect(server, quick, 2);
	tcp_lab_pass_ms(server, 4000);
	assert_int_equal(tcp_connections(server->tcp), 2);
	tcp_lab_pass_ms(server, 2000);
	assert_int_equal(tcp_connections(server->tcp), 1);
	close(slow);
	close(quick);
}

/* DNS-184: once it reads again, nothing is missing. */
static void a_client_that_reads_late_gets_every_answer(void **state)
{
	struct tcp_lab *server = *state;
	uint8_t wire[200 * 64];
	size_t len = 0;

	tcp_lab_start(server, &(struct tcp_config){0});
	int fd = tcp_lab_dial(server);
	for (uint16_t id = 0; id < 200; id++)
		len += tcp_lab_frame(wire + len, MASSES, id);
	tcp_lab_say(fd, wire, len);
	tcp_lab_settle(server);
	assert_true(serve_lab_replies(&server->stats, DNSD_TCP) < 200);
	for (uint16_t id = 0; id < 200; id++)
		tcp_lab_expect(server, fd, id);
	close(fd);
}

/* DNS-183. */
static void at_the_limit_the_longest_silent_gives_way(void **state)
{
	struct tcp_lab *server = *state;
	int fds[5];

	tcp_lab_start(server, &(struct tcp_config){.max_connections = 4,
						   .max_per_source = 4});
	for (size_t i = 0; i < 4; i++) {
		fds[i] = tcp_lab_dial(server);
		tcp_lab_pass_ms(server, 10);
	}
	tcp_lab_ask(fds[0], WEB_0, 1);
	tcp_lab_expect(server, fds[0], 1);
	fds[4] = tcp_lab_dial(server);
	assert_true(tcp_lab_is_closed(server, fds[1]));
	assert_int_equal(tcp_connections(server->tcp), 4);
	tcp_lab_ask(fds[0], WEB_0, 2);
	tcp_lab_expect(server, fds[0], 2);
	tcp_lab_ask(fds[4], WEB_0, 3);
	tcp_lab_expect(server, fds[4], 3);
	/* Near the limit, patience is shorter. */
	tcp_lab_pass_ms(server, 9000);
	assert_int_equal(tcp_connections(server->tcp), 3);
	for (size_t i = 0; i < 5; i++)
		close(fds[i]);
}

/* DNS-183. */
static void one_source_cannot_take_every_connection(void **state)
{
	struct tcp_lab *server = *state;
	int fds[3];

	tcp_lab_start(server, &(struct tcp_config){.max_connections = 100,
						   .max_per_source = 2});
	for (size_t i = 0; i < 3; i++) {
		fds[i] = tcp_lab_dial(server);
		tcp_lab_pass_ms(server, 10);
	}
	assert_true(tcp_lab_is_closed(server, fds[0]));
	assert_false(tcp_lab_is_closed(server, fds[1]));
	assert_int_equal(tcp_connections(server->tcp), 2);
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
}

/* The smallest limit there is. */
static void the_only_connection_gives_way_to_the_next(void **state)
{
	struct tcp_lab *server = *state;

	tcp_lab_start(server, &(struct tcp_config){.max_connections = 1});
	int first = tcp_lab_dial(server), second = tcp_lab_dial(server);
	assert_true(tcp_lab_is_closed(server, first));
	tcp_lab_ask(second, WEB_0, 1);
	tcp_lab_expect(server, second, 1);
	close(first);
	close(second);
}

/* DNS-183: as long as the hard limit allows. */
static void the_limit_of_open_files_is_raised(void **state)
{
	struct rlimit was, low, is;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	low = (struct rlimit){.rlim_cur = 64, .rlim_max = was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	tcp_lab_start(*state, &(struct tcp_config){.max_connections = 100});
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &is), 0);
	assert_true(is.rlim_cur >= 200 || is.rlim_cur == was.rlim_max);
	assert_true(is.rlim_max == was.rlim_max);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

#define tcp_test(fn)                                                           \
	cmocka_unit_test_setup_teardown(fn, tcp_lab_set_up, tcp_lab_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tcp_test(a_query_that_comes_octet_by_octet_is_answered),
		tcp_test(queries_in_one_segment_are_all_answered),
		tcp_test(a_half_closed_client_gets_its_answers),
		tcp_test(a_frame_shorter_than_a_header_closes),
		tcp_test(a_reply_is_passed_over_and_the_connection_kept),
		tcp_test(an_answer_too_large_for_a_frame_is_cut),
		tcp_test(a_silent_connection_is_closed_after_30_seconds),
		tcp_test(an_unfinished_message_has_5_seconds),
		tcp_test(a_client_that_does_not_read_holds_up_itself_alone),
		tcp_test(a_client_that_reads_late_gets_every_answer),
		tcp_test(at_the_limit_the_longest_silent_gives_way),
		tcp_test(one_source_cannot_take_every_connection),
		tcp_test(the_only_connection_gives_way_to_the_next),
		tcp_test(the_limit_of_open_files_is_raised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
