/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/packer.h"

#include <string.h>

#include "lab/pack.h"
#include "statefuld/mem.h"

/* Shorter texts are not worth it. */
#define LENGTH_MIN 256

static void move_to_front(struct pack_dict **dicts, size_t at)
{
	struct pack_dict *dict = dicts[at];

	memmove(dicts + 1, dicts, at * sizeof(*dicts));
	dicts[0] = dict;
}

/* In place of the one that has been of no use for longest. */
static void learn(struct pack_dict **dicts, const char *text, size_t len)
{
	struct pack_dict **last = &dicts[PACKER_DICTS - 1];

	if (*last != NULL) {
		pack_dict_retire(*last);
		pack_dict_unref(*last);
	}
	*last = pack_dict_new(text, len);
	move_to_front(dicts, PACKER_DICTS - 1);
}

struct attempt {
	size_t size; /* 0: none did */
	size_t at;   /* the dictionary */
	uint8_t *bytes, *spare;
	size_t room;
};

/* Stops at the first that is good; else the best. */
static void try_all(struct attempt *best, struct pack_dict *const *dicts,
		    const char *text, size_t len)
{
	size_t good = len / 6;

	for (size_t i = 0; i < PACKER_DICTS && dicts[i] != NULL; i++) {
		size_t room = best->size > 0 ? best->size - 1 : best->room;
		size_t size = pack_text(dicts[i], text, len, best->spare, room);
		uint8_t *bytes = best->spare;

		if (size == 0)
			continue;
		best->spare = best->bytes;
		best->bytes = bytes;
		best->size = size;
		best->at = i;
		if (size <= good)
			break;
	}
}

static struct packed *keep(const struct attempt *best, struct pack_dict **dicts)
{
	struct packed *packed = mem_alloc(sizeof(*packed) + best->size);

	move_to_front(dicts, best->at);
	packed->dict = pack_dict_ref(dicts[0]);
	packed->size = (uint32_t)best->size;
	memcpy(packed->bytes, best->bytes, best->size);
	return packed;
}

struct packed *packer_pack(struct packer *packer, enum kind_id kind,
			   const char *text, size_t len)
{
	uint8_t bytes[PACK_TEXT_MAX], spare[PACK_TEXT_MAX];
	struct pack_dict **dicts = packer->dicts[kind];
	struct attempt best = {
		.bytes = bytes,
		.spare = spare,
		.room = len / 4 * 3,
	};

	if (len < LENGTH_MIN || len > PACK_TEXT_MAX)
		return NULL;
	try_all(&best, dicts, text, len);
	if ((best.size == 0 || best.size > len / 3) && len <= PACK_DICT_MAX) {
		learn(dicts, text, len);
		best.size = 0;
		try_all(&best, dicts, text, len);
	}
	return best.size > 0 ? keep(&best, dicts) : NULL;
}

char *packer_open(const struct packed *packed, size_t len)
{
	char *text = mem_alloc(len + 1);
	bool is_whole =
		pack_open(packed->dict, packed->bytes, packed->size, text, len);

	st_assert(is_whole);
	text[len] = '\0';
	return text;
}

void packer_free(struct packed *packed)
{
	if (packed == NULL)
		return;
	pack_dict_unref(packed->dict);
	free(packed);
}

void packer_fini(struct packer *packer)
{
	for (int kind = 0; kind < KINDS; kind++) {
		for (size_t i = 0; i < PACKER_DICTS; i++)
			pack_dict_unref(packer->dicts[kind][i]);
	}
	*packer = (struct packer){0};
}
