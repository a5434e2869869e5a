/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/key.h"

#include <stdbool.h>
#include <string.h>

#include "statefuld/attr.h"
#include "statefuld/name.h"

/* Whether one of the eight octets is below 2. */
static inline uint64_t has_low(uint64_t word)
{
	const uint64_t ones = ~UINT64_C(0) / 255;

	return (word - ones * 2) & ~word & (ones * 128);
}

/* Copies a label; true if an octet in it needs an escape. Whole words may
 * overlap each other, but nothing outside the label is written, as what
 * follows it in the key is there already. */
static inline bool copy_label(uint8_t *out, const uint8_t *from, size_t n)
{
	uint64_t low = 0, word;
	size_t i = 0;

	if (n < 8) {
		for (; i < n; i++) {
			out[i] = from[i];
			low |= from[i] < 2;
		}
		return low != 0;
	}
	for (; i + 8 <= n; i += 8) {
		memcpy(&word, from + i, 8);
		memcpy(out + i, &word, 8);
		low |= has_low(word);
	}
	memcpy(&word, from + n - 8, 8);
	memcpy(out + n - 8, &word, 8);
	return (low | has_low(word)) != 0;
}

/* The same, octet by octet, with escapes. */
static void make_escaped(struct key *key, const uint8_t *name)
{
	const uint8_t *label[NAME_MAX_LEN / 2 + 1];
	uint8_t *out = key->sym;
	size_t n = 0;

	for (; *name != 0; name += 1 + *name)
		label[n++] = name;
	while (n-- > 0) {
		for (size_t i = 1; i <= *label[n]; i++) {
			if (label[n][i] < 2)
				*out++ = KEY_ESCAPE;
			*out++ = label[n][i] + (label[n][i] < 2 ? 1 : 0);
		}
		*out++ = KEY_END;
	}
	*out++ = KEY_END;
	key->len = (uint16_t)(out - key->sym);
}

void key_make(struct key *key, const uint8_t *name, size_t len)
{
	const uint8_t *label = name;
	uint8_t *out = key->sym + len - 1;
	bool escape = false;

	/* Without escapes a key is as long as its name, and the place of each
	 * label is known beforehand. */
	*out = KEY_END;
	for (; *label != 0; label += 1 + *label) {
		out -= *label + 1;
		escape |= copy_label(out, label + 1, *label);
		out[*label] = KEY_END;
	}
	key->len = (uint16_t)len;
	if (st_unlikely(escape))
		make_escaped(key, name);
}

/* Symbols of the label that begins at sym[i], its END included. */
static size_t span(const uint8_t *sym, size_t i)
{
	size_t n = 0;

	while (sym[i + n] != KEY_END)
		n += sym[i + n] == KEY_ESCAPE ? 2 : 1;
	return n + 1;
}

size_t key_name(uint8_t *out, const uint8_t *sym, size_t len)
{
	uint8_t back[NAME_MAX_LEN];
	uint8_t *at = back + sizeof(back), *label;

	*--at = 0;
	for (size_t i = 0; i + 1 < len;) {
		size_t n = span(sym, i) - 1, octets = n;

		for (size_t j = i; j < i + n; j++)
			if (sym[j] == KEY_ESCAPE) {
				octets--;
				j++;
			}
		label = at -= octets + 1;
		*label++ = (uint8_t)octets;
		for (size_t j = i; j < i + n; j++)
			*label++ = sym[j] == KEY_ESCAPE ? sym[++j] - 1 : sym[j];
		i += n + 1;
	}
	memcpy(out, at, (size_t)(back + sizeof(back) - at));
	return (size_t)(back + sizeof(back) - at);
}
