/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json_arena.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

#include "statefuld/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif

#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
/* A gap behind each piece, to notice who runs over its end. */
enum { GAP = 8 };
#else
#define ASAN_POISON_MEMORY_REGION(addr, size)	((void)(addr), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(addr, size) ((void)(addr), (void)(size))
enum { GAP = 0 };
#endif

enum {
	CHUNK_SIZE = 16384, /* most pods take one or two */
	N_CHUNKS = 4096,
	/* Free chunks that keep their pages; the rest is the kernel's again,
	 * so that one huge object does not cost memory for ever. */
	N_WARM = 64,
};

struct chunk {
	struct chunk *home; /* the first one of the tree */
	struct chunk *next; /* of the tree; of the free list */
	struct chunk *last; /* home only: where pieces are cut from */
	void *token;	    /* home only: makes a lost tree a leak to ASan */
	size_t used;
	bool mixed; /* home only */
};

/* Guards what is below it; held for a few instructions. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *range;
static size_t n_touched; /* chunks ever taken: the rest was never used */
static size_t n_warm;
static struct chunk *warm;
static uint16_t cold[N_CHUNKS]; /* indices of chunks without pages */
static size_t n_cold;

static _Thread_local bool active;
static _Thread_local struct chunk *cur; /* home of the tree being parsed */

static void reserve_range(void)
{
	void *at = mmap(NULL, (size_t)N_CHUNKS * CHUNK_SIZE,
			PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* Without the range all comes from malloc. */
	if (at == MAP_FAILED)
		return;
	__atomic_store_n(&range, at, __ATOMIC_RELEASE);
}

static char *range_start(void)
{
	return __atomic_load_n(&range, __ATOMIC_ACQUIRE);
}

static struct chunk *chunk_at(size_t index)
{
	return (struct chunk *)(void *)(range + index * CHUNK_SIZE);
}

static size_t index_of(const void *ptr)
{
	return (size_t)((const char *)ptr - range_start()) / CHUNK_SIZE;
}

static struct chunk *chunk_of(const void *ptr)
{
	return chunk_at(index_of(ptr));
}

bool json_arena_owns(const void *ptr)
{
	const char *start = range_start();

	return start != NULL && (uintptr_t)ptr - (uintptr_t)start <
					(size_t)N_CHUNKS * CHUNK_SIZE;
}

/* NULL if the range is used up. */
static struct chunk *take_chunk(void)
{
	struct chunk *chunk = NULL;

	pthread_mutex_lock(&lock);
	if (range == NULL)
		reserve_range();
	if (warm != NULL) {
		chunk = warm;
		ASAN_UNPOISON_MEMORY_REGION(chunk, sizeof(*chunk));
		warm = chunk->next;
		n_warm--;
	} else if (n_cold > 0) {
		chunk = chunk_at(cold[--n_cold]);
	} else if (range != NULL && n_touched < N_CHUNKS) {
		chunk = chunk_at(n_touched++);
	}
	pthread_mutex_unlock(&lock);
	if (chunk == NULL)
		return NULL;
	ASAN_POISON_MEMORY_REGION(chunk, CHUNK_SIZE);
	ASAN_UNPOISON_MEMORY_REGION(chunk, sizeof(*chunk));
	*chunk = (struct chunk){.used = sizeof(*chunk)};
	return chunk;
}

static void give_chunk(struct chunk *chunk)
{
	pthread_mutex_lock(&lock);
	if (n_warm < N_WARM) {
		chunk->next = warm;
		warm = chunk;
		n_warm++;
		ASAN_POISON_MEMORY_REGION(chunk, CHUNK_SIZE);
	} else {
		cold[n_cold++] = (uint16_t)index_of(chunk);
		madvise(chunk, CHUNK_SIZE, MADV_DONTNEED);
		ASAN_POISON_MEMORY_REGION(chunk, CHUNK_SIZE);
	}
	pthread_mutex_unlock(&lock);
}

/* The chunk to cut the next `size` bytes from; NULL if malloc must do. */
static struct chunk *chunk_for(size_t size)
{
	struct chunk *chunk = cur != NULL ? cur->last : NULL;

	if (size > CHUNK_SIZE - sizeof(*chunk))
		return NULL;
	if (chunk != NULL && size <= CHUNK_SIZE - chunk->used)
		return chunk;
	struct chunk *fresh = take_chunk();
	if (fresh == NULL)
		return NULL;
	if (chunk != NULL) {
		chunk->next = fresh;
	} else {
		cur = fresh;
#ifdef HAS_ASAN
		cur->token = mem_alloc(1);
#endif
	}
	fresh->home = cur;
	cur->last = fresh;
	return fresh;
}

void *json_arena_alloc(size_t size)
{
	if (!active)
		return mem_alloc(size);
	/* cJSON keeps doubles and pointers there. */
	size_t piece = ((size + 7) & ~(size_t)7) + GAP;
	struct chunk *chunk = size < CHUNK_SIZE ? chunk_for(piece) : NULL;
	if (chunk == NULL) {
		/* A tree without a chunk is plain memory from the root on. */
		if (cur != NULL)
			cur->mixed = true;
		else
			active = false;
		return mem_alloc(size);
	}
	void *ptr = (char *)chunk + chunk->used;
	chunk->used += piece;
	ASAN_UNPOISON_MEMORY_REGION(ptr, size);
	return ptr;
}

void json_arena_free(void *ptr)
{
	if (!json_arena_owns(ptr))
		free(ptr);
}

void json_arena_begin(void)
{
	active = true;
	cur = NULL;
}

void json_arena_end(void)
{
	active = false;
	cur = NULL;
}

static void release(struct chunk *home)
{
	struct chunk *next;

	free(home->token);
	for (struct chunk *chunk = home; chunk != NULL; chunk = next) {
		next = chunk->next;
		give_chunk(chunk);
	}
}

void json_arena_abort(void)
{
	struct chunk *home = cur;

	json_arena_end();
	if (home != NULL)
		release(home);
}

void json_arena_mix(const void *node)
{
	if (json_arena_owns(node))
		chunk_of(node)->home->mixed = true;
}

bool json_arena_is_mixed(const void *root)
{
	return chunk_of(root)->home->mixed;
}

void json_arena_release(void *root)
{
	release(chunk_of(root)->home);
}
