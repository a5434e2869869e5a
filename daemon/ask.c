/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/listen.h"
#include "daemon/ops_path.h"
#include "daemon/options.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum { TIMEOUT_S = 10, MAX_ANSWER = 1 << 20 };

static int dial(int family, const void *addr, socklen_t len)
{
	const struct timeval limit = {.tv_sec = TIMEOUT_S};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, addr, len) < 0) {
		int code = -errno;

		close(fd);
		return code;
	}
	return fd;
}

static int dial_unix(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path));
	return dial(AF_UNIX, &addr, sizeof(addr));
}

static int dial_given(const struct options_ops *ops, struct err *err)
{
	char text[LISTEN_TEXT];
	int fd;

	if (ops->path != NULL) {
		fd = dial_unix(ops->path);
		return fd >= 0 ? fd
			       : err_set(err, fd, "--ops unix:%s: %s",
					 ops->path, err_str(fd));
	}
	fd = dial(ops->listen.addr.ss_family, &ops->listen.addr,
		  ops->listen.addr_len);
	listen_text(text, &ops->listen);
	return fd >= 0 ? fd
		       : err_set(err, fd, "--ops %s: %s", text, err_str(fd));
}

/* Where a process is that was not told where to be either. */
static int dial_default(struct err *err)
{
	char path[OPS_PATH_MAX];
	int fd = -ENOENT;

	for (size_t i = 0; i < OPS_PATHS; i++) {
		if (!ops_path(path, i))
			continue;
		fd = dial_unix(path);
		if (fd >= 0)
			return fd;
	}
	return err_set(err, fd,
		       "no statefuld answers at %s: %s; say with --ops where "
		       "it does, as in its log",
		       path, err_str(fd));
}

/* Octets that mean something in a URL, encoded. */
static void put_encoded(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("-._~", *text) != NULL ||
		    (*text >= '0' && *text <= '9') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= 'a' && *text <= 'z'))
			buf_putc(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

static int exchange(int fd, const struct options *options, struct buf *answer)
{
	scope_buf struct buf request;
	char part[4096];
	ssize_t n = 0;

	buf_init(&request, 0);
	buf_puts(&request, "GET /explain?name=");
	put_encoded(&request, options->explain.name);
	buf_printf(&request, "%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
		   options->explain.as_json ? "&format=json" : "");
	for (size_t at = 0; at < request.len; at += (size_t)n) {
		n = send(fd, request.data + at, request.len - at, MSG_NOSIGNAL);
		if (n < 0)
			return -errno;
	}
	while ((n = recv(fd, part, sizeof(part), 0)) > 0)
		if (buf_add(answer, part, (size_t)n) != 0)
			return ST_ELIMIT;
	return n < 0 ? -errno : 0;
}

/* Status line and headers away. */
static int print_body(const struct buf *answer, struct err *err)
{
	const char *text = answer->data != NULL ? answer->data : "";
	const char *body = strstr(text, "\r\n\r\n");

	if (body == NULL || strncmp(text, "HTTP/1.1 ", 9) != 0)
		return err_set(err, ST_EPARSE,
			       "what answers there is no statefuld");
	body += 4;
	if (strncmp(text + 9, "200", 3) != 0)
		return err_set(err, ST_EREFUSED, "it says: %.*s",
			       (int)strcspn(body, "\n"), body);
	fputs(body, stdout);
	return 0;
}

int ask_explain(const struct options *options, struct err *err)
{
	scope_buf struct buf answer;
	int fd, rc;

	buf_init(&answer, MAX_ANSWER);
	fd = options->n_ops > 0 ? dial_given(&options->ops[0], err)
				: dial_default(err);
	if (fd < 0)
		return fd;
	rc = exchange(fd, options, &answer);
	close(fd);
	if (rc != 0)
		return err_set(err, rc, "no answer from statefuld: %s",
			       err_str(rc));
	return print_body(&answer, err);
}
