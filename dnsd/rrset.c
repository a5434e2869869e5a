/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/rrset.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dnsd/zone.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/sort.h"
#include "statefuld/zone_edit.h"

enum {
	FEW = 16, /* up to here comparing all with all is the fastest */
};

static uint8_t *put16(uint8_t *out, uint16_t value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return out + 2;
}

static uint8_t *put32(uint8_t *out, uint32_t value)
{
	return put16(put16(out, (uint16_t)(value >> 16)), (uint16_t)value);
}

static uint8_t *put_head(uint8_t *out, uint16_t type, uint32_t ttl_s,
			 uint16_t rdlen)
{
	out = put16(out, 0xc00c);
	out = put16(out, type);
	out = put16(out, 1);
	out = put32(out, ttl_s);
	return put16(out, rdlen);
}

static uint32_t capped(uint32_t n)
{
	return n < RRSET_MAX_RRS ? n : RRSET_MAX_RRS;
}

size_t rrset_room_for(const struct rr_set *set)
{
	size_t room = sizeof(struct rrset);

	for (uint32_t i = 0; i < capped(set->n); i++)
		room += RRSET_RR_HEAD + set->data[i].len;
	return room;
}

static bool same(const struct rr_data *a, const struct rr_data *b)
{
	return a->len == b->len && memcmp(a->wire, b->wire, a->len) == 0;
}

int rrset_data_order(const struct rr_data *a, const struct rr_data *b)
{
	int order = a->len - b->len;

	return order != 0 ? order : memcmp(a->wire, b->wire, a->len);
}

static int by_content(const void *a, const void *b)
{
	const struct rr_data *x = *(const struct rr_data *const *)a;
	const struct rr_data *y = *(const struct rr_data *const *)b;
	int order = rrset_data_order(x, y);

	if (order == 0) /* the first of equals comes first */
		order = x < y ? -1 : x > y;
	return order;
}

/* Marks what repeats an earlier record. */
static void mark_repeats(const struct rr_data *data, uint32_t n, bool *repeat)
{
	const struct rr_data **order = mem_calloc(n, sizeof(*order));

	for (uint32_t i = 0; i < n; i++)
		order[i] = &data[i];
	sort_items(order, n, sizeof(*order), by_content);
	for (uint32_t i = 1; i < n; i++)
		repeat[order[i] - data] = same(order[i], order[i - 1]);
	free(order);
}

static void mark_repeats_of_few(const struct rr_data *data, uint32_t n,
				bool *repeat)
{
	for (uint32_t i = 1; i < n; i++)
		for (uint32_t j = 0; j < i && !repeat[i]; j++)
			repeat[i] = same(&data[i], &data[j]);
}

void rrset_build(struct rrset *out, const struct rr_set *set)
{
	uint32_t n = capped(set->n);
	bool few[FEW] = {false}, *repeat = few;
	uint8_t *at = out->wire;

	if (n <= FEW) {
		mark_repeats_of_few(set->data, n, few);
	} else {
		repeat = mem_calloc(n, sizeof(*repeat));
		mark_repeats(set->data, n, repeat);
	}
	out->type = set->type;
	out->count = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct rr_data *data = &set->data[i];

		if (repeat[i])
			continue;
		at = put_head(at, set->type, set->ttl_s, data->len);
		memcpy(at, data->wire, data->len);
		at += data->len;
		out->count++;
	}
	out->wire_len = (uint32_t)(at - out->wire);
	if (repeat != few)
		free(repeat);
}

void rrset_build_soa(struct rrset *out, const uint8_t *mname,
		     const uint8_t *rname, const struct zone_soa *soa,
		     uint32_t serial)
{
	size_t mname_len = name_len(mname), rname_len = name_len(rname);
	uint8_t *at;

	at = put_head(out->wire, RR_SOA, soa->ttl_s,
		      (uint16_t)(mname_len + rname_len + 20));
	memcpy(at, mname, mname_len);
	memcpy(at + mname_len, rname, rname_len);
	at = put32(at + mname_len + rname_len, serial);
	at = put32(at, soa->refresh_s);
	at = put32(at, soa->retry_s);
	at = put32(at, soa->expire_s);
	at = put32(at, soa->minimum_s);
	out->type = RR_SOA;
	out->count = 1;
	out->wire_len = (uint32_t)(at - out->wire);
}

void rrset_data(const struct rrset *set, struct rr_data *out)
{
	const uint8_t *at = set->wire;

	for (unsigned i = 0; i < set->count; i++) {
		out[i].len = (uint16_t)(at[10] << 8 | at[11]);
		out[i].wire = at + RRSET_RR_HEAD;
		at += RRSET_RR_HEAD + out[i].len;
	}
}
