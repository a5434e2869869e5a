/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fake_api - an HTTP/1.1 server on loopback that says what a test tells it,
 * on the loop of the test.
 *
 * Threads: the loop thread. Memory: connections belong to the server.
 */
#include <stddef.h>

struct fake_api;
struct fake_conn;
struct loop;

struct fake_request {
	struct fake_conn *conn;
	int n; /* requests before this one */
	const char *method, *path, *head, *body;
};
typedef void (*fake_fn)(const struct fake_request *request, void *arg);

struct fake_api *fake_api_new(struct loop *loop, fake_fn fn, void *arg);
void fake_api_free(struct fake_api *api);
int fake_api_port(const struct fake_api *api);
/* Closes the listener and all connections; open again on the same port. */
void fake_api_down(struct fake_api *api);
void fake_api_up(struct fake_api *api);
/* Connections taken so far. */
int fake_api_conns(const struct fake_api *api);

/* A whole answer; `head` holds more header lines, each with \r\n, or "". */
void fake_reply(struct fake_conn *conn, int status, const char *head,
		const char *body);
/* An answer in pieces. */
void fake_begin(struct fake_conn *conn, int status);
void fake_chunk(struct fake_conn *conn, const char *data, size_t len);
void fake_text(struct fake_conn *conn, const char *text);
void fake_end(struct fake_conn *conn);
/* Closes the connection when all written has gone out. */
void fake_cut(struct fake_conn *conn);
/* Value of a header of the request, or "". Static buffer. */
const char *fake_header(const struct fake_request *request, const char *name);
