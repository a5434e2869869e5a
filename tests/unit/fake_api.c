/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fake_api.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "statefuld/buf.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

struct fake_conn {
	LIST_ENTRY(fake_conn) link;
	struct fake_api *api;
	int fd;
	struct loop_fd *watch;
	struct buf in, out;
	bool closing;
};

struct fake_api {
	struct loop *loop;
	fake_fn fn;
	void *arg;
	int fd, port, n_requests, n_conns;
	struct loop_fd *watch;
	LIST_HEAD(, fake_conn) conns;
};

static void conn_free(struct fake_conn *conn)
{
	LIST_REMOVE(conn, link);
	loop_fd_free(conn->watch);
	close(conn->fd);
	buf_fini(&conn->in);
	buf_fini(&conn->out);
	free(conn);
}

static void want(struct fake_conn *conn)
{
	bool writes = conn->out.len > 0 || conn->closing;

	loop_fd_set(conn->watch, LOOP_READ | (writes ? LOOP_WRITE : 0));
}

/* Takes one whole request off the input, if there is one. */
static bool take_request(struct fake_conn *conn)
{
	struct fake_api *api = conn->api;
	char *end = conn->in.data ? strstr(conn->in.data, "\r\n\r\n") : NULL;
	char method[16], path[2048];
	size_t body_len = 0, head_len;
	const char *length;

	if (!end)
		return false;
	head_len = (size_t)(end - conn->in.data) + 4;
	length = strcasestr(conn->in.data, "\r\nContent-Length:");
	if (length && length < end)
		body_len = strtoul(length + 17, NULL, 10);
	if (conn->in.len < head_len + body_len)
		return false;
	scope_free char *head = mem_strndup(conn->in.data, head_len);
	scope_free char *body = mem_strndup(conn->in.data + head_len, body_len);
	buf_consume(&conn->in, head_len + body_len);
	if (sscanf(head, "%15s %2047s", method, path) != 2)
		abort();
	struct fake_request request = {
		conn, api->n_requests++, method, path, head, body};
	api->fn(&request, api->arg);
	return true;
}

static void on_conn(int fd, int what, void *arg)
{
	struct fake_conn *conn = arg;
	char chunk[65536];
	ssize_t n;

	if (what & LOOP_WRITE && conn->out.len > 0) {
		n = send(fd, conn->out.data, conn->out.len,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			buf_consume(&conn->out, (size_t)n);
	}
	if (conn->closing && conn->out.len == 0) {
		conn_free(conn);
		return;
	}
	n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		conn_free(conn);
		return;
	}
	if (n > 0)
		buf_put(&conn->in, chunk, (size_t)n);
	while (!conn->closing && take_request(conn))
		;
	want(conn);
}

static void on_listen(int fd, int what, void *arg)
{
	struct fake_api *api = arg;
	int got = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct fake_conn *conn;

	(void)what;
	if (got < 0)
		return;
	conn = mem_zalloc(sizeof(*conn));
	conn->api = api;
	conn->fd = got;
	buf_init(&conn->in, 0);
	buf_init(&conn->out, 0);
	conn->watch = loop_fd_new(api->loop, got, LOOP_READ, on_conn, conn);
	LIST_INSERT_HEAD(&api->conns, conn, link);
	api->n_conns++;
}

void fake_api_up(struct fake_api *api)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)api->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	int on = 1;

	api->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(api->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(api->fd, (struct sockaddr *)&addr, len) != 0 ||
	    listen(api->fd, 64) != 0 ||
	    getsockname(api->fd, (struct sockaddr *)&addr, &len) != 0)
		abort();
	api->port = ntohs(addr.sin_port);
	api->watch = loop_fd_new(api->loop, api->fd, LOOP_READ, on_listen, api);
}

void fake_api_down(struct fake_api *api)
{
	struct fake_conn *conn;

	loop_fd_free(api->watch);
	api->watch = NULL;
	if (api->fd >= 0)
		close(api->fd);
	api->fd = -1;
	while ((conn = LIST_FIRST(&api->conns)))
		conn_free(conn);
}

struct fake_api *fake_api_new(struct loop *loop, fake_fn fn, void *arg)
{
	struct fake_api *api = mem_zalloc(sizeof(*api));

	api->loop = loop;
	api->fn = fn;
	api->arg = arg;
	LIST_INIT(&api->conns);
	fake_api_up(api);
	return api;
}

void fake_api_free(struct fake_api *api)
{
	fake_api_down(api);
	free(api);
}

int fake_api_port(const struct fake_api *api)
{
	return api->port;
}

int fake_api_conns(const struct fake_api *api)
{
	return api->n_conns;
}

void fake_reply(struct fake_conn *conn, int status, const char *head,
		const char *body)
{
	buf_printf(&conn->out,
		   "HTTP/1.1 %d Said\r\nContent-Type: application/json\r\n"
		   "Content-Length: %zu\r\n%s\r\n",
		   status, strlen(body), head);
	buf_puts(&conn->out, body);
	want(conn);
}

void fake_begin(struct fake_conn *conn, int status)
{
	buf_printf(&conn->out,
		   "HTTP/1.1 %d Said\r\nTransfer-Encoding: chunked\r\n\r\n",
		   status);
	want(conn);
}

void fake_chunk(struct fake_conn *conn, const char *data, size_t len)
{
	buf_printf(&conn->out, "%zx\r\n", len);
	buf_put(&conn->out, data, len);
	buf_puts(&conn->out, "\r\n");
	want(conn);
}

void fake_text(struct fake_conn *conn, const char *text)
{
	fake_chunk(conn, text, strlen(text));
}

void fake_end(struct fake_conn *conn)
{
	buf_puts(&conn->out, "0\r\n\r\n");
	want(conn);
}

void fake_cut(struct fake_conn *conn)
{
	conn->closing = true;
	want(conn);
}

const char *fake_header(const struct fake_request *request, const char *name)
{
	static char value[4096];
	scope_free char *key = mem_printf("\r\n%s: ", name);
	const char *at = strcasestr(request->head, key);

	value[0] = '\0';
	if (at)
		snprintf(value, sizeof(value), "%.*s",
			 (int)strcspn(at + strlen(key), "\r"),
			 at + strlen(key));
	return value;
}
