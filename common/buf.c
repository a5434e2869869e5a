/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.max = max};
}

void buf_fini(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->max);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL, doubling, so that adding byte by
 * byte stays linear. The cap bounds the memory too. */
static int reserve(struct buf *buf, size_t more)
{
	size_t limit = buf->max != 0 ? buf->max : SIZE_MAX / 2 - 1;

	if (buf->len > limit || more > limit - buf->len)
		return ST_ELIMIT;
	size_t need = buf->len + more + 1;
	if (need <= buf->cap)
		return 0;
	size_t cap = buf->cap != 0 ? buf->cap : 64;
	while (cap < need)
		cap *= 2;
	if (cap > limit + 1)
		cap = limit + 1;
	buf->data = mem_realloc(buf->data, cap, 1);
	buf->cap = cap;
	return 0;
}

int buf_add(struct buf *buf, const void *data, size_t len)
{
	int rc = reserve(buf, len);

	if (rc < 0)
		return rc;
	if (len != 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return 0;
}

void buf_put(struct buf *buf, const void *data, size_t len)
{
	int rc = buf_add(buf, data, len);

	st_assert(rc == 0);
}

void buf_puts(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char c)
{
	buf_put(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	st_assert(n >= 0);
	int rc = reserve(buf, (size_t)n);
	st_assert(rc == 0);
	va_start(ap, fmt);
	vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
}

void buf_consume(struct buf *buf, size_t n)
{
	st_assert(n <= buf->len);
	if (n == 0)
		return;
	buf->len -= n;
	memmove(buf->data, buf->data + n, buf->len + 1);
}

char *buf_steal(struct buf *buf)
{
	char *text = buf->data != NULL ? buf->data : mem_strndup("", 0);

	buf_init(buf, buf->max);
	return text;
}
