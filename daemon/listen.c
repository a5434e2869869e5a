/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/listen.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "daemon/number.h"
#include "daemon/range.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum { MAX_LISTEN = 64, HOST_TEXT = INET6_ADDRSTRLEN + 1 + IF_NAMESIZE };

static int no_port(struct err *err)
{
	return err_set(err, ST_EINVAL,
		       "the port is missing: write ADDR:PORT, for instance "
		       "127.0.0.1:5300 or [::1]:5300");
}

static int parse_v4(struct dnsd_listen *listen, const char *host, uint16_t port,
		    struct err *err)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)&listen->addr;

	if (host[0] == '\0')
		return err_set(err, ST_EINVAL,
			       "the address is missing: write 0.0.0.0:%u for "
			       "all of IPv4 or [::]:%u for all of IPv6",
			       port, port);
	if (inet_pton(AF_INET, host, &sin->sin_addr) != 1)
		return err_set(err, ST_EINVAL,
			       "'%s' is not an IP address (names are not "
			       "looked up): write for instance 127.0.0.1:%u",
			       host, port);
	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	listen->addr_len = sizeof(*sin);
	return 0;
}

static int parse_scope(struct sockaddr_in6 *sin6, const char *scope,
		       struct err *err)
{
	if (scope == NULL) {
		if (IN6_IS_ADDR_LINKLOCAL(&sin6->sin6_addr))
			return err_set(err, ST_EINVAL,
				       "a link-local address needs its "
				       "interface: write [fe80::1%%eth0]:PORT");
		return 0;
	}
	sin6->sin6_scope_id = if_nametoindex(scope);
	if (sin6->sin6_scope_id == 0)
		return err_set(err, ST_EINVAL,
			       "there is no network interface '%s'", scope);
	return 0;
}

static int parse_v6(struct dnsd_listen *listen, char *host, uint16_t port,
		    struct err *err)
{
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&listen->addr;
	char *scope = strchr(host, '%');

	if (scope != NULL)
		*scope++ = '\0';
	if (inet_pton(AF_INET6, host, &sin6->sin6_addr) != 1)
		return err_set(err, ST_EINVAL,
			       "'%s' is not an IPv6 address: write for "
			       "instance [::1]:%u",
			       host, port);
	/* The sockets are IPV6_V6ONLY, so such an address cannot be bound. */
	if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr))
		return err_set(err, ST_EINVAL,
			       "this is an IPv4 address: write it as such");
	sin6->sin6_family = AF_INET6;
	sin6->sin6_port = htons(port);
	listen->addr_len = sizeof(*sin6);
	return parse_scope(sin6, scope, err);
}

int listen_parse(struct dnsd_listen *ret_listen, const char *text,
		 struct err *err)
{
	struct dnsd_listen listen = {0};
	const char *colon = strrchr(text, ':');
	bool is_v6 = text[0] == '[';
	const char *begin = text + is_v6;
	char host[HOST_TEXT];
	uint32_t port;
	size_t len;
	int rc;

	if (colon == NULL || (is_v6 && colon[-1] != ']'))
		return no_port(err);
	if (!is_v6 && memchr(text, ':', (size_t)(colon - text)) != NULL)
		return err_set(err, ST_EINVAL,
			       "an IPv6 address goes in brackets: write for "
			       "instance [::1]:5300");
	rc = number_parse(&port, colon + 1, 0, UINT16_MAX, err);
	if (rc != 0)
		return err_wrap(err, rc, "port");
	len = (size_t)(colon - begin) - is_v6;
	if (len >= sizeof(host))
		return err_set(err, ST_EINVAL, "the address is too long");
	memcpy(host, begin, len);
	host[len] = '\0';
	rc = is_v6 ? parse_v6(&listen, host, (uint16_t)port, err)
		   : parse_v4(&listen, host, (uint16_t)port, err);
	if (rc == 0)
		*ret_listen = listen;
	return rc;
}

int listen_parse_server(struct dnsd_listen *ret_listen, const char *text,
			struct err *err)
{
	scope_free char *with_port = NULL;
	struct range range;
	int rc;

	if (range_parse_address(&range, text) == 0)
		with_port =
			mem_printf(range.len == 4 ? "%s:53" : "[%s]:53", text);
	rc = listen_parse(ret_listen, with_port != NULL ? with_port : text,
			  err);
	if (rc == 0 && listen_port(ret_listen) == 0)
		return err_set(err, ST_EINVAL,
			       "nothing can be sent to port 0: leave the port "
			       "out for 53");
	return rc;
}

int listen_add(struct dnsd_listen **list, size_t *n, const char *text,
	       struct err *err)
{
	struct dnsd_listen listen;
	int rc = listen_parse(&listen, text, err);

	if (rc != 0)
		return rc;
	if (*n == MAX_LISTEN)
		return err_set(err, ST_ELIMIT,
			       "more than %d addresses: listen on 0.0.0.0 "
			       "or [::] instead",
			       MAX_LISTEN);
	for (size_t i = 0; i < *n; i++) {
		if (listen_port(&listen) != 0 &&
		    listen_equal(&(*list)[i], &listen))
			return err_set(err, ST_EINVAL,
				       "given twice: leave one out");
	}
	mem_grow(*list, *n);
	(*list)[(*n)++] = listen;
	return 0;
}

void listen_text(char out[LISTEN_TEXT], const struct dnsd_listen *listen)
{
	const struct sockaddr_in *sin = (const void *)&listen->addr;
	const struct sockaddr_in6 *sin6 = (const void *)&listen->addr;
	char host[INET6_ADDRSTRLEN] = "";
	char interface[IF_NAMESIZE] = "";
	const char *mark = "";

	if (listen->addr.ss_family == AF_INET) {
		inet_ntop(AF_INET, &sin->sin_addr, host, sizeof(host));
		snprintf(out, LISTEN_TEXT, "%s:%u", host, ntohs(sin->sin_port));
		return;
	}
	inet_ntop(AF_INET6, &sin6->sin6_addr, host, sizeof(host));
	if (sin6->sin6_scope_id != 0 &&
	    if_indextoname(sin6->sin6_scope_id, interface) != NULL)
		mark = "%";
	snprintf(out, LISTEN_TEXT, "[%s%s%s]:%u", host, mark, interface,
		 ntohs(sin6->sin6_port));
}

bool listen_equal(const struct dnsd_listen *a, const struct dnsd_listen *b)
{
	const struct sockaddr_in6 *a6 = (const void *)&a->addr;
	const struct sockaddr_in6 *b6 = (const void *)&b->addr;
	const struct sockaddr_in *a4 = (const void *)&a->addr;
	const struct sockaddr_in *b4 = (const void *)&b->addr;

	if (a->addr.ss_family != b->addr.ss_family)
		return false;
	if (a->addr.ss_family == AF_INET)
		return a4->sin_port == b4->sin_port &&
		       a4->sin_addr.s_addr == b4->sin_addr.s_addr;
	return a6->sin6_port == b6->sin6_port &&
	       a6->sin6_scope_id == b6->sin6_scope_id &&
	       IN6_ARE_ADDR_EQUAL(&a6->sin6_addr, &b6->sin6_addr);
}

unsigned int listen_port(const struct dnsd_listen *listen)
{
	if (listen->addr.ss_family == AF_INET)
		return ntohs(
			((const struct sockaddr_in *)&listen->addr)->sin_port);
	return ntohs(((const struct sockaddr_in6 *)&listen->addr)->sin6_port);
}
