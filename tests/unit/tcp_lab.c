/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/tcp_lab.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

enum { PATIENCE = 2000, TURN_MS = 5 };

void tcp_lab_start(struct tcp_lab *server, const struct tcp_config *limits)
{
	struct tcp_config config = *limits;

	config.loop = server->loop;
	config.answer = serve_lab_config();
	config.slot = server->slot;
	config.listeners = config.dot = &server->listener;
	config.n_listeners = config.tls == NULL;
	config.n_dot = config.tls != NULL;
	config.stats = &server->stats;
	stats_open(config.stats, DNSD_TCP);
	stats_open(config.stats, DNSD_TLS);
	server->tcp = tcp_new(&config);
}

int tcp_lab_set_up(void **state)
{
	struct tcp_lab *server = mem_zalloc(sizeof(*server));
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

int tcp_lab_tear_down(void **state)
{
	struct tcp_lab *server = *state;

	tcp_free(server->tcp);
	stats_fini(&server->stats);
	listener_close(&server->listener);
	zone_slot_free(server->slot);
	loop_free(server->loop);
	clk_real();
	free(server);
	return 0;
}

void tcp_lab_settle(const struct tcp_lab *server)
{
	for (int i = 0; i < 8; i++)
		loop_turn(server->loop, 0);
}

void tcp_lab_pass_ms(const struct tcp_lab *server, uint64_t ms)
{
	clk_fake_advance_ms(ms);
	tcp_lab_settle(server);
}

int tcp_lab_dial(const struct tcp_lab *server)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const void *)&server->listener.bound.addr,
				 server->listener.bound.addr_len),
			 0);
	tcp_lab_settle(server);
	return fd;
}

size_t tcp_lab_frame(uint8_t *out, const char *line, uint16_t id)
{
	size_t len = serve_lab_query(out + 2, line);

	wire_put16(out, (uint16_t)len);
	wire_put16(out + 2, id);
	return 2 + len;
}

void tcp_lab_say(int fd, const void *data, size_t len)
{
	assert_int_equal(send(fd, data, len, MSG_NOSIGNAL), len);
}

void tcp_lab_ask(int fd, const char *line, uint16_t id)
{
	uint8_t wire[2 + LAB_QUERY_MAX];

	tcp_lab_say(fd, wire, tcp_lab_frame(wire, line, id));
}

size_t tcp_lab_hear(const struct tcp_lab *server, int fd, uint8_t *out,
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

size_t tcp_lab_hear_frame(const struct tcp_lab *server, int fd, uint8_t *out)
{
	if (tcp_lab_hear(server, fd, out, 2) != 2)
		return 0;
	size_t len = wire_get16(out);
	assert_int_equal(tcp_lab_hear(server, fd, out, len), len);
	return len;
}

void tcp_lab_expect(const struct tcp_lab *server, int fd, uint16_t id)
{
	static uint8_t out[FRAME];

	assert_true(tcp_lab_hear_frame(server, fd, out) > WIRE_HEADER);
	assert_int_equal(wire_get16(out), id);
	assert_int_equal(out[3] & 0x0f, RCODE_NOERROR);
	assert_true(wire_get16(out + 6) > 0);
}

bool tcp_lab_is_closed(const struct tcp_lab *server, int fd)
{
	uint8_t octet;

	tcp_lab_settle(server);
	ssize_t got = recv(fd, &octet, 1, MSG_DONTWAIT | MSG_PEEK);
	return got == 0 || (got < 0 && errno != EAGAIN);
}
