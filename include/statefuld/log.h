/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * log - lines for people and for grep, on standard error.
 *
 * A line is `TIME LEVEL event key=value ...`; the event is constant and lower
 * case. Values with blanks, quotes, '=' or control characters are quoted and
 * escaped by log_q(). Never log a secret.
 *
 * Threads: any; one write(2) a line. Memory: none kept.
 */
#include "statefuld/attr.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* Parses "error", "warn", "info" or "debug". ST_EINVAL otherwise. */
st_must_check int log_level_parse(const char *text, enum log_level *ret_level);

/* Tests capture lines here; NULL restores standard error. `line` ends without
 * newline and is borrowed for the call. */
typedef void (*log_sink_fn)(enum log_level level, const char *line, void *arg);
void log_set_sink(log_sink_fn fn, void *arg);

/* `fmt` gives the key=value part and may be "". Use log_error(...) etc. */
void log_write(enum log_level level, const char *event, const char *fmt, ...)
	st_printf(3, 4);

#define log_at(level, ...)                                                     \
	do {                                                                   \
		if ((level) <= log_get_level())                                \
			log_write((level), __VA_ARGS__);                       \
	} while (0)
#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_at(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

/* Quotes `text` for use as a %s value; result lives in one of 8 rotating
 * thread-local buffers (512 bytes, longer text is cut with "..."). NULL gives
 * "-". */
const char *log_q(const char *text);
