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
