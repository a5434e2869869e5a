/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/api_wire.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "statefuld/mem.h"

enum { IN_MAX = 65536, HEAD_LINE = 8192 };

struct wire {
	int fd;
	SSL *ssl;
	char in[IN_MAX];
	size_t at, end;
	bool is_chunked;
	size_t left; /* of the body, or of the chunk */
	bool has_ended;
};

st_noreturn static void give_up(const char *what)
{
	perror(what);
	exit(2);
}

static int dial(const struct wire_server *server)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	const int one = 1;

	if (getaddrinfo(server->host, server->port, &hints, &found) != 0)
		give_up(server->host);
	int fd = socket(found->ai_family, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) < 0)
		give_up("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	freeaddrinfo(found);
	return fd;
}

struct wire *wire_open(const struct wire_server *server)
{
	struct wire *wire = mem_zalloc(sizeof(*wire));

	wire->fd = dial(server);
	if (!server->is_tls)
		return wire;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	wire->ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	SSL_set_fd(wire->ssl, wire->fd);
	if (SSL_connect(wire->ssl) != 1)
		give_up("TLS");
	return wire;
}

void wire_close(struct wire *wire)
{
	SSL_free(wire->ssl);
	close(wire->fd);
	free(wire);
}

void wire_send(struct wire *wire, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = wire->ssl != NULL
				    ? SSL_write(wire->ssl, data, (int)len)
				    : write(wire->fd, data, len);

		if (n <= 0)
			give_up("write");
		data += n;
		len -= (size_t)n;
	}
}

static bool fill(struct wire *wire)
{
	ssize_t n = wire->ssl != NULL ? SSL_read(wire->ssl, wire->in, IN_MAX)
				      : read(wire->fd, wire->in, IN_MAX);

	if (n <= 0)
		return false;
	wire->at = 0;
	wire->end = (size_t)n;
	return true;
}

static void read_line(struct wire *wire, char line[HEAD_LINE])
{
	size_t n = 0;

	for (;;) {
		if (wire->at == wire->end && !fill(wire))
			give_up("the server hung up");
		char c = wire->in[wire->at++];
		if (c == '\n')
			break;
		if (c != '\r' && n < HEAD_LINE - 1)
			line[n++] = c;
	}
	line[n] = '\0';
}

int wire_head(struct wire *wire)
{
	char line[HEAD_LINE];
	int status = 0;

	wire->is_chunked = wire->has_ended = false;
	wire->left = 0;
	read_line(wire, line);
	if (sscanf(line, "HTTP/1.1 %d", &status) != 1)
		give_up(line);
	for (read_line(wire, line); *line != '\0'; read_line(wire, line)) {
		if (strncasecmp(line, "Content-Length:", 15) == 0)
			wire->left = strtoul(line + 15, NULL, 10);
		else if (strcasecmp(line, "Transfer-Encoding: chunked") == 0)
			wire->is_chunked = true;
	}
	wire->has_ended = !wire->is_chunked && wire->left == 0;
	return status;
}

/* Also behind the last chunk there is an empty line. */
static void next_chunk(struct wire *wire)
{
	char line[HEAD_LINE];

	read_line(wire, line);
	if (*line == '\0')
		read_line(wire, line);
	wire->left = strtoul(line, NULL, 16);
	if (wire->left > 0)
		return;
	read_line(wire, line);
	wire->has_ended = true;
}

size_t wire_body(struct wire *wire, char *out, size_t room)
{
	if (!wire->has_ended && wire->is_chunked && wire->left == 0)
		next_chunk(wire);
	if (wire->has_ended)
		return 0;
	if (wire->at == wire->end && !fill(wire))
		return 0;
	size_t n = wire->end - wire->at;
	if (n > wire->left)
		n = wire->left;
	if (n > room)
		n = room;
	memcpy(out, wire->in + wire->at, n);
	wire->at += n;
	wire->left -= n;
	wire->has_ended = !wire->is_chunked && wire->left == 0;
	return n;
}
