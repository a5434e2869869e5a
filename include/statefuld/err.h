/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * err - one way to say what went wrong, for a program and for a person.
 *
 * Functions that can fail return 0 or a negative code: -errno or one of
 * ST_E... below. Slow-path functions take `struct err *err` last; the lowest
 * function that knows the cause fills it, callers add context in front with
 * err_wrap(). NULL is allowed wherever an err is taken.
 *
 * Threads: an err belongs to its caller. Memory: fixed size, no heap.
 */
#include <stdarg.h>
#include <stdbool.h>

#include "statefuld/attr.h"

enum {
	ST_EPARSE = -1000,     /* malformed input */
	ST_EINVAL = -1001,     /* well-formed, but not allowed */
	ST_ELIMIT = -1002,     /* larger than we accept */
	ST_ENOTFOUND = -1003,  /* HTTP 404, no such object or key */
	ST_EEXISTS = -1004,    /* HTTP 409 AlreadyExists */
	ST_ECONFLICT = -1005,  /* HTTP 409 Conflict: stale resourceVersion */
	ST_EGONE = -1006,      /* HTTP 410: resourceVersion too old */
	ST_EAUTH = -1007,      /* HTTP 401, or no usable credentials */
	ST_EFORBIDDEN = -1008, /* HTTP 403 */
	ST_EREFUSED = -1009,   /* HTTP 422 and other 4xx: the server says no */
	ST_ETHROTTLE = -1010,  /* HTTP 429: come back later */
	ST_ESERVER = -1011,    /* HTTP 5xx */
	ST_ENET = -1012,       /* no connection, connection lost, TLS failure */
	ST_ETIMEOUT = -1013,   /* no answer in time */
	ST_ECANCELED = -1014,  /* given up by us */
	ST_ESTALE = -1015,     /* would go backwards */
};

struct err {
	int code;
	char msg[1024];
};

/* Sets code and message, returns code, so that `return err_set(...)` works. A
 * message that does not fit is cut at a UTF-8 boundary and ends in "...". */
int err_set(struct err *err, int code, const char *fmt, ...) st_printf(3, 4);
/* Shows compilers and analyzers that what comes back is `code`. */
#define err_set(err, code, ...)                                                \
	({                                                                     \
		const int err_set_code_ = (code);                              \
		(err_set)((err), err_set_code_, __VA_ARGS__);                  \
		err_set_code_;                                                 \
	})

/* Puts "context: " in front of the message that is there; returns err->code
 * (or `code` when err is NULL). */
int err_wrap(struct err *err, int code, const char *fmt, ...) st_printf(3, 4);

void err_clear(struct err *err);

/* The message, or the code's own words where none was given. Borrowed. */
const char *err_msg(const struct err *err);

/* Plain words for a code: strerror for -errno, our own for ST_E...; static. */
const char *err_str(int code);

enum err_class {
	ERR_RETRY_NOW,	 /* conflict, already exists: look again and redo */
	ERR_RETRY_LATER, /* network, throttling, server fault: back off */
	ERR_GIVE_UP,	 /* will not get better by itself */
};

/* The only place that decides whether an error is worth another try. */
enum err_class err_class(int code);
