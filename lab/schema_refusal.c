/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/schema.h"
#include "lab/schema_utf8.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"

/* The first wrong type ends a real server's decoding. */
static void keep_first(enum schema_finding what, const char *path st_unused,
		       const char *text, void *arg)
{
	struct buf *out = arg;

	if (what == SCHEMA_WRONG_TYPE && out->len == 0)
		buf_puts(out, text);
}

static void keep_all(enum schema_finding what st_unused,
		     const char *path st_unused, const char *text, void *arg)
{
	struct buf *out = arg;

	buf_puts(out, out->len == 0 ? "strict decoding error: " : ", ");
	buf_puts(out, text);
}

static void check_utf8(const char *text, size_t len, const struct json *object,
		       struct buf *why)
{
	if (schema_utf8_valid(text, len))
		return;
	scope_free char *path = schema_utf8_find(object);
	if (path != NULL)
		buf_printf(why, "json: invalid UTF-8 in field \"%s\"", path);
	else
		buf_puts(why, "json: invalid UTF-8");
}

char *schema_refusal(const struct kind *kind, const char *text, size_t len,
		     const struct json *object, bool strict)
{
	scope_buf struct buf why;

	buf_init(&why, 0);
	check_utf8(text, len, object, &why);
	if (why.len == 0)
		schema_check(kind, object, keep_first, &why);
	if (why.len == 0 && strict)
		schema_strict(schema_of(kind), text, len, keep_all, &why);
	if (why.len == 0)
		return NULL;
	return mem_printf("%s in version \"%s\" cannot be handled as a %s: %s",
			  kind->kind, kind->version, kind->kind, why.data);
}
