/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * web - a small HTTP/1.1 server for probes, scrapers and people: GET and HEAD,
 * one answer a connection, on the loop.
 *
 * What clients may use is bounded: 8 KiB of head, 10 s to send it, 64
 * connections, 30 s for each step of reading an answer. When all connections
 * are taken, the oldest that has asked nothing yet gives way, so that idle
 * ones never keep a probe out.
 *
 * SIGPIPE must be ignored, as for all that writes to sockets.
 *
 * Threads: the loop thread. Memory: web_free closes all; a call is consumed by
 * its reply, which must come, before web_free or after, even if the client
 * has gone meanwhile.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "statefuld/attr.h"

struct buf;
struct err;
struct loop;
struct web;
struct web_call;

struct web_request {
	const char *path;  /* as sent, without the query */
	const char *query; /* behind '?', still encoded; "" if none */
	bool is_near;	   /* by a Unix socket, or from a loopback address */
};

/* The request is borrowed for the call. Answer now or later. */
typedef void (*web_fn)(struct web_call *call, const struct web_request *request,
		       void *arg);

struct web *web_new(struct loop *loop, web_fn fn, void *arg);
void web_free(struct web *web);

/* Port 0 takes a free one; *ret_bound, if not NULL, is what was bound. The
 * error is one line without the address. */
st_must_check int web_listen(struct web *web,
			     const struct sockaddr_storage *addr, socklen_t len,
			     struct sockaddr_storage *ret_bound,
			     struct err *err);
/* A socket file for this user alone. One that a dead process left is taken
 * over; -EADDRINUSE: a live one serves it. It is removed by web_free. */
st_must_check int web_listen_unix(struct web *web, const char *path,
				  struct err *err);

/* The body's memory goes to the reply. HEAD gets the head alone. */
void web_reply(struct web_call *take_call, int code, const char *content_type,
	       struct buf *take_body);

/* The decoded value of a query parameter, "" if it has none. False: not there,
 * too long for `out`, or not decodable. */
bool web_param(char *out, size_t size, const char *query, const char *name);
