/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/e2e/scripted/server_impl.h"

enum { READ_SIZE = 64 << 10, PAGES_HOLD_MS = 5000 };

struct conn {
	struct server *server;
	struct conn *next, **link;
	struct loop_fd *event;
	int fd;
	struct buf in;	/* bytes of requests, not yet answered */
	struct buf raw; /* body, before it is cut into chunks */
	struct buf out; /* bytes to send */
	size_t sent;	/* of out */
	struct stream stream;
	bool closing; /* after what is in out */
};

struct conn *conn_next(const struct conn *conn)
{
	return conn->next;
}

const struct stream *conn_stream(const struct conn *conn)
{
	return &conn->stream;
}

void conn_free(struct conn *conn)
{
	if (conn->next != NULL)
		conn->next->link = conn->link;
	*conn->link = conn->next;
	loop_fd_free(conn->event);
	close(conn->fd);
	buf_fini(&conn->in);
	buf_fini(&conn->raw);
	buf_fini(&conn->out);
	free(conn);
}

/* Moves raw into out as chunks of HTTP. */
static void frame(struct conn *conn)
{
	size_t most = conn->server->config.chunk;
	size_t at = 0;

	while (at < conn->raw.len) {
		size_t n = conn->raw.len - at;

		if (most != 0 && n > most)
			n = most;
		buf_printf(&conn->out, "%zx\r\n", n);
		buf_put(&conn->out, conn->raw.data + at, n);
		buf_puts(&conn->out, "\r\n");
		at += n;
	}
	buf_clear(&conn->raw);
}

static void end_body(struct conn *conn)
{
	frame(conn);
	buf_puts(&conn->out, "0\r\n\r\n");
	conn->stream.mode = STREAM_NONE;
}

static void answer_text(struct conn *conn, int code, const char *headers,
			const char *body)
{
	buf_printf(&conn->out,
		   "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n%s"
		   "Content-Length: %zu\r\n\r\n%s",
		   code, code < 300 ? "OK" : "Refused", headers, strlen(body),
		   body);
}

static void answer_status(struct conn *conn, int code, const char *reason,
			  const char *message, uint32_t retry_after_s)
{
	scope_free char *body = mem_printf(
		"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
		"\"status\":\"Failure\",\"message\":\"%s\",\"reason\":\"%s\","
		"\"code\":%d}\n",
		message, reason, code);
	scope_free char *headers =
		retry_after_s == 0
			? mem_strdup("")
			: mem_printf("Retry-After: %u\r\n", retry_after_s);

	answer_text(conn, code, headers, body);
}

/* Faults that are told as an answer. True if there was one. */
static bool answer_fault(struct conn *conn, const struct request *request)
{
	struct server *server = conn->server;

	if (server->storm_until_ms > clk_mono_ms()) {
		answer_status(conn, 500, "InternalError",
			      "etcdserver: request timed out", 0);
		return true;
	}
	if (server->throttle_left > 0) {
		server->throttle_left--;
		answer_status(conn, 429, "TooManyRequests",
			      "too many requests, please try again later",
			      server->throttle_s);
		return true;
	}
	if (request->has_token && server->expire_left > 0) {
		server->expire_left--;
		answer_status(conn, 410, "Expired",
			      "The provided continue parameter is too old", 0);
		return true;
	}
	return false;
}

static void begin_body(struct conn *conn)
{
	buf_puts(&conn->out, "HTTP/1.1 200 OK\r\n"
			     "Content-Type: application/json\r\n"
			     "Transfer-Encoding: chunked\r\n\r\n");
}

static void answer_list(struct conn *conn, const struct request *request)
{
	struct server *server = conn->server;
	uint32_t bit = UINT32_C(1) << request->kind;
	bool more;

	if (request->token_is_bad) {
		answer_status(conn, 400, "BadRequest",
			      "continue key is not valid", 0);
		return;
	}
	begin_body(conn);
	more = stream_begin_list(&conn->stream, &server->source, request,
				 &conn->raw);
	conn->stream.truncate = (server->truncate & bit) != 0;
	server->truncate &= ~bit;
	server->hold_until_ms[request->kind] =
		more ? clk_mono_ms() + PAGES_HOLD_MS : 0;
	if (request->has_token)
		server->counts[request->kind].pages++;
	else
		server->counts[request->kind].lists++;
}

static void answer_watch(struct conn *conn, struct request *request)
{
	struct server *server = conn->server;

	if (server->config.watch_list == WATCH_LIST_UNKNOWN)
		request->initial_events = false;
	if (request->initial_events &&
	    server->config.watch_list == WATCH_LIST_OFF) {
		answer_status(conn, 422, "Invalid",
			      "sendInitialEvents: Forbidden: sendInitialEvents "
			      "is forbidden for watch unless the WatchList "
			      "feature gate is enabled",
			      0);
		return;
	}
	server->counts[request->kind].watches++;
	begin_body(conn);
	if (!stream_begin_watch(&conn->stream, &server->source, request,
				clk_mono_ms())) {
		stream_put_gone(&conn->raw);
		end_body(conn);
		return;
	}
	conn->stream.bookmark_every_ms = server->config.bookmark_ms;
}

static void answer(struct conn *conn, struct request *request)
{
	struct server *server = conn->server;

	if (answer_fault(conn, request))
		return;
	if (strcmp(request->method, "GET") != 0) {
		server->writes++;
		answer_status(conn, 403, "Forbidden",
			      "this scripted world can only be read", 0);
	} else if (!request->is_collection) {
		server->others++;
		if (!strcmp(request->path, "/version"))
			answer_text(conn, 200, "",
				    "{\"major\":\"1\",\"minor\":\"36\","
				    "\"gitVersion\":\"v1.36.0-scripted\"}\n");
		else
			answer_status(conn, 404, "NotFound",
				      "the server could not find the requested "
				      "resource",
				      0);
	} else if (request->watch) {
		answer_watch(conn, request);
	} else {
		answer_list(conn, request);
	}
}

/* False when the connection has ended. */
static bool next_request(struct conn *conn, bool *ret_found)
{
	struct request request;
	int rc = conn->in.len == 0
			 ? 0
			 : request_parse(conn->in.data, conn->in.len, &request);

	*ret_found = rc > 0;
	if (rc < 0) {
		conn_free(conn);
		return false;
	}
	if (rc > 0) {
		buf_consume(&conn->in, request.head_len + request.body_len);
		answer(conn, &request);
	}
	return true;
}

/* True when out is empty now. The connection may be gone on false. */
static bool flush(struct conn *conn)
{
	while (conn->sent < conn->out.len) {
		ssize_t n = send(conn->fd, conn->out.data + conn->sent,
				 conn->out.len - conn->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			loop_fd_set(conn->event, LOOP_READ | LOOP_WRITE);
			return false;
		}
		if (n < 0) {
			conn_free(conn);
			return false;
		}
		conn->sent += (size_t)n;
		conn->server->bytes += (uint64_t)n;
	}
	conn->sent = 0;
	buf_clear(&conn->out);
	loop_fd_set(conn->event, LOOP_READ);
	if (!conn->closing)
		return true;
	conn_free(conn);
	return false;
}

static enum stream_state fill(struct conn *conn)
{
	enum stream_state state =
		stream_fill(&conn->stream, &conn->server->source, clk_mono_ms(),
			    &conn->raw);

	if (state == STREAM_DONE) {
		end_body(conn);
		return state;
	}
	frame(conn);
	if (state == STREAM_BREAK)
		conn->closing = true;
	return state;
}

/* One flush for every piece: a reader that is slow is never ahead by more
 * than one piece. */
void conn_pump(struct conn *conn)
{
	bool found = true;

	if (conn->server->hang_until_ms > clk_mono_ms()) {
		loop_fd_set(conn->event, LOOP_READ);
		return;
	}
	while (flush(conn)) {
		if (conn->stream.mode != STREAM_NONE) {
			if (fill(conn) == STREAM_IDLE && conn->out.len == 0)
				return;
			continue;
		}
		if (!next_request(conn, &found) || !found)
			return;
	}
}

void conn_inject(struct conn *conn, const char *data, size_t len,
		 enum conn_after after)
{
	buf_put(&conn->raw, data, len);
	if (after == CONN_END)
		end_body(conn);
	else
		frame(conn);
	conn->closing = after == CONN_CUT;
	conn_pump(conn);
}

static void on_ready(int fd, int what, void *arg)
{
	struct conn *conn = arg;
	static char bytes[READ_SIZE];

	if (what & LOOP_READ) {
		ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

		if (n == 0 || (n < 0 && errno != EAGAIN) ||
		    (n > 0 && buf_add(&conn->in, bytes, (size_t)n) < 0)) {
			conn_free(conn);
			return;
		}
	}
	conn_pump(conn);
}

void conn_accept(struct server *server, int take_fd)
{
	struct conn *conn = mem_zalloc(sizeof(*conn));
	int on = 1;

	/* A delayed event would be measured as the client's delay. */
	setsockopt(take_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	conn->server = server;
	conn->fd = take_fd;
	buf_init(&conn->in, REQUEST_HEAD_MAX + REQUEST_BODY_MAX + READ_SIZE);
	buf_init(&conn->raw, 0);
	buf_init(&conn->out, 0);
	conn->next = server->conns;
	conn->link = &server->conns;
	if (conn->next != NULL)
		conn->next->link = &conn->next;
	server->conns = conn;
	conn->event = loop_fd_new(server->config.loop, take_fd, LOOP_READ,
				  on_ready, conn);
}
