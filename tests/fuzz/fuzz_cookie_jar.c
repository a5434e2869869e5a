/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a file of cookie secrets: taken whole, or refused with a line
 * that says where. */
#include <stdint.h>
#include <string.h>

#include "dnsd/cookie_jar.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free char *text = mem_strndup((const char *)data, size);
	struct cookie_secrets secrets = {.active = {0}};
	struct err err = {0};
	int rc = cookie_jar_parse(&secrets, text, size, "f", &err);

	st_assert(rc <= 0);
	st_assert((rc == 0) == (err_msg(&err)[0] != 'f'));
	return 0;
}
