/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/secret_data.h"

#include <string.h>

#include "lab/fill.h"
#include "statefuld/mem.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz"
			       "0123456789+/";

char *secret_data_encode(const void *data, size_t len)
{
	const unsigned char *in = data;
	char *text = mem_alloc((len + 2) / 3 * 4 + 1), *out = text;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t bits = (uint32_t)in[i] << 16;

		bits |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
		bits |= left > 2 ? in[i + 2] : 0;
		*out++ = alphabet[bits >> 18];
		*out++ = alphabet[bits >> 12 & 63];
		*out++ = left > 1 ? alphabet[bits >> 6 & 63] : '=';
		*out++ = left > 2 ? alphabet[bits & 63] : '=';
	}
	*out = '\0';
	return text;
}

static bool is_letter(char c)
{
	return c != '\0' && strchr(alphabet, c) != NULL;
}

/* Line breaks inside are passed over, as Go's decoder does. */
static size_t next_at(const char *text, size_t i)
{
	return i + strspn(text + i, "\r\n");
}

int64_t secret_data_size(const char *text, size_t *ret_bad_offset)
{
	size_t letters = 0, pads = 0, i = next_at(text, 0);

	for (; is_letter(text[i]); i = next_at(text, i + 1))
		letters++;
	for (; text[i] == '=' && (letters + pads) % 4 != 0;
	     i = next_at(text, i + 1))
		pads++;
	*ret_bad_offset = i;
	if (text[i] != '\0' || (letters + pads) % 4 != 0 || pads > 2)
		return -1;
	return (int64_t)(letters * 3 / 4);
}

char *secret_data_decode(const char *text, size_t *ret_len)
{
	size_t bad;
	int64_t len = secret_data_size(text, &bad);

	if (len < 0)
		return NULL;
	char *data = mem_alloc((size_t)len + 1);
	uint32_t bits = 0;
	size_t n = 0, n_bits = 0;

	for (; *text != '\0' && n < (size_t)len; text++) {
		if (!is_letter(*text))
			continue;
		bits = bits << 6 |
		       (uint32_t)(strchr(alphabet, *text) - alphabet);
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		data[n++] = (char)(bits >> n_bits & 0xff);
	}
	data[n] = '\0';
	*ret_len = n;
	return data;
}

void secret_data_merge(struct json *secret)
{
	const struct json *texts = json_get(secret, "stringData");

	if (json_type(texts) == JSON_OBJECT && json_first(texts) != NULL) {
		struct json *data = json_child_object(secret, "data");

		json_each (entry, texts) {
			const char *text = json_value_str(entry);

			if (text == NULL)
				text = "";
			scope_free char *code =
				secret_data_encode(text, strlen(text));
			json_set_str(data, json_name(entry), code);
		}
	}
	json_remove(secret, "stringData");
}
