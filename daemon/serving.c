/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serving.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "statefuld/mem.h"

static void add(struct serving *serving, const struct controller_addr *addr)
{
	for (size_t i = 0; i < serving->n; i++) {
		if (serving->addrs[i].len == addr->len &&
		    memcmp(serving->addrs[i].octets, addr->octets, addr->len) ==
			    0)
			return;
	}
	mem_grow(serving->addrs, serving->n);
	serving->addrs[serving->n++] = *addr;
}

/* False for other families than the two. */
static bool from_sockaddr(struct controller_addr *addr,
			  const struct sockaddr *sa)
{
	const struct sockaddr_in *sin = (const void *)sa;
	const struct sockaddr_in6 *sin6 = (const void *)sa;

	memset(addr, 0, sizeof(*addr));
	if (sa->sa_family == AF_INET) {
		addr->len = 4;
		memcpy(addr->octets, &sin->sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		addr->len = 16;
		memcpy(addr->octets, &sin6->sin6_addr, 16);
	}
	return addr->len != 0;
}

static bool is_wildcard(const struct controller_addr *addr)
{
	static const uint8_t zero[16];

	return memcmp(addr->octets, zero, addr->len) == 0;
}

static bool is_loopback(const struct controller_addr *addr)
{
	struct in6_addr in6;

	if (addr->len == 4)
		return addr->octets[0] == 127;
	memcpy(&in6, addr->octets, sizeof(in6));
	return IN6_IS_ADDR_LOOPBACK(&in6);
}

/* An address that means something on one link only says nothing in a zone. */
static bool is_link_local(const struct controller_addr *addr)
{
	if (addr->len == 4)
		return addr->octets[0] == 169 && addr->octets[1] == 254;
	return addr->octets[0] == 0xfe && (addr->octets[1] & 0xc0) == 0x80;
}

static void add_reachable(struct serving *serving,
			  const struct dnsd_listen *listen, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct controller_addr addr;

		if (!from_sockaddr(&addr, (const void *)&listen[i].addr) ||
		    is_wildcard(&addr) || is_loopback(&addr))
			continue;
		/* 169.254.x.y is usual for a cache on each node. */
		if (addr.len == 16 && is_link_local(&addr))
			continue;
		add(serving, &addr);
	}
}

static void add_discovered(struct serving *serving,
			   const struct dnsd_listen *listen, size_t n,
			   const struct serving *interfaces)
{
	for (size_t i = 0; i < n; i++) {
		struct controller_addr addr;

		if (!from_sockaddr(&addr, (const void *)&listen[i].addr) ||
		    !is_wildcard(&addr))
			continue;
		for (size_t k = 0; k < interfaces->n; k++) {
			const struct controller_addr *have =
				&interfaces->addrs[k];

			if (have->len == addr.len && !is_loopback(have) &&
			    !is_link_local(have))
				add(serving, have);
		}
	}
}

static void add_loopback(struct serving *serving,
			 const struct dnsd_listen *listen, size_t n)
{
	static const struct controller_addr v4 = {4, {127, 0, 0, 1}};
	static const struct controller_addr v6 = {16, {[15] = 1}};

	for (size_t i = 0; i < n; i++) {
		struct controller_addr addr;

		if (!from_sockaddr(&addr, (const void *)&listen[i].addr))
			continue;
		if (is_wildcard(&addr))
			addr = addr.len == 4 ? v4 : v6;
		add(serving, &addr);
	}
}

void serving_choose(struct serving *ret_serving,
		    const struct dnsd_listen *listen, size_t n_listen,
		    const struct serving *interfaces)
{
	struct serving serving = {0};

	add_reachable(&serving, listen, n_listen);
	if (serving.n == 0)
		add_discovered(&serving, listen, n_listen, interfaces);
	if (serving.n == 0)
		add_loopback(&serving, listen, n_listen);
	*ret_serving = serving;
}

void serving_interfaces(struct serving *ret_serving)
{
	struct serving serving = {0};
	struct ifaddrs *list = NULL;

	if (getifaddrs(&list) != 0)
		list = NULL;
	for (struct ifaddrs *it = list; it != NULL; it = it->ifa_next) {
		struct controller_addr addr;

		if (it->ifa_addr != NULL && (it->ifa_flags & IFF_UP) != 0 &&
		    from_sockaddr(&addr, it->ifa_addr))
			add(&serving, &addr);
	}
	if (list != NULL)
		freeifaddrs(list);
	*ret_serving = serving;
}

void serving_fini(struct serving *serving)
{
	free(serving->addrs);
	*serving = (struct serving){0};
}
