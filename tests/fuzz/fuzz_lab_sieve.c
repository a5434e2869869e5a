/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "lab/sieve.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *value(const char *key, void *arg)
{
	(void)arg;
	return key[0] == 'a' ? "1" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct err err = {0};

	for (int fields = 0; fields < 2; fields++) {
		struct sieve *sieve = NULL;
		int rc = fields ? sieve_parse_fields(text, &sieve, &err)
				: sieve_parse_labels(text, &sieve, &err);

		st_assert(rc == 0 || (sieve == NULL && err.msg[0] != '\0'));
		(void)sieve_match(sieve, value, NULL);
		(void)sieve_match_labels(sieve, "a\0001\0b\0\0");
		sieve_free(sieve);
	}
	free(text);
	return 0;
}
