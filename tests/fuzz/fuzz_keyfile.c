/* SPDX-License-Identifier: Apache-2.0 */
/* Octets as a file of keys: what is read has a name and a secret, and what is
 * not has a message. */
#include <stdint.h>

#include "dnsd/keyfile.h"
#include "dnsd/tsig.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free char *exact = size > 0 ? mem_dup(data, size) : mem_alloc(1);
	struct tsig_keys keys = {0};
	struct err err = {0};
	int rc = keyfile_parse(&keys, exact, size, "file", &err);

	st_assert((rc == 0) == (err.msg[0] == '\0'));
	st_assert(rc != 0 || keys.n > 0);
	for (size_t i = 0; i < keys.n; i++)
		st_assert(keys.keys[i].name.len > 0 &&
			  keys.keys[i].secret_len > 0 &&
			  keys.keys[i].secret_len <= TSIG_SECRET_MAX);
	tsig_keys_fini(&keys);
	return 0;
}
