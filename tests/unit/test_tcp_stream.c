/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "statefuld/mem.h"
#include "tests/unit/tcp_lab.h"

enum { MANY = 2000, LONG = 50000, MAX = TCP_STREAMS_MAX + 8 };

/* Questions of type 65280 get a stream, each with the ID of its query. */
#define PRIVATE "web-0.nginx.default.svc.cluster.local TYPE65280"

struct test_stream {
	struct tcp_stream stream;
	struct shop *shop;
	uint16_t id;
	size_t left, len;
	bool is_late; /* has its message only when told */
};

/* What the hook makes, and what became of it. */
struct shop {
	struct test_stream *open[MAX];
	size_t n_open, n_made, n_messages, n_freed;
	size_t messages, len;
	bool is_late;
	struct tcp_client client;
};

static ssize_t next(struct tcp_stream *base, uint8_t *out)
{
	struct test_stream *stream = (struct test_stream *)base;

	if (stream->is_late)
		return -EAGAIN;
	if (stream->left == 0)
		return 0;
	stream->left--;
	stream->shop->n_messages++;
	memset(out, 0xa5, stream->len);
	wire_put16(out, stream->id);
	return (ssize_t)stream->len;
}

static void release(struct tcp_stream *base)
{
	struct test_stream *stream = (struct test_stream *)base;

	stream->shop->n_freed++;
	free(stream);
}

static struct tcp_stream *begin(const struct tcp_ask *ask, void *arg)
{
	struct shop *shop = arg;

	if (ask->query->qtype != 65280)
		return NULL;
	struct test_stream *stream = mem_zalloc(sizeof(*stream));
	stream->stream.next = next;
	stream->stream.free = release;
	stream->shop = shop;
	stream->id = wire_get16(ask->wire);
	stream->left = shop->messages;
	stream->len = shop->len;
	stream->is_late = shop->is_late;
	shop->client = *ask->client;
	assert_true(shop->n_open < MAX);
	shop->open[shop->n_open++] = stream;
	shop->n_made++;
	return &stream->stream;
}

static void start(struct tcp_lab *lab, struct shop *shop)
{
	tcp_lab_start(lab, &(struct tcp_config){.hook = {begin, shop}});
}

static uint16_t hear_id(const struct tcp_lab *lab, int fd)
{
	static uint8_t out[FRAME];

	assert_true(tcp_lab_hear_frame(lab, fd, out) >= WIRE_HEADER);
	return wire_get16(out);
}

static void tell(struct shop *shop, size_t i)
{
	shop->open[i]->is_late = false;
	tcp_stream_ready(&shop->open[i]->stream);
}

/* DNS-184: 100 MB go through a connection that holds a few frames. */
static void a_slow_reader_gets_all_and_makes_us_hold_little(void **state)
{
	struct tcp_lab *lab = *state;
	struct shop shop = {.messages = MANY, .len = LONG};
	static uint8_t out[FRAME];

	start(lab, &shop);
	int fd = tcp_lab_dial(lab);
	tcp_lab_ask(fd, PRIVATE, 9);
	for (int i = 0; i < 1000; i++)
		tcp_lab_settle(lab);
	size_t ahead = shop.n_messages;
	tcp_lab_settle(lab);
	assert_int_equal(shop.n_messages, ahead);
	assert_true(ahead < MANY / 2);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(tcp_lab_hear_frame(lab, fd, out), LONG);
		assert_int_equal(wire_get16(out), 9);
	}
	tcp_lab_settle(lab);
	assert_int_equal(shop.n_freed, 1);
	close(fd);
}

/* RFC 7766 6.2.1.1: what is slow does not hold up the rest. */
static void what_waits_is_overtaken(void **state)
{
	struct tcp_lab *lab = *state;
	struct shop shop = {.messages = 1, .len = 100, .is_late = true};

	start(lab, &shop);
	int fd = tcp_lab_dial(lab);
	tcp_lab_ask(fd, PRIVATE, 1);
	tcp_lab_ask(fd, PRIVATE, 2);
	tcp_lab_ask(fd, WEB_0, 3);
	assert_int_equal(hear_id(lab, fd), 3);
	tell(&shop, 1);
	assert_int_equal(hear_id(lab, fd), 2);
	tell(&shop, 0);
	assert_int_equal(hear_id(lab, fd), 1);
	tcp_lab_ask(fd, WEB_0, 4);
	assert_int_equal(hear_id(lab, fd), 4);
	assert_int_equal(shop.n_freed, 2);
	close(fd);
}

static void streams_of_a_connection_take_turns(void **state)
{
	struct tcp_lab *lab = *state;
	struct shop shop = {.messages = 3, .len = 100, .is_late = true};
	size_t sum = 0;

	start(lab, &shop);
	int fd = tcp_lab_dial(lab);
	tcp_lab_ask(fd, PRIVATE, 1);
	tcp_lab_ask(fd, PRIVATE, 2);
	tcp_lab_settle(lab);
	tell(&shop, 0);
	tell(&shop, 1);
	for (size_t i = 0; i < 6; i++) {
		uint16_t id = hear_id(lab, fd);

		assert_int_equal(id, i % 2 + 1);
		sum += id;
	}
	assert_int_equal(sum, 9);
	close(fd);
}

static void a_stream_ends_with_its_client(void **state)
{
	struct tcp_lab *lab = *state;
	struct shop shop = {.messages = MANY, .len = LONG};

	start(lab, &shop);
	int fd = tcp_lab_dial(lab);
	tcp_lab_ask(fd, PRIVATE, 1);
	tcp_lab_settle(lab);
	assert_int_equal(shop.n_freed, 0);
	close(fd);
	for (int i = 0; i < 10; i++)
		tcp_lab_settle(lab);
	assert_int_equal(shop.n_freed, 1);
}

static void a_half_closed_client_gets_its_stream(void **state)
{
	struct tcp_lab *lab = *state;
	struct shop shop = {.messages = 2, .len = 100, .is_late = true};

	start(lab, &shop);
	int fd = tcp_lab_dial(lab);
	tcp_lab_ask(fd, PRIVATE, 5);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	tcp_lab_settle(lab);
	tell(&shop, 0);
	assert_int_equal(hear_id(lab, fd), 5);
	assert_int_equal(hear_id(lab, fd), 5);
	assert_true(tcp_lab_is_closed(lab, fd));
	close(fd);
}

/* DNS-183: queries in flight are counted for each connection. */
static void too_many_at_once_are_not_read(void **state)
{
	struct tcp_lab *lab = *state;
	struct shop shop = {.messages = 1, .len = 100, .is_late = true};

	start(lab, &shop);
	int fd = tcp_lab_dial(lab);
	for (uint16_t i = 0; i < MAX; i++)
		tcp_lab_ask(fd, PRIVATE, i);
	tcp_lab_settle(lab);
	assert_int_equal(shop.n_made, TCP_STREAMS_MAX);
	/* Those that wait for us do not run into a time limit. */
	tcp_lab_pass_ms(lab, 20000);
	for (size_t i = 0; i < MAX; i++) {
		tell(&shop, i);
		assert_int_equal(hear_id(lab, fd), i);
		tcp_lab_settle(lab);
	}
	close(fd);
}

static void the_hook_is_told_who_asks(void **state)
{
	struct tcp_lab *lab = *state;
	struct shop shop = {.messages = 1, .len = 100};

	start(lab, &shop);
	int fd = tcp_lab_dial(lab);
	tcp_lab_ask(fd, PRIVATE, 1);
	assert_int_equal(hear_id(lab, fd), 1);
	assert_false(shop.client.is_tls);
	assert_false(shop.client.is_xot);
	close(fd);
}

#define stream_test(fn)                                                        \
	cmocka_unit_test_setup_teardown(fn, tcp_lab_set_up, tcp_lab_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		stream_test(a_slow_reader_gets_all_and_makes_us_hold_little),
		stream_test(what_waits_is_overtaken),
		stream_test(streams_of_a_connection_take_turns),
		stream_test(a_stream_ends_with_its_client),
		stream_test(a_half_closed_client_gets_its_stream),
		stream_test(too_many_at_once_are_not_read),
		stream_test(the_hook_is_told_who_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
