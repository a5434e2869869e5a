/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * hash - fast mixing for hash tables in memory; not for anything that is kept
 * or sent. Seeded once a process, so that who names objects cannot aim.
 *
 * Threads: the loop thread. Memory: none.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

uint64_t hash_seed(void);

static inline uint64_t hash_mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ (h >> 29);
}

static inline uint64_t hash_bytes(uint64_t h, const void *data, size_t len)
{
	const unsigned char *at = data;
	uint64_t word;

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		h = hash_mix(h, word);
	}
	word = len;
	memcpy((char *)&word + 1, at, len);
	return hash_mix(h, word);
}

static inline uint64_t hash_ptr(uint64_t h, const void *ptr)
{
	return hash_mix(h, (uintptr_t)ptr);
}

/* 32 bits of which every one is good for a table of any size. */
static inline uint32_t hash_end(uint64_t h)
{
	h = (h ^ (h >> 32)) * UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t)(h >> 32);
}
