/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * buf - a growing run of bytes with a hard cap.
 *
 * Threads: belongs to one. Memory: heap, released by buf_fini.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct buf {
	char *data; /* NUL-terminated behind len whenever not NULL */
	size_t len;
	size_t cap; /* allocated */
	size_t max; /* never more bytes than this; 0 = no limit */
};

void buf_init(struct buf *buf, size_t max);
void buf_fini(struct buf *buf);
/* Forgets the content, keeps the memory. */
void buf_clear(struct buf *buf);
/* ST_ELIMIT leaves the content as it was. */
st_must_check int buf_add(struct buf *buf, const void *data, size_t len);
/* For buffers without a limit: cannot fail. */
void buf_put(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *fmt, ...) st_printf(2, 3);
/* Drops the first n bytes. */
void buf_consume(struct buf *buf, size_t n);
/* The content as a NUL-terminated string that is now the caller's; the buffer
 * is empty afterwards. Never NULL. */
char *buf_steal(struct buf *buf);
#define scope_buf st_cleanup(buf_fini)
