/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/base64.h"

#include <stdint.h>
#include <string.h>

#include "statefuld/mem.h"

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *base64_url_encode(const void *data, size_t len)
{
	const unsigned char *in = data;
	char *out = mem_alloc(len / 3 * 4 + 5), *to = out;

	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = (uint32_t)in[i] << 16;

		bits |= n > 1 ? (uint32_t)in[i + 1] << 8 : 0;
		bits |= n > 2 ? in[i + 2] : 0;
		for (size_t c = 0; c <= n; c++)
			*to++ = alphabet[bits >> (18 - 6 * c) & 63];
	}
	*to = '\0';
	return out;
}

char *base64_url_decode(const char *text, size_t *ret_len)
{
	size_t len = strcspn(text, "="), n = 0;
	char *out = mem_alloc(len + 1);
	uint32_t bits = 0;

	for (size_t i = 0; i < len; i++) {
		const char *at = strchr(alphabet, text[i]);

		if (at == NULL) {
			free(out);
			return NULL;
		}
		bits = bits << 6 | (uint32_t)(at - alphabet);
		if (i % 4 != 0)
			out[n++] = (char)(bits >> (6 - 2 * (i % 4)));
	}
	out[n] = '\0';
	*ret_len = n;
	return out;
}
