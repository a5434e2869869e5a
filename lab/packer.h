/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * packer - packs the texts of objects, and finds dictionaries for that: of
 * each kind, it keeps a few texts that others were unlike.
 *
 * Threads: belongs to one. Memory: a packed text holds on to its dictionary.
 */
#include <stddef.h>
#include <stdint.h>

#include "lab/kinds.h"

/* Shapes of one kind that are known at a time. */
#define PACKER_DICTS 6

struct pack_dict;
struct packer {
	/* The one that served last comes first. */
	struct pack_dict *dicts[KINDS][PACKER_DICTS];
};

struct packed {
	struct pack_dict *dict;
	uint32_t size;
	uint8_t bytes[];
};

/* All zero is a packer that knows nothing yet. */
void packer_fini(struct packer *packer);
/* NULL where packing gains nothing. */
struct packed *packer_pack(struct packer *packer, enum kind_id kind,
			   const char *text, size_t len);
/* The text, with a NUL behind it; the caller's. */
char *packer_open(const struct packed *packed, size_t len);
void packer_free(struct packed *packed);
