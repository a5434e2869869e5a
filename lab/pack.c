/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/pack.h"

#include <string.h>

#include "statefuld/mem.h"

/*
 * Packed text is a run of sequences. Each is a token of two lengths (high four
 * bits: literals; low four: match, less MATCH_MIN), the literals, and two
 * bytes that say how far back the match begins, in the dictionary followed by
 * the text so far. A length of 15 goes on in bytes of which each but the last
 * is 255. The last sequence ends after its literals.
 */
#define MATCH_MIN  4u
#define NIBBLE_MAX 15u

/* Where a run of HASHED bytes was seen last, plus one; 0 is nowhere. */
#define HASHED	     6u
#define INDEX_BITS   13
#define INDEX_LENGTH (1u << INDEX_BITS)
struct pack_index {
	uint16_t seen[INDEX_LENGTH];
};

static size_t hash_at(const char *text)
{
	uint64_t bytes = 0;

	memcpy(&bytes, text, HASHED);
	return (size_t)((bytes * UINT64_C(0x9e3779b97f4a7c15)) >>
			(64 - INDEX_BITS));
}

struct pack_dict *pack_dict_new(const char *text, size_t len)
{
	struct pack_dict *dict = mem_alloc(sizeof(*dict) + len);

	st_assert(len <= PACK_DICT_MAX);
	dict->refs = 1;
	dict->len = len;
	memcpy(dict->text, text, len);
	dict->index = mem_zalloc(sizeof(*dict->index));
	for (size_t i = 0; i + HASHED <= len; i++)
		dict->index->seen[hash_at(text + i)] = (uint16_t)(i + 1);
	return dict;
}

struct pack_dict *pack_dict_ref(struct pack_dict *dict)
{
	if (dict != NULL)
		dict->refs++;
	return dict;
}

void pack_dict_unref(struct pack_dict *dict)
{
	if (dict == NULL || --dict->refs > 0)
		return;
	free(dict->index);
	free(dict);
}

void pack_dict_retire(struct pack_dict *dict)
{
	free(dict->index);
	dict->index = NULL;
}

struct packing {
	const char *all; /* dictionary and text */
	size_t at, end;
	size_t back; /* distance of the last match */
	struct pack_index index;
	uint8_t *out;
	size_t size, room;
};

static void put_byte(struct packing *p, size_t byte)
{
	if (p->size < p->room)
		p->out[p->size] = (uint8_t)byte;
	p->size++;
}

static void put_rest(struct packing *p, size_t length)
{
	if (length < NIBBLE_MAX)
		return;
	for (length -= NIBBLE_MAX; length >= 255; length -= 255)
		put_byte(p, 255);
	put_byte(p, length);
}

static void put_literals(struct packing *p, size_t from, size_t n)
{
	if (p->size + n <= p->room)
		memcpy(p->out + p->size, p->all + from, n);
	p->size += n;
}

static size_t nibble(size_t length)
{
	return length < NIBBLE_MAX ? length : NIBBLE_MAX;
}

/* matched 0: the last sequence. */
static void put_sequence(struct packing *p, size_t from, size_t literals,
			 size_t matched, size_t back)
{
	size_t more = matched > 0 ? matched - MATCH_MIN : 0;

	put_byte(p, nibble(literals) << 4 | nibble(more));
	put_rest(p, literals);
	put_literals(p, from, literals);
	if (matched == 0)
		return;
	put_rest(p, more);
	put_byte(p, back & 0xff);
	put_byte(p, back >> 8);
}

static size_t match_length(const struct packing *p, size_t from)
{
	size_t n = 0;

	while (p->at + n < p->end && p->all[from + n] == p->all[p->at + n])
		n++;
	return n;
}

/* The longest match here. Where texts differ in one place, what follows goes
 * on at the same distance: that is tried beside the index. */
static size_t find_match(const struct packing *p, size_t *ret_back)
{
	size_t seen = p->index.seen[hash_at(p->all + p->at)], n = 0;

	if (p->back > 0 && p->back <= p->at) {
		n = match_length(p, p->at - p->back);
		*ret_back = p->back;
	}
	if (seen > 0 && p->at - (seen - 1) != p->back) {
		size_t other = match_length(p, seen - 1);

		if (other > n + 2) {
			n = other;
			*ret_back = p->at - (seen - 1);
		}
	}
	return n >= MATCH_MIN ? n : 0;
}

static void note(struct packing *p)
{
	p->index.seen[hash_at(p->all + p->at)] = (uint16_t)(p->at + 1);
}

static void pack_all(struct packing *p)
{
	size_t from = p->at, back = 0;

	while (p->at + HASHED <= p->end && p->size < p->room) {
		size_t n = find_match(p, &back);

		note(p);
		if (n == 0) {
			p->at++;
			continue;
		}
		put_sequence(p, from, p->at - from, n, back);
		p->back = back;
		p->at += n;
		from = p->at;
	}
	put_sequence(p, from, p->end - from, 0, 0);
}

size_t pack_text(const struct pack_dict *dict, const char *text, size_t len,
		 uint8_t *out, size_t room)
{
	char all[PACK_DICT_MAX + PACK_TEXT_MAX];
	struct packing p;

	if (len > PACK_TEXT_MAX || dict->index == NULL)
		return 0;
	memcpy(all, dict->text, dict->len);
	memcpy(all + dict->len, text, len);
	p.all = all;
	p.at = dict->len;
	p.end = dict->len + len;
	p.back = 0;
	p.index = *dict->index;
	p.out = out;
	p.size = 0;
	p.room = room;
	pack_all(&p);
	return p.size <= room ? p.size : 0;
}

struct opening {
	const struct pack_dict *dict;
	const uint8_t *in, *in_end;
	char *text;
	size_t at, len;
};

static bool get_length(struct opening *o, size_t *length)
{
	uint8_t byte;

	if (*length < NIBBLE_MAX)
		return true;
	do {
		if (o->in == o->in_end)
			return false;
		byte = *o->in++;
		*length += byte;
	} while (byte == 255);
	return true;
}

static bool copy_literals(struct opening *o, size_t n)
{
	if (n > (size_t)(o->in_end - o->in) || n > o->len - o->at)
		return false;
	memcpy(o->text + o->at, o->in, n);
	o->in += n;
	o->at += n;
	return true;
}

static bool copy_match(struct opening *o, size_t n, size_t back)
{
	if (n > o->len - o->at || back == 0 || back > o->at + o->dict->len)
		return false;
	if (back > o->at) {
		size_t from = o->dict->len - (back - o->at);
		size_t m = o->dict->len - from < n ? o->dict->len - from : n;

		memcpy(o->text + o->at, o->dict->text + from, m);
		o->at += m;
		n -= m;
	}
	if (n <= back && n > 0) {
		memcpy(o->text + o->at, o->text + o->at - back, n);
		o->at += n;
		return true;
	}
	/* The two overlap: a short run that repeats itself. */
	for (; n > 0; n--, o->at++)
		o->text[o->at] = o->text[o->at - back];
	return true;
}

static bool open_sequence(struct opening *o)
{
	uint8_t token = *o->in++;
	size_t literals = token >> 4, matched = token & 0xf, back;

	if (!get_length(o, &literals) || !copy_literals(o, literals))
		return false;
	if (o->in == o->in_end)
		return matched == 0;
	if (!get_length(o, &matched) || o->in_end - o->in < 2)
		return false;
	back = (size_t)o->in[0] | (size_t)o->in[1] << 8;
	o->in += 2;
	return copy_match(o, matched + MATCH_MIN, back);
}

bool pack_open(const struct pack_dict *dict, const uint8_t *packed, size_t size,
	       char *text, size_t len)
{
	struct opening o = {
		.dict = dict,
		.in = packed,
		.in_end = packed + size,
		.text = text,
		.len = len,
	};

	while (o.in < o.in_end) {
		if (!open_sequence(&o))
			return false;
	}
	return o.at == len;
}
