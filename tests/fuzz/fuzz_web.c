/* SPDX-License-Identifier: Apache-2.0 */
/* A request to the ops endpoint, and the parameters that are looked for. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/web_head.h"
#include "statefuld/mem.h"
#include "statefuld/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SHORT = 8, LONG = 300 };

/* What is found is no longer than it was encoded; what fits into little room
 * is what is found with more. */
static void look_for(const char *query, const char *name)
{
	scope_free char *little = mem_alloc(SHORT), *much = mem_alloc(LONG);
	bool is_there = web_param(much, LONG, query, name);

	if (is_there)
		st_assert(strlen(much) <= strlen(query) &&
			  strlen(much) < LONG && strstr(query, name) != NULL);
	if (web_param(little, SHORT, query, name))
		st_assert(is_there && strcmp(little, much) == 0);
	else
		st_assert(!is_there || strlen(much) >= SHORT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_free char *text = mem_strndup((const char *)data, size);
	struct web_head head = {0};
	int code = web_head_parse(text, &head);

	st_assert(code == 0 || code == 400 || code == 405);
	if (code != 0)
		return 0;
	st_assert(head.path[0] == '/' && strpbrk(head.path, "? \r\n") == NULL);
	st_assert(strpbrk(head.query, " \r\n") == NULL);
	look_for(head.query, "name");
	look_for(head.query, "format");
	return 0;
}
