/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "statefuld/clk.h"
#include "statefuld/err.h"

enum {
	/* A pipe takes this much in one piece (PIPE_BUF), so lines of several
	 * threads never mix. */
	LINE_MAX_LEN = 4096,
	QUOTE_SLOTS = 8,
	QUOTE_LEN = 512,
};

static const char *const level_names[] = {"error", "warn", "info", "debug"};

static atomic_int cur_level = LOG_INFO;
static log_sink_fn sink;
static void *sink_arg;

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&cur_level, (int)level, memory_order_relaxed);
}

enum log_level log_get_level(void)
{
	return (enum log_level)atomic_load_explicit(&cur_level,
						    memory_order_relaxed);
}

int log_level_parse(const char *text, enum log_level *ret_level)
{
	for (size_t i = 0; i < st_array_len(level_names); i++) {
		if (strcmp(text, level_names[i]) != 0)
			continue;
		*ret_level = (enum log_level)i;
		return 0;
	}
	return ST_EINVAL;
}

void log_set_sink(log_sink_fn fn, void *arg)
{
	sink = fn;
	sink_arg = arg;
}

static void write_line(const char *line, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, line, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		line += n;
		len -= (size_t)n;
	}
}

/* A line break inside a value would forge a line of its own. */
static void drop_controls(char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = ' ';
	}
}

/* "2026-11-21T06:15:01.123Z" */
static void stamp(char out[32])
{
	clk_format(out, clk_wall_us(), 1);
	memcpy(out + sizeof("2026-11-21T06:15:01.123") - 1, "Z", sizeof("Z"));
}

void log_write(enum log_level level, const char *event, const char *fmt, ...)
{
	char line[LINE_MAX_LEN], when[32];
	const size_t room = sizeof(line) - 1; /* for the newline */
	int saved = errno;
	va_list ap;

	stamp(when);
	size_t len = (size_t)snprintf(line, room, "%s %s %.200s%s", when,
				      level_names[level], event,
				      fmt[0] != '\0' ? " " : "");
	va_start(ap, fmt);
	int n = vsnprintf(line + len, room - len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= room - len)
		memcpy(line + room - sizeof("..."), "...", sizeof("..."));
	drop_controls(line);
	len = strlen(line);
	if (sink != NULL) {
		sink(level, line, sink_arg);
	} else {
		line[len++] = '\n';
		write_line(line, len);
	}
	errno = saved;
}

static int needs_quotes(const char *text)
{
	if (*text == '\0')
		return 1;
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c <= ' ' || c == 0x7f || strchr("\"\\=", c) != NULL)
			return 1;
	}
	return 0;
}

/* The letter behind the backslash, where there is a short escape. */
static char escape_letter(char c)
{
	switch (c) {
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	case '"':
	case '\\':
		return c;
	default:
		return '\0';
	}
}

/* One character, escaped; gives the octets written, at most 4. */
static size_t escape(char *out, char c)
{
	char letter = escape_letter(c);

	if (letter != '\0') {
		out[0] = '\\';
		out[1] = letter;
		return 2;
	}
	if ((unsigned char)c >= ' ' && c != 0x7f) {
		out[0] = c;
		return 1;
	}
	return (size_t)snprintf(out, 5, "\\x%02x", (unsigned char)c);
}

const char *log_q(const char *text)
{
	static _Thread_local char slots[QUOTE_SLOTS][QUOTE_LEN];
	static _Thread_local unsigned int next;
	size_t len = 0;

	if (text == NULL)
		return "-";
	char *out = slots[next++ % QUOTE_SLOTS];
	int quote = needs_quotes(text);
	if (quote)
		out[len++] = '"';
	/* What may still follow: an escape, "...", the quote and a NUL. */
	for (; *text != '\0' && len < QUOTE_LEN - 12; text++)
		len += escape(out + len, *text);
	if (*text != '\0') {
		while (len > 1 && ((unsigned char)*text & 0xc0) == 0x80) {
			text--;
			len--;
		}
		memcpy(out + len, "...", 3);
		len += 3;
	}
	if (quote)
		out[len++] = '"';
	out[len] = '\0';
	return out;
}

void st_assert_fail(const char *cond, const char *file, int line)
{
	log_write(LOG_ERROR, "assertion failed", "at=%s:%d cond=%s", file, line,
		  log_q(cond));
	abort();
}
