/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * http - requests to one server over connections that are kept; libcurl's
 * multi interface on the loop.
 *
 * One http is one way to reach a server: URL, TLS settings, and a pool of
 * connections. New settings, or doubt about the connections, make a new http;
 * the old one is retired and goes away with its last request. HTTP/2 is used
 * where TLS negotiates it, with all requests on one connection.
 *
 * Bytes are handed on in the loop turn in which they arrive. Callbacks may
 * send, cancel and retire.
 *
 * Threads: the loop thread. SIGPIPE is set to be ignored in the process.
 * Memory: a call is freed once `done` has returned or it was canceled.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct access;
struct err;
struct http;
struct http_call;
struct loop;

struct http_config {
	struct loop *loop;
	const struct access *access; /* server, TLS and proxy; borrowed */
	/* PEM from a plugin, in place of those of the access; copied. */
	const char *cert, *key;
	const char *user_agent; /* copied */
};
/* Nothing is sent yet. ST_EINVAL: the URL of server or proxy is not one. */
st_must_check int http_new(const struct http_config *config,
			   struct http **ret_http, struct err *err);
/* No more requests will be sent; those under way go on. */
void http_retire(struct http *http);
/* "https://host:port", as found in the configuration. */
const char *http_origin(const struct http *http);

struct http_result {
	int code;   /* 0: the answer came whole; ST_ENET, ST_ETIMEOUT,
		       ST_ECANCELED (by `data`) */
	int status; /* 0: none came */
	uint32_t retry_after_ms;
	const struct err *err;
};

struct http_ops {
	/* The head of the answer; may be NULL. */
	void (*head)(int status, void *arg);
	/* A piece of the body. Not 0: wants no more of it. */
	int (*data)(int status, const char *data, size_t len, void *arg);
	void (*done)(const struct http_result *result, void *arg);
};

struct http_request {
	const char *method;
	const char *path;		 /* appended to the server's URL */
	const char *content_type, *body; /* NULL: no body; copied */
	const char *bearer, *username, *password; /* copied */
	uint32_t timeout_ms;			  /* of the whole; 0: none */
	int is_bulk; /* a long answer: read in large pieces */
};
/* Answers later, never from inside this call. */
struct http_call *http_send(struct http *http,
			    const struct http_request *request,
			    const struct http_ops *ops, void *arg);
/* No callback comes any more. */
void http_cancel(struct http_call *call);

/* Retry-After in milliseconds from its header's value: seconds, or a date
 * seen from now_s. At most an hour; 0 if it cannot be read. */
uint32_t http_retry_after_ms(const char *value, int64_t now_s);
