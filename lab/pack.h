/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pack - text made small by what it has in common with a dictionary, which is
 * a text of the same kind. Ten thousand pods differ in names, times and
 * addresses; that is what is left of them.
 *
 * Threads: belongs to one. Memory: see each function.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Offsets have 16 bits: dictionary and text fit into that together. */
#define PACK_DICT_MAX ((size_t)16 << 10)
#define PACK_TEXT_MAX ((size_t)47 << 10)

struct pack_index;
struct pack_dict {
	unsigned int refs;
	struct pack_index *index; /* only while it is used for packing */
	size_t len;
	char text[];
};

/* len is at most PACK_DICT_MAX. */
struct pack_dict *pack_dict_new(const char *text, size_t len);
struct pack_dict *pack_dict_ref(struct pack_dict *dict);
void pack_dict_unref(struct pack_dict *dict);
/* Nothing more will be packed with it. */
void pack_dict_retire(struct pack_dict *dict);

/* Returns how many bytes of `out` were filled; 0 if `room` does not do or the
 * text is too long. */
size_t pack_text(const struct pack_dict *dict, const char *text, size_t len,
		 uint8_t *out, size_t room);
/* Fills `text` with exactly len bytes. False if that is not what was packed. */
bool pack_open(const struct pack_dict *dict, const uint8_t *packed, size_t size,
	       char *text, size_t len);
