/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/records_priv.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"
#include "statefuld/sort.h"

enum { CHUNK_SIZE = 64 << 10 };

struct records_chunk {
	struct records_chunk *next;
	size_t used;
	uint8_t bytes[CHUNK_SIZE];
};

void records_init(struct records *records, uint32_t ttl_s)
{
	*records = (struct records){.ttl_s = ttl_s};
}

void records_clear(struct records *records)
{
	struct records_chunk *chunk = records->chunks;

	records->n_sets = records->n_data = 0;
	records->skipped = 0;
	while (chunk && chunk->next) {
		records->chunks = chunk->next;
		free(chunk);
		chunk = records->chunks;
	}
	if (chunk)
		chunk->used = 0;
}

void records_fini(struct records *records)
{
	records_clear(records);
	free(records->chunks);
	free(records->sets);
	free(records->data);
	free(records->targets);
	free(records->rows);
	free(records->addrs);
	records_init(records, records->ttl_s);
}

const struct rr_set *records_sets(struct records *records, size_t *ret_n)
{
	size_t at = 0;

	for (size_t i = 0; i < records->n_sets; i++) {
		if (records->sets[i].n > 0)
			records->sets[i].data = &records->data[at];
		at += records->sets[i].n;
	}
	*ret_n = records->n_sets;
	return records->sets;
}

uint8_t *records_room(struct records *records, size_t len)
{
	struct records_chunk *chunk = records->chunks;

	if (!chunk || CHUNK_SIZE - chunk->used < len) {
		chunk = mem_alloc(sizeof(*chunk));
		chunk->next = records->chunks;
		chunk->used = 0;
		records->chunks = chunk;
	}
	chunk->used += len;
	return chunk->bytes + chunk->used - len;
}

uint8_t *records_keep(struct records *records, const void *bytes, size_t len)
{
	return memcpy(records_room(records, len), bytes, len);
}

void records_begin(struct records *records, const uint8_t *owner, uint16_t type)
{
	mem_grow(records->sets, records->n_sets);
	records->sets[records->n_sets++] = (struct rr_set){
		.owner = owner, .type = type, .ttl_s = records->ttl_s};
}

void records_add_data(struct records *records, const uint8_t *wire, size_t len)
{
	mem_grow(records->data, records->n_data);
	records->data[records->n_data++] =
		(struct rr_data){wire, (uint16_t)len};
	records->sets[records->n_sets - 1].n++;
}

void records_add_name(struct records *records, const struct name *name)
{
	records_add_data(records, records_keep(records, name->wire, name->len),
			 name->len);
}

void records_end(struct records *records)
{
	if (records->sets[records->n_sets - 1].n == 0)
		records->n_sets--;
}

static int by_addr(const void *a, const void *b)
{
	const struct addr *x = a, *y = b;
	int order = x->len - y->len;

	return order ? order : memcmp(x->octets, y->octets, x->len);
}

void records_clear_addrs(struct records *records)
{
	records->n_addrs = 0;
}

void records_add_addr(struct records *records, const struct addr *addr)
{
	mem_grow(records->addrs, records->n_addrs);
	records->addrs[records->n_addrs++] = *addr;
}

/* The gathered addresses of one family, each once. */
static void put_family(struct records *records, const uint8_t *owner,
		       uint8_t addr_len)
{
	const struct addr *last = NULL;

	records_begin(records, owner, addr_len == ADDR_V4 ? RR_A : RR_AAAA);
	for (size_t i = 0; i < records->n_addrs; i++) {
		const struct addr *addr = &records->addrs[i];

		if (addr->len != addr_len || (last && by_addr(last, addr) == 0))
			continue;
		records_add_data(records,
				 records_keep(records, addr->octets, addr_len),
				 addr_len);
		last = addr;
	}
	records_end(records);
}

void records_put_addrs(struct records *records, const uint8_t *owner)
{
	if (records->n_addrs > 1)
		sort_items(records->addrs, records->n_addrs,
			   sizeof(*records->addrs), by_addr);
	put_family(records, owner, ADDR_V4);
	put_family(records, owner, ADDR_V6);
}
