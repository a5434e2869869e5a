/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/secret.h"

#include <stdlib.h>
#include <string.h>

void secret_free_len(char *data, size_t len)
{
	if (data)
		explicit_bzero(data, len);
	free(data);
}

void secret_free(char *text)
{
	secret_free_len(text, text ? strlen(text) : 0);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char differs = 0;

	for (size_t i = 0; i < len; i++)
		differs |= x[i] ^ y[i];
	return differs == 0;
}
