/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/addrs.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"

#define MAX_BITS 20

struct addrs {
	uint8_t net[16];
	size_t len;
	uint32_t n, first, end; /* offsets that are given: [first, end) */
	uint32_t next;
	uint8_t *taken; /* one bit each */
};

struct addrs *addrs_new(const uint8_t *net, size_t len, unsigned int prefix)
{
	struct addrs *addrs = mem_zalloc(sizeof(*addrs));
	unsigned int bits = (unsigned int)(len * 8) - prefix;

	memcpy(addrs->net, net, len);
	addrs->len = len;
	addrs->n = UINT32_C(1) << (bits > MAX_BITS ? MAX_BITS : bits);
	addrs->first = addrs->n > 4 ? 2 : 0;
	addrs->end = addrs->n > 4 ? addrs->n - 1 : addrs->n;
	addrs->next = addrs->first;
	addrs->taken = mem_zalloc(addrs->n / 8 + 1);
	return addrs;
}

void addrs_free(struct addrs *addrs)
{
	if (addrs != NULL)
		free(addrs->taken);
	free(addrs);
}

static bool is_taken(const struct addrs *addrs, uint32_t at)
{
	return (addrs->taken[at / 8] >> (at % 8) & 1) != 0;
}

static void mark(struct addrs *addrs, uint32_t at, bool taken)
{
	uint8_t bit = (uint8_t)(1u << (at % 8));

	if (taken)
		addrs->taken[at / 8] |= bit;
	else
		addrs->taken[at / 8] &= (uint8_t)~bit;
}

static void print(const struct addrs *addrs, uint32_t at, char out[ADDRS_TEXT])
{
	uint8_t addr[16];

	memcpy(addr, addrs->net, sizeof(addr));
	for (size_t i = addrs->len; i-- > 0 && at > 0; at >>= 8)
		addr[i] = (uint8_t)(addr[i] | (at & 0xff));
	inet_ntop(addrs->len == 4 ? AF_INET : AF_INET6, addr, out, ADDRS_TEXT);
}

bool addrs_take(struct addrs *addrs, char out[ADDRS_TEXT])
{
	for (uint32_t i = 0; i < addrs->end - addrs->first; i++) {
		uint32_t at = addrs->next;

		addrs->next = at + 1 < addrs->end ? at + 1 : addrs->first;
		if (is_taken(addrs, at))
			continue;
		mark(addrs, at, true);
		print(addrs, at, out);
		return true;
	}
	return false;
}

/* false: not one that we give. */
static bool offset_of(const struct addrs *addrs, const char *text,
		      uint32_t *ret_at)
{
	uint8_t addr[16] = {0};
	char again[ADDRS_TEXT];
	uint32_t at = 0;

	if (text == NULL ||
	    inet_pton(addrs->len == 4 ? AF_INET : AF_INET6, text, addr) != 1)
		return false;
	for (size_t i = addrs->len - 4; i < addrs->len; i++)
		at = at << 8 | (uint32_t)(addr[i] & ~addrs->net[i] & 0xff);
	if (at < addrs->first || at >= addrs->end)
		return false;
	print(addrs, at, again);
	*ret_at = at;
	return strcmp(again, text) == 0;
}

void addrs_claim(struct addrs *addrs, const char *text)
{
	uint32_t at;

	if (!offset_of(addrs, text, &at))
		return;
	mark(addrs, at, true);
	if (at >= addrs->next)
		addrs->next = at + 1 < addrs->end ? at + 1 : addrs->first;
}

void addrs_release(struct addrs *addrs, const char *text)
{
	uint32_t at;

	if (offset_of(addrs, text, &at))
		mark(addrs, at, false);
}
