/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts come back as they were, whatever they and the dictionary are; and what
 * was never packed is refused or read within its bounds. The first two bytes
 * say how much of the input is the dictionary.
 */
#include <stdint.h>
#include <string.h>

#include "lab/pack.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct pack_dict *dict, const char *text,
			     size_t len)
{
	size_t room = 2 * len + 16;
	scope_free uint8_t *packed = mem_alloc(room);
	scope_free char *back = mem_alloc(len + 1);
	size_t n = pack_text(dict, text, len, packed, room);

	st_assert(n > 0 && n <= room);
	bool is_whole = pack_open(dict, packed, n, back, len);
	st_assert(is_whole && memcmp(text, back, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char back[512];

	if (size < 2)
		return 0;
	size_t dict_len = (data[0] | (size_t)data[1] << 8) % PACK_DICT_MAX;
	const char *text = (const char *)data + 2;
	size -= 2;
	if (dict_len > size)
		dict_len = size;
	struct pack_dict *dict = pack_dict_new(text, dict_len);
	text += dict_len;
	size -= dict_len;
	if (size <= PACK_TEXT_MAX)
		check_round_trip(dict, text, size);
	(void)pack_open(dict, (const uint8_t *)text, size, back, sizeof(back));
	pack_dict_unref(dict);
	return 0;
}
