/* SPDX-License-Identifier: Apache-2.0 */
/* DNS over TCP on loopback, server and clients on one thread; time stands
 * still but for what a test adds. */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "dnsd/socket.h"
#include "dnsd/stats.h"
#include "dnsd/tcp.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/serve_lab.h"

enum { FRAME = 2 + WIRE_MESSAGE, PATIENCE = 2000, TURN_MS = 5 };

#define WEB_0  "web-0.nginx.default.svc.cluster.local A"
#define MASSES "masses.default.svc.cluster.local AAAA"

struct server {
	struct loop *loop;
	struct zone_slot *slot;
	struct listener listener;
	struct stats stats;
	struct tcp *tcp;
};

static void start(struct server *server, const struct tcp_config *limits)
{
	struct tcp_config config = *limits;

	config.loop = server->loop;
	config.answer = serve_lab_config();
	config.slot = server->slot;
	config.listeners = &server->listener;
	config.n_listeners = 1;
	config.stats = &server->stats;
	server->tcp = tcp_new(&config);
}

static int set_up(void **state)
{
	struct server *server = mem_zalloc(sizeof(*server));
	struct dnsd_listen listen = {.addr_len = sizeof(struct sockaddr_in)};
	struct err err;

	((struct sockaddr_in *)&listen.addr)->sin_addr.s_addr =
		htonl(INADDR_LOOPBACK);
	listen.addr.ss_family = AF_INET;
	clk_fake(UINT64_C(1000000000000), 0);
	server->loop = loop_new();
	server->slot = serve_lab_slot(true);
	assert_int_equal(listener_open(&server->listener, &listen, 1, &err), 0);
	*state = server;
	return 0;
}

static int tear_down(void **state)
{
	struct server *server = *state;

	tcp_free(server->tcp);
	listener_close(&server->listener);
	zone_slot_free(server->slot);
	loop_free(server->loop);
	clk_real();
	free(server);
	return 0;
}

/* Lets the server do all it can do now. */
static void settle(const struct server *server)
{
	for (int i = 0; i < 8; i++)
		loop_turn(server->loop, 0);
}

static void pass_ms(const struct server *server, uint64_t ms)
{
	clk_fake_advance_ms(ms);
	settle(server);
}

static int dial(const struct server *server)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const void *)&server->listener.bound.addr,
				 server->listener.bound.addr_len),
			 0);
	settle(server);
	return fd;
}

static size_t frame(uint8_t *out, const char *line, uint16_t id)
{
	size_t len = serve_lab_query(out + 2, line);

	wire_put16(out, (uint16_t)len);
	wire_put16(out + 2, id);
	return 2 + len;
}

static void say(int fd, const void *data, size_t len)
{
	assert_int_equal(send(fd, data, len, MSG_NOSIGNAL), len);
}

static void ask(int fd, const char *line, uint16_t id)
{
	uint8_t wire[2 + LAB_QUERY_MAX];

	say(fd, wire, frame(wire, line, id));
}

/* Exactly `len` octets, while the server works; fewer if it closes. */
static size_t hear(const struct server *server, int fd, uint8_t *out,
		   size_t len)
{
	size_t at = 0;

	for (int i = 0; i < PATIENCE && at < len; i++) {
		ssize_t got = recv(fd, out + at, len - at, MSG_DONTWAIT);

		if (got == 0 || (got < 0 && errno != EAGAIN))
			return at;
		if (got > 0)
			at += (size_t)got;
		else
			loop_turn(server->loop, TURN_MS);
	}
	return at;
}

/* Length of the next message, which is left in out, or 0. */
static size_t hear_frame(const struct server *server, int fd, uint8_t *out)
{
	if (hear(server, fd, out, 2) != 2)
		return 0;
	size_t len = wire_get16(out);
	assert_int_equal(hear(server, fd, out, len), len);
	return len;
}

static void expect_answer(const struct server *server, int fd, uint16_t id)
{
	static uint8_t out[FRAME];

	assert_true(hear_frame(server, fd, out) > WIRE_HEADER);
	assert_int_equal(wire_get16(out), id);
	assert_int_equal(out[3] & 0x0f, RCODE_NOERROR);
	assert_true(wire_get16(out + 6) > 0);
}

static bool is_closed(const struct server *server, int fd)
{
	uint8_t octet;

	settle(server);
	ssize_t got = recv(fd, &octet, 1, MSG_DONTWAIT | MSG_PEEK);
	return got == 0 || (got < 0 && errno != EAGAIN);
}

/* DNS-181. */
static void a_query_that_comes_octet_by_octet_is_answered(void **state)
{
	struct server *server = *state;
	uint8_t wire[2 + LAB_QUERY_MAX];
	size_t len = frame(wire, WEB_0, 7);

	start(server, &(struct tcp_config){0});
	int fd = dial(server);
	for (size_t i = 0; i < len; i++) {
		say(fd, wire + i, 1);
		settle(server);
	}
	expect_answer(server, fd, 7);
	close(fd);
}

/* DNS-181: pipelining, any segmentation. */
static void queries_in_one_segment_are_all_answered(void **state)
{
	struct server *server = *state;
	uint8_t wire[100 * 128];
	size_t len = 0;

	start(server, &(struct tcp_config){0});
	int fd = dial(server);
	for (uint16_t id = 0; id < 100; id++)
		len += frame(wire + len, WEB_0, id);
	/* The end of the last comes later. */
	say(fd, wire, len - 5);
	for (uint16_t id = 0; id < 99; id++)
		expect_answer(server, fd, id);
	say(fd, wire + len - 5, 5);
	expect_answer(server, fd, 99);
	assert_int_equal(server->stats.n.tcp_queries, 100);
	assert_int_equal(server->stats.n.answers, 100);
	close(fd);
}

/* DNS-182. */
static void a_half_closed_client_gets_its_answers(void **state)
{
	struct server *server = *state;

	start(server, &(struct tcp_config){0});
	int fd = dial(server);
	ask(fd, WEB_0, 1);
	ask(fd, MASSES, 2);
	ask(fd, MASSES, 3);
	ask(fd, WEB_0, 4);
	shutdown(fd, SHUT_WR);
	for (uint16_t id = 1; id <= 4; id++)
		expect_answer(server, fd, id);
	assert_true(is_closed(server, fd));
	assert_int_equal(tcp_connections(server->tcp), 0);
	close(fd);
}

/* DNS-111. */
static void a_frame_shorter_than_a_header_closes(void **state)
{
	struct server *server = *state;

	start(server, &(struct tcp_config){0});
	for (uint8_t len = 0; len < WIRE_HEADER; len++) {
		const uint8_t wire[2] = {0, len};
		int fd = dial(server);

		ask(fd, WEB_0, 1);
		say(fd, wire, sizeof(wire));
		expect_answer(server, fd, 1);
		assert_true(is_closed(server, fd));
		close(fd);
	}
}

/* DNS-112. */
static void a_reply_is_passed_over_and_the_connection_kept(void **state)
{
	struct server *server = *state;

	start(server, &(struct tcp_config){0});
	int fd = dial(server);
	ask(fd, WEB_0 " flags=8000", 1);
	ask(fd, WEB_0, 2);
	expect_answer(server, fd, 2);
	assert_int_equal(server->stats.n.dropped, 1);
	close(fd);
}

/* DNS-172: as many as fit into 65,535 octets, and TC. */
static void an_answer_too_large_for_a_frame_is_cut(void **state)
{
	struct server *server = *state;
	static uint8_t out[FRAME];

	start(server, &(struct tcp_config){0});
	int fd = dial(server);
	ask(fd, MASSES " edns", 9);
	size_t len = hear_frame(server, fd, out);
	assert_true(len > WIRE_MESSAGE - 28 && len <= WIRE_MESSAGE);
	assert_true(out[2] & WIRE_TC);
	assert_int_equal(wire_get16(out + 6), 2338);
	close(fd);
}

/* DNS-095, 183. */
static void a_silent_connection_is_closed_after_30_seconds(void **state)
{
	struct server *server = *state;

	start(server, &(struct tcp_config){0});
	int fd = dial(server), never = dial(server);
	pass_ms(server, 20000);
	ask(fd, WEB_0, 1);
	expect_answer(server, fd, 1);
	pass_ms(server, 9000);
	assert_false(is_closed(server, never));
	pass_ms(server, 2000);
	assert_true(is_closed(server, never));
	pass_ms(server, 18000);
	assert_false(is_closed(server, fd));
	pass_ms(server, 2000);
	assert_true(is_closed(server, fd));
	close(fd);
	close(never);
}

/* DNS-183: and octets that drip do not prolong it. */
static void an_unfinished_message_has_5_seconds(void **state)
{
	struct server *server = *state;
	uint8_t wire[2 + LAB_QUERY_MAX];

	start(server, &(struct tcp_config){0});
	int fd = dial(server);
	frame(wire, WEB_0, 1);
	for (size_t i = 0; i < 4; i++) {
		assert_false(is_closed(server, fd));
		say(fd, wire + i, 1);
		settle(server);
		pass_ms(server, 1500);
	}
	assert_true(is_closed(server, fd));
	close(fd);
}

/* DNS-184: who does not read is not read from, and what is held for it is
 * bounded; in the end it is closed. */
static void a_client_that_does_not_read_holds_up_itself_alone(void **state)
{
	struct server *server = *state;
	uint8_t wire[2 + LAB_QUERY_MAX];
	int small = 4096;

	start(server, &(struct tcp_config){0});
	int slow = dial(server), quick = dial(server);
	setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	size_t len = frame(wire, MASSES, 1);
	for (int i = 0; i < 1000; i++) {
		send(slow, wire, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		settle(server);
	}
	assert_true(server->stats.n.answers < 200);
	ask(quick, WEB_0, 2);
	expect_answer(server, quick, 2);
	pass_ms(server, 4000);
	assert_int_equal(tcp_connections(server->tcp), 2);
	pass_ms(server, 2000);
	assert_int_equal(tcp_connections(server->tcp), 1);
	close(slow);
	close(quick);
}

/* DNS-184: once it reads again, nothing is missing. */
static void a_client_that_reads_late_gets_every_answer(void **state)
{
	struct server *server = *state;
	uint8_t wire[200 * 64];
	size_t len = 0;

	start(server, &(struct tcp_config){0});
	int fd = dial(server);
	for (uint16_t id = 0; id < 200; id++)
		len += frame(wire + len, MASSES, id);
	say(fd, wire, len);
	settle(server);
	assert_true(server->stats.n.answers < 200);
	for (uint16_t id = 0; id < 200; id++)
		expect_answer(server, fd, id);
	close(fd);
}

/* DNS-183. */
static void at_the_limit_the_longest_silent_gives_way(void **state)
{
	struct server *server = *state;
	int fds[5];

	start(server,
	      &(struct tcp_config){.max_connections = 4, .max_per_source = 4});
	for (size_t i = 0; i < 4; i++) {
		fds[i] = dial(server);
		pass_ms(server, 10);
	}
	ask(fds[0], WEB_0, 1);
	expect_answer(server, fds[0], 1);
	fds[4] = dial(server);
	assert_true(is_closed(server, fds[1]));
	assert_int_equal(tcp_connections(server->tcp), 4);
	ask(fds[0], WEB_0, 2);
	expect_answer(server, fds[0], 2);
	ask(fds[4], WEB_0, 3);
	expect_answer(server, fds[4], 3);
	/* Near the limit, patience is shorter. */
	pass_ms(server, 9000);
	assert_int_equal(tcp_connections(server->tcp), 3);
	for (size_t i = 0; i < 5; i++)
		close(fds[i]);
}

/* DNS-183. */
static void one_source_cannot_take_every_connection(void **state)
{
	struct server *server = *state;
	int fds[3];

	start(server, &(struct tcp_config){.max_connections = 100,
					   .max_per_source = 2});
	for (size_t i = 0; i < 3; i++) {
		fds[i] = dial(server);
		pass_ms(server, 10);
	}
	assert_true(is_closed(server, fds[0]));
	assert_false(is_closed(server, fds[1]));
	assert_int_equal(tcp_connections(server->tcp), 2);
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
}

/* The smallest limit there is. */
static void the_only_connection_gives_way_to_the_next(void **state)
{
	struct server *server = *state;

	start(server, &(struct tcp_config){.max_connections = 1});
	int first = dial(server), second = dial(server);
	assert_true(is_closed(server, first));
	ask(second, WEB_0, 1);
	expect_answer(server, second, 1);
	close(first);
	close(second);
}

#define tcp_test(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
