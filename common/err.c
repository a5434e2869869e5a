/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The end of `text` that was cut at `max` bytes becomes "...", and no UTF-8
 * sequence is left half there. */
static void mark_cut(char *text, size_t max)
{
	size_t at = max - sizeof("...");

	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	memcpy(text + at, "...", sizeof("..."));
}

static size_t format(char *out, size_t max, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/* Gives the length of what is in `out`. */
static size_t format(char *out, size_t max, const char *fmt, va_list ap)
{
	int n = vsnprintf(out, max, fmt, ap);

	if (n < 0)
		out[0] = '\0';
	else if ((size_t)n >= max)
		mark_cut(out, max);
	return strlen(out);
}

int(err_set)(struct err *err, int code, const char *fmt, ...)
{
	char msg[sizeof(err->msg)];
	va_list ap;

	if (err == NULL)
		return code;
	/* The arguments may point into err->msg. */
	va_start(ap, fmt);
	size_t len = format(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	memcpy(err->msg, msg, len + 1);
	err->code = code;
	return code;
}

int err_wrap(struct err *err, int code, const char *fmt, ...)
{
	char msg[sizeof(err->msg)];
	va_list ap;

	if (err == NULL)
		return code;
	if (err->code == 0)
		err->code = code;
	va_start(ap, fmt);
	size_t len = format(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	int n = snprintf(msg + len, sizeof(msg) - len, ": %s", err_msg(err));
	if (n < 0 || (size_t)n >= sizeof(msg) - len)
		mark_cut(msg, sizeof(msg));
	memcpy(err->msg, msg, strlen(msg) + 1);
	return err->code;
}

void err_clear(struct err *err)
{
	if (err == NULL)
		return;
	err->code = 0;
	err->msg[0] = '\0';
}

const char *err_msg(const struct err *err)
{
	if (err == NULL)
		return "no details";
	return err->msg[0] != '\0' ? err->msg : err_str(err->code);
}

const char *err_str(int code)
{
	const char *text;

	switch (code) {
	case 0:
		return "success";
	case ST_EPARSE:
		return "malformed input";
	case ST_EINVAL:
		return "not allowed";
	case ST_ELIMIT:
		return "larger than accepted";
	case ST_ENOTFOUND:
		return "not found";
	case ST_EEXISTS:
		return "already exists";
	case ST_ECONFLICT:
		return "changed by somebody else meanwhile";
	case ST_EGONE:
		return "resource version too old";
	case ST_EAUTH:
		return "not authenticated";
	case ST_EFORBIDDEN:
		return "forbidden";
	case ST_EREFUSED:
		return "refused by the server";
	case ST_ETHROTTLE:
		return "server asks to come back later";
	case ST_ESERVER:
		return "server fault";
	case ST_ENET:
		return "connection failed";
	case ST_ETIMEOUT:
		return "no answer in time";
	case ST_ECANCELED:
		return "canceled";
	case ST_ESTALE:
		return "older than what is there";
	}
	/* glibc's own table: unlike strerror() it needs no buffer. */
	text = code < 0 && code > -1000 ? strerrordesc_np(-code) : NULL;
	return text != NULL ? text : "unknown error";
}

enum err_class err_class(int code)
{
	switch (code) {
	case ST_ECONFLICT:
	case ST_EEXISTS:
	case ST_EGONE:
		return ERR_RETRY_NOW;
	/* Tokens rotate, quotas get free, roles get bound: 401 and 403 can
	 * heal without a change to what was asked. */
	case ST_EAUTH:
	case ST_EFORBIDDEN:
	case ST_ETHROTTLE:
	case ST_ESERVER:
	case ST_ENET:
	case ST_ETIMEOUT:
	case -EAGAIN:
	case -EINTR:
	case -ENOMEM:
	case -ENOBUFS:
	case -EMFILE:
	case -ENFILE:
	case -EPIPE:
	case -ECONNREFUSED:
	case -ECONNRESET:
	case -ECONNABORTED:
	case -ETIMEDOUT:
	case -ENETDOWN:
	case -ENETUNREACH:
	case -EHOSTDOWN:
	case -EHOSTUNREACH:
		return ERR_RETRY_LATER;
	}
	return ERR_GIVE_UP;
}
