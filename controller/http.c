/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include "controller/http_target.h"
#include "controller/kubeconfig.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

enum {
	CONNECT_MAX_MS = 10 * 1000,
	KEEPALIVE_IDLE_S = 15,
	KEEPALIVE_INTERVAL_S = 5,
	UNACKED_MAX_MS = 30 * 1000,
	/* For each watch, as long as it is open. */
	BULK_BUFFER = 64 * 1024,
	/* For each request that has a body: most are small. */
	BODY_BUFFER = 16 * 1024,
	RETRY_AFTER_MAX_S = 3600,
};

struct http {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer;
	struct http_target target;
	struct curl_slist *connect_list; /* of target.connect_to */
	char *user_agent;
	bool insecure;
	struct curl_blob ca, cert, key; /* data NULL: none */
	TAILQ_HEAD(, http_call) calls;
	bool in_curl; /* libcurl is on the stack: it may not be re-entered */
	int busy;     /* our frames on the stack that still need the http */
	bool retired;
	bool has_work; /* calls wait for being added or removed */
};

struct http_call {
	TAILQ_ENTRY(http_call) link;
	struct http *http;
	CURL *easy;
	const struct http_ops *ops; /* NULL: canceled */
	void *arg;
	struct curl_slist *headers;
	char *body;
	bool added; /* to the multi */
	int status;
	uint32_t retry_after_ms;
	bool is_stopped; /* `data` wanted no more */
	char message[CURL_ERROR_SIZE];
};

static struct curl_blob make_blob(const char *data, size_t len)
{
	struct curl_blob blob = {.flags = CURL_BLOB_NOCOPY};

	if (data) {
		blob.data = mem_strndup(data, len);
		blob.len = len;
	}
	return blob;
}

/* ---- life of an http ---- */

static void http_free(struct http *http)
{
	loop_timer_free(http->timer);
	http->timer = NULL;
	if (http->multi) {
		/* Closing connections may still call the socket callback. */
		curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, NULL);
		curl_multi_cleanup(http->multi);
	}
	curl_slist_free_all(http->connect_list);
	http_target_fini(&http->target);
	secret_free_len(http->ca.data, http->ca.len);
	secret_free_len(http->cert.data, http->cert.len);
	secret_free_len(http->key.data, http->key.len);
	free(http->user_agent);
	free(http);
}

static void call_free(struct http_call *call)
{
	struct http *http = call->http;

	TAILQ_REMOVE(&http->calls, call, link);
	if (call->added)
		curl_multi_remove_handle(http->multi, call->easy);
	curl_easy_cleanup(call->easy);
	for (struct curl_slist *h = call->headers; h; h = h->next)
		explicit_bzero(h->data, strlen(h->data));
	curl_slist_free_all(call->headers);
	free(call->body);
	free(call);
}

/* Maps what libcurl found to our codes; the message is its own. */
static int result_code(struct http_call *call, CURLcode curl, struct err *err)
{
	const char *text =
		call->message[0] ? call->message : curl_easy_strerror(curl);
	bool has_proxy =
		call->http->target.proxy && call->http->target.proxy[0];

	if (curl == CURLE_OK)
		return 0;
	if (call->is_stopped)
		return err_set(err, ST_ECANCELED, "stopped reading");
	if (curl == CURLE_OPERATION_TIMEDOUT)
		return err_set(err, ST_ETIMEOUT, "%s: %s",
			       call->http->target.origin, text);
	return err_set(err, ST_ENET, "%s%s: %s", call->http->target.origin,
		       has_proxy ? " through its proxy" : "", text);
}

static void finish_call(struct http_call *call, CURLcode curl)
{
	struct err err = {0};
	struct http_result result = {
		.code = result_code(call, curl, &err),
		.status = call->status,
		.retry_after_ms = call->retry_after_ms,
		.err = &err,
	};
	const struct http_ops *ops = call->ops;
	void *arg = call->arg;

	call_free(call);
	if (ops)
		ops->done(&result, arg);
}

static void reap(struct http *http)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(http->multi, &left))) {
		struct http_call *call = NULL;
		CURLcode curl = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
				  (char **)&call);
		finish_call(call, curl);
	}
}

/* What could not be done while libcurl was on the stack. */
static void do_work(struct http *http)
{
	struct http_call *call, *next;

	if (!http->has_work)
		return;
	http->has_work = false;
	for (call = TAILQ_FIRST(&http->calls); call; call = next) {
		next = TAILQ_NEXT(call, link);
		if (!call->ops) {
			call_free(call);
		} else if (!call->added) {
			call->added = true;
			curl_multi_add_handle(http->multi, call->easy);
		}
	}
}

static void leave(struct http *http)
{
	if (--http->busy == 0 && http->retired && TAILQ_EMPTY(&http->calls))
		http_free(http);
}

static void drive(struct http *http, curl_socket_t fd, int what)
{
	int running;

	http->busy++;
	http->in_curl = true;
	curl_multi_socket_action(http->multi, fd, what, &running);
	http->in_curl = false;
	do_work(http);
	reap(http);
	leave(http);
}

static void on_fd(int fd, int what, void *arg)
{
	int mask = 0;

	if (what & LOOP_READ)
		mask |= CURL_CSELECT_IN;
	if (what & LOOP_WRITE)
		mask |= CURL_CSELECT_OUT;
	drive(arg, fd, mask);
}

static void on_timer(void *arg)
{
	drive(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM *multi st_unused, long delay_ms, void *arg)
{
	struct http *http = arg;

	if (delay_ms < 0)
		loop_timer_cancel(http->timer);
	else if (delay_ms == 0)
		loop_timer_soon(http->timer);
	else
		loop_timer_set(http->timer, (uint64_t)delay_ms);
	return 0;
}

static int set_socket(CURL *easy st_unused, curl_socket_t fd, int what,
		      void *arg, void *slot)
{
	struct http *http = arg;
	struct loop_fd *watch = slot;
	int mask = 0;

	if (what == CURL_POLL_REMOVE) {
		loop_fd_free(watch);
		curl_multi_assign(http->multi, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		mask |= LOOP_READ;
	if (what & CURL_POLL_OUT)
		mask |= LOOP_WRITE;
	if (watch)
		loop_fd_set(watch, mask);
	else
		curl_multi_assign(
			http->multi, fd,
			loop_fd_new(http->loop, fd, mask, on_fd, http));
	return 0;
}

int http_new(const struct http_config *config, struct http **ret_http,
	     struct err *err)
{
	const struct access *access = config->access;
	struct http *http = mem_zalloc(sizeof(*http));
	int rc;

	/* CURLOPT_NOSIGNAL leaves this to the program. */
	signal(SIGPIPE, SIG_IGN);
	st_assert(curl_global_init(CURL_GLOBAL_DEFAULT) == 0);
	TAILQ_INIT(&http->calls);
	http->loop = config->loop;
	rc = http_target_init(&http->target, access, err);
	if (rc != 0) {
		http_free(http);
		return rc;
	}
	http->insecure = access->insecure;
	http->user_agent = mem_strdup(config->user_agent);
	http->ca = make_blob(access->ca.data, access->ca.len);
	http->cert = config->cert
			     ? make_blob(config->cert, strlen(config->cert))
			     : make_blob(access->cert.data, access->cert.len);
	http->key = config->key ? make_blob(config->key, strlen(config->key))
				: make_blob(access->key.data, access->key.len);
	if (http->target.connect_to)
		http->connect_list =
			curl_slist_append(NULL, http->target.connect_to);
	http->timer = loop_timer_new(config->loop, on_timer, http);
	http->multi = curl_multi_init();
	st_assert(http->multi);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	*ret_http = http;
	return 0;
}

void http_retire(struct http *http)
{
	if (!http)
		return;
	http->retired = true;
	http->busy++;
	leave(http);
}

const char *http_origin(const struct http *http)
{
	return http->target.origin;
}

/* ---- one call ---- */

uint32_t http_retry_after_ms(const char *value, int64_t now_s)
{
	int64_t delay_s;

	while (*value == ' ' || *value == '\t')
		value++;
	if (isdigit((unsigned char)*value)) {
		delay_s = strtoll(value, NULL, 10);
	} else {
		time_t when = curl_getdate(value, NULL);
		delay_s = when < 0 ? 0 : (int64_t)when - now_s;
	}
	if (delay_s < 0)
		delay_s = 0;
	if (delay_s > RETRY_AFTER_MAX_S)
		delay_s = RETRY_AFTER_MAX_S;
	return (uint32_t)delay_s * 1000;
}

static void read_header(struct http_call *call, const char *line, size_t len)
{
	static const char name[] = "retry-after:";
	char value[64];

	if (len < strlen(name) || strncasecmp(line, name, strlen(name)) != 0)
		return;
	len -= strlen(name);
	if (len >= sizeof(value))
		return;
	memcpy(value, line + strlen(name), len);
	value[len] = '\0';
	call->retry_after_ms = http_retry_after_ms(value, clk_wall_s());
}

static size_t on_header(char *data, size_t size st_unused, size_t len,
			void *arg)
{
	struct http_call *call = arg;
	long status = 0;

	if (!call->ops)
		return 0;
	if (len > 2) {
		read_header(call, data, len);
		return len;
	}
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200)
		return len;
	call->status = (int)status;
	if (call->ops->head)
		call->ops->head(call->status, call->arg);
	return call->ops ? len : 0;
}

static size_t on_data(char *data, size_t size st_unused, size_t len, void *arg)
{
	struct http_call *call = arg;

	if (!call->ops)
		return 0;
	if (call->ops->data(call->status, data, len, call->arg) != 0)
		call->is_stopped = true;
	/* Anything but len ends the transfer. */
	return call->ops && !call->is_stopped ? len : 0;
}

/* TCP_USER_TIMEOUT ends a connection whose peer acknowledges nothing; the
 * keep-alive probes make that happen on silent ones too. */
static int on_socket(void *arg st_unused, curl_socket_t fd, curlsocktype type)
{
	unsigned int limit_ms = UNACKED_MAX_MS;

	if (type == CURLSOCKTYPE_IPCXN)
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms,
			   sizeof(limit_ms));
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return CURL_SOCKOPT_OK;
}

static void add_header(struct http_call *call, const char *text)
{
	struct curl_slist *list = curl_slist_append(call->headers, text);

	st_assert(list);
	call->headers = list;
}

static void add_headers(struct http_call *call, const struct http_request *req)
{
	struct http *http = call->http;

	add_header(call, "Accept: application/json");
	/* A body is small: no round trip to ask whether it may be sent. */
	add_header(call, "Expect:");
	if (http->target.host_header)
		add_header(call, http->target.host_header);
	if (req->body) {
		scope_free char *type =
			mem_printf("Content-Type: %s", req->content_type);
		add_header(call, type);
	}
	if (req->bearer) {
		char *text =
			mem_printf("Authorization: Bearer %s", req->bearer);
		add_header(call, text);
		secret_free(text);
	}
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
}

static void set_tls(struct http *http, CURL *easy)
{
	long verify = http->insecure ? 0 : 1;

	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
			 (long)CURL_SSLVERSION_TLSv1_2);
	if (http->ca.data) {
		/* This CA and no other: not those of the system as well. */
		curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &http->ca);
	}
	if (http->cert.data) {
		curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &http->cert);
		curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
		curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &http->key);
		curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
	}
}

static void set_connection(struct http *http, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MAX_MS);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_IDLE_S);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL,
			 (long)KEEPALIVE_INTERVAL_S);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			 (long)CURL_HTTP_VERSION_2TLS);
	/* No CURLOPT_PIPEWAIT: who waits for a connection that turns out to
	 * speak HTTP/1.1 is forgotten by libcurl 8.14, as long as that one's
	 * request, a watch, does not end. */
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS,
			 (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	if (http->connect_list)
		curl_easy_setopt(easy, CURLOPT_CONNECT_TO, http->connect_list);
	if (http->target.proxy)
		curl_easy_setopt(easy, CURLOPT_PROXY, http->target.proxy);
	if (http->target.is_tls)
		set_tls(http, easy);
}

static void set_request(struct http_call *call, const struct http_request *req)
{
	CURL *easy = call->easy;
	scope_free char *url =
		mem_printf("%s%s", call->http->target.url, req->path);

	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, req->method);
	if (req->body) {
		call->body = mem_strdup(req->body);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)strlen(call->body));
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body);
		curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE,
				 (long)BODY_BUFFER);
	}
	if (req->username && !req->bearer) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, req->username);
		curl_easy_setopt(easy, CURLOPT_PASSWORD,
				 req->password ? req->password : "");
	}
	if (call->http->user_agent)
		curl_easy_setopt(easy, CURLOPT_USERAGENT,
				 call->http->user_agent);
	if (req->timeout_ms)
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
				 (long)req->timeout_ms);
	if (req->is_bulk)
		curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BULK_BUFFER);
}

struct http_call *http_send(struct http *http,
			    const struct http_request *request,
			    const struct http_ops *ops, void *arg)
{
	struct http_call *call = mem_zalloc(sizeof(*call));

	call->http = http;
	call->ops = ops;
	call->arg = arg;
	call->easy = curl_easy_init();
	st_assert(call->easy);
	curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(call->easy, CURLOPT_ERRORBUFFER, call->message);
	curl_easy_setopt(call->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(call->easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
	set_connection(http, call->easy);
	set_request(call, request);
	add_headers(call, request);
	TAILQ_INSERT_TAIL(&http->calls, call, link);
	http->has_work = true;
	if (!http->in_curl)
		do_work(http);
	return call;
}

void http_cancel(struct http_call *call)
{
	struct http *http;

	if (!call)
		return;
	http = call->http;
	call->ops = NULL;
	http->has_work = true;
	http->busy++;
	if (!http->in_curl)
		do_work(http);
	leave(http);
}
