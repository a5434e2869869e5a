/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/recall.h"

#include <stdlib.h>
#include <string.h>

#include "dnsd/key.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"

enum { SELDOM = 64 }; /* one in so many takes the place of another */

struct recall *recall_new(void)
{
	struct recall *recall = mem_zalloc(sizeof(*recall));

	recall->seed =
		(uint64_t)clk_random(UINT32_MAX) << 32 | clk_random(UINT32_MAX);
	recall->entries = mem_calloc((size_t)RECALL_SETS * RECALL_WAYS,
				     sizeof(*recall->entries));
	return recall;
}

void recall_free(struct recall *recall)
{
	if (recall == NULL)
		return;
	free(recall->entries);
	free(recall);
}

/* The one of that tag, a free one, or now and then any; RECALL_WAYS for
 * none. */
static size_t choose(struct recall *recall, size_t set, uint32_t tag)
{
	const uint32_t *tags = recall->tags[set];
	uint32_t turn;

	for (size_t way = 0; way < RECALL_WAYS; way++)
		if (tags[way] == tag)
			return way;
	for (size_t way = 0; way < RECALL_WAYS; way++)
		if (tags[way] == 0)
			return way;
	turn = recall->turn++;
	return turn % SELDOM == 0 ? turn / SELDOM % RECALL_WAYS : RECALL_WAYS;
}

void recall_keep(struct recall *recall, const struct zone_version *version,
		 const struct recall_ask *ask, const struct key *key,
		 const struct recall_find *find)
{
	size_t set = ask->hash % RECALL_SETS, padded = recall_padded(ask->len);
	size_t set_len = find->set == NULL
				 ? 0
				 : sizeof(*find->set) + find->set->wire_len;
	uint32_t tag = recall_tag(ask->hash);
	struct recall_entry *entry;
	size_t way;

	if (padded + set_len > RECALL_ROOM)
		return;
	way = choose(recall, set, tag);
	if (way == RECALL_WAYS)
		return;
	recall->tags[set][way] = tag;
	entry = &recall->entries[set * RECALL_WAYS + way];
	entry->seq = version->seq;
	entry->fixed = ask->fixed;
	entry->ttl_s = find->ttl_s;
	entry->cell = find->cell;
	entry->mark = zone_mark_of(key);
	entry->zone = (uint16_t)(find->zone - version->zones);
	entry->len = ask->len;
	entry->is_missing = find->is_missing;
	entry->is_denial = find->set == NULL;
	memcpy(entry->data, ask->name, padded);
	if (set_len > 0)
		memcpy(entry->data + padded, find->set, set_len);
}
