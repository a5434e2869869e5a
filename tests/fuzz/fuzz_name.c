/* SPDX-License-Identifier: Apache-2.0 */
/* A name that parses prints to text that parses to the same name. */
#include <stdint.h>
#include <string.h>

#include "statefuld/mem.h"
#include "statefuld/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free char *text = mem_strndup((const char *)data, size);
	char printed[NAME_MAX_TEXT];
	struct name name, again, longer;

	if (name_parse(&name, text) < 0)
		return 0;
	st_assert(name_len(name.wire) == name.len);
	name_text(printed, name.wire);
	int rc = name_parse(&again, printed);
	st_assert(rc == 0 && again.len == name.len);
	st_assert(memcmp(again.wire, name.wire, name.len) == 0);
	st_assert(name_equal(name.wire, again.wire));
	st_assert(name_cmp(name.wire, again.wire) == 0);
	name_copy(&longer, name.wire);
	if (name_prepend(&longer, "A", 1) == 0) {
		st_assert(name_is_under(longer.wire, name.wire));
		st_assert(!name_is_under(name.wire, longer.wire));
		st_assert(name_cmp(name.wire, longer.wire) < 0);
	}
	return 0;
}
