/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * hash - a hash of octets for tables of our own making, eight a step. Not for
 * what strangers choose.
 *
 * Threads: any. Memory: none.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of nothing. */
#define HASH_SEED UINT64_C(0xcbf29ce484222325)

static inline uint64_t hash_mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* Goes on from the hash of what came before; how that was divided matters. */
static inline uint64_t hash_on(uint64_t hash, const void *data, size_t len)
{
	const uint8_t *octets = data;
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, octets, sizeof(word));
		hash = hash_mix(hash, word);
		octets += sizeof(word);
	}
	word = len;
	for (size_t i = 0; i < len; i++)
		word = word << 8 | octets[i];
	return hash_mix(hash, word);
}
