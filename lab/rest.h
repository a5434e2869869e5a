/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rest - the API server's sockets: HTTP/1.1 with or without TLS, on the loop.
 *
 * What clients may use is bounded: 64 KiB of headers, 3 MiB of body, 1,000
 * connections, time for a head and for a body, and what waits for a client
 * that does not read. Whoever exceeds it gets a Status, or is cut off.
 *
 * Threads: the loop thread. Memory: the config is copied.
 */
#include <sys/socket.h>

#include "statefuld/attr.h"

struct api;
struct err;
struct loop;
struct rest;

struct rest_config {
	struct loop *loop;
	struct sockaddr_storage addr; /* port 0: a free one */
	socklen_t addr_len;
	const char *tls_cert, *tls_key; /* PEM files; NULL: plain */
	const char *token_file; /* its first line; NULL: none is asked for */
};

/* Binds and listens; nobody is served before rest_start. One-line errors with
 * the address or file, and what to do. */
st_must_check int rest_new(const struct rest_config *config,
			   struct rest **ret_rest, struct err *err);
void rest_start(struct rest *rest, struct api *api);
/* Before its api and loop. */
void rest_free(struct rest *rest);
/* "http://127.0.0.1:6443", as bound. */
const char *rest_url(const struct rest *rest);
/* The bearer token that is asked for; NULL: none. */
const char *rest_token(const struct rest *rest);
