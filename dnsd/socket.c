/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	BUFFER_LEN = 4 << 20, /* the kernel cuts it to what it allows */
	TCP_BACKLOG = 4096,
	PORT_TRIES = 16,
};

/* Both families behind one type without casts that break aliasing. */
union address {
	struct sockaddr_storage any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

_Static_assert(offsetof(struct sockaddr_in, sin_port) ==
		       offsetof(struct sockaddr_in6, sin6_port),
	       "see socket_port");

bool socket_same_host(const struct sockaddr_storage *a,
		      const struct sockaddr_storage *b)
{
	const union address *x = (const union address *)a;
	const union address *y = (const union address *)b;

	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET)
		return x->v4.sin_addr.s_addr == y->v4.sin_addr.s_addr;
	return memcmp(&x->v6.sin6_addr, &y->v6.sin6_addr,
		      sizeof(x->v6.sin6_addr)) == 0;
}

bool socket_is_wildcard(const struct sockaddr_storage *addr)
{
	const union address *a = (const union address *)addr;

	if (addr->ss_family == AF_INET)
		return a->v4.sin_addr.s_addr == htonl(INADDR_ANY);
	return IN6_IS_ADDR_UNSPECIFIED(&a->v6.sin6_addr);
}

void socket_text(char out[SOCKET_TEXT], const struct dnsd_listen *listen)
{
	const union address *a = (const union address *)&listen->addr;
	bool is_v6 = listen->addr.ss_family == AF_INET6;
	char host[INET6_ADDRSTRLEN] = "?";

	if (is_v6)
		inet_ntop(AF_INET6, &a->v6.sin6_addr, host, sizeof(host));
	else
		inet_ntop(AF_INET, &a->v4.sin_addr, host, sizeof(host));
	snprintf(out, SOCKET_TEXT, is_v6 ? "[%s]:%u" : "%s:%u", host,
		 ntohs(socket_port(&listen->addr)));
}

static int say_why(struct err *err, int code, const struct dnsd_listen *listen,
		   const char *protocol, const char *flag)
{
	char text[SOCKET_TEXT];
	const char *hint;
	bool names_flag = true;

	switch (-code) {
	case EADDRINUSE:
		hint = "the port is in use by another program; stop that one "
		       "or give another address or port with";
		break;
	case EACCES:
	case EPERM:
		hint = "not permitted; ports below 1024 need the capability "
		       "CAP_NET_BIND_SERVICE, or give a higher port with";
		break;
	case EADDRNOTAVAIL:
		hint = "this machine has no such address; give one that it "
		       "has with";
		break;
	case EAFNOSUPPORT:
		hint = "this machine does not have that address family; give "
		       "another address with";
		break;
	default:
		hint = err_str(code);
		names_flag = false;
	}
	socket_text(text, listen);
	return err_set(err, code, "cannot listen on %s (%s): %s%s%s", text,
		       protocol, hint, names_flag ? " " : "",
		       names_flag ? flag : "");
}

static void set_option(int fd, int level, int option, int value)
{
	/* All of these only tune: without them we serve all the same. */
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}

static void close_slot(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define scope_fd st_cleanup(close_slot)

/* A bound socket, or -errno. */
static int open_bound(const struct dnsd_listen *listen, int type,
		      int reuse_option)
{
	int family = listen->addr.ss_family;
	scope_fd int fd =
		socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (reuse_option != 0)
		set_option(fd, SOL_SOCKET, reuse_option, 1);
	if (family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (bind(fd, (const struct sockaddr *)&listen->addr, listen->addr_len) <
	    0)
		return -errno;

	int bound = fd;
	fd = -1;
	return bound;
}

static void tune_udp(int fd, int family, bool is_wild)
{
	set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_LEN);
	set_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_LEN);
	/* DNS-175: a forged ICMP must not make our replies smaller or split. */
	if (family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
			   IPV6_PMTUDISC_OMIT);
	else
		set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
	if (is_wild && family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	else if (is_wild)
		set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
}

/* SO_REUSEPORT would let us share a port with a second server of the same
 * user without a word, so the port is first tried without it. */
static int open_udp(struct listener *listener, size_t n_workers)
{
	if (n_workers == 0)
		return 0;
	int probe = open_bound(&listener->bound, SOCK_DGRAM, 0);
	if (probe < 0)
		return probe;
	close(probe);
	listener->udp_fds = mem_calloc(n_workers, sizeof(int));
	for (; listener->n_udp < n_workers; listener->n_udp++) {
		int fd = open_bound(&listener->bound, SOCK_DGRAM, SO_REUSEPORT);

		if (fd < 0)
			return fd;
		tune_udp(fd, listener->bound.addr.ss_family,
			 listener->is_wildcard);
		listener->udp_fds[listener->n_udp] = fd;
	}
	return 0;
}

/* SO_REUSEADDR: connections of a former run that wait out TIME_WAIT do not
 * keep us from listening again. */
static int open_tcp(struct listener *listener)
{
	scope_fd int fd =
		open_bound(&listener->bound, SOCK_STREAM, SO_REUSEADDR);
	socklen_t len = sizeof(listener->bound.addr);

	if (fd < 0) {
		int code = fd;
		fd = -1;
		return code;
	}
	if (listen(fd, TCP_BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)&listener->bound.addr, &len) < 0)
		return -errno;
	listener->tcp_fd = fd;
	fd = -1;
	return 0;
}

/* TCP goes first and, for port 0, gets a port from the kernel that UDP must
 * then be able to have too. */
static int open_both(struct listener *listener,
		     const struct dnsd_listen *listen, size_t n_workers,
		     struct err *err)
{
	*listener = (struct listener){
		.bound = *listen,
		.is_wildcard = socket_is_wildcard(&listen->addr),
		.tcp_fd = -1,
	};
	const char *flag = n_workers > 0 ? "--listen" : "--dot";
	int code = open_tcp(listener);
	if (code < 0)
		return say_why(err, code, listen, "TCP", flag);
	code = open_udp(listener, n_workers);
	if (code < 0) {
		say_why(err, code, &listener->bound, "UDP", flag);
		listener_close(listener);
	}
	return code;
}

int listener_open(struct listener *ret_listener,
		  const struct dnsd_listen *listen, size_t n_workers,
		  struct err *err)
{
	bool is_any_port = socket_port(&listen->addr) == 0;
	struct listener listener;
	int code = -EADDRINUSE;

	for (int i = 0; i < PORT_TRIES && code == -EADDRINUSE; i++) {
		code = open_both(&listener, listen, n_workers, err);
		if (!is_any_port)
			break;
	}
	if (code == 0)
		*ret_listener = listener;
	return code;
}

uint64_t listener_dropped(const struct listener *listener)
{
	uint64_t n = 0;

	for (size_t i = 0; i < listener->n_udp; i++) {
		uint32_t info[SK_MEMINFO_VARS] = {0};
		socklen_t len = sizeof(info);

		if (getsockopt(listener->udp_fds[i], SOL_SOCKET, SO_MEMINFO,
			       info, &len) == 0)
			n += info[SK_MEMINFO_DROPS];
	}
	return n;
}

void listener_close(struct listener *listener)
{
	if (listener->tcp_fd >= 0)
		close(listener->tcp_fd);
	listener->tcp_fd = -1;
	for (size_t i = 0; i < listener->n_udp; i++)
		close(listener->udp_fds[i]);
	listener->n_udp = 0;
	free(listener->udp_fds);
	listener->udp_fds = NULL;
}
