/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define POOL_IS_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_IS_MALLOC 1
#endif
#endif
#ifndef POOL_IS_MALLOC
#define POOL_IS_MALLOC 0
#endif

/* The head leaves room for malloc's own, so that a chunk is whole pages. */
enum { STEP = 8, MAX_SIZE = 1024, CHUNK_SIZE = 256 << 10, CHUNK_HEAD = 64 };

struct chunk {
	struct chunk *next;
	size_t used;
	uint64_t words[(CHUNK_SIZE - CHUNK_HEAD) / sizeof(uint64_t)];
};

struct free_one {
	struct free_one *next;
};

static struct {
	struct chunk *chunks; /* the first is the one being cut up */
	struct free_one *free[MAX_SIZE / STEP + 1];
	size_t n_used, n_chunks;
} pool;

static size_t round_up(size_t size)
{
	return size == 0 ? STEP : (size + STEP - 1) / STEP * STEP;
}

static void *cut(size_t size)
{
	struct chunk *chunk = pool.chunks;

	if (!chunk || sizeof(chunk->words) - chunk->used < size) {
		chunk = mem_alloc(sizeof(*chunk));
		chunk->next = pool.chunks;
		chunk->used = 0;
		pool.chunks = chunk;
		pool.n_chunks++;
	}
	chunk->used += size;
	return (char *)chunk->words + chunk->used - size;
}

void *pool_alloc(size_t size)
{
	struct free_one *one;

	size = round_up(size);
	if (POOL_IS_MALLOC || size > MAX_SIZE)
		return mem_alloc(size);
	pool.n_used++;
	one = pool.free[size / STEP];
	if (!one)
		return cut(size);
	pool.free[size / STEP] = one->next;
	return one;
}

static void release(void)
{
	struct chunk *next;

	for (struct chunk *chunk = pool.chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	memset(&pool, 0, sizeof(pool));
}

void pool_free(void *ptr, size_t size)
{
	struct free_one *one = ptr;

	size = round_up(size);
	if (POOL_IS_MALLOC || size > MAX_SIZE || !ptr) {
		free(ptr);
		return;
	}
	one->next = pool.free[size / STEP];
	pool.free[size / STEP] = one;
	if (--pool.n_used == 0)
		release();
}

size_t pool_bytes(void)
{
	return pool.n_chunks * sizeof(struct chunk);
}
