/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/tcp.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dnsd/socket.h"
#include "dnsd/stats.h"
#include "dnsd/tcp_conn.h"
#include "statefuld/clk.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"
#include "statefuld/tls.h"

enum {
	MAX_CONNECTIONS = 1000,
	MIN_CONNECTIONS = 16,
	RESERVED = 256, /* descriptors that are not for connections */
	ACCEPT_BATCH = 64,
	IDLE_MS = TCP_IDLE_MS,
	MESSAGE_MS = 5000,
	WRITE_MS = 5000,
};

#define PEER_MAGIC UINT32_C(0x50454552)

/* A connection in the list of those by age: the longest silent comes first. */
struct peer {
	uint32_t magic;
	struct tcp *tcp;
	struct peer *prev, *next;
	struct loop_fd *watch;
	struct sockaddr_storage from;
	struct tcp_conn conn;
};

struct tcp {
	struct tcp_config config;
	struct tcp_limits limits;
	struct loop_fd **watches; /* of the listening sockets, TLS last */
	struct loop_timer *sweep;
	struct peer *oldest, *newest;
	size_t n_peers;
	bool is_paused; /* accepts none until the next sweep */
	struct tcp_work work;
};

static struct peer *peer_of(void *arg)
{
	struct peer *peer = arg;

	st_assert(peer->magic == PEER_MAGIC);
	return peer;
}

static void unlink_peer(struct peer *peer)
{
	struct tcp *tcp = peer->tcp;

	*(peer->prev ? &peer->prev->next : &tcp->oldest) = peer->next;
	*(peer->next ? &peer->next->prev : &tcp->newest) = peer->prev;
}

static void link_newest(struct peer *peer)
{
	struct tcp *tcp = peer->tcp;

	peer->prev = tcp->newest;
	peer->next = NULL;
	*(peer->prev ? &peer->prev->next : &tcp->oldest) = peer;
	tcp->newest = peer;
}

/* DNS-183: shorter when the connections get scarce. */
static uint64_t idle_ms(const struct tcp *tcp)
{
	size_t max = tcp->config.max_connections;

	return tcp->n_peers > max - max / 4 ? tcp->config.idle_timeout_ms / 4
					    : tcp->config.idle_timeout_ms;
}

static void count_peers(struct tcp *tcp, size_t n)
{
	tcp->n_peers = n;
	tcp->limits.idle_ms = idle_ms(tcp);
	stats_set(&tcp->config.stats->n.tcp_open, n);
	tcp->work.env.keepalive_ds = (uint16_t)(tcp->limits.idle_ms / 100);
}

static void peer_free(struct peer *peer)
{
	struct tcp *tcp = peer->tcp;

	unlink_peer(peer);
	loop_fd_free(peer->watch);
	tcp_conn_fini(&peer->conn);
	peer->magic = 0;
	free(peer);
	count_peers(tcp, tcp->n_peers - 1);
}

/* A stream that waited may go on, when the loop comes round. */
static void on_wake(void *arg)
{
	struct peer *peer = peer_of(arg);

	loop_fd_set(peer->watch, tcp_conn_wants(&peer->conn));
}

static void serve_peer(struct peer *peer)
{
	struct tcp *tcp = peer->tcp;
	uint64_t before_ms = peer->conn.active_ms;

	if (!tcp_conn_serve(&peer->conn, &tcp->work, clk_mono_ms())) {
		peer_free(peer);
		return;
	}
	loop_fd_set(peer->watch, tcp_conn_wants(&peer->conn));
	if (peer->conn.active_ms != before_ms) {
		unlink_peer(peer);
		link_newest(peer);
	}
}

static void on_peer(int fd, int what, void *arg)
{
	(void)fd;
	(void)what;
	serve_peer(peer_of(arg));
}

static void arm_sweep(struct tcp *tcp)
{
	const struct tcp_config *config = &tcp->config;
	uint64_t least_ms = config->idle_timeout_ms / 4;

	if (config->message_timeout_ms < least_ms)
		least_ms = config->message_timeout_ms;
	if (config->write_timeout_ms < least_ms)
		least_ms = config->write_timeout_ms;
	if (!loop_timer_is_set(tcp->sweep))
		loop_timer_set(tcp->sweep, least_ms / 8 + 1);
}

static size_t n_watches(const struct tcp *tcp)
{
	return tcp->config.n_listeners + tcp->config.n_dot;
}

static void pause_accepting(struct tcp *tcp, bool is_paused)
{
	tcp->is_paused = is_paused;
	for (size_t i = 0; i < n_watches(tcp); i++)
		loop_fd_set(tcp->watches[i], is_paused ? 0 : LOOP_READ);
	arm_sweep(tcp);
}

/* The timer runs only while there is something to watch over. */
static void on_sweep(void *arg)
{
	struct tcp *tcp = arg;
	uint64_t now_ms = clk_mono_ms();

	for (struct peer *peer = tcp->oldest, *next; peer; peer = next) {
		next = peer->next;
		if (tcp_conn_is_overdue(&peer->conn, &tcp->limits, now_ms))
			peer_free(peer);
	}
	if (tcp->is_paused)
		pause_accepting(tcp, false);
	if (tcp->n_peers > 0)
		arm_sweep(tcp);
}

/* Closes what has been silent for longest if a limit is reached. A linear
 * search is enough: it is done once per connection. */
static void make_room(struct tcp *tcp, const struct sockaddr_storage *from)
{
	struct peer *oldest = NULL;
	size_t n = 0;

	for (struct peer *peer = tcp->newest; peer; peer = peer->prev) {
		if (!socket_same_host(&peer->from, from))
			continue;
		oldest = peer;
		n++;
	}
	if (tcp->n_peers >= tcp->config.max_connections)
		oldest = n >= tcp->config.max_per_source ? oldest : tcp->oldest;
	else if (n < tcp->config.max_per_source)
		oldest = NULL;
	if (oldest != NULL)
		peer_free(oldest);
}

static void take_peer(struct tcp *tcp, int take_fd, struct tls *take_tls,
		      const struct sockaddr_storage *from)
{
	struct peer *peer = mem_zalloc(sizeof(*peer));
	int on = 1;

	/* Replies go out as they are ready (RFC 7766 6.2.1.1). */
	(void)setsockopt(take_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	make_room(tcp, from);
	peer->magic = PEER_MAGIC;
	peer->tcp = tcp;
	peer->from = *from;
	tcp_conn_init(&peer->conn, take_fd, take_tls, &peer->from,
		      clk_mono_ms());
	peer->conn.wake = on_wake;
	peer->conn.wake_arg = peer;
	peer->watch = loop_fd_new(tcp->config.loop, take_fd, LOOP_READ, on_peer,
				  peer);
	link_newest(peer);
	count_peers(tcp, tcp->n_peers + 1);
	stats_add(&tcp->config.stats->n.tcp_connections, 1);
	arm_sweep(tcp);
	/* Often the query has come along with the handshake. */
	serve_peer(peer);
}

/* Out of descriptors: one is made free, and the loop does not spin over a
 * socket that stays readable. */
static void on_accept_error(struct tcp *tcp, int error)
{
	if (error != EMFILE && error != ENFILE && error != ENOBUFS &&
	    error != ENOMEM)
		return;
	if (tcp->oldest != NULL)
		peer_free(tcp->oldest);
	pause_accepting(tcp, true);
}

static void accept_some(struct tcp *tcp, int fd, const struct tls_server *tls)
{
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		struct sockaddr_storage from = {0};
		socklen_t len = sizeof(from);
		int conn = accept4(fd, (struct sockaddr *)&from, &len,
				   SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (conn < 0) {
			on_accept_error(tcp, errno);
			return;
		}
		take_peer(tcp, conn, tls != NULL ? tls_new(tls, conn) : NULL,
			  &from);
	}
}

static void on_listener(int fd, int what st_unused, void *arg)
{
	accept_some(arg, fd, NULL);
}

static void on_dot_listener(int fd, int what st_unused, void *arg)
{
	struct tcp *tcp = arg;

	accept_some(tcp, fd, tcp->config.tls);
}

/* As many descriptors as that, if this process may have them. */
static rlim_t raise_descriptors(rlim_t wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return wanted;
	if (limit.rlim_cur >= wanted)
		return limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? 0 : limit.rlim_cur;
}

/* `wanted` connections, or as many as leave descriptors for the rest of the
 * process: else those that come would get nothing, instead of those that are
 * silent giving way. */
static size_t connection_limit(size_t wanted)
{
	rlim_t have = raise_descriptors(wanted + RESERVED);
	size_t most = have > 2 * RESERVED ? (size_t)have - RESERVED
					  : (size_t)have / 2;

	if (most >= wanted)
		return wanted;
	if (most < MIN_CONNECTIONS)
		most = MIN_CONNECTIONS;
	log_warn("fewer tcp connections",
		 "wanted=%zu most=%zu hint=\"raise "
		 "the hard limit of open files (ulimit -Hn) to %zu\"",
		 wanted, most, wanted + RESERVED);
	return most;
}

static void fill_defaults(struct tcp_config *config)
{
	if (config->max_connections == 0)
		config->max_connections = MAX_CONNECTIONS;
	config->max_connections = connection_limit(config->max_connections);
	if (config->max_per_source == 0)
		config->max_per_source = (config->max_connections + 1) / 2;
	if (config->idle_timeout_ms == 0)
		config->idle_timeout_ms = IDLE_MS;
	if (config->message_timeout_ms == 0)
		config->message_timeout_ms = MESSAGE_MS;
	if (config->write_timeout_ms == 0)
		config->write_timeout_ms = WRITE_MS;
}

static void watch_listeners(struct tcp *tcp)
{
	const struct tcp_config *config = &tcp->config;
	size_t n = 0;

	tcp->watches = mem_calloc(n_watches(tcp), sizeof(*tcp->watches));
	for (size_t i = 0; i < config->n_listeners; i++)
		tcp->watches[n++] =
			loop_fd_new(config->loop, config->listeners[i].tcp_fd,
				    LOOP_READ, on_listener, tcp);
	for (size_t i = 0; i < config->n_dot; i++)
		tcp->watches[n++] =
			loop_fd_new(config->loop, config->dot[i].tcp_fd,
				    LOOP_READ, on_dot_listener, tcp);
}

struct tcp *tcp_new(const struct tcp_config *config)
{
	struct tcp *tcp = mem_zalloc(sizeof(*tcp));

	tcp->config = *config;
	fill_defaults(&tcp->config);
	tcp->limits.message_ms = tcp->config.message_timeout_ms;
	tcp->limits.write_ms = tcp->config.write_timeout_ms;
	tcp->work.env.config = config->answer;
	tcp->work.env.is_stream = true;
	tcp->work.slot = config->slot;
	tcp->work.stats = config->stats;
	tcp->work.hook = config->hook;
	count_peers(tcp, 0);
	rcu_register_thread();
	rcu_thread_offline();
	tcp->sweep = loop_timer_new(config->loop, on_sweep, tcp);
	watch_listeners(tcp);
	return tcp;
}

void tcp_free(struct tcp *tcp)
{
	if (tcp == NULL)
		return;
	while (tcp->oldest != NULL)
		peer_free(tcp->oldest);
	for (size_t i = 0; i < n_watches(tcp); i++)
		loop_fd_free(tcp->watches[i]);
	free(tcp->watches);
	loop_timer_free(tcp->sweep);
	rcu_unregister_thread();
	free(tcp);
}

void tcp_set_tls(struct tcp *tcp, const struct tls_server *tls)
{
	tcp->config.tls = tls;
}

size_t tcp_connections(const struct tcp *tcp)
{
	return tcp->n_peers;
}
