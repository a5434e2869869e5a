/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/http_target.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "controller/kubeconfig.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

/* A URL in its parts. */
struct url {
	char scheme[8];
	char host[256]; /* brackets included */
	unsigned int port;
	const char *path; /* "" or begins with '/'; borrowed */
};

static bool is_host(const char *host, size_t len)
{
	static const char v6[] = "0123456789abcdefABCDEF:.%";
	bool has_brackets = len > 2 && host[0] == '[' && host[len - 1] == ']';

	if (has_brackets)
		return strspn(host + 1, v6) == len - 2;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)host[i]) && !strchr("-._", host[i]))
			return false;
	return len > 0;
}

static bool read_port(const char *text, size_t len, unsigned int *ret_port)
{
	unsigned int port = 0;

	if (len == 0 || len > 5)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		port = port * 10 + (unsigned int)(text[i] - '0');
	}
	*ret_port = port;
	return port > 0 && port <= 65535;
}

/* What stands in paths must not end the request's first line. */
static bool is_path(const char *path)
{
	for (; *path; path++)
		if (*path <= ' ' || *path >= 0x7f || *path == '?' ||
		    *path == '#')
			return false;
	return true;
}

static bool read_url(const char *text, struct url *url)
{
	bool is_tls = strncasecmp(text, "https://", 8) == 0;
	const char *host, *colon;
	size_t len, host_len;

	if (!is_tls && strncasecmp(text, "http://", 7) != 0)
		return false;
	host = text + (is_tls ? 8 : 7);
	len = strcspn(host, "/?#");
	url->path = host + len;
	/* The last colon, if it does not belong to an IPv6 address. */
	colon = memrchr(host, ':', len);
	if (colon && memchr(colon, ']', len - (size_t)(colon - host)))
		colon = NULL;
	host_len = colon ? (size_t)(colon - host) : len;
	url->port = is_tls ? 443 : 80;
	if (host_len >= sizeof(url->host) || !is_host(host, host_len) ||
	    !is_path(url->path))
		return false;
	if (colon && !read_port(colon + 1, len - host_len - 1, &url->port))
		return false;
	snprintf(url->scheme, sizeof(url->scheme), "%s",
		 is_tls ? "https" : "http");
	memcpy(url->host, host, host_len);
	url->host[host_len] = '\0';
	return true;
}

/* The name with the brackets that an IPv6 address needs in a URL. */
static char *name_in_url(const char *name)
{
	bool is_bare_v6 = strchr(name, ':') && name[0] != '[';

	return is_bare_v6 ? mem_printf("[%s]", name) : mem_strdup(name);
}

static int build_url(struct http_target *target, const struct access *access,
		     struct err *err)
{
	const char *name = access->tls_server_name, *host;
	scope_free char *tls_host = NULL;
	struct url url;
	size_t len;

	if (!read_url(access->server, &url))
		return err_set(err, ST_EINVAL,
			       "server: is not a URL of the form "
			       "https://host:port");
	target->is_tls = strcmp(url.scheme, "https") == 0;
	target->origin =
		mem_printf("%s://%s:%u", url.scheme, url.host, url.port);
	host = url.host;
	if (target->is_tls && name && strcasecmp(name, url.host) != 0) {
		tls_host = name_in_url(name);
		if (!is_host(tls_host, strlen(tls_host)))
			return err_set(err, ST_EINVAL,
				       "tls-server-name: is not a host name");
		target->connect_to = mem_printf("%s:%u:%s:%u", tls_host,
						url.port, url.host, url.port);
		target->host_header =
			mem_printf("Host: %s:%u", url.host, url.port);
		host = tls_host;
	}
	target->url = mem_printf("%s://%s:%u%s", url.scheme, host, url.port,
				 url.path);
	len = strlen(target->url);
	while (target->url[len - 1] == '/')
		target->url[--len] = '\0';
	return 0;
}

static bool is_loopback(const char *origin)
{
	const char *host = strstr(origin, "://") + 3;

	return strncmp(host, "127.", 4) == 0 ||
	       strncmp(host, "[::1]", 5) == 0 ||
	       strncasecmp(host, "localhost:", 10) == 0;
}

/* socks5 leaves names to the proxy, as Go's does. Without proxy-url the
 * environment decides, but never for this machine itself, as with Go. */
static int build_proxy(struct http_target *target, const char *proxy,
		       struct err *err)
{
	static const char *const schemes[] = {"http://", "https://",
					      "socks5://", "socks5h://"};

	if (!proxy) {
		if (is_loopback(target->origin))
			target->proxy = mem_strdup("");
		return 0;
	}
	for (size_t i = 0; i < st_array_len(schemes); i++) {
		size_t len = strlen(schemes[i]);

		if (strncasecmp(proxy, schemes[i], len) != 0)
			continue;
		target->proxy = i < 2 ? mem_strdup(proxy)
				      : mem_printf("socks5h://%s", proxy + len);
		return 0;
	}
	return err_set(err, ST_EINVAL,
		       "proxy-url: must begin with http://, https:// or "
		       "socks5://");
}

int http_target_init(struct http_target *target, const struct access *access,
		     struct err *err)
{
	int rc;

	*target = (struct http_target){0};
	rc = build_url(target, access, err);
	return rc ? rc : build_proxy(target, access->proxy_url, err);
}

void http_target_fini(struct http_target *target)
{
	free(target->origin);
	free(target->url);
	free(target->host_header);
	free(target->connect_to);
	secret_free(target->proxy);
	*target = (struct http_target){0};
}
