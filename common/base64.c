/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/base64.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

static const char letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(char c)
{
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? (int)(at - letters) : -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Whether the tail is padding that fits this many letters. */
static bool is_padding(const char *text, size_t len, size_t n_letters)
{
	size_t pads = 0;

	for (size_t i = 0; i < len; i++) {
		if (is_blank(text[i]))
			continue;
		if (text[i] != '=')
			return false;
		pads++;
	}
	return n_letters % 4 != 1 && (n_letters + pads) % 4 == 0;
}

int base64_decode(const char *text, size_t len, char **ret_data,
		  size_t *ret_len)
{
	char *data = mem_alloc(len / 4 * 3 + 4);
	size_t n = 0, n_letters = 0, i;
	uint32_t bits = 0;

	for (i = 0; i < len; i++) {
		int value = value_of(text[i]);

		if (is_blank(text[i]))
			continue;
		if (value < 0)
			break;
		bits = bits << 6 | (uint32_t)value;
		if (n_letters++ % 4 != 0)
			data[n++] =
				(char)(bits >> (6 - 2 * ((n_letters - 1) % 4)));
	}
	if (!is_padding(text + i, len - i, n_letters)) {
		secret_free_len(data, n);
		return ST_EPARSE;
	}
	data[n] = '\0';
	*ret_data = data;
	*ret_len = n;
	return 0;
}

char *base64_encode(const void *data, size_t len)
{
	const unsigned char *from = data;
	char *text = mem_alloc((len + 2) / 3 * 4 + 1), *to = text;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t bits = (uint32_t)from[i] << 16 |
				(left > 1 ? (uint32_t)from[i + 1] << 8 : 0) |
				(left > 2 ? from[i + 2] : 0u);

		*to++ = letters[bits >> 18];
		*to++ = letters[bits >> 12 & 63];
		*to++ = left > 1 ? letters[bits >> 6 & 63] : '=';
		*to++ = left > 2 ? letters[bits & 63] : '=';
	}
	*to = '\0';
	return text;
}
