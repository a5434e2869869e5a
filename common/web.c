/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/web.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/web_head.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

enum {
	MAX_HEAD = 8 << 10,
	MAX_CONNS = 64,
	BACKLOG = 64,
	HEAD_MS = 10 * 1000,
	LINGER_MS = 2 * 1000,
	WRITE_S = 30,
	/* How long nothing is accepted after there was no descriptor. */
	PAUSE_MS = 100,
};

enum step {
	STEP_HEAD,
	STEP_ACT,    /* an answer is being made, or on its way */
	STEP_LINGER, /* it is out; what still comes is thrown away */
};

struct web_call {
	struct conn *conn; /* NULL: the client has gone */
	bool is_head;
};

struct conn {
	TAILQ_ENTRY(conn) link;
	struct web *web;
	struct bufferevent *bev;
	struct loop_timer *timer;
	enum step step;
	struct web_call *call;
	bool is_near;
	bool is_dead; /* to be freed at the end of the callback */
};

struct listener {
	struct evconnlistener *conns;
	char *path; /* of a Unix socket, to be removed; or NULL */
	struct stat was;
};

struct web {
	struct loop *loop;
	web_fn fn;
	void *arg;
	struct listener *listeners;
	size_t n_listeners;
	struct loop_timer *pause;
	TAILQ_HEAD(, conn) conns; /* oldest first */
	size_t n_conns;
};

/* ---- connections ---- */

static void conn_free(struct conn *conn)
{
	TAILQ_REMOVE(&conn->web->conns, conn, link);
	conn->web->n_conns--;
	if (conn->call != NULL)
		conn->call->conn = NULL;
	loop_timer_free(conn->timer);
	bufferevent_free(conn->bev);
	free(conn);
}

static void go(struct conn *conn, enum step step, uint32_t limit_ms)
{
	conn->step = step;
	if (limit_ms > 0)
		loop_timer_set(conn->timer, limit_ms);
	else
		loop_timer_cancel(conn->timer);
}

static const char *phrase(int code)
{
	switch (code) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 431:
		return "Request Header Fields Too Large";
	case 503:
		return "Service Unavailable";
	default:
		return "Error";
	}
}

static void free_body(const void *data, size_t len st_unused,
		      void *extra st_unused)
{
	free((void *)(uintptr_t)data);
}

void web_reply(struct web_call *take_call, int code, const char *content_type,
	       struct buf *take_body)
{
	struct conn *conn = take_call->conn;
	bool is_head = take_call->is_head;
	size_t len = take_body->len;
	char *body = buf_steal(take_body);
	struct evbuffer *out;

	free(take_call);
	if (conn == NULL) {
		free(body);
		return;
	}
	conn->call = NULL;
	out = bufferevent_get_output(conn->bev);
	evbuffer_add_printf(out,
			    "HTTP/1.1 %d %s\r\n"
			    "Content-Type: %s\r\n"
			    "Content-Length: %zu\r\n"
			    "Cache-Control: no-store\r\n"
			    "%sConnection: close\r\n\r\n",
			    code, phrase(code), content_type, len,
			    code == 405 ? "Allow: GET, HEAD\r\n" : "");
	if (is_head || len == 0 ||
	    evbuffer_add_reference(out, body, len, free_body, NULL) != 0)
		free(body);
}

static void refuse(struct conn *conn, int code, const char *text)
{
	scope_buf struct buf body;

	buf_init(&body, 0);
	buf_puts(&body, text);
	conn->call = mem_zalloc(sizeof(*conn->call));
	conn->call->conn = conn;
	web_reply(conn->call, code, "text/plain", &body);
}

static void act(struct conn *conn, char *text)
{
	struct web_head head;
	int code = web_head_parse(text, &head);

	go(conn, STEP_ACT, 0);
	if (code != 0) {
		refuse(conn, code,
		       code == 405 ? "only GET and HEAD are served here\n"
				   : "this is no HTTP/1 request\n");
		return;
	}
	conn->call = mem_zalloc(sizeof(*conn->call));
	conn->call->conn = conn;
	conn->call->is_head = head.is_head;
	conn->web->fn(conn->call,
		      &(struct web_request){
			      .path = head.path,
			      .query = head.query,
			      .is_near = conn->is_near,
		      },
		      conn->web->arg);
}

static void read_head(struct conn *conn)
{
	struct evbuffer *in = bufferevent_get_input(conn->bev);
	struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	scope_free char *head = NULL;

	if (end.pos < 0 || end.pos > MAX_HEAD) {
		if (evbuffer_get_length(in) < MAX_HEAD)
			return;
		go(conn, STEP_ACT, 0);
		refuse(conn, 431, "the request's head is over 8 KiB\n");
		return;
	}
	head = mem_zalloc((size_t)end.pos + 1);
	evbuffer_copyout(in, head, (size_t)end.pos);
	act(conn, head);
}

static void finish(struct conn *conn)
{
	struct loop *loop = conn->web->loop;

	if (conn->is_dead)
		conn_free(conn);
	loop_flush(loop);
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(bev);
	struct conn *conn = arg;

	if (conn->step == STEP_HEAD)
		read_head(conn);
	if (conn->step != STEP_HEAD)
		evbuffer_drain(in, evbuffer_get_length(in));
	finish(conn);
}

/* The answer is out: we say so, and give the other end time to read it; who
 * closes with octets unread makes the kernel take back what was sent. */
static void on_write(struct bufferevent *bev, void *arg)
{
	struct conn *conn = arg;

	if (conn->step == STEP_ACT && conn->call == NULL &&
	    evbuffer_get_length(bufferevent_get_output(bev)) == 0) {
		shutdown(bufferevent_getfd(bev), SHUT_WR);
		go(conn, STEP_LINGER, LINGER_MS);
		conn->is_dead = (bufferevent_get_enabled(bev) & EV_READ) == 0;
	}
	finish(conn);
}

static bool is_waiting(const struct conn *conn)
{
	return conn->step == STEP_ACT &&
	       (conn->call != NULL ||
		evbuffer_get_length(bufferevent_get_output(conn->bev)) > 0);
}

/* Half-closed clients still get their answer. */
static void on_event(struct bufferevent *bev, short what, void *arg)
{
	struct conn *conn = arg;

	if ((what & BEV_EVENT_EOF) != 0 && is_waiting(conn))
		bufferevent_disable(bev, EV_READ);
	else if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
		conn->is_dead = true;
	finish(conn);
}

static void on_time(void *arg)
{
	conn_free(arg);
}

static bool is_loopback(const struct sockaddr *addr)
{
	const struct sockaddr_in *sin = (const void *)addr;
	const struct sockaddr_in6 *sin6 = (const void *)addr;

	switch (addr->sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(sin->sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr) ||
		       (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr) &&
			sin6->sin6_addr.s6_addr[12] == 127);
	default:
		return false;
	}
}

/* Whether there is room, made if need be at the cost of one that asks
 * nothing. */
static bool make_room(struct web *web)
{
	struct conn *conn;

	if (web->n_conns < MAX_CONNS)
		return true;
	TAILQ_FOREACH(conn, &web->conns, link)
	{
		if (conn->step != STEP_ACT) {
			conn_free(conn);
			return true;
		}
	}
	return false;
}

static void on_accept(struct evconnlistener *listener st_unused,
		      evutil_socket_t fd, struct sockaddr *addr,
		      int len st_unused, void *arg)
{
	static const struct timeval write_time = {.tv_sec = WRITE_S};
	/* Deferred: no callback comes from inside a write of ours. */
	const int options = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS;
	struct web *web = arg;
	struct conn *conn;

	if (!make_room(web)) {
		close(fd);
		return;
	}
	conn = mem_zalloc(sizeof(*conn));
	conn->web = web;
	conn->is_near = is_loopback(addr);
	conn->bev = bufferevent_socket_new(loop_base(web->loop), fd, options);
	st_assert(conn->bev != NULL);
	conn->timer = loop_timer_new(web->loop, on_time, conn);
	TAILQ_INSERT_TAIL(&web->conns, conn, link);
	web->n_conns++;
	bufferevent_setcb(conn->bev, on_read, on_write, on_event, conn);
	bufferevent_setwatermark(conn->bev, EV_READ, 0, 2 * MAX_HEAD);
	bufferevent_set_timeouts(conn->bev, NULL, &write_time);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
	go(conn, STEP_HEAD, HEAD_MS);
}

/* ---- listening ---- */

static void on_pause_over(void *arg)
{
	struct web *web = arg;

	for (size_t i = 0; i < web->n_listeners; i++)
		evconnlistener_enable(web->listeners[i].conns);
}

/* No descriptor is left: trying again at once would only burn the CPU. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
	struct web *web = arg;

	evconnlistener_disable(listener);
	loop_timer_set(web->pause, PAUSE_MS);
}

struct web *web_new(struct loop *loop, web_fn fn, void *arg)
{
	struct web *web = mem_zalloc(sizeof(*web));

	web->loop = loop;
	web->fn = fn;
	web->arg = arg;
	web->pause = loop_timer_new(loop, on_pause_over, web);
	TAILQ_INIT(&web->conns);
	return web;
}

static struct listener *add_listener(struct web *web, int fd)
{
	struct listener *listener;
	struct evconnlistener *conns = evconnlistener_new(
		loop_base(web->loop), on_accept, web,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, fd);

	if (conns == NULL)
		return NULL;
	evconnlistener_set_error_cb(conns, on_accept_error);
	mem_grow(web->listeners, web->n_listeners);
	listener = &web->listeners[web->n_listeners++];
	*listener = (struct listener){.conns = conns};
	return listener;
}

static int open_socket(int family, const void *addr, socklen_t len)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0)
		return -errno;
	if (family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* Linux gives the file the mode that the socket has. */
	if ((family == AF_UNIX && fchmod(fd, 0600) < 0) ||
	    bind(fd, addr, len) < 0) {
		int code = -errno;

		close(fd);
		return code;
	}
	return fd;
}

int web_listen(struct web *web, const struct sockaddr_storage *addr,
	       socklen_t len, struct sockaddr_storage *ret_bound,
	       struct err *err)
{
	int fd = open_socket(addr->ss_family, addr, len);

	if (fd < 0)
		return err_set(err, fd, "%s", err_str(fd));
	if (add_listener(web, fd) == NULL) {
		int code = -errno;

		close(fd);
		return err_set(err, code, "%s", err_str(code));
	}
	if (ret_bound != NULL) {
		len = sizeof(*ret_bound);
		getsockname(fd, (struct sockaddr *)ret_bound, &len);
	}
	return 0;
}

/* Whether somebody listens there. */
static bool is_served(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool is_live;

	if (fd < 0)
		return true;
	is_live = connect(fd, (const void *)addr, sizeof(*addr)) == 0 ||
		  errno == EAGAIN;
	close(fd);
	return is_live;
}

static int open_unix(const struct sockaddr_un *addr)
{
	struct stat st;
	int fd = open_socket(AF_UNIX, addr, sizeof(*addr));

	if (fd != -EADDRINUSE || lstat(addr->sun_path, &st) != 0 ||
	    !S_ISSOCK(st.st_mode) || is_served(addr))
		return fd;
	unlink(addr->sun_path);
	return open_socket(AF_UNIX, addr, sizeof(*addr));
}

int web_listen_unix(struct web *web, const char *path, struct err *err)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct listener *listener;
	size_t len = strlen(path);
	int fd;

	if (len == 0 || len >= sizeof(addr.sun_path))
		return err_set(err, ST_ELIMIT,
			       "a socket's path has 1 to %zu octets",
			       sizeof(addr.sun_path) - 1);
	memcpy(addr.sun_path, path, len);
	fd = open_unix(&addr);
	if (fd < 0)
		return err_set(err, fd, "%s", err_str(fd));
	listener = add_listener(web, fd);
	if (listener == NULL) {
		int code = -errno;

		close(fd);
		unlink(path);
		return err_set(err, code, "%s", err_str(code));
	}
	listener->path = mem_strdup(path);
	(void)lstat(path, &listener->was);
	return 0;
}

/* Unless somebody else has put a socket in its place. */
static void remove_path(const struct listener *listener)
{
	struct stat is;

	if (listener->path != NULL && lstat(listener->path, &is) == 0 &&
	    is.st_ino == listener->was.st_ino &&
	    is.st_dev == listener->was.st_dev)
		unlink(listener->path);
}

void web_free(struct web *web)
{
	if (web == NULL)
		return;
	while (!TAILQ_EMPTY(&web->conns))
		conn_free(TAILQ_FIRST(&web->conns));
	for (size_t i = 0; i < web->n_listeners; i++) {
		evconnlistener_free(web->listeners[i].conns);
		remove_path(&web->listeners[i]);
		free(web->listeners[i].path);
	}
	loop_timer_free(web->pause);
	free(web->listeners);
	free(web);
}
