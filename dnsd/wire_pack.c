/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/wire_pack.h"

#include <string.h>

#include "dnsd/wire.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum {
	POINTER_REACH = 0x4000,
	POINTER_LEN = 2,
	MAX_NAMES = WIRE_PACK_SLOTS / 4 * 3,
};

void wire_pack_begin(struct wire_pack *pack, uint8_t *out, size_t at,
		     size_t limit)
{
	pack->out = out;
	pack->at = at;
	pack->limit = limit;
	pack->n_names = 0;
	memset(pack->names, 0, sizeof(pack->names));
}

/* Whether the name that stands at `at` in the message, by pointers too, is
 * this one, letter for letter: what we send keeps its case. */
static bool is_name(const uint8_t *message, size_t at, const uint8_t *name)
{
	for (;;) {
		while (message[at] >= 0xc0)
			at = wire_get16(message + at) - WIRE_POINTER;
		if (message[at] != *name ||
		    memcmp(message + at, name, 1u + *name) != 0)
			return false;
		if (*name == 0)
			return true;
		at += 1u + *name;
		name += 1u + *name;
	}
}

/* The slot of a name: where it is known, or free. */
static uint16_t *slot_of(struct wire_pack *pack, const uint8_t *name,
			 uint32_t hash)
{
	size_t i = (hash ^ hash >> 16) % WIRE_PACK_SLOTS;

	while (pack->names[i] != 0 && !is_name(pack->out, pack->names[i], name))
		i = (i + 1) % WIRE_PACK_SLOTS;
	return &pack->names[i];
}

static uint32_t add_label(uint32_t hash, const uint8_t *label)
{
	for (unsigned i = 0; i <= label[0]; i++)
		hash = (hash ^ label[i]) * 16777619u;
	return hash;
}

/* The labels of a name, and for each the hash of it and all behind it. */
struct suffixes {
	unsigned n;
	const uint8_t *label[NAME_MAX_LEN / 2];
	uint32_t hash[NAME_MAX_LEN / 2];
};

static void split(struct suffixes *suffixes, const uint8_t *name)
{
	uint32_t hash = 2166136261u;
	unsigned n = 0;

	for (; *name != 0; name += 1u + *name)
		suffixes->label[n++] = name;
	suffixes->n = n;
	while (n-- > 0) {
		hash = add_label(hash, suffixes->label[n]);
		suffixes->hash[n] = hash;
	}
}

static void learn(struct wire_pack *pack, uint16_t *slot, size_t at)
{
	if (at >= POINTER_REACH || pack->n_names == MAX_NAMES)
		return;
	*slot = (uint16_t)at;
	pack->n_names++;
}

void wire_pack_know(struct wire_pack *pack, size_t name_at)
{
	const uint8_t *name = pack->out + name_at;
	struct suffixes suffixes;

	split(&suffixes, name);
	for (unsigned i = 0; i < suffixes.n; i++) {
		uint16_t *slot =
			slot_of(pack, suffixes.label[i], suffixes.hash[i]);

		if (*slot == 0)
			learn(pack, slot,
			      name_at + (size_t)(suffixes.label[i] - name));
	}
}

static bool put(struct wire_pack *pack, const void *data, size_t len)
{
	if (len > pack->limit - pack->at)
		return false;
	memcpy(pack->out + pack->at, data, len);
	pack->at += len;
	return true;
}

/* Labels up to the longest end that is known, then a pointer to that. */
static bool put_name(struct wire_pack *pack, const uint8_t *name)
{
	struct suffixes suffixes;
	uint8_t pointer[POINTER_LEN] = {0};
	size_t begin = pack->at, len = name_len(name);
	uint16_t known = 0;
	unsigned n = 0;

	split(&suffixes, name);
	for (; n < suffixes.n && known == 0; n++)
		known = *slot_of(pack, suffixes.label[n], suffixes.hash[n]);
	if (known != 0) {
		len = (size_t)(suffixes.label[--n] - name);
		wire_put16(pointer, (uint16_t)(WIRE_POINTER | known));
	}
	if (!put(pack, name, len) ||
	    (known != 0 && !put(pack, pointer, sizeof(pointer))))
		return false;
	while (n-- > 0)
		learn(pack, slot_of(pack, suffixes.label[n], suffixes.hash[n]),
		      begin + (size_t)(suffixes.label[n] - name));
	return true;
}

/* How many names begin this type's RDATA that may be compressed. */
static unsigned names_of(uint16_t type)
{
	switch (type) {
	case RR_SOA:
		return 2;
	case RR_NS:
	case RR_CNAME:
	case RR_PTR:
		return 1;
	default:
		return 0;
	}
}

static bool put_rdata(struct wire_pack *pack, const uint8_t *fixed)
{
	const uint8_t *rdata = fixed + WIRE_RR_FIXED;
	const uint8_t *end = rdata + wire_get16(fixed + 8);
	size_t begin = pack->at;

	for (unsigned n = names_of(wire_get16(fixed)); n > 0; n--) {
		if (!put_name(pack, rdata))
			return false;
		rdata += name_len(rdata);
	}
	if (!put(pack, rdata, (size_t)(end - rdata)))
		return false;
	wire_put16(pack->out + begin - 2, (uint16_t)(pack->at - begin));
	return true;
}

bool wire_pack_record(struct wire_pack *pack, const uint8_t *owner,
		      const uint8_t *fixed)
{
	size_t before = pack->at;

	if (put_name(pack, owner) && put(pack, fixed, WIRE_RR_FIXED) &&
	    put_rdata(pack, fixed))
		return true;
	/* Names beyond stay known: hence "nothing more". */
	pack->at = before;
	return false;
}
