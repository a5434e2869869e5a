/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * socket - the listening sockets of one address: one for TCP and one for UDP
 * per worker, all on the same port.
 *
 * Threads: opened and closed by one, before and after the workers run.
 * Memory: listener_close releases what listener_open made.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct err;

struct listener {
	struct dnsd_listen bound; /* with the real port */
	bool is_wildcard;	  /* replies need the address that was asked */
	int tcp_fd;
	int *udp_fds; /* one per worker */
	size_t n_udp;
};

enum { SOCKET_TEXT = 64 };
/* "192.0.2.1:53" or "[2001:db8::1]:53". */
void socket_text(char out[SOCKET_TEXT], const struct dnsd_listen *listen);

/* Without workers it is for TCP alone: DNS over TLS. The error says address,
 * reason and remedy in one line. On error nothing stays open. */
st_must_check int listener_open(struct listener *ret_listener,
				const struct dnsd_listen *listen,
				size_t n_workers, struct err *err);
void listener_close(struct listener *listener);

/* Packets that its UDP sockets lost because nobody took them in time. */
uint64_t listener_dropped(const struct listener *listener);

/* Network byte order; 0 for families other than IPv4 and IPv6, which have it
 * at the same place. */
static inline uint16_t socket_port(const struct sockaddr_storage *addr)
{
	if (addr->ss_family != AF_INET && addr->ss_family != AF_INET6)
		return 0;
	return ((const struct sockaddr_in *)(const void *)addr)->sin_port;
}
bool socket_is_wildcard(const struct sockaddr_storage *addr);
/* Same address, ports aside. */
bool socket_same_host(const struct sockaddr_storage *a,
		      const struct sockaddr_storage *b);
