/* SPDX-License-Identifier: Apache-2.0 */
/* The whole serving side on loopback: sockets, threads, start and stop. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "dnsd/socket.h"
#include "dnsd/stats.h"
#include "dnsd/udp.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/serve_lab.h"

enum { WAIT_MS = 5000, SILENCE_MS = 100, REPLY_MAX = 4096 };

#define WEB_0 "web-0.nginx.default.svc.cluster.local A"

static struct dnsd_listen address(const char *host, uint16_t port)
{
	struct dnsd_listen listen = {0};
	struct sockaddr_in *v4 = (void *)&listen.addr;
	struct sockaddr_in6 *v6 = (void *)&listen.addr;

	if (strchr(host, ':') != NULL) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		assert_int_equal(inet_pton(AF_INET6, host, &v6->sin6_addr), 1);
		listen.addr_len = sizeof(*v6);
	} else {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		assert_int_equal(inet_pton(AF_INET, host, &v4->sin_addr), 1);
		listen.addr_len = sizeof(*v4);
	}
	return listen;
}

static struct dnsd *make(const struct dnsd_listen *listen, size_t n,
			 unsigned int threads)
{
	struct dnsd *dnsd = dnsd_new(&(struct dnsd_config){
		.listen = listen, .n_listen = n, .threads = threads});

	serve_lab_fill(dnsd_slot(dnsd), true);
	return dnsd;
}

static struct dnsd *serve(const struct dnsd_listen *listen, size_t n,
			  unsigned int threads)
{
	struct dnsd *dnsd = make(listen, n, threads);
	struct err err = {.code = 0};

	if (dnsd_start(dnsd, &err) < 0)
		fail_msg("%s", err_msg(&err));
	return dnsd;
}

static struct dnsd_listen bound(const struct dnsd *dnsd, size_t i)
{
	struct dnsd_listen ret;

	dnsd_bound(dnsd, i, &ret);
	return ret;
}

static uint16_t port_of(const struct dnsd *dnsd)
{
	struct dnsd_listen listen = bound(dnsd, 0);

	return ntohs(socket_port(&listen.addr));
}

/* A connected socket hears nothing but what comes from that address. */
static int dial(const struct dnsd_listen *to, int type)
{
	int fd = socket(to->addr.ss_family, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const void *)&to->addr, to->addr_len), 0);
	return fd;
}

static void ask(int fd, const char *line)
{
	uint8_t wire[2 + LAB_QUERY_MAX];
	size_t len = serve_lab_query(wire + 2, line);
	int type;
	socklen_t type_len = sizeof(type);

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len);
	wire_put16(wire, (uint16_t)len);
	size_t skip = type == SOCK_DGRAM ? 2 : 0;
	len += 2 - skip;
	assert_int_equal(send(fd, wire + skip, len, MSG_NOSIGNAL), len);
}

/* Octets that came within that time; 0 = none. */
static size_t hear(int fd, uint8_t *out, int wait_ms)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	if (poll(&poll_fd, 1, wait_ms) <= 0)
		return 0;
	ssize_t got = recv(fd, out, REPLY_MAX, 0);
	return got > 0 ? (size_t)got : 0;
}

static void expect_answer(const struct dnsd_listen *to, int type)
{
	uint8_t out[REPLY_MAX];
	int fd = dial(to, type);
	size_t skip = type == SOCK_DGRAM ? 0 : 2;

	ask(fd, WEB_0);
	assert_true(hear(fd, out, WAIT_MS) > skip + WIRE_HEADER);
	assert_int_equal(wire_get16(out + skip), LAB_ID);
	assert_int_equal(wire_get16(out + skip + 6), 1);
	close(fd);
}

static bool has_v6(void)
{
	const struct dnsd_listen listen = address("::1", 0);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool has = fd >= 0 &&
		   bind(fd, (const void *)&listen.addr, listen.addr_len) == 0;

	if (fd >= 0)
		close(fd);
	return has;
}

/* Replies with this RCODE, by UDP and TCP. */
static uint64_t replies(const struct dnsd *dnsd, uint16_t rcode)
{
	static dnsd_replies sum[DNSD_ROWS];
	uint64_t n = 0;

	memset(sum, 0, sizeof(sum));
	for (int i = 0; i < DNSD_PROTOS; i++)
		for (int k = 0; k < DNSD_FAMILIES; k++)
			dnsd_sum_replies(dnsd, (enum dnsd_proto)i,
					 (enum dnsd_family)k, sum, DNSD_ROWS);
	for (size_t i = 0; i < DNSD_ROWS; i++)
		for (size_t k = 0; k < DNSD_TYPES; k++)
			n += sum[i][rcode][k];
	return n;
}

/* DNS-180: also for a port that the kernel chose. */
static void udp_and_tcp_answer_on_the_same_port_of_each_address(void **state)
{
	struct dnsd_listen listen[] = {address("127.0.0.1", 0),
				       address("127.0.0.2", 0),
				       address("::1", 0)};
	size_t n = has_v6() ? 3 : 2;
	struct dnsd *dnsd = serve(listen, n, 2);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct dnsd_listen to = bound(dnsd, i);

		assert_true(socket_port(&to.addr) != 0);
		expect_answer(&to, SOCK_DGRAM);
		expect_answer(&to, SOCK_STREAM);
	}
	struct dnsd_counters counters;
	dnsd_counters(dnsd, &counters);
	assert_int_equal(counters.udp_queries, n);
	assert_int_equal(counters.tcp_queries, n);
	assert_int_equal(counters.tcp_connections, n);
	assert_int_equal(replies(dnsd, RCODE_NOERROR), 2 * n);
	assert_int_equal(replies(dnsd, RCODE_REFUSED), 0);
	dnsd_free(dnsd);
}

/* DNS-092. */
static void a_wildcard_socket_answers_from_the_address_asked(void **state)
{
	struct dnsd_listen listen[] = {address("0.0.0.0", 0), address("::", 0)};
	struct dnsd *dnsd = serve(listen, has_v6() ? 2 : 1, 2);
	struct dnsd_listen to = address("127.0.0.1", port_of(dnsd));

	(void)state;
	expect_answer(&to, SOCK_DGRAM);
	to = address("127.77.1.2", port_of(dnsd));
	expect_answer(&to, SOCK_DGRAM);
	expect_answer(&to, SOCK_STREAM);
	if (has_v6()) {
		struct dnsd_listen v6 = bound(dnsd, 1);

		to = address("::1", ntohs(socket_port(&v6.addr)));
		expect_answer(&to, SOCK_DGRAM);
		expect_answer(&to, SOCK_STREAM);
	}
	dnsd_free(dnsd);
}

/* DNS-185: the kernel spreads clients over the workers' sockets. */
static void each_worker_answers_from_the_same_port(void **state)
{
	enum { CLIENTS = 64 };
	struct dnsd_listen listen = address("127.0.0.1", 0);
	struct dnsd *dnsd = serve(&listen, 1, 4);
	struct dnsd_listen to = bound(dnsd, 0);
	uint8_t out[REPLY_MAX];
	int fds[CLIENTS];

	(void)state;
	for (size_t i = 0; i < CLIENTS; i++) {
		fds[i] = dial(&to, SOCK_DGRAM);
		ask(fds[i], WEB_0);
	}
	for (size_t i = 0; i < CLIENTS; i++) {
		assert_true(hear(fds[i], out, WAIT_MS) > WIRE_HEADER);
		close(fds[i]);
	}
	dnsd_free(dnsd);
}

/* DNS-110, 112. */
static void what_is_no_query_gets_silence(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);
	struct dnsd *dnsd = serve(&listen, 1, 1);
	struct dnsd_listen to = bound(dnsd, 0);
	struct dnsd_counters counters;
	uint8_t out[REPLY_MAX];
	int fd = dial(&to, SOCK_DGRAM);

	(void)state;
	assert_int_equal(send(fd, "", 0, 0), 0);
	assert_int_equal(send(fd, "short", 5, 0), 5);
	ask(fd, WEB_0 " flags=8000");
	assert_int_equal(hear(fd, out, SILENCE_MS), 0);
	ask(fd, WEB_0);
	assert_true(hear(fd, out, WAIT_MS) > WIRE_HEADER);
	dnsd_counters(dnsd, &counters);
	assert_int_equal(counters.udp_queries, 4);
	assert_int_equal(counters.dropped_malformed, 3);
	close(fd);
	dnsd_free(dnsd);
}

/* DNS-185: a client that is gone by the time of the reply costs nothing. */
static void clients_that_vanish_do_not_stop_the_others(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);
	struct dnsd *dnsd = serve(&listen, 1, 1);
	struct dnsd_listen to = bound(dnsd, 0);

	(void)state;
	for (int i = 0; i < 50; i++) {
		int fd = dial(&to, SOCK_DGRAM);

		ask(fd, WEB_0);
		close(fd);
	}
	expect_answer(&to, SOCK_DGRAM);
	dnsd_free(dnsd);
}

/* DNS-017: what was committed is in the next answer. */
static void a_commit_is_seen_by_the_next_query(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);
	struct dnsd *dnsd = serve(&listen, 1, 2);
	struct dnsd_listen to = bound(dnsd, 0);
	int fd = dial(&to, SOCK_DGRAM);
	uint8_t out[REPLY_MAX];
	struct name name;

	(void)state;
	assert_int_equal(
		name_parse(&name, "new.nginx.default.svc.cluster.local"), 0);
	for (uint8_t i = 1; i < 200; i++) {
		const uint8_t octets[4] = {10, 9, 9, i};
		const struct rr_data data = {octets, sizeof(octets)};
		struct zone_edit *edit = zone_edit_begin(dnsd_slot(dnsd));

		zone_edit_put(edit, &(struct rr_set){.owner = name.wire,
						     .type = RR_A,
						     .ttl_s = 5,
						     .n = 1,
						     .data = &data});
		assert_int_equal(zone_edit_commit(edit, 1700000000), 1);
		ask(fd, "new.nginx.default.svc.cluster.local A");
		size_t len = hear(fd, out, WAIT_MS);
		assert_true(len > WIRE_HEADER);
		assert_memory_equal(out + len - 4, octets, 4);
	}
	close(fd);
	dnsd_free(dnsd);
}

static void expect_refusal(const struct dnsd_listen *listen, int code,
			   const char *words)
{
	struct dnsd *dnsd = make(listen, 1, 2);
	struct err err = {.code = 0};
	char text[SOCKET_TEXT];

	assert_int_equal(dnsd_start(dnsd, &err), code);
	socket_text(text, listen);
	assert_non_null(strstr(err_msg(&err), text));
	assert_non_null(strstr(err_msg(&err), words));
	assert_non_null(strstr(err_msg(&err), "--listen"));
	assert_null(strchr(err_msg(&err), '\n'));
	dnsd_free(dnsd);
}

static void a_port_in_use_is_named_with_the_remedy(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);
	struct dnsd *first = serve(&listen, 1, 1);

	(void)state;
	listen = bound(first, 0);
	expect_refusal(&listen, -EADDRINUSE, "in use");
	/* The first one goes on. */
	expect_answer(&listen, SOCK_DGRAM);
	dnsd_free(first);
	/* And once it has gone, the port is free. */
	struct dnsd *second = serve(&listen, 1, 1);
	expect_answer(&listen, SOCK_STREAM);
	dnsd_free(second);
}

/* Two servers of one user must not share the port in silence. */
static void a_port_shared_for_udp_counts_as_in_use(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
	socklen_t len = sizeof(listen.addr);

	(void)state;
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	assert_int_equal(bind(fd, (void *)&listen.addr, listen.addr_len), 0);
	getsockname(fd, (void *)&listen.addr, &len);
	expect_refusal(&listen, -EADDRINUSE, "in use");
	close(fd);
}

static void an_address_that_is_not_ours_is_named(void **state)
{
	struct dnsd_listen listen = address("192.0.2.1", 5353);

	(void)state;
	expect_refusal(&listen, -EADDRNOTAVAIL, "no such address");
}

static void stop_takes_no_time_and_may_be_repeated(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);
	struct dnsd *dnsd = serve(&listen, 1, 8);
	struct dnsd_listen to = bound(dnsd, 0);
	int idle = dial(&to, SOCK_STREAM);

	(void)state;
	expect_answer(&to, SOCK_DGRAM);
	expect_answer(&to, SOCK_STREAM);
	uint64_t before_ms = clk_mono_ms();
	dnsd_stop(dnsd);
	dnsd_stop(dnsd);
	assert_true(clk_mono_ms() - before_ms < 1000);
	assert_int_equal(replies(dnsd, RCODE_NOERROR), 2);
	close(idle);
	dnsd_free(dnsd);
}

static void one_that_was_never_started_is_freed(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);

	(void)state;
	dnsd_free(make(&listen, 1, 0));
	dnsd_free(NULL);
}

/* A server's socket, and a client's that is bound to 127.0.0.1. */
struct pair {
	struct zone_slot *slot;
	struct stats stats;
	struct udp_batch *batch;
	struct listener server;
	int client;
	struct dnsd_listen from;
};

static void pair_open(struct pair *pair, const char *host)
{
	struct dnsd_listen listen = address(host, 0);
	socklen_t len = sizeof(pair->from.addr);
	struct err err;

	*pair = (struct pair){.slot = serve_lab_slot(true),
			      .from = address("127.0.0.1", 0)};
	assert_int_equal(listener_open(&pair->server, &listen, 1, &err), 0);
	stats_open(&pair->stats, DNSD_UDP);
	pair->batch =
		udp_batch_new(serve_lab_config(), pair->slot, &pair->stats);
	pair->client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(pair->client, (void *)&pair->from.addr,
			      pair->from.addr_len),
			 0);
	getsockname(pair->client, (void *)&pair->from.addr, &len);
	struct dnsd_listen to = address(
		"127.0.0.1", ntohs(socket_port(&pair->server.bound.addr)));
	assert_int_equal(connect(pair->client, (void *)&to.addr, to.addr_len),
			 0);
}

static void pair_close(struct pair *pair)
{
	udp_batch_free(pair->batch);
	stats_fini(&pair->stats);
	listener_close(&pair->server);
	zone_slot_free(pair->slot);
	close(pair->client);
}

/* DNS-113: with one of our own as source, replies could chase each other. */
static void what_seems_to_come_from_ourselves_is_dropped(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "0.0.0.0"};
	uint8_t out[REPLY_MAX];

	(void)state;
	for (size_t i = 0; i < st_array_len(hosts); i++) {
		struct pair pair;

		pair_open(&pair, hosts[i]);
		/* We listen where the client sits, by name or by wildcard. */
		struct listener own = {
			.bound = address(hosts[i],
					 ntohs(socket_port(&pair.from.addr))),
			.is_wildcard = pair.server.is_wildcard,
		};
		ask(pair.client, WEB_0);
		assert_int_equal(
			udp_serve(pair.batch, pair.server.udp_fds[0], &own, 1),
			1);
		assert_int_equal(hear(pair.client, out, SILENCE_MS), 0);
		assert_int_equal(pair.stats.n.dropped_loop, 1);
		ask(pair.client, WEB_0);
		assert_int_equal(udp_serve(pair.batch, pair.server.udp_fds[0],
					   &pair.server, 1),
				 1);
		assert_true(hear(pair.client, out, WAIT_MS) > 0);
		pair_close(&pair);
	}
}

static void a_queue_is_answered_in_batches_without_waiting(void **state)
{
	const dnsd_replies *cells;
	struct pair pair;
	uint8_t out[REPLY_MAX];
	size_t n = 0, got;

	(void)state;
	pair_open(&pair, "127.0.0.1");
	for (int i = 0; i < 150; i++)
		ask(pair.client, i % 3 == 0 ? "gone.cluster.local" : WEB_0);
	while ((got = udp_serve(pair.batch, pair.server.udp_fds[0],
				&pair.server, 1)) > 0) {
		assert_true(got <= 64);
		n += got;
	}
	assert_int_equal(n, 150);
	for (int i = 0; i < 150; i++) {
		assert_true(hear(pair.client, out, WAIT_MS) > 0);
		assert_int_equal(out[3], i % 3 == 0 ? RCODE_NXDOMAIN : 0);
	}
	assert_int_equal(serve_lab_replies(&pair.stats, DNSD_UDP), 150);
	cells = pair.stats.lanes[DNSD_UDP][DNSD_V4]->replies;
	assert_int_equal(cells[1][RCODE_NXDOMAIN][stats_types[RR_A]], 50);
	assert_int_equal(cells[1][RCODE_NOERROR][stats_types[RR_A]], 100);
	pair_close(&pair);
}

/* Signals are the main thread's: a handler must never run in a worker. */
static volatile sig_atomic_t is_elsewhere;
static pthread_t main_thread;

static void on_signal(int signo)
{
	(void)signo;
	if (!pthread_equal(pthread_self(), main_thread))
		is_elsewhere = 1;
}

static void workers_leave_signals_to_the_main_thread(void **state)
{
	struct dnsd_listen listen = address("127.0.0.1", 0);
	struct sigaction action = {.sa_handler = on_signal}, before;
	sigset_t usr1;

	(void)state;
	main_thread = pthread_self();
	sigaction(SIGUSR1, &action, &before);
	struct dnsd *dnsd = serve(&listen, 1, 4);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	/* Blocked here, it would go to any thread that takes it. */
	pthread_sigmask(SIG_BLOCK, &usr1, NULL);
	kill(getpid(), SIGUSR1);
	struct dnsd_listen to = bound(dnsd, 0);
	expect_answer(&to, SOCK_DGRAM);
	pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
	assert_int_equal(is_elsewhere, 0);
	dnsd_free(dnsd);
	sigaction(SIGUSR1, &before, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			udp_and_tcp_answer_on_the_same_port_of_each_address),
		cmocka_unit_test(
			a_wildcard_socket_answers_from_the_address_asked),
		cmocka_unit_test(each_worker_answers_from_the_same_port),
		cmocka_unit_test(what_is_no_query_gets_silence),
		cmocka_unit_test(clients_that_vanish_do_not_stop_the_others),
		cmocka_unit_test(a_commit_is_seen_by_the_next_query),
		cmocka_unit_test(a_port_in_use_is_named_with_the_remedy),
		cmocka_unit_test(a_port_shared_for_udp_counts_as_in_use),
		cmocka_unit_test(an_address_that_is_not_ours_is_named),
		cmocka_unit_test(stop_takes_no_time_and_may_be_repeated),
		cmocka_unit_test(one_that_was_never_started_is_freed),
		cmocka_unit_test(what_seems_to_come_from_ourselves_is_dropped),
		cmocka_unit_test(
			a_queue_is_answered_in_batches_without_waiting),
		cmocka_unit_test(workers_leave_signals_to_the_main_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
