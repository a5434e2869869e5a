/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_wire - one blocking HTTP/1.1 connection, with TLS or without.
 *
 * Threads: a wire belongs to one. Memory: wire_close() releases all.
 */
#include <stdbool.h>
#include <stddef.h>

struct wire_server {
	const char *host; /* an address */
	const char *port;
	bool is_tls; /* the certificate is not looked at */
};

struct wire;
/* Ends the program if there is no connection. */
struct wire *wire_open(const struct wire_server *server);
void wire_close(struct wire *wire);
void wire_send(struct wire *wire, const char *data, size_t len);
/* Reads a head; returns the status. */
int wire_head(struct wire *wire);
/* Reads some of the body that follows, without chunk frames. 0: its end. */
size_t wire_body(struct wire *wire, char *out, size_t room);
