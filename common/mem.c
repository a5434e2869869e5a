/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LARGE = 128 << 10 };

/* By itself glibc puts these limits up to the largest block ever freed, and
 * from then on such blocks leave holes behind. */
void mem_tune(void)
{
#ifdef M_MMAP_THRESHOLD
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, LARGE);
#endif
}

/* Nothing here may allocate. */
st_noreturn static void out_of_memory(void)
{
	static const char line[] = "statefuld: out of memory\n";
	ssize_t n = write(STDERR_FILENO, line, sizeof(line) - 1);

	(void)n;
	abort();
}

static size_t product(size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		out_of_memory();
	return bytes;
}

void *mem_alloc(size_t size)
{
	void *ptr = malloc(size != 0 ? size : 1);

	if (ptr == NULL)
		out_of_memory();
	return ptr;
}

void *mem_zalloc(size_t size)
{
	return mem_calloc(1, size);
}

void *mem_calloc(size_t n, size_t size)
{
	void *ptr = product(n, size) != 0 ? calloc(n, size) : calloc(1, 1);

	if (ptr == NULL)
		out_of_memory();
	return ptr;
}

void *mem_realloc(void *ptr, size_t n, size_t size)
{
	size_t bytes = product(n, size);
	void *next = realloc(ptr, bytes != 0 ? bytes : 1);

	if (next == NULL)
		out_of_memory();
	return next;
}

char *mem_strdup(const char *text)
{
	return text != NULL ? mem_strndup(text, strlen(text)) : NULL;
}

char *mem_strndup(const char *text, size_t len)
{
	char *copy = mem_alloc(len + 1);

	if (len != 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void *mem_dup(const void *data, size_t len)
{
	void *copy = mem_alloc(len);

	if (len != 0)
		memcpy(copy, data, len);
	return copy;
}

char *mem_printf(const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	return text;
}

void *mem_grow_(void *items, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return items;
	return mem_realloc(items, n != 0 ? product(n, 2) : 1, size);
}
