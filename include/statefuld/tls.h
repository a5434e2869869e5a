/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tls - the server's side of TLS: a certificate with its key, and sessions on
 * descriptors that do not block; wraps OpenSSL.
 *
 * TLS 1.2 and 1.3, no renegotiation, no compression, sessions can be resumed.
 *
 * Threads: a server may be shared; a session belongs to one thread. The process
 * ignores SIGPIPE. Memory: a session keeps what it needs of its server, which
 * may be freed before it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "statefuld/attr.h"

struct err;
struct ssl_st;
struct tls;
struct tls_server;

/* PEM files; the certificate's may hold the chain behind it. `alpn`: the one
 * protocol that is agreed to where a client offers some, a length and the name
 * (RFC 7301 3.1) that outlive everything, or NULL. The error names the file and
 * what is wrong with it. */
st_must_check int tls_server_new(const char *cert, const char *key,
				 const char *alpn, struct tls_server **ret,
				 struct err *err);
void tls_server_free(struct tls_server *server);
/* When the certificate ends, seconds since 1970. */
int64_t tls_server_ends_s(const struct tls_server *server);

/* For libevent, which drives sessions itself; the caller's to free. */
struct ssl_st *tls_server_session(const struct tls_server *server);

/* A session that begins with the client's greeting. The descriptor stays the
 * caller's. */
struct tls *tls_new(const struct tls_server *server, int fd);
/* Says goodbye if that is possible at once. */
void tls_free(struct tls *tls);

/* Of octets that wait in the session the descriptor says nothing, so read until
 * -EAGAIN. As recv and send: octets moved; 0 from tls_recv: the client has said
 * that it sends no more; -EAGAIN: wait for what tls_wants says, then call
 * again, with tls_send for the same octets; other negative codes: it is over.
 */
ssize_t tls_recv(struct tls *tls, void *data, size_t len);
ssize_t tls_send(struct tls *tls, const void *data, size_t len);
/* LOOP_READ or LOOP_WRITE after -EAGAIN. */
int tls_wants(const struct tls *tls);
bool tls_is_established(const struct tls *tls);

/* Once established. */
bool tls_is_13(const struct tls *tls);
/* Whether client and server agreed on the protocol of tls_server_new. */
bool tls_has_alpn(const struct tls *tls);
