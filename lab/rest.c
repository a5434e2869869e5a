/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rest.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lab/api.h"
#include "lab/rest_head.h"
#include "lab/rest_setup.h"
#include "lab/status.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"
#include "statefuld/tls.h"

#define HEAD_MAX  (64u << 10)
#define BODY_MAX  (3u << 20)
#define CONNS_MAX 1000
#define BACKLOG	  128
/* How long a client may take for its next step. */
#define IDLE_MS	  (180u * 1000)
#define HEAD_MS	  (10u * 1000)
#define BODY_MS	  (60u * 1000)
#define LINGER_MS 2000u
#define WRITE_S	  60

enum step {
	STEP_IDLE, /* between requests */
	STEP_HEAD,
	STEP_BODY,
	STEP_ACT,    /* an answer is on its way */
	STEP_STREAM, /* a watch */
	STEP_LINGER, /* the answer is out; what comes is thrown away */
};

struct conn {
	struct rest *rest;
	struct conn *prev, *next;
	struct bufferevent *bev;
	struct loop_timer *timer;
	enum step step;
	char *text; /* of the head */
	struct rest_head head;
	struct rest_chunks chunks;
	struct buf body;
	struct api_call *call;
	bool busy; /* inside serve() */
	bool dead; /* to be freed at the end of the callback */
};

struct rest {
	struct loop *loop;
	struct api *api;
	struct evconnlistener *listener;
	struct tls_server *tls;
	char *url, *token;
	struct conn *conns;
	size_t n_conns;
};

static void conn_free(struct conn *conn)
{
	struct rest *rest = conn->rest;

	if (conn->prev != NULL)
		conn->prev->next = conn->next;
	else
		rest->conns = conn->next;
	if (conn->next != NULL)
		conn->next->prev = conn->prev;
	if (rest->n_conns-- == CONNS_MAX && rest->api != NULL)
		evconnlistener_enable(rest->listener);
	api_cancel(conn->call);
	loop_timer_free(conn->timer);
	bufferevent_free(conn->bev);
	buf_fini(&conn->body);
	free(conn->text);
	free(conn);
}

/* Where the connection is, and how long it may stay there. */
static void go(struct conn *conn, enum step step)
{
	static const uint64_t times_ms[] = {
		[STEP_IDLE] = IDLE_MS, [STEP_HEAD] = HEAD_MS,
		[STEP_BODY] = BODY_MS, [STEP_LINGER] = 0,
		[STEP_STREAM] = 0,
	};

	conn->step = step;
	if (times_ms[step] != 0)
		loop_timer_set(conn->timer, times_ms[step]);
	else
		loop_timer_cancel(conn->timer);
}

static struct evbuffer *out(const struct conn *conn)
{
	return bufferevent_get_output(conn->bev);
}

static void put_head(struct conn *conn, int code, const char *content_type)
{
	evbuffer_add_printf(out(conn),
			    "HTTP/1.1 %d %s\r\n"
			    "Cache-Control: no-cache, private\r\n"
			    "Content-Type: %s\r\n%s",
			    code, rest_head_phrase(code), content_type,
			    conn->head.keep_alive ? ""
						  : "Connection: close\r\n");
}

static void put_warnings(struct conn *conn, const char *warnings)
{
	while (warnings != NULL && *warnings != '\0') {
		size_t len = strcspn(warnings, "\n");

		evbuffer_add_printf(out(conn), "Warning: %.*s\r\n", (int)len,
				    warnings);
		warnings += len;
		warnings += *warnings == '\n';
	}
}

static void serve(struct conn *conn);

/* The answer is complete: the next request, or the end. */
static void over(struct conn *conn)
{
	conn->call = NULL;
	free(conn->text);
	conn->text = NULL;
	buf_clear(&conn->body);
	if (!conn->head.keep_alive) {
		go(conn, STEP_LINGER);
		return;
	}
	go(conn, STEP_IDLE);
	if (!conn->busy)
		serve(conn);
}

static void on_done(int code, const char *content_type, const char *body,
		    size_t len, uint32_t retry_after_s, const char *warning,
		    void *arg)
{
	struct conn *conn = arg;

	put_head(conn, code, content_type);
	put_warnings(conn, warning);
	if (retry_after_s > 0)
		evbuffer_add_printf(out(conn), "Retry-After: %u\r\n",
				    (unsigned int)retry_after_s);
	evbuffer_add_printf(out(conn), "Content-Length: %zu\r\n\r\n", len);
	if (conn->head.method == NULL || strcmp(conn->head.method, "HEAD") != 0)
		evbuffer_add(out(conn), body, len);
	over(conn);
}

static void on_begin(const char *content_type, void *arg)
{
	struct conn *conn = arg;

	put_head(conn, 200, content_type);
	evbuffer_add_printf(out(conn), "Transfer-Encoding: chunked\r\n\r\n");
	go(conn, STEP_STREAM);
}

static size_t on_chunk(const char *data, size_t len, void *arg)
{
	struct conn *conn = arg;

	evbuffer_add_printf(out(conn), "%zx\r\n", len);
	evbuffer_add(out(conn), data, len);
	evbuffer_add(out(conn), "\r\n", 2);
	return evbuffer_get_length(out(conn));
}

static void on_end(void *arg)
{
	struct conn *conn = arg;

	evbuffer_add(out(conn), "0\r\n\r\n", 5);
	over(conn);
}

static const struct api_sink sink = {
	.done = on_done,
	.begin = on_begin,
	.chunk = on_chunk,
	.end = on_end,
};

/* For what never reaches the API. */
static void refuse(struct conn *conn, int code, const char *reason,
		   const char *message)
{
	struct status status;
	scope_json struct json *json = NULL;
	scope_free char *text = NULL;

	status_init(&status);
	status_set(&status, code, reason, "%s", message);
	json = status_json(&status);
	text = json_print(json);
	status_fini(&status);
	go(conn, STEP_ACT);
	on_done(code, "application/json", text, strlen(text), 0, NULL, conn);
}

static void refuse_and_close(struct conn *conn, int code, const char *reason,
			     const char *message)
{
	conn->head.keep_alive = false;
	refuse(conn, code, reason, message);
}

static void too_large(struct conn *conn)
{
	char message[64];

	snprintf(message, sizeof(message),
		 "Request entity too large: limit is %u", BODY_MAX);
	refuse_and_close(conn, 413, "RequestEntityTooLarge", message);
}

/* Takes as long for a wrong token as for a right one. */
static bool is_allowed(const struct conn *conn)
{
	const char *want = conn->rest->token;
	const char *have = conn->head.authorization;
	size_t len;

	if (want == NULL)
		return true;
	if (have == NULL || strncasecmp(have, "Bearer ", 7) != 0)
		return false;
	have += 7;
	len = strlen(want);
	return strlen(have) == len && secret_equal(have, want, len);
}

static void act(struct conn *conn)
{
	const struct rest_head *head = &conn->head;
	struct api_request request = {
		.method = head->method,
		.path = head->path,
		.query = head->query,
		.content_type = head->content_type,
		.accept = head->accept,
		.user_agent = head->user_agent,
		.body = conn->body.data,
		.body_len = conn->body.len,
	};
	struct api_call *call;

	go(conn, STEP_ACT);
	call = api_handle(conn->rest->api, &request, &sink, conn);
	/* Else it has been answered, and the connection is elsewhere. */
	if (call != NULL)
		conn->call = call;
}

/* The head's bytes are in the input as a whole. */
static bool take_head(struct conn *conn, size_t len)
{
	const char *why = NULL;
	int code;

	conn->text = mem_alloc(len + 1);
	evbuffer_remove(bufferevent_get_input(conn->bev), conn->text, len);
	conn->text[len] = '\0';
	code = rest_head_parse(conn->text, len, &conn->head, &why);
	if (code != 0) {
		refuse_and_close(conn, code, "BadRequest", why);
		return false;
	}
	if (!is_allowed(conn)) {
		refuse_and_close(conn, 401, "Unauthorized", "Unauthorized");
		return false;
	}
	if (conn->head.content_length > BODY_MAX) {
		too_large(conn);
		return false;
	}
	if (conn->head.expects_continue)
		evbuffer_add_printf(out(conn), "HTTP/1.1 100 Continue\r\n\r\n");
	conn->chunks = (struct rest_chunks){0};
	go(conn, STEP_BODY);
	return true;
}

/* true: there may be more to do at once. */
static bool read_head(struct conn *conn)
{
	struct evbuffer *in = bufferevent_get_input(conn->bev);
	struct evbuffer_ptr end;

	while (evbuffer_get_length(in) > 0 && conn->step == STEP_IDLE) {
		char first;

		/* Empty lines before a request: RFC 9112 section 2.2. */
		evbuffer_copyout(in, &first, 1);
		if (first != '\r' && first != '\n')
			go(conn, STEP_HEAD);
		else
			evbuffer_drain(in, 1);
	}
	end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	if (end.pos >= 0 && end.pos + 4 <= (ssize_t)HEAD_MAX)
		return take_head(conn, (size_t)end.pos + 4);
	if (evbuffer_get_length(in) >= HEAD_MAX)
		refuse_and_close(conn, 431, "RequestHeaderFieldsTooLarge",
				 "the request's headers are too large");
	return false;
}

static bool read_chunks(struct conn *conn)
{
	struct evbuffer *in = bufferevent_get_input(conn->bev);
	size_t len;

	while (!conn->chunks.is_done &&
	       (len = evbuffer_get_contiguous_space(in)) > 0) {
		const char *data =
			(const char *)evbuffer_pullup(in, (ssize_t)len);
		size_t used = 0;
		int code = rest_head_chunks(&conn->chunks, data, len,
					    &conn->body, &used);

		evbuffer_drain(in, used);
		if (code == 413)
			too_large(conn);
		else if (code != 0)
			refuse_and_close(conn, code, "BadRequest",
					 "malformed chunked body");
		if (code != 0)
			return false;
	}
	return conn->chunks.is_done;
}

static bool read_length(struct conn *conn)
{
	struct evbuffer *in = bufferevent_get_input(conn->bev);
	size_t left = (size_t)conn->head.content_length - conn->body.len;
	size_t have = evbuffer_get_length(in);

	while (left > 0 && have > 0) {
		char part[16384];
		size_t n = left < sizeof(part) ? left : sizeof(part);
		int got = evbuffer_remove(in, part, n);

		if (got <= 0)
			break;
		buf_put(&conn->body, part, (size_t)got);
		left -= (size_t)got;
		have = evbuffer_get_length(in);
	}
	return left == 0;
}

static bool read_body(struct conn *conn)
{
	if (conn->head.is_chunked ? !read_chunks(conn) : !read_length(conn))
		return false;
	act(conn);
	return true;
}

/* All that can be done with what has come in. */
static void serve(struct conn *conn)
{
	struct evbuffer *in = bufferevent_get_input(conn->bev);
	bool more = true;

	conn->busy = true;
	while (more && !conn->dead) {
		if (conn->step == STEP_IDLE || conn->step == STEP_HEAD)
			more = read_head(conn);
		else if (conn->step == STEP_BODY)
			more = read_body(conn);
		else
			more = false;
	}
	if (conn->step == STEP_LINGER)
		evbuffer_drain(in, evbuffer_get_length(in));
	conn->busy = false;
}

static void finish(struct conn *conn)
{
	struct loop *loop = conn->rest->loop;

	if (conn->dead)
		conn_free(conn);
	loop_flush(loop);
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct conn *conn = arg;

	(void)bev;
	serve(conn);
	finish(conn);
}

/* Output is empty: one that lingers says so, and waits for the other end. */
static void on_write(struct bufferevent *bev, void *arg)
{
	struct conn *conn = arg;

	/* A new connection is told that it may write, too. */
	if (evbuffer_get_length(out(conn)) > 0)
		return;
	if (conn->step == STEP_LINGER && conn->rest->tls == NULL) {
		shutdown(bufferevent_getfd(bev), SHUT_WR);
		loop_timer_set(conn->timer, LINGER_MS);
	} else if (conn->step == STEP_LINGER) {
		conn->dead = true;
	}
	finish(conn);
}

/* Closed, broken, or not reading for too long. */
static void on_event(struct bufferevent *bev, short what, void *arg)
{
	struct conn *conn = arg;

	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
		conn->dead = true;
	finish(conn);
}

static void on_time(void *arg)
{
	conn_free(arg);
}

static struct bufferevent *bufferevent_of(struct rest *rest, int fd)
{
	struct event_base *base = loop_base(rest->loop);
	/* Deferred: no callback comes from inside a write of ours. */
	const int options = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS;

	if (rest->tls == NULL)
		return bufferevent_socket_new(base, fd, options);
	return bufferevent_openssl_socket_new(
		base, fd, tls_server_session(rest->tls),
		BUFFEREVENT_SSL_ACCEPTING, options);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd,
		      struct sockaddr *addr, int len, void *arg)
{
	static const struct timeval write_time = {.tv_sec = WRITE_S};
	struct rest *rest = arg;
	struct conn *conn = mem_zalloc(sizeof(*conn));
	int one = 1;

	(void)addr;
	(void)len;
	conn->rest = rest;
	conn->bev = bufferevent_of(rest, fd);
	st_assert(conn->bev != NULL);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	buf_init(&conn->body, BODY_MAX);
	conn->timer = loop_timer_new(rest->loop, on_time, conn);
	conn->next = rest->conns;
	if (conn->next != NULL)
		conn->next->prev = conn;
	rest->conns = conn;
	if (++rest->n_conns == CONNS_MAX)
		evconnlistener_disable(listener);
	bufferevent_setcb(conn->bev, on_read, on_write, on_event, conn);
	bufferevent_setwatermark(conn->bev, EV_READ, 0, HEAD_MAX * 2);
	bufferevent_set_timeouts(conn->bev, NULL, &write_time);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
	go(conn, STEP_HEAD);
}

static int tls_start(struct rest *rest, const struct rest_config *config,
		     struct err *err)
{
	if (config->tls_cert == NULL && config->tls_key == NULL)
		return 0;
	if (config->tls_cert == NULL || config->tls_key == NULL)
		return err_set(err, ST_EINVAL,
			       "TLS needs a certificate and its key: one of "
			       "them is missing");
	return tls_server_new(config->tls_cert, config->tls_key, NULL,
			      &rest->tls, err);
}

static int listen_on(struct rest *rest, const struct rest_config *config,
		     struct err *err)
{
	char host[64] = "", port[16] = "";

	rest->listener = evconnlistener_new_bind(
		loop_base(rest->loop), on_accept, rest,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE |
			LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_DISABLED,
		BACKLOG, (const struct sockaddr *)&config->addr,
		(int)config->addr_len);
	if (rest->listener != NULL) {
		rest->url =
			rest_setup_url(rest->tls != NULL,
				       evconnlistener_get_fd(rest->listener));
		return 0;
	}
	int code = errno;
	getnameinfo((const struct sockaddr *)&config->addr, config->addr_len,
		    host, sizeof(host), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	return err_set(err, -code,
		       "API address %s port %s: %s; choose another with --api",
		       host, port, strerrordesc_np(code));
}

int rest_new(const struct rest_config *config, struct rest **ret_rest,
	     struct err *err)
{
	struct rest *rest = mem_zalloc(sizeof(*rest));
	int rc;

	/* A client that goes while it is written to is no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	rest->loop = config->loop;
	rc = tls_start(rest, config, err);
	if (rc == 0)
		rc = rest_setup_token(config->token_file, &rest->token, err);
	if (rc == 0)
		rc = listen_on(rest, config, err);
	if (rc != 0) {
		rest_free(rest);
		return rc;
	}
	*ret_rest = rest;
	return 0;
}

void rest_start(struct rest *rest, struct api *api)
{
	rest->api = api;
	evconnlistener_enable(rest->listener);
}

void rest_free(struct rest *rest)
{
	if (rest == NULL)
		return;
	rest->api = NULL;
	while (rest->conns != NULL)
		conn_free(rest->conns);
	if (rest->listener != NULL)
		evconnlistener_free(rest->listener);
	tls_server_free(rest->tls);
	secret_free(rest->token);
	free(rest->url);
	free(rest);
}

const char *rest_url(const struct rest *rest)
{
	return rest->url;
}

const char *rest_token(const struct rest *rest)
{
	return rest->token;
}
